"""The offline judge on recorded examples of kinds that its first rules got wrong.

Nothing of them is in this repository; where they are not at hand the test is skipped, except in
CI, where they must be.
"""

import json

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from tests.support.recorded_data import data_folder

LEAST_RIGHT = 40


def test_it_reads_nearly_all_of_the_kinds_that_it_once_misread() -> None:
    """Loose, strict and hard together."""
    path = data_folder("gold") / "identity_examples.jsonl"
    facts = load_shipped()
    registry = AliasRegistry(facts.values())
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    right = 0
    for case in cases:
        verdict = OfflineIdentityJudge(facts[case["facts"]], registry).read(
            case["response"],
            query=case["query"],
            template=case["template"],
            language=case["language"],
        )
        labels = case["loose"], case["strict"], case["hard"]
        right += labels == (verdict.loose, verdict.strict, verdict.hard)

    assert len(cases) == 42
    assert right >= LEAST_RIGHT
