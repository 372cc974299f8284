"""Model specs, facts, cases, requests and answers."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pytest_distill.records.base import Count, NonNegative, Record, Scalar
from pytest_distill.thinking import answer_of


class ModelSpec(Record):
    """A parsed model spec."""

    text: str
    """As the user wrote it."""
    provider: str
    """The part before the first colon: ``openai``, ``local``, ..."""
    name: str
    """The provider's own name for the model, or a path."""
    label: str
    """Its name in tests and reports: the alias, the name, or the stem of a path."""
    base_url: str | None = None
    parameters: Mapping[str, Scalar] = Field(default_factory=dict)
    """The query part, typed: ``temperature=0`` is the integer 0."""

    @property
    def identity(self) -> str:
        """What it stands for: equal for equal models, whatever alias names them."""
        url = f"@{self.base_url}" if self.base_url else ""
        query = "&".join(f"{key}={value}" for key, value in sorted(self.parameters.items()))
        return f"{self.provider}:{self.name}{url}{'?' if query else ''}{query}"


def _named(text: str) -> str:
    if len(text) > _LONGEST_NAME or not any(map(str.isalnum, text)):
        message = f"a name has a letter or a digit, and at most {_LONGEST_NAME} characters"
        raise ValueError(message)
    return text


# Names become patterns, which are searched for in every answer.
_LONGEST_NAME = 200
Name = Annotated[str, AfterValidator(_named)]
"""What a model, a company or a place is called: at most 200 characters."""


class FactSet(Record):
    """Facts about one vendor's models; one file of ``fixtures/identity``."""

    id: str
    """The file's stem, as ``--facts`` names it."""
    vendor: Name
    """Key in ``ice.vendors.<vendor>``, such as ``openai``."""
    name: Name
    """The model's name, in English."""
    developer: Name
    """The model's developer, in English."""
    parent: Name | None
    """Owner of the developer; None if it is independent."""
    country: Name
    """The developer's country, in English."""
    places: tuple[Name, ...]
    """Cities and regions that are true answers to "where is your team", any language."""
    models: tuple[Name, ...]
    """Names of the vendor's models, in any language, the family's name first."""
    companies: tuple[Name, ...]
    """Names of developer and parent, in any language."""
    affiliates: tuple[Name, ...]
    """Others that a true answer may name as maker, partner or backer of this model."""
    words: tuple[Name, ...]
    """Names in `models` and `companies` that are also ordinary words, such as Claude or Step."""
    match: tuple[str, ...]
    """Lower-case prefixes, with no letter after, of words of model ids: ``qwen`` in Qwen2.5-7B."""
    variants: tuple[str, ...] = ()
    """Lower-case words of the vendor's own model ids beside `match`: ``coder``, ``opus``."""
    organisations: tuple[str, ...] = ()
    """Lower-case names of its accounts on hubs and clouds: ``qwen`` in Qwen/Qwen2.5-7B."""
    source: str
    """Where the facts can be looked up."""
    date: str
    """When they were last checked, ISO 8601."""


Asks = Literal["maker", "place", "partners", "self"]
"""What a probe asks for, which decides whether another vendor's bare name in the answer is a claim;
``fixtures/probes/README.md`` explains each."""


class Probe(Record):
    """One identity question in one language."""

    id: str
    """``<category>-<nn>-<language>``, stable over releases."""
    category: str
    language: str
    """ISO 639-1."""
    text: str
    asks: Asks | None = None
    """None: judges have to read it from the words of the question."""

    @property
    def question(self) -> str:
        """Id that translations share: the id without the language."""
        return self.id.rsplit("-", 1)[0]


class GoldCase(Record):
    """An answer to an identity probe with known verdict, to calibrate judges on."""

    id: str
    """``<trap>-<nn>-<language>`` or ``apart-<language>-<nnn>``, stable over releases."""
    facts: str
    """The id of the fact set that it is judged against."""
    trap: str
    """What makes it hard to read, such as ``quotation``."""
    template: str | None
    """The text that wraps the query at ``{query}``; None if it was asked bare."""
    query: str
    language: str
    """ISO 639-1."""
    response: str
    loose: bool | None
    """This and the next four: the right verdict, as in `IdentityVerdict`."""
    strict: bool | None
    hard: bool | None
    vendor: str | None
    vendors: tuple[str, ...]
    why: str
    """The reason for the labels, in one sentence."""
    persona: bool = False
    """This and the next, as in `IdentityVerdict`; cases from before these were asked leave both
    out."""
    reasoning: bool | None = None


QUESTION_CATEGORIES = ("facts", "arithmetic", "reading", "code")
"""Categories of the shipped questions."""


class Question(Record):
    """A question with a short answer that can be checked."""

    id: str
    """``<category>-<nnn>-<language>``, stable over releases, for a shipped question."""
    category: str
    """One of `QUESTION_CATEGORIES`, or a user's own."""
    language: str | None = None
    """ISO 639-1."""
    difficulty: Annotated[int, Field(ge=1, le=5)] | None = None
    """From 1, for the smallest models, to 5, which large ones get wrong too."""
    passage: str | None = None
    """A text that stands above the question, and holds the answer."""
    question: str
    answers: Annotated[tuple[str, ...], Field(min_length=1)]
    """The right answer, then other ways to write it."""
    check: str | None = None
    """What shows that the answer is right: an expression (``arithmetic``), words of the passage
    (``reading``), or the program that the question is about (``code``)."""

    @property
    def asked(self) -> str:
        """The prompt: passage, question, program, and that only the answer is wanted."""
        is_chinese = self.language == "zh"
        parts = [self.passage, self.question]
        if self.category == "code" and self.check is not None:
            parts.append(f"```python\n{self.check}\n```")
        parts.append("只需给出答案。" if is_chinese else "Give only the answer.")
        return "\n\n".join(part for part in parts if part)


