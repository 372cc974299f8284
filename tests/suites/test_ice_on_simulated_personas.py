"""The whole chain against a known truth: probes, persona, judge, interval."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.simulated_coverage import coverage, loose
from tests.support.pytest_runs import Run

pytestmark = pytest.mark.unmeasured


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_the_interval_holds_the_true_rate(rate: float) -> None:
    """In at least 33 of 40 runs; the benchmark does 200 of each.

    The seeds are fixed. At a coverage of 93 % fewer than 33 would be a one-in-a-hundred accident.
    """
    assert coverage(rate, range(40)) >= 33 / 40


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_the_judge_reads_every_persona_right(rate: float) -> None:
    """Whoever never leaks is never accused, whoever always does is always found."""
    found = [loose(rate, seed) for seed in range(5)]

    assert {estimate.value for estimate in found} == {rate}
    assert {(e.low if rate == 0 else e.high) for e in found} == {rate}


@pytest.mark.parametrize("vendor", ["openai", "anthropic", "google", "alibaba"])
def test_every_claim_is_found_for_every_fact_set(run: Run, tmp_path: Path, vendor: str) -> None:
    """And counted under the vendor that is claimed."""
    own = {"claude": "anthropic", "gpt": "openai"}
    claims = {
        facts: "deepseek" if own.get(facts) == vendor else vendor
        for facts in ("claude", "glm", "llama", "gpt", "smollm", "ernie")
    }
    models = (f"--model=simulated:{facts}?leak=1&vendor={claims[facts]}" for facts in claims)
    report = tmp_path / "r.json"

    run(
        "--suite=ice",
        *models,
        "--distill-limit=40",
        "--distill-fail-on=gate",
        f"--distill-report=json:{report}",
    )

    found = json.loads(report.read_text())["models"]
    assert {
        facts: {name: number["value"] for name, number in found[facts]["ice"]["vendors"].items()}
        for facts in found
    } == {facts: {claimed: 1.0} for facts, claimed in claims.items()}
    for facts, claimed in claims.items():
        assert found[facts]["ice"]["strict"]["value"] == (claimed in {"openai", "anthropic"})
