"""The settings of the suite, from the options ``--bbi-…``."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, ValidationError

from pytest_distill.errors import SettingError
from pytest_distill.records import Record, RunDescription
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.advantage import EPSILON
from pytest_distill.suites.bbi.names import SUITE

_OPTION = "bbi_epsilon"


class BbiSettings(Record):
    """The settings of the suite."""

    epsilon: Annotated[float, Field(gt=0, lt=1)] = EPSILON
    """Advantage up to which student and teacher are called indistinguishable."""


def read(values: Mapping[str, object]) -> BbiSettings:
    """Return the settings from the options.

    Args:
        values: of the given options, by their ini names.

    Raises:
        SettingError: the number is out of range.
    """
    if _OPTION not in values:
        return BbiSettings()
    given = values[_OPTION]
    try:
        return BbiSettings.model_validate({"epsilon": given})
    except ValidationError as error:
        problem = "an advantage is between 0 and 1, such as 0.1"
        raise SettingError(_OPTION, str(given), problem) from error


def bbi_settings(settings: Settings) -> BbiSettings:
    """Return the settings of the run's suite."""
    found = settings.options.get(SUITE)
    return found if isinstance(found, BbiSettings) else BbiSettings()


def epsilon_of(description: RunDescription) -> float:
    """Return the advantage up to which a run calls models indistinguishable."""
    return float(description.options.get(SUITE, {}).get("epsilon") or EPSILON)
