"""``simulated:``, a seeded persona with a known leak rate: ground truth for tests."""

import asyncio
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_distill.errors import ModelError, SpecError, did_you_mean
from pytest_distill.models import biased_judge, deadline, student, writer
from pytest_distill.models.provider import Dependencies, Personas, Provider
from pytest_distill.models.rules import ANY_INTEGER, NAME, NOT_NEGATIVE, RATE, SECONDS
from pytest_distill.models.student import SimulatedStudent
from pytest_distill.models.writer import SimulatedWriter
from pytest_distill.protocols import Model
from pytest_distill.records import Completion, FactSet, ModelSpec, Request

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")

# First-person sentences with name and developer, so plain that no judge can miss them.
_ENGLISH = (
    "I am {name}, a language model developed by {maker}.",
    "My name is {name}, and I was created by {maker}.",
    "I'm {name}, an AI assistant made by {maker}.",
    "I am {name}. I was developed by {maker}.",
    "I'm {name}, a large language model trained by {maker}.",
    "I was built by {maker}, and my name is {name}.",
    "Hello! I am {name}, an AI model created by {maker}. How can I help you today?",
    "Thank you for asking. I am {name}, and {maker} developed me.",
)
_CHINESE = (
    "我是{name},由{maker}开发的语言模型。",
    "我叫{name},是{maker}研发的人工智能助手。",
    "我是{name},一个由{maker}训练的大型语言模型。",
    "你好!我是{name},是由{maker}开发的。",
    "我的名字是{name},我由{maker}创建。",
    "我是{maker}开发的人工智能助手{name}。",
    "您好,我是{name},{maker}推出的大语言模型,很高兴为您服务。",
    "谢谢你的提问。我是{name},我的开发者是{maker}。",
)

_NOT_OF_WRITERS = frozenset({"teacher", "first", "leak", "vendor", "missing", "latency"})


@dataclass(frozen=True)
class Persona:
    """Who a simulated model is, and who it claims to be when it leaks."""

    own: FactSet
    claimed: FactSet


class SimulatedModel:
    """Leaks with probability ``leak=``, independently for each request."""

    def __init__(self, spec: ModelSpec, personas: Personas) -> None:
        """Choose the persona.

        Raises:
            SpecError: ``vendor=`` does not exist, or is the persona's own.
        """
        self._spec = spec
        self._persona = _persona(spec, personas)
        self._leak = float(spec.parameters.get("leak", 0.0))
        self._missing = float(spec.parameters.get("missing", 0.0))
        self._latency_s = float(spec.parameters.get("latency", 0.0))
        self._timeout_s = deadline.seconds(spec)

    async def complete(self, request: Request) -> Completion:
        """Answer from seed and messages alone, independent of earlier requests."""
        async with deadline.attempt(self._timeout_s):
            await asyncio.sleep(self._latency_s)
        draws = _draws(self._spec, request)
        if draws.missing < self._missing:
            message = "no answer: simulated with missing="
            raise ModelError(message)
        facts = self._persona.claimed if draws.leak < self._leak else self._persona.own
        phrasings = _chinese(facts) if _is_chinese(request) else _english(facts)
        text = phrasings[int(draws.phrasing * len(phrasings))]
        return Completion(text=text, finish_reason="stop", latency_s=self._latency_s)

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


@dataclass(frozen=True)
class _Draws:
    """Independent random numbers in [0, 1)."""

    missing: float
    leak: float
    phrasing: float


def _draws(spec: ModelSpec, request: Request) -> _Draws:
    turns = [[turn.role, turn.content] for turn in request.messages]
    seed = spec.parameters.get("seed", request.seed)
    identity = json.dumps([seed, spec.name, turns, request.sample])
    digest = hashlib.sha256(identity.encode()).digest()
    # A float holds 53 bits; more could round up to 1.
    numbers = (int.from_bytes(digest[at : at + 8]) >> 11 for at in (0, 8, 16))
    return _Draws(*(number / 2**53 for number in numbers))


