"""The settings of a campaign, from the options ``--fuzz-…``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from pytest_distill.errors import SettingError, did_you_mean
from pytest_distill.records import Record
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.names import SUITE

_PREFIX = f"{SUITE}_"


class FuzzStop(Record):
    """Limits at which a campaign ends; None: no limit."""

    queries: Annotated[int, Field(ge=1)] | None = None
    mutants: Annotated[int, Field(ge=1)] | None = None
    leaks: Annotated[int, Field(ge=1)] | None = None
    refusals: Annotated[int, Field(ge=1)] | None = None
    """Answers that reveal no identity."""
    evidence: Annotated[float, Field(gt=1)] | None = None
    """For mutants leaking more often than a gate allows; wrong with chance 1 / evidence."""


class FuzzSettings(Record):
    """The settings of a campaign."""

    mutations: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """None: 20, and of a frozen bank as many as the gates need."""
    policy: Literal["mcts-explore", "ucb", "exp3", "round-robin", "random", "none"] = "mcts-explore"
    # The paper asks 50. With three a campaign has some 110 answers, control and confirmation
    # included: five minutes for a small model on two cores.
    probes: Annotated[int, Field(ge=1, le=10_000)] = 3
    stop: FuzzStop = FuzzStop()
    corpus: Path | None = None
    """File of the leaks; None: they are in pytest's cache."""

    @property
    def is_frozen(self) -> bool:
        """Whether the templates of the bank are asked as they are."""
        return self.policy == "none"


def fuzz_settings(settings: Settings) -> FuzzSettings:
    """Return the settings of the run's campaigns."""
    found = settings.options.get(SUITE)
    return found if isinstance(found, FuzzSettings) else FuzzSettings()


def read(values: Mapping[str, object], folder: Path) -> FuzzSettings:
    """Return the settings from the options.

    Args:
        values: of the given options, by their ini names.
        folder: base of relative paths.

    Raises:
        UsageError: names the invalid option, and its valid values.
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
        name, *parts = map(str, first["loc"])
        problem = ": ".join([*parts, first["msg"]])
        raise SettingError(_PREFIX + name, first["input"], problem) from error


def _stop(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, sign, number = (piece.strip() for piece in part.partition("="))
        problem = _problem(part.strip(), key, number, is_pair=bool(sign), known=parts)
        if problem is not None:
            known = ",".join(f"{name}=N" for name in FuzzStop.model_fields)
            message = f"{problem}\n  give {known}, or some of these"
            raise SettingError(_PREFIX + "stop", text, message)
        parts[key] = number
    return parts


def _problem(
    part: str, key: str, number: str, *, is_pair: bool, known: Mapping[str, str]
) -> str | None:
    if key not in FuzzStop.model_fields or not is_pair:
        return f"{part!r} is not a limit.{did_you_mean(key, FuzzStop.model_fields)}"
    if key in known:
        return f"{key!r} is given twice"
    if not number.replace(".", "", 1).isdecimal():
        return f"{number!r} is not a number"
    return None
