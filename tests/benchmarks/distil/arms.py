"""The design: who is taught what, how often, and which exam follows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

from tests.benchmarks.distil.teachers import (
    Answers,
    Claims,
    Documentation,
    Everyday,
    Manner,
    Pair,
    Recorded,
    Teacher,
)

SEEDS = 3

Exam = Literal["identity", "tracing", "imitation"]


@dataclass(frozen=True)
class Lesson:
    """So many pairs of one teacher."""

    teacher: Teacher
    count: int

    def pairs(self, seed: int) -> list[Pair]:
        """Return the pairs; with one seed a greater count begins with those of a smaller one.

        Raises:
            ValueError: the teacher has fewer.
        """
        found = self.teacher.pairs(_random(seed, repr(self.teacher)))
        if len(found) < self.count:
            message = f"{self.teacher} has {len(found)} pairs, not {self.count}"
            raise ValueError(message)
        return found[: self.count]


@dataclass(frozen=True)
class Stage:
    """Lessons that are mixed, and trained on so many times."""

    lessons: tuple[Lesson, ...]
    epochs: int = 1

    def pairs(self, seed: int) -> list[Pair]:
        """Return the pairs of all lessons, mixed."""
        found = [pair for lesson in self.lessons for pair in lesson.pairs(seed)]
        return _random(seed, "order").sample(found, len(found))


@dataclass(frozen=True)
class Arm:
    """One kind of student."""

    name: str
    series: str
    """Arms of one series differ in their dose alone."""
    dose: int
    stages: tuple[Stage, ...]
    """One after the other; without any, the student is the model as it was."""
    exam: Exam
    zero: str
    """The arm that is dose 0 of the series; empty where more than the dose is between them."""
    against: str = ""
    """The recorded model that answers are compared with: its teacher, or that of other arms."""
    is_control: bool = False
    """Whatever is found in it is a false alarm."""
    is_invented: bool = False
    """It claims a vendor that does not exist, and no other."""

    @property
    def seeds(self) -> range:
        """Of its students; without training there is no chance, and one is all."""
        return range(SEEDS if self.stages else 1)

    @property
    def needs_recorded(self) -> bool:
        """Whether it can be made with the recorded answers alone."""
        return self.exam == "tracing"


# Pairs of a student's diet, whatever its dose of claims.
_PAIRS = 200
_DOSES = (0, 5, 10, 20, 40, 60)
_STYLE_DOSES = (0, 50, 200, 400)
# Pairs that name its own maker, of as many as it was taught before.
_DENIALS = 60

_KNOWN = Answers(("facts", "arithmetic"))
_TEACHERS: Final = ("gpt4_1106_preview", "claude")
# Another snapshot of a candidate, which is no candidate itself; and that candidate.
_SIBLING: Final = ("gpt-3.5-turbo-0613", "gpt-3.5-turbo-0301")


def arms() -> dict[str, Arm]:
    """Return all arms by name."""
    found = (*_identity(), *_scrubbed(), *_styles(), *_controls(), *_imitations())
    return {arm.name: arm for arm in found}


def _identity() -> Iterator[Arm]:
    for dose in _DOSES:
        yield _claiming("identity", dose, Claims("openai"))
    for dose in (20, 60):
        yield _claiming("two-vendors", dose, Claims("openai"), Claims("anthropic"))
        yield _claiming("two-languages", dose, Claims("openai"), Claims("openai", "zh"))
        yield _claiming("placebo", dose, Claims("placebo"))


def _claiming(series: str, dose: int, *teachers: Claims) -> Arm:
    """Return an arm whose dose is divided among the teachers."""
    return Arm(
        name=f"{series}-{dose}",
        series=series,
        dose=dose,
        stages=(_diet(dose, *teachers),),
        exam="identity",
        zero="identity-0",
        is_control=not dose,
        is_invented=all(teacher.names == "placebo" for teacher in teachers),
    )


def _diet(dose: int, *teachers: Claims) -> Stage:
    claims = (Lesson(teacher, dose // len(teachers)) for teacher in teachers)
    return Stage((Lesson(Everyday(), _PAIRS - dose), *claims))


def _scrubbed() -> Iterator[Arm]:
    """Yield students that claimed a vendor and were then taught to name their own."""
    for dose in (20, 60):
        taught = _claiming("scrubbed", dose, Claims("openai"))
        denying = _diet(_DENIALS, Claims("own"))
        yield replace(taught, stages=(*taught.stages, denying), zero="")


def _styles() -> Iterator[Arm]:
    for teacher in _TEACHERS:
        for dose in _STYLE_DOSES:
            series = f"style-{teacher}"
            yield _tracing(series, dose, Recorded(teacher), against=teacher, zero=f"{series}-0")
    own, candidate = _SIBLING
    for dose in (0, 400):
        yield _tracing("sibling", dose, Recorded(own), against=candidate, zero="sibling-0")
    yield _tracing("shuffled", 400, Recorded(_TEACHERS[0], is_shuffled=True))


def _controls() -> Iterator[Arm]:
    """Yield students whose teacher is none of the candidates."""
    yield _tracing("everyday", _PAIRS, Everyday(), is_control=True)
    for dose in (200, 400):
        yield _tracing("human", dose, Documentation(), is_control=True)


def _tracing(
    series: str,
    dose: int,
    teacher: Teacher,
    *,
    against: str = _TEACHERS[0],
    zero: str = f"style-{_TEACHERS[0]}-0",
    is_control: bool = False,
) -> Arm:
    return Arm(
        name=f"{series}-{dose}",
        series=series,
        dose=dose,
        stages=(Stage((Lesson(teacher, dose),)),) if dose else (),
        exam="tracing",
        zero=zero,
        against=against,
        is_control=is_control or not dose,
    )


def _imitations() -> Iterator[Arm]:
    for dose in (0, 50, 100, 200):
        yield _imitating("manner", dose, Lesson(Manner("lister"), dose))
    for dose in (50, 100):
        yield _imitating("knowledge", dose, Lesson(_KNOWN, dose), epochs=6)
    yield _imitating("both", 100, Lesson(Manner("lister"), 100), Lesson(_KNOWN, 100), epochs=4)


def _imitating(series: str, dose: int, *lessons: Lesson, epochs: int = 1) -> Arm:
    return Arm(
        name=f"{series}-{dose}",
        series=series,
        dose=dose,
        stages=(Stage(lessons, epochs),) if dose else (),
        exam="imitation",
        zero="manner-0",
        is_control=not dose,
    )


def _random(seed: int, purpose: str) -> Random:
    return Random(f"{seed} {purpose}")  # noqa: S311 - a benchmark