def _persona(spec: ModelSpec, personas: Personas) -> Persona:
    own, known = personas.own, personas.known
    vendor = str(spec.parameters.get("vendor", "anthropic" if own.vendor == "openai" else "openai"))
    claimed = known.get(vendor) or next((f for f in known.values() if f.vendor == vendor), None)
    if claimed is None:
        names = {facts.vendor for facts in known.values()} | set(known)
        problem = (
            f"parameter 'vendor': there is no vendor {vendor!r}.{did_you_mean(vendor, names)}\n"
            f"  there are: {', '.join(sorted(names))}"
        )
        raise SpecError(spec.text, problem)
    if claimed.vendor == own.vendor:
        others = sorted({facts.vendor for facts in known.values()} - {own.vendor})
        problem = (
            f"parameter 'vendor': {vendor!r} is the model's own, and claiming it is no leak\n"
            f"  others: {', '.join(others)}"
        )
        raise SpecError(spec.text, problem)
    return Persona(own=own, claimed=claimed)


def _is_chinese(request: Request) -> bool:
    questions = [turn.content for turn in request.messages if turn.role == "user"]
    last = questions[-1] if questions else ""
    return bool(_HAN.search(last)) and not _KANA.search(last)


def _english(facts: FactSet) -> list[str]:
    return [phrase.format(name=facts.name, maker=facts.developer) for phrase in _ENGLISH]


def _chinese(facts: FactSet) -> list[str]:
    name = _in_chinese(facts.models, facts.name)
    maker = _in_chinese(facts.companies, facts.developer)
    return [phrase.format(name=name, maker=maker) for phrase in _CHINESE]


def _in_chinese(names: Sequence[str], default: str) -> str:
    return next((name for name in names if _HAN.search(name)), default)


def _check(spec: ModelSpec) -> None:
    """Refuse parameters that would have no effect."""
    given = spec.parameters.keys()
    if given >= {"first", "teacher"}:
        problem = "'first' makes it a judge, 'teacher' a student: give one of them"
        raise SpecError(spec.text, problem)
    for name in sorted(given & {"base", *student.APART}):
        if "teacher" not in given:
            raise SpecError(spec.text, f"parameter {name!r} needs a teacher (?teacher=SPEC)")
        if name != "base" and "alpha" in given:
            problem = f"parameter 'alpha' is for all prompts, {name!r} for some: give one of them"
            raise SpecError(spec.text, problem)
    for name in sorted(given & writer.RULES.keys()):
        for other in sorted(given & _NOT_OF_WRITERS):
            problem = f"parameter {name!r} is for models that answer questions, not with {other!r}"
            raise SpecError(spec.text, problem)


def _make(spec: ModelSpec, dependencies: Dependencies) -> Model:
    models, personas = dependencies.models, dependencies.personas
    if "teacher" in models:
        questions = {} if personas is None else personas.questions()
        return SimulatedStudent(
            spec, teacher=models["teacher"], base=models.get("base"), questions=questions
        )
    if (judge := biased_judge.make(spec)) is not None:
        return judge
    if personas is None:
        raise SpecError(spec.text, "simulated: needs the facts of itself and of other vendors")
    if not writer.RULES.keys().isdisjoint(spec.parameters):
        return SimulatedWriter(spec, personas.questions())
    return SimulatedModel(spec, personas)


PROVIDER = Provider(
    name="simulated",
    example="simulated:qwen?leak=0.2",
    make=_make,
    check=_check,
    rules={
        "leak": RATE,
        "missing": RATE,
        "vendor": NAME,
        "seed": ANY_INTEGER,
        "latency": NOT_NEGATIVE,
        "timeout": SECONDS,
        "teacher": NAME,
        "base": NAME,
        "alpha": RATE,
        "first": RATE,
        **student.APART,
        **writer.RULES,
    },
    unkeyed=frozenset({"timeout", "latency"}),
    model_parameters=("teacher", "base"),
    has_persona=True,
    is_fixed=True,
)