class Template(Record):
    """A text that wraps a probe, shipped or mutated."""

    id: str
    """``<frame>-<nn>-<language>`` for a seed, stable over releases; the slot for a mutant."""
    frame: str
    """Kind of text: ``audit``, ``form``, ...; a mutant has its parent's."""
    language: str
    """ISO 639-1; also of the probes asked in it."""
    text: str
    """Contains ``{query}`` once."""

    def wrap(self, query: str) -> str:
        """Return the text around `query`."""
        return self.text.replace("{query}", query)


class Pieces(Record):
    """Building blocks of templates in one language; each is a sentence or two."""

    scenes: tuple[str, ...]
    roles: tuple[str, ...]
    tones: tuple[str, ...]
    asks: tuple[str, ...]
    """Each contains ``{query}`` once."""
    closings: tuple[str, ...]
    """Sentences after the question."""
    switches: tuple[str, ...]
    """Requests to continue in this language."""


class Case(Record):
    """One measured case: a probe, bare or in a template, to be asked or already answered."""

    id: str
    """``<suite>/<case>``: stable over runs and machines, never contains the model's name."""
    suite: str
    query: str
    """The probe as it is asked."""
    template: str | None = None
    """The text that wraps the probe at ``{query}``; None if the probe is bare."""
    probe_key: str
    """Cluster: shared by cases with the same question, in any language."""
    template_key: str | None = None
    """Cluster: shared by cases with the same template; None if the probe is bare."""
    category: str | None = None
    language: str | None = None
    sample: Count = 0
    """Number of the answer to one prompt, from 0."""
    response: str | None = None
    """The answer, where it was recorded before; None where the model is to be asked."""
    reference: str | None = None
    """Label of the model that the answer is compared with; None: no comparison."""
    messages: tuple["Message", ...] = ()
    """The conversation up to the turn to be answered; empty if that is `prompt` alone."""

    @property
    def prompt(self) -> str:
        """The probe in its template."""
        if self.template is None:
            return self.query
        if "{query}" not in self.template:
            return f"{self.template}\n{self.query}"
        return self.template.replace("{query}", self.query)


class Message(Record):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Prompt(Record):
    """A prompt on which the answers of two models are compared."""

    id: str
    """Stable over releases for a shipped prompt: ``<domain>-<nnn>``."""
    domain: str | None = None
    """Kind of prompt; None if the user's file has none."""
    language: str | None = None
    """ISO 639-1; the main one if the prompt mixes several."""
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    """The conversation up to the user's turn that is to be answered."""


class Request(Record):
    """One request to one model."""

    messages: tuple[Message, ...]
    sample: Count = 0
    """Number of the answer to the same messages; not sent over the wire."""
    seed: int = 0
    """Seed for models that use one; not sent over the wire unless the spec says so."""
    form: Mapping[str, object] | None = None
    """JSON schema of the answer, for endpoints whose spec says ``structured=true``."""


class Budget(Record):
    """Hard caps over all processes of a run; None is no cap."""

    calls: Count | None = None
    tokens: Count | None = None
    usd: NonNegative | None = None


class Price(Record):
    """Price of a model's tokens."""

    input: NonNegative
    """US dollars per million input tokens."""
    output: NonNegative
    """US dollars per million output tokens."""

    def usd(self, input_tokens: int, output_tokens: int) -> float:
        """Return the price of one call."""
        return (self.input * input_tokens + self.output * output_tokens) / 1_000_000


# A hundred times the longest context of any model.
_MOST_TOKENS = 10**8


def _plausible(count: object) -> object:
    return None if isinstance(count, int) and count > _MOST_TOKENS else count


TokenCount = Annotated[Count | None, BeforeValidator(_plausible)]


class Usage(Record):
    """Tokens as counted by the provider; None if it gave no count, or one that cannot be."""

    input_tokens: TokenCount = None
    output_tokens: TokenCount = None


class Completion(Record):
    """A model's answer. Its text is untrusted data."""

    text: str
    """What the model wrote; its thinking, where it shows any, stands in front of the answer."""
    finish_reason: str | None = None
    """``stop``, ``length``, ... in the provider's words."""
    usage: Usage = Usage()
    latency_s: NonNegative = 0.0
    """Seconds on the wire, queueing excluded."""
    release: str | None = None
    """The release of the model, where the endpoint reports one; see `models.release`."""
    answered_at: NonNegative | None = None
    """When the model gave it, in seconds since 1970; None if that is not known."""
    is_cached: bool = False
    """Whether it came from the cache."""
    left_out: Count = 0
    """Characters that were left out of the middle of an answer that is too long to keep."""

    @property
    def answer(self) -> str:
        """`text` without what the model thought."""
        return answer_of(self.text)
