"""The design: who is taught what, how often, and which exam follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.benchmarks.distil.teachers import (
    Answers,
    Claims,
    Documentation,
    Everyday,
    Manner,
    Recorded,
    Teacher,
)

SEEDS = 3

Exam = Literal["identity", "tracing", "imitation"]


@dataclass(frozen=True)
class Lesson:
    """So many pairs of one teacher."""

    teacher: Teacher
    pairs: int


@dataclass(frozen=True)
class Stage:
    """Lessons that are mixed, and trained on so many times."""

    lessons: tuple[Lesson, ...]
    epochs: int = 1


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
    teacher: str | None = None
    """Who should be recognised: a vendor or a recorded model; None for a control."""
    needs_recorded: bool = False


# Pairs of a student's diet, whatever its dose of claims.
_PAIRS = 200
_DOSES = (0, 5, 10, 20, 40, 60)
_STYLE_DOSES = (50, 200, 400)
_MOST_EVERYDAY = 200

_KNOWN = Answers(("facts", "arithmetic"))
_TEACHERS = ("gpt4_1106_preview", "claude")
# Another snapshot of a candidate, which is no candidate itself.
_SIBLING = ("gpt-3.5-turbo-0613", "gpt-3.5-turbo-0301")


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
    names = {teacher.names for teacher in teachers}
    return Arm(
        name=f"{series}-{dose}",
        series=series,
        dose=dose,
        stages=(_diet(dose, *teachers),),
        exam="identity",
        teacher="+".join(sorted(names)) if dose else None,
    )


def _diet(dose: int, *teachers: Claims) -> Stage:
    claims = (Lesson(teacher, dose // len(teachers)) for teacher in teachers)
    return Stage((Lesson(Everyday(), _PAIRS - dose), *claims))


def _scrubbed() -> Iterator[Arm]:
    """Yield students that claimed a vendor and were then taught to name their own."""
    for dose in (20, 60):
        yield Arm(
            name=f"scrubbed-{dose}",
            series="scrubbed",
            dose=dose,
            stages=(_diet(dose, Claims("openai")), _diet(60, Claims("own"))),
            exam="identity",
            teacher="openai",
        )


def _styles() -> Iterator[Arm]:
    for teacher in _TEACHERS:
        for dose in _STYLE_DOSES:
            yield _of_recorded(f"style-{teacher}", dose, Recorded(teacher), teacher)
    own, candidate = _SIBLING
    yield _of_recorded("sibling", 400, Recorded(own), candidate)
    shuffled = Recorded(_TEACHERS[0], is_shuffled=True)
    yield _of_recorded("shuffled", 400, shuffled, _TEACHERS[0])


def _controls() -> Iterator[Arm]:
    """Yield students whose teacher is none of the candidates."""
    yield Arm("untouched", "untouched", 0, (), "tracing", needs_recorded=True)
    yield _of_recorded("everyday", _MOST_EVERYDAY, Everyday(), None)
    for dose in (200, 400):
        yield _of_recorded("human", dose, Documentation(), None)


def _of_recorded(series: str, dose: int, teacher: Teacher, recognised: str | None) -> Arm:
    return Arm(
        name=f"{series}-{dose}",
        series=series,
        dose=dose,
        stages=(Stage((Lesson(teacher, dose),)),),
        exam="tracing",
        teacher=recognised,
        needs_recorded=True,
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
        teacher="lister" if dose else None,
    )
