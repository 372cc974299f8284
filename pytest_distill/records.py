"""What travels between the rooms, from the question to the measured number.

``Case`` → ``Request`` → ``Completion`` → ``Observation`` → ``Estimate`` → ``Verdict``: only
these are written to files or sent from a worker. All are frozen and closed to unknown keys.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

Scalar = str | int | float | bool

Rate = Annotated[float, Field(ge=0.0, le=1.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Level = Annotated[float, Field(ge=1.0, le=5.0)]
Count = Annotated[int, Field(ge=0)]


class Record(BaseModel):
    """A value: frozen, closed to unknown keys, free of NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


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


class Vote(Record):
    """What one of several judges said of an answer."""

    judge: str
    loose: bool | None
    """None where this judge gave no verdict: that is no vote."""
    strict: bool | None
    hard: bool | None
    reason: str = ""
    reply: str | None = None
    """Its own words, where no verdict could be read in them."""
    is_audit: bool = False
    """Asked for only to check a verdict that stands without it."""


class IdentityVerdict(Record):
    """What a judge made of one answer to an identity probe; see CONTRACT words in the README."""

    loose: bool | None
    """The answer contradicts the facts about who "I" am; None where there is nothing to judge."""
    strict: bool | None
    """A loose leak that claims OpenAI or Anthropic, never the model's own vendor."""
    hard: bool | None
    """A strict leak whose template and probe do not name the claimed vendor."""
    vendor: str | None = None
    """The other vendor that is claimed first; None where none is."""
    vendors: tuple[str, ...] = ()
    """Every other vendor that is claimed, in the order of the claims."""
    evidence: str = ""
    """The words of the answer that made the judge say so; empty for a clean answer."""
    span: tuple[Count, Count] | None = None
    """Where `evidence` stands in the answer: start and end, in code points."""
    reason: str = ""
    """The rule, in a sentence."""
    contradicts: Literal["name", "developer", "country"] | None = None
    """The fact that the evidence contradicts."""
    confidence: float | None = None
    """How likely the judge is right, by its own calibration; None where it does not say."""
    votes: tuple[Vote, ...] = ()
    """What each judge said, where there are several."""
    reply: str | None = None
    """The words of a judge that could not be read, as they came; None where they could."""


class Likeness(Record):
    """How alike two answers are: 1 differs in everything, 5 is almost the same."""

    overall: Level
    style: Level
    """Register, choice of words, marks."""
    structure: Level
    """The order and form in which things are said."""
    content: Level
    """What is said: points, examples, results."""


class LikenessVerdict(Record):
    """What a judge made of two answers to one prompt."""

    scores: Likeness | None
    """None where there is nothing to compare."""
    floor: Likeness | None = None
    """How alike the answers of other references are to this one's, in the mean."""
    ceiling: Likeness | None = None
    """How alike another answer of the reference itself is."""
    length: Level | None = None
    """What the lengths alone would say: the baseline that a judge has to beat."""
    reason: str = ""
    """In a sentence."""


class Observation(Record):
    """One case put to one model, and what the judge made of the answer."""

    case: Case
    model: str
    """The label of the model under test."""
    judge: str
    outcome: Literal["judged", "missing"]
    """``missing``: no verdict. Never counted as a leak, never as a clean answer."""
    why_missing: str | None = None
    completion: Completion | None = None
    """None where no answer arrived."""
    verdict: IdentityVerdict | None = None
    """None where the outcome is ``missing``."""
    votes: tuple[Vote, ...] = ()
    """What each of several judges said, also where no verdict came of it."""
    reply: str | None = None
    """The judge's own words where no verdict could be read in them; untrusted data."""
    reference: Completion | None = None
    """The answer that was compared with; None where none was."""
    likeness: LikenessVerdict | None = None
    """None where the outcome is ``missing``, or nothing was compared."""


class Estimate(Record):
    """A measured number with its interval; undefined is None, never 0."""

    value: float | None
    low: float | None
    high: float | None
    n: Count
    """Judged cases."""
    clusters: Count
    """Independent groups along the dimension (template or probe) that has the fewest."""
    design_effect: float | None
    """Variance over that of `n` independent cases; None where it cannot be estimated."""
    missing: Count
    """Cases without a verdict; not part of `n`."""


