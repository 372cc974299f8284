"""What the options ``--fuzz-…`` say of a campaign."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.records import Record
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.names import SUITE


class FuzzStop(Record):
    """When a campaign has seen enough; None is never."""

    queries: Annotated[int, Field(ge=1)] | None = None
    mutants: Annotated[int, Field(ge=1)] | None = None
    leaks: Annotated[int, Field(ge=1)] | None = None
    refusals: Annotated[int, Field(ge=1)] | None = None
    """Answers that gave nothing away."""
    evidence: Annotated[float, Field(gt=1)] | None = None
    """That mutants leak more often than a gate allows; wrong with a chance of 1 / evidence."""


class FuzzSettings(Record):
    """What a campaign is to do."""

    mutations: Annotated[int, Field(ge=1)] = 20
    policy: Literal["mcts-explore", "ucb", "exp3", "round-robin", "random", "none"] = "mcts-explore"
    # The paper asks 50. With three a campaign is some 110 answers, with what it is compared to and
    # confirmed by: five minutes of a small model on two cores.
    probes: Annotated[int, Field(ge=1)] = 3
    stop: FuzzStop = FuzzStop()
    corpus: Path | None = None
    """Where leaks that were found are kept; None is pytest's cache."""


def fuzz_settings(settings: Settings) -> FuzzSettings:
    """Return what a campaign of the run is to do."""
    found = settings.options.get(SUITE)
    return found if isinstance(found, FuzzSettings) else FuzzSettings()


def read(values: Mapping[str, object], folder: Path) -> FuzzSettings:
    """Return what the options say.

    Args:
        values: of all options, by their ini names.
        folder: that relative paths are relative to.

    Raises:
        UsageError: names the option that is wrong, and what it may be.
    """
    found = {
        name: values[f"{SUITE}_{name}"]
        for name in ("mutations", "policy", "probes")
        if f"{SUITE}_{name}" in values
    }
    if f"{SUITE}_corpus" in values:
        found["corpus"] = folder / str(values[f"{SUITE}_corpus"])
    if f"{SUITE}_stop" in values:
        found["stop"] = _stop(str(values[f"{SUITE}_stop"]))
    try:
        return FuzzSettings.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        flag = "-".join(str(part) for part in first["loc"]).replace("_", "-")
        message = f"--{SUITE}-{flag} {first['input']!r}: {first['msg']}"
        raise UsageError(message) from error


def _stop(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, sign, number = (piece.strip() for piece in part.partition("="))
        problem = _problem(part.strip(), key, number, is_pair=bool(sign), known=parts)
        if problem is not None:
            message = (
                f"--{SUITE}-stop {text!r}: {problem}\n"
                f"  a stop reads {','.join(f'{name}=N' for name in FuzzStop.model_fields)},"
                " or some of these"
            )
            raise UsageError(message)
        parts[key] = number
    return parts


def _problem(
    part: str, key: str, number: str, *, is_pair: bool, known: Mapping[str, str]
) -> str | None:
    if key not in FuzzStop.model_fields or not is_pair:
        return f"what is {part!r}?{did_you_mean(key, FuzzStop.model_fields)}"
    if key in known:
        return f"{key!r} is given twice"
    if not number.replace(".", "", 1).isdecimal():
        return f"{number!r} is no number"
    return None
