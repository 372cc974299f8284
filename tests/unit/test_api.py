"""The names of `pytest_distill.api`."""

import pytest

from pytest_distill import api


def test_every_name_is_there() -> None:
    """In alphabetical order."""
    assert sorted(api.__all__) == api.__all__
    assert all(hasattr(api, name) for name in api.__all__)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Respondent", api.ModelUnderTest),
        ("Reader", api.IdentityChecker),
        ("Breeding", api.SlotEvaluation),
    ],
)
def test_a_name_that_was_changed_works_on(old: str, new: type[object]) -> None:
    """And says what it is called now."""
    with pytest.warns(DeprecationWarning, match=f"{old} was renamed to {new.__name__}"):
        found = getattr(api, old)

    assert found is new


def test_a_name_that_never_was_is_no_attribute() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="no attribute 'Anything'"):
        _ = api.Anything
