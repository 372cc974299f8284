"""Cases as pytest parameters, with ids that are the same on every machine."""

import re
from collections import Counter
from typing import TYPE_CHECKING, cast

import pytest

from pytest_distill.records import Case
from pytest_distill.run.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

    from pytest_distill.engine.model_under_test import ModelUnderTest

_UNSAFE = re.compile(r"[^A-Za-z0-9._/+-]+")


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


def test_of(node_id: str) -> tuple[str, str]:
    """Return the suite and the bracketed parameter id in a test's node id."""
    folder, _, test = node_id.partition("::")
    return folder.rpartition("/")[2], test.partition("[")[2].rpartition("]")[0]


def _parameters(session: Session, suite: str) -> "Iterator[ParameterSet]":
    used: Counter[str] = Counter()
    for label, model in session.models.items():
        for case in session.suites[suite].cases(label):
            name = test_id(label, case.id.removeprefix(f"{case.suite}/"))
            used[name] += 1
            # Ids in a user's file may differ only in characters that `test_id` replaces.
            unique = name if used[name] == 1 else f"{name}~{used[name]}"
            yield pytest.param(model, case, id=unique)


def test_id(label: str, case: str) -> str:
    """Return ``<model>-<case>`` with only characters that -k, shells and JUnit readers accept."""
    return f"{_UNSAFE.sub('_', label)}-{_UNSAFE.sub('_', case)}"
