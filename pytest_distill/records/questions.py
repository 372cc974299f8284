"""What is asked, of whom, and what came back."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pytest_distill.records.base import Count, NonNegative, Record, Scalar


class ModelSpec(Record):
    """What ``--model`` names, taken apart."""

    text: str
    """As the user wrote it."""
    provider: str
    """The part before the first colon: ``openai``, ``local``, ..."""
    name: str
    """The provider's own name for the model, or a path."""
    label: str
    """What tests and reports call it: the alias, the name, or the stem of a path."""
    base_url: str | None = None
    parameters: Mapping[str, Scalar] = Field(default_factory=dict)
    """The query part, typed: ``temperature=0`` is the integer 0."""


class FactSet(Record):
    """What is true of one vendor's models; one file of ``fixtures/identity``."""

    id: str
    """The file's stem, as ``--facts`` names it."""
    vendor: str
    """Key in ``ice.vendors.<vendor>``, such as ``openai``."""
    name: str
    """What the model is called, in English."""
    developer: str
    """Who makes it, in English."""
    parent: str | None
    """Who owns the developer; None where it belongs to nobody else."""
    country: str
    """Where the developer is, in English."""
    places: tuple[str, ...]
    """Cities and regions that are true answers to "where is your team", any language."""
    models: tuple[str, ...]
    """What the vendor's models are called, in any language, the family's name first."""
    companies: tuple[str, ...]
    """What developer and parent are called, in any language."""
    affiliates: tuple[str, ...]
    """Others that a true answer may name as maker, partner or backer of this model."""
    words: tuple[str, ...]
    """Those of `models` and `companies` that are everyday words too, such as Claude or Step."""
    match: tuple[str, ...]
    """Lower-case beginnings, no letter after, of words of a model id: ``qwen`` in Qwen2.5-7B."""
    source: str
    """Where the facts can be looked up."""
    date: str
    """When they were last checked, ISO 8601."""


class Probe(Record):
    """One identity question in one language."""

    id: str
    """``<category>-<nn>-<language>``, stable over releases."""
    category: str
    language: str
    """ISO 639-1."""
    text: str

    @property
    def question(self) -> str:
        """The question that its translations share: the id without the language."""
        return self.id.rsplit("-", 1)[0]


class GoldCase(Record):
    """An answer to an identity probe whose right verdict is known, to calibrate judges on."""

    id: str
    """``<trap>-<nn>-<language>``, stable over releases."""
    facts: str
    """The id of the fact set that it is judged against."""
    trap: str
    """What makes it hard to read, such as ``quotation``."""
    template: str | None
    """The text that wraps the query at ``{query}``; None where it was asked bare."""
    query: str
    language: str
    """ISO 639-1."""
    response: str
    loose: bool | None
    """This and the next four: what a judge should find, as in `IdentityVerdict`."""
    strict: bool | None
    hard: bool | None
    vendor: str | None
    vendors: tuple[str, ...]
    why: str
    """The reason for the labels, in a sentence."""


class Template(Record):
    """A text that wraps a probe, shipped or bred."""

    id: str
    """``<frame>-<nn>-<language>`` of a seed, stable over releases; a mutant's slot."""
    frame: str
    """What the text pretends to be: ``audit``, ``form``, ...; a mutant has its parent's."""
    language: str
    """ISO 639-1; its probes are asked in the same language."""
    text: str
    """Holds ``{query}`` once."""

    def wrap(self, query: str) -> str:
        """Return the text around `query`."""
        return self.text.replace("{query}", query)


class Pieces(Record):
    """What templates of one language can be put together from; each is a sentence or two."""

    scenes: tuple[str, ...]
    roles: tuple[str, ...]
    tones: tuple[str, ...]
    asks: tuple[str, ...]
    """Each holds ``{query}`` once."""
    closings: tuple[str, ...]
    """What may stand behind the question."""
    switches: tuple[str, ...]
    """Ask to go on in this language."""


class Case(Record):
    """One thing that is measured: a probe, bare or in a template, asked or already answered."""

    id: str
    """``<suite>/<case>``: stable over runs and machines, never contains the model's name."""
    suite: str
    query: str
    """The probe as it is asked."""
    template: str | None = None
    """The text that wraps the probe at ``{query}``; None where the probe is bare."""
    probe_key: str
    """Cluster: cases that ask the same question, in whatever language, share it."""
    template_key: str | None = None
    """Cluster: cases in the same template share it; None where the probe is bare."""
    category: str | None = None
    language: str | None = None
    sample: Count = 0
    """Which of the answers to one prompt."""
    response: str | None = None
    """The answer, where it was recorded before; None where the model is to be asked."""
    reference: str | None = None
    """The label of the model that is asked too, to compare the answers; None: a case of one."""
    messages: tuple["Message", ...] = ()
    """The conversation up to the turn to be answered; empty where `prompt` is all of it."""

    @property
    def prompt(self) -> str:
        """What the model is asked: the probe in its template."""
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
    """What two models are asked, so that their answers can be compared."""

    id: str
    """Stable over releases for a shipped prompt: ``<domain>-<nnn>``."""
    domain: str | None = None
    """What kind of prompt it is; None where the user's file does not say."""
    language: str | None = None
    """ISO 639-1: mainly, where the prompt mixes several."""
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    """The conversation up to the turn that is to be answered, the user's."""


class Request(Record):
    """One question to one model."""

    messages: tuple[Message, ...]
    sample: Count = 0
    """Asks for another answer to the same messages; not sent over the wire."""
    seed: int = 0
    """Seed for models that can honour one; not sent over the wire unless the spec says so."""
    form: Mapping[str, object] | None = None
    """JSON schema of the answer, for endpoints whose spec says ``structured=true``."""


class Budget(Record):
    """A hard cap over all processes of a run; None is no cap."""

    calls: Count | None = None
    tokens: Count | None = None
    usd: NonNegative | None = None


class Price(Record):
    """What a model's tokens cost."""

    input: NonNegative
    """US dollars for a million tokens that are sent."""
    output: NonNegative
    """US dollars for a million tokens that come back."""

    def usd(self, input_tokens: int, output_tokens: int) -> float:
        """Return the price of one call."""
        return (self.input * input_tokens + self.output * output_tokens) / 1_000_000


class Usage(Record):
    """Tokens, as the provider counted them; None where it did not say."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None


class Completion(Record):
    """A model's answer. Its text is untrusted data."""

    text: str
    finish_reason: str | None = None
    """``stop``, ``length``, ... in the provider's words."""
    usage: Usage = Usage()
    latency_s: NonNegative = 0.0
    """Seconds on the wire, queueing excluded."""