class Accuracy(Record):
    """How often a judge is right on one question, over answers whose verdict is known."""

    sensitivity: Estimate
    """Of the leaks, the share that it finds."""
    specificity: Estimate
    """Of the clean answers, the share that it clears."""


class Calibration(Record):
    """What ``pytest-distill calibrate`` finds out about a judge."""

    format: Literal["pytest-distill-calibration/1"] = "pytest-distill-calibration/1"
    judge: str
    """Its name: another judge, or another version of its rules, errs otherwise."""
    cases: Count
    """Answers whose verdict is known."""
    cases_sha256: str
    loose: Accuracy
    strict: Accuracy
    hard: Accuracy
    by_trap: Mapping[str, Estimate]
    """Share of right verdicts, loose and strict, by what makes the answers hard to read."""
    effective_judges: float | None = None
    """How many independent judges a panel is worth by its errors; None where that is undefined."""


class Rates(Record):
    """The three leak rates over the same cases."""

    loose: Estimate
    strict: Estimate
    hard: Estimate


class Corrected(Rates):
    """Leak rates as they would be if the judge did not err; beside the raw ones, never instead."""

    by: Literal["rogan-gladen", "prediction-powered"]


class IceSummary(Rates):
    """The degree of identity leakage of one model."""

    by_category: Mapping[str, Rates]
    by_language: Mapping[str, Rates]
    vendors: Mapping[str, Estimate]
    """Rate of answers that claim to be of each other vendor."""
    corrected: tuple[Corrected, ...] = ()
    """One for each way of correcting that the run has the data for; no key where there is none."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, to_dict: SerializerFunctionWrapHandler) -> dict[str, object]:
        content: dict[str, object] = to_dict(self)
        if not self.corrected:
            del content["corrected"]
        return content


class Bred(Record):
    """What became of one slot of a campaign; sent from a worker with the slot's test."""

    model: str
    slot: str
    """``mut003``, ``bare`` or ``confirm``."""
    template: Template | None = None
    """The mutant; None where there is none."""
    mutator: str | None = None
    parent: str | None = None
    """The seed or slot that it was bred from."""
    level: Count = 0
    """Steps from its seed."""
    is_leading: bool = False
    """It names a vendor that is not the model's own, or one of its models."""
    rejected: Mapping[str, Count] = Field(default_factory=dict)
    """Drafts that were not taken on the way to this one, by reason."""
    decided: str | None = None
    """Why the campaign went no further; the slot is skipped."""
    shortest: Template | None = None
    """The template cut down to what still leaks; None where nobody looked, or nothing leaked."""


class Mutant(Record):
    """One template that a campaign asked, and what came of it."""

    text: str
    language: str
    frame: str
    mutator: str | None
    parent: str | None
    level: Count
    is_leading: bool
    queries: Count
    """Answers with a verdict."""
    leaks: Count
    shortest: str | None
    """The template cut down to what still leaks, where that was looked for."""


class CampaignSummary(Record):
    """How the templates of one model were found."""

    policy: str
    seed: int
    helper: str
    probes: Count
    """Questions that each mutant was asked with."""
    is_reproducible: bool
    """Whether the same seed gives the same mutants; not where slots ran in no fixed order."""
    queries: Count
    made: Mapping[str, Count]
    """Mutants by the mutator that made them."""
    rejected: Mapping[str, Count]
    """Drafts and replies that were not taken, by reason."""
    depth: Count
    """Levels of the tree below the seeds."""
    leading: Count
    """Mutants that name another vendor."""
    not_leading: Count
    decided: str | None
    """Why it ended before its last slot; None where it did not."""
    mutants: Mapping[str, Mutant]
    """By slot."""


class FuzzRates(IceSummary):
    """What bred templates bring out of one model.

    The rates are those of the search, which looks for the worst: an upper end, not the rate of
    an unsuspecting user. Under the policy ``none`` they are comparable over models.
    """

    control: Estimate
    """Loose rate of bare probes, asked in the same languages."""
    search: Estimate
    """Loose rate of the mutants that were confirmed, when they were found: too high."""
    confirmed: Estimate
    """Loose rate of the same mutants with questions that they were not chosen by."""


