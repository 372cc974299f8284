"""The whole chain against a known truth: probes, persona, judge, interval."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.simulated_coverage import coverage, loose
from tests.conftest import Run


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.3, 1.0])
def test_the_interval_holds_the_true_rate(rate: float) -> None:
    """In at least 33 of 40 runs; the benchmark does 200 of each.

    The seeds are fixed. At a coverage of 93 % fewer than 33 would be a one-in-a-hundred accident.
    """
    assert coverage(rate, range(40)) >= 33 / 40


@pytest.mark.parametrize(("rate", "measured"), [(0.0, 0.0), (1.0, 1.0)])
def test_the_judge_reads_every_persona_right(rate: float, measured: float) -> None:
    """Whoever never leaks is never accused, whoever always does is always found."""
    assert {loose(rate, seed).value for seed in range(5)} == {measured}


@pytest.mark.parametrize("facts", ["claude", "glm", "llama", "gpt", "smollm", "ernie"])
@pytest.mark.parametrize("vendor", ["openai", "anthropic", "google", "alibaba"])
def test_every_claim_is_found_for_every_fact_set(
    run: Run, tmp_path: Path, facts: str, vendor: str
) -> None:
    """And counted under the vendor that is claimed."""
    own = {"claude": "anthropic", "gpt": "openai"}.get(facts)
    if own == vendor:
        vendor = "deepseek"
    report = tmp_path / "r.json"

    run(
        "--suite=ice",
        f"--model=simulated:{facts}?leak=1&vendor={vendor}",
        "--distill-limit=40",
        "--distill-fail-on=gate",
        f"--distill-report=json:{report}",
    )

    ice = json.loads(report.read_text())["models"][facts]["ice"]
    assert {name: number["value"] for name, number in ice["vendors"].items()} == {vendor: 1.0}
    assert ice["strict"]["value"] == (vendor in {"openai", "anthropic"})
