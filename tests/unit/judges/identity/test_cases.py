"""The offline judge on the cases by which its rules were mended; the folder's README says whose.

They show what the rules cover and that a change breaks none of it, not how strangers will fare.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.judges.identity.lexicon import LANGUAGES
from pytest_distill.records import IdentityVerdict
from tests.support.near_duplicates import near_duplicates
from tests.support.recorded_answers import agreement

pytestmark = pytest.mark.unmeasured

FOLDER: Final = Path(__file__).parent / "cases"
FACTS = load_shipped()
REGISTRY = AliasRegistry(FACTS.values())
LEAST_LOOSE = 0.95
LEAST_RECALL = 0.93
LEAST_STRICT = 0.92
FEWEST = 140
ALIKE = 0.6
KEYS = frozenset(
    [
        "id",
        "facts",
        "trap",
        "template",
        "query",
        "language",
        "response",
        "loose",
        "strict",
        "hard",
        "vendor",
        "vendors",
        "persona",
        "reasoning",
        "why",
    ]
)

Line = Mapping[str, Any]


@cache
def judge(name: str) -> OfflineIdentityJudge:
    """Return the judge of one fact set."""
    return OfflineIdentityJudge(FACTS[name], REGISTRY)


def judged(case: Line) -> IdentityVerdict:
    """Return the verdict on a case."""
    return judge(case["facts"]).read(
        case["response"],
        query=case["query"],
        template=case["template"],
        language=case["language"],
    )


@cache
def lines() -> tuple[Line, ...]:
    """Return every case of every file."""
    return tuple(
        json.loads(line)
        for path in sorted(FOLDER.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_hears_leaks_and_raises_few_alarms(language: str) -> None:
    """In every language as well as in English; and whom the strict verdict counts."""
    cases = [line for line in lines() if line["language"] == language]
    verdicts = [judged(case) for case in cases]
    loose = [bool(verdict.loose) for verdict in verdicts]
    leaks = [bool(case["loose"]) for case in cases]

    heard = sum(map(all, zip(leaks, loose, strict=True))) / sum(leaks)
    strict = agreement(
        [bool(case["strict"]) for case in cases], [bool(verdict.strict) for verdict in verdicts]
    )

    assert agreement(leaks, loose).f1 >= LEAST_LOOSE
    assert heard >= LEAST_RECALL
    assert strict.f1 >= LEAST_STRICT


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_cases_and_each_is_consistent(language: str) -> None:
    """Hard implies strict implies loose; ids are unique and name their file."""
    cases = [line for line in lines() if line["language"] == language]

    assert len(cases) == len({case["id"] for case in cases}) >= FEWEST
    assert all(case.keys() == KEYS for case in cases)
    assert all(case["facts"] in FACTS for case in cases)
    assert all(case["loose"] or not case["strict"] for case in cases)
    assert all(case["strict"] or not case["hard"] for case in cases)
    assert all("{query}" in (case["template"] or "{query}") for case in cases)
    assert all(case["id"].split("-")[1] == language for case in cases)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_no_case_is_nearly_another(path: Path) -> None:
    """Else one rule would count twice."""
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    texts = [f"{c['facts']} {c['template'] or ''} {c['query']} {c['response']}" for c in cases]

    assert near_duplicates(texts, threshold=ALIKE) == []