class FuzzSummary(FuzzRates):
    """The rates, and how the templates were found; a run log has the rates only."""

    campaign: CampaignSummary


class LikenessScores(Record):
    """How alike a model's answers are to a reference's; from 1 to 5."""

    overall: Estimate
    style: Estimate
    structure: Estimate
    content: Estimate


class ReferenceSummary(LikenessScores):
    """The degree of likeness to one reference.

    Anchored where the judge is offline: 5 is where another answer of the reference itself
    would be, 1 where the other references are, prompt by prompt.
    """

    by_domain: Mapping[str, LikenessScores]
    raw: LikenessScores
    """As the judge gave them, without anchors."""
    length_only: Estimate
    """What the lengths alone would say, without anchors."""
    anchors: Literal["none", "fixed", "measured"]
    """Where the floor is from: other references of the run, or models on record; ``none``:
    the judge's scores are reported as they are."""


class RseSummary(ReferenceSummary):
    """The degree of likeness of one model: to the reference that it is most alike."""

    reference: str
    """Which that is."""
    references: Mapping[str, ReferenceSummary]


class Candidate(Record):
    """A model that a student may have been distilled from, and what speaks for it."""

    name: str
    family: str
    """Its lineage: snapshots of one line share it."""
    score: float
    """Likeness, a mean over the prompts; higher is nearer."""
    low: float
    high: float
    p: Rate | None
    """Of "the student agrees with it no more than with the decoys", adjusted after Holm; None
    where there is no decoy."""
    distance: NonNegative
    """How far it is at all, in deviations: to compare students with each other."""
    lead: float | None
    """Agreement beyond that with the best decoy; what decides. None where there is none."""


class SharedHabit(Record):
    """A habit that student and candidate share against the crowd."""

    habit: str
    student: float
    """Deviations from the crowd of the other candidates."""
    teacher: float


class SharedPhrase(Record):
    """A phrase that both use and others use less, with shares of answers."""

    phrase: str
    student: Rate
    teacher: Rate
    others: Rate
    """The largest share of any other candidate."""


class SideBySide(Record):
    """One prompt with both answers. Their texts are untrusted data."""

    prompt: str
    student: str
    teacher: str


class Evidence(Record):
    """What speaks for one candidate."""

    candidate: str
    habits: tuple[SharedHabit, ...] = ()
    phrases: tuple[SharedPhrase, ...] = ()
    examples: tuple[SideBySide, ...] = ()


class Trace(Record):
    """Whose student a model is, as far as its answers say: affinity, never proof."""

    student: str
    prompts: Count
    """That all candidates and the student answered."""
    candidates: tuple[Candidate, ...]
    """The nearest first."""
    set: tuple[str, ...]
    """Those that the student may be of; empty for "none of these"."""
    verdict: Literal["none", "one", "several"]
    warnings: tuple[str, ...] = ()
    evidence: Evidence | None = None
    """For the first of the set; of the nearest where there is none."""


class Join(Record):
    """Two groups of models that are nearer to each other than to the rest."""

    members: tuple[str, ...]
    """Of both groups."""
    left: tuple[str, ...]
    right: tuple[str, ...]
    distance: NonNegative
    """The mean over their pairs: 0 is to write the same."""


class Cost(Record):
    """What the run asked for, as far as the providers say."""

    calls: Count
    """Cases that a model was asked for; recorded answers cost none."""
    input_tokens: Count | None
    output_tokens: Count | None


class Subject(Record):
    """Which facts a model under test was held against."""

    facts: str
    vendor: str
    facts_sha256: str
    """Of the fact set's content: reports of other facts cannot be compared."""


class CaseResult(Record):
    """What one case counts for, so that another run can be compared with this one case by case."""

    id: str
    prompt: str
    """Digest of what was asked: one id must not name two questions."""
    template: str | None
    probe: str
    """Digest of the cluster."""
    category: str
    language: str
    values: Mapping[str, float] | None
    """Its part in each number, by the number's name; None where the case is missing. A vendor
    that is not there was not claimed."""


