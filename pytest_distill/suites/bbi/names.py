"""Names of the suite's arms and numbers."""

from typing import Final, Literal

SUITE: Final = "bbi"

Arm = Literal["student", "resample", "base"]
"""Whose answers stand beside the reference's: the model's; further ones of the reference itself,
where nobody should see a difference; those of the model before it was distilled, or of an unrelated
one."""

ARMS: Final[tuple[Arm, ...]] = ("student", "resample", "base")

STUDENT: Final[Arm] = "student"
RESAMPLE: Final[Arm] = "resample"
BASE: Final[Arm] = "base"

TEACHER: Final = "reference"
"""Role of the reference's first answer, where a recorded one has no further answer."""

TRAINED: Final = "trained"
"""The adversary that learns from pairs of the run."""

TWO_SAMPLE: Final = "two-sample"

PER_CASE: Final = ("advantage", "advantage_consistent", "flip_rate")
"""Numbers of every adversary, arm, category and reference."""

NUMBERS: Final = (*PER_CASE, "total_variation", "closed", "p_value")


def judge_name(label: str) -> str:
    """Return what a judging model is called among the adversaries."""
    return f"judge-{label}"


def value_name(judge: str, arm: str) -> str:
    """Return the name of a guess in the values of an observation.

    Args:
        judge: label of the judging model.
        arm: of whose answer it is.
    """
    return f"{judge_name(judge)}/{arm}"
