"""Cases as pytest parameters, with ids that are the same on every machine."""

from collections import Counter
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from pytest_distill.records import Case
from pytest_distill.run.session import Session
from pytest_distill.suites.node_ids import parameter_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

    from pytest_distill.engine.model_under_test import ModelUnderTest

T = TypeVar("T")


def parameters(session: Session, suite: str) -> "list[ParameterSet]":
    """Return ``(model, case)`` for every case of `suite`, over every model under test."""
    return list(_parameters(session, suite))


def by_test_id(session: Session) -> dict[tuple[str, str], tuple[str, Case]]:
    """Return the model label and case of every test of a suite; the keys are as in `test_of`."""
    found = {}
    for suite in session.suites:
        for parameter in _parameters(session, suite):
            model, case = parameter.values
            key = (suite, str(parameter.id))
            found[key] = (cast("ModelUnderTest", model).label, cast("Case", case))
    return found


def find(known: Mapping[tuple[str, str], T], node_id: str) -> T | None:
    """Return what is known of a test, if anything is."""
    key = key_of(known, node_id)
    return None if key is None else known[key]


def key_of(known: Container[tuple[str, str]], node_id: str) -> tuple[str, str] | None:
    """Return the key of a test, also if a plugin added parameters to it; None without one."""
    suite, name = test_of(node_id)
    while (suite, name) not in known and name:
        # pytest-repeat adds "-2-3" for the second of three runs.
        name = name.rpartition("-")[0]
    return (suite, name) if name else None


def test_of(node_id: str) -> tuple[str, str]:
    """Return the suite and the bracketed parameter id in a test's node id."""
    folder, _, test = node_id.partition("::")
    return folder.rpartition("/")[2], test.partition("[")[2].rpartition("]")[0]


def _parameters(session: Session, suite: str) -> "Iterator[ParameterSet]":
    used: Counter[str] = Counter()
    for label, model in session.models.items():
        for case in session.suites[suite].cases(label):
            name = parameter_id(label, case.id.removeprefix(f"{case.suite}/"))
            used[name] += 1
            # Ids in a user's file may differ only in characters that `parameter_id` replaces.
            unique = name if used[name] == 1 else f"{name}~{used[name]}"
            if session.part.has(suite, label, case):
                yield pytest.param(model, case, id=unique)