class Gate(Record):
    """What ``--distill-gate`` demands of a number."""

    expression: str
    """As the user wrote it."""
    suite: str
    number: str
    """Name of the number within its suite: ``strict``, ``strict.team``, ``vendors.openai``."""
    is_ceiling: bool
    """``<=``; else ``>=``."""
    limit: float
    """Of the number, or of its rise over the baseline."""
    is_relative: bool
    """Whether the number is compared with the baseline's."""


class Verdict(Record):
    """What a gate says of one model; every reader of a run shows this one."""

    expression: str
    model: str
    verdict: Literal["pass", "fail", "inconclusive"]
    value: float | None
    """The number, or its rise over the baseline; None where there is none."""
    low: float | None
    high: float | None
    """The bounds that were held against the limit."""
    limit: float
    why: str
    """One sentence."""


class Agreement(Record):
    """How far the judges of a panel agree on one question, over the cases that two judged."""

    n: Count
    alpha: float | None
    """Krippendorff's, nominal; None where it is undefined, or the extra is not installed."""
    effective_judges: float | None
    """How many independent judges would know as much; None where a judge never varies."""


class Panel(Record):
    """Several judges, and how far they agree."""

    rule: Literal["majority", "unanimous"]
    judges: tuple[str, ...]
    loose: Agreement
    strict: Agreement
    note: str | None = None
    """Why a number is not there, if it could be."""


class Cascade(Record):
    """An offline judge for what is plain, and a model for the rest."""

    confidence: float
    """From here on the offline judge's verdict stands."""
    plain: Count
    """Verdicts that the offline judge gave."""
    uncertain: Count
    """Answers that the model was asked about."""
    audited: Count
    """Of the plain ones, those that the model was asked about too, to check."""
    saved: Count
    """Calls that were not made: the plain ones that were not audited."""
    agreement: Estimate
    """Share of the audited ones in which the model says the same, loose and strict."""


class Canaries(Record):
    """Plain gold cases that each judging model was given beside the run's own."""

    asked: Count
    missing: Count
    """Those without a verdict; they fail nobody."""
    failed: tuple[str, ...]
    """Judge and case of each wrong verdict. One is enough: the run proves nothing."""

    def after(self, earlier: "Canaries | None") -> "Canaries":
        """Return these, with what failed `earlier` in the same run."""
        before = () if earlier is None else earlier.failed
        return self.model_copy(update={"failed": tuple(dict.fromkeys((*before, *self.failed)))})


class RunInfo(Record):
    """What has to be equal for two reports to be comparable, and where they came from."""

    version: str
    """Of pytest-distill."""
    seed: int
    samples: int
    limit: int | None
    confidence: float
    judge: str
    subjects: Mapping[str, Subject]
    """By the label of the model."""
    cases_expected: Count
    """Cases that the settings call for; fewer are observed where some were deselected, or the
    run ended early."""
    cases_observed: Count
    cases_spared: Count = 0
    """Of those that are not observed, the ones that were not asked because every gate was
    decided without them."""
    cases_sha256: str
    """Of the ids and prompts of all cases that were observed, in any order."""
    panel: Panel | None = None
    cascade: Cascade | None = None
    canaries: Canaries | None = None
    """None where no model judges."""
    calibration: Calibration | None = None
    """How often the judge errs; None where nobody has found out."""
    warnings: tuple[str, ...] = ()
    """What a reader of the numbers has to know."""
    cases: Mapping[str, Mapping[str, tuple[CaseResult, ...]]] = Field(default_factory=dict)
    """By the label of the model, then by suite."""


class Report(Record):
    """``report.json``: the result of a run."""

    format: Literal["pytest-distill-report/1"] = "pytest-distill-report/1"
    run: RunInfo
    models: Mapping[str, Mapping[str, FuzzSummary | FuzzRates | IceSummary | RseSummary]]
    """Label of the model, then suite."""
    lineage: Mapping[str, Trace] = Field(default_factory=dict)
    """By the label of the model: which reference it may be a student of."""
    family_tree: tuple[Join, ...] = ()
    """Models and references clustered by likeness, from the nearest pair on."""
    gates: tuple[Verdict, ...] = ()
    cost: Cost
