"""Cases as pytest parameters, with ids that are the same on every machine."""

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pytest_distill.session import DistillSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

_UNSAFE = re.compile(r"[^A-Za-z0-9._/+-]+")


def parameters(session: DistillSession, suite: str) -> "list[ParameterSet]":
    """Return ``(model, case)`` for every case of `suite`, over every model under test."""
    return list(_parameters(session, suite))


def _parameters(session: DistillSession, suite: str) -> "Iterator[ParameterSet]":
    used: Counter[str] = Counter()
    for label, respondent in session.respondents.items():
        for case in session.cases(suite, label):
            name = test_id(label, case.id.removeprefix(f"{case.suite}/"))
            used[name] += 1
            # Two ids of a user's file may differ in unsafe characters only.
            unique = name if used[name] == 1 else f"{name}~{used[name]}"
            yield pytest.param(respondent, case, id=unique)


def test_id(label: str, case: str) -> str:
    """Return ``<model>-<case>`` in characters that -k, shells and JUnit readers survive."""
    return f"{_UNSAFE.sub('_', label)}-{_UNSAFE.sub('_', case)}"
