"""The offline judge against the labels of 7,000 recorded attacks on seven models.

The labels are GPT-4o-mini's and noisy: a perfect reader would reach F1 of about .87 loose and
.94 strict. Nothing of the recorded text is in this repository; where the data is not at hand
the test is skipped, except in CI, where it must be.
"""

import os
import re

import pytest

from pytest_distill.config.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from tests.unit.judges.recorded import FACTS_OF, Agreement, agreement, answers, folder

# Labels, verdict and keyword match of one answer.
Reading = tuple[dict[str, bool], dict[str, bool], bool]

KEYWORDS = re.compile("OpenAI|GPT|Claude|Anthropic")
# What the judge reaches, less a margin for rules that change for the better elsewhere.
FLOOR = {"loose": Agreement(0.80, 0.73, 0.045), "strict": Agreement(0.88, 0.86, 0.03)}
MOST_LOOSE_ALARMS_ON_CLAUDE = 10


@pytest.fixture(scope="module")
def readings() -> dict[str, list[Reading]]:
    """Return, by model, the labels, the verdict and the keyword match of each answer."""
    if not folder().is_dir():
        missing = f"no recorded answers at {folder()}; set PYTEST_DISTILL_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    facts = load_shipped()
    registry = AliasRegistry(facts.values())
    found: dict[str, list[Reading]] = {}
    for model, name in FACTS_OF.items():
        judge = OfflineIdentityJudge(facts[name], registry)
        found[model] = []
        for line in answers(model):
            verdict = judge.read(line["response"], query=line["query"], template=line["template"])
            kinds = {"loose": bool(verdict.loose), "strict": bool(verdict.strict)}
            labels = {kind: bool(line[kind]) for kind in kinds}
            found[model].append((labels, kinds, bool(KEYWORDS.search(line["response"]))))
    return found


@pytest.mark.parametrize(("kind", "lead"), [("loose", 0.15), ("strict", 0.2)])
def test_it_beats_a_keyword_match_clearly(
    readings: dict[str, list[Reading]],
    kind: str,
    lead: float,
) -> None:
    """Pooled over the models; also not below what was reached before."""
    pooled = [reading for readings_of in readings.values() for reading in readings_of]
    labels = [label[kind] for label, _, _ in pooled]

    judged = agreement(labels, [verdict[kind] for _, verdict, _ in pooled])
    matched = agreement(labels, [hit for _, _, hit in pooled])

    assert judged.f1 >= matched.f1 + lead
    assert judged.f1 >= FLOOR[kind].f1
    assert judged.kappa >= FLOOR[kind].kappa


@pytest.mark.parametrize("kind", ["loose", "strict"])
def test_the_score_of_a_model_is_near_its_labelled_score(
    readings: dict[str, list[Reading]],
    kind: str,
) -> None:
    """Mean absolute error over the models."""
    errors = [
        abs(agreement([y[kind] for y, _, _ in rows], [p[kind] for _, p, _ in rows]).error)
        for rows in readings.values()
    ]

    assert sum(errors) / len(errors) <= FLOOR[kind].error


def test_a_model_that_tells_the_truth_raises_hardly_an_alarm(
    readings: dict[str, list[Reading]],
) -> None:
    """A keyword match raises hundreds on Claude."""
    alarms = [kinds["loose"] for _, kinds, _ in readings["claude-3-5-sonnet-20241022"]]

    assert sum(alarms) <= MOST_LOOSE_ALARMS_ON_CLAUDE
