"""Answers from before a session: by their age, or by the release that the endpoint reports."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.gates import expression
from pytest_distill.models import spec
from pytest_distill.protocols import AnsweringModel
from pytest_distill.records import Case, Observation, Report
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.base import BaseSuite
from pytest_distill.suites.protocol import RunContext
from pytest_distill.suites.registry import SuiteRegistry
from tests.support.caches import make_older
from tests.support.server import serving


def report(folder: Path, model: str, **more: Any) -> Report:  # noqa: ANN401 - fields of a record
    """Measure as a run does, and return the report."""
    settings = Settings(
        suites=("ice",),
        models=(spec.parse(model),),
        facts="qwen",
        limit=40,
        cache=folder / "c.sqlite",
        gates=(expression.parse("ice.strict<=0.5"),),
        **more,
    )
    session = Session(settings, must_answer=True)
    try:
        store = session.new_store()
        for label, asked in session.models.items():
            for case in session.suites["ice"].cases(label):
                store.add(asked.observe(case))
        session.compare_releases(store)
        session.record_status(session.status())
        return session.report(store)
    finally:
        session.close()


@contextmanager
def endpoint(reported: str, url: str = "") -> Iterator[str]:
    """Serve a model that calls itself `reported`, at the address of an earlier one if given."""
    port = url.rpartition(":")[2].removesuffix("/v1") or "0"
    with serving("--latency", "0", "--port", port, "--reports", reported) as server:
        yield server.url


@pytest.mark.parametrize(
    ("before", "now", "verdict", "words"),
    [
        ("m-2025-01-31", "m-2025-01-31", "pass", "(40 of 40 answers of m came from the cache, "),
        ("m-2025-01-31", "m-2025-02-28", "inconclusive", "m-2025-02-28 answers now: ask again"),
        ("m", "m", "inconclusive", "may be of an earlier release: ask again"),
        ("m-2025-01-31", "m", "inconclusive", "may be of an earlier release: ask again"),
    ],
)
def test_old_answers_count_if_the_endpoint_reports_their_release(
    tmp_path: Path, before: str, now: str, verdict: str, words: str
) -> None:
    """It is asked one more question for that; what reports no release goes by its age."""
    with endpoint(before) as url:
        report(tmp_path, f"openai:m@{url}")
    make_older(tmp_path / "c.sqlite", days=2)

    with endpoint(now, url) as again:
        (gate,) = report(tmp_path, f"openai:m@{again}").gates

    assert gate.verdict == verdict
    assert words in gate.why


def test_answers_of_another_release_do_not_count_on_the_same_day(tmp_path: Path) -> None:
    """A release at noon makes the answers of the morning another model's."""
    with endpoint("m-2025-01-31") as url:
        report(tmp_path, f"openai:m@{url}")

    with endpoint("m-2025-02-28", url) as again:
        (gate,) = report(tmp_path, f"openai:m@{again}").gates

    assert gate.verdict == "inconclusive"


def test_an_endpoint_that_is_gone_reports_nothing(tmp_path: Path) -> None:
    """The gate goes by the age of the answers."""
    with endpoint("m-2025-01-31") as url:
        report(tmp_path, f"openai:m@{url}")

    (young,) = report(tmp_path, f"openai:m@{url}").gates
    make_older(tmp_path / "c.sqlite", days=2)
    (old,) = report(tmp_path, f"openai:m@{url}").gates

    assert (young.verdict, old.verdict) == ("pass", "inconclusive")


def test_a_finished_run_is_as_old_as_its_log(tmp_path: Path) -> None:
    """Its answers were asked for by the run, so they are part of its cost."""
    log = tmp_path / "run.jsonl"
    with endpoint("m") as url:
        first = report(tmp_path, f"openai:m@{url}", run=log)
        again = report(tmp_path, f"openai:m@{url}", run=log, cache_max_age_s=0)

    assert (first.gates[0].verdict, again.gates[0].verdict) == ("pass", "inconclusive")
    assert "40 of 40 answers of m came from the run log, the oldest " in again.gates[0].why
    assert "another --distill-run" in again.gates[0].why
    assert first.cost == again.cost
    assert first.cost.calls == 40


@pytest.mark.parametrize("model", ["simulated:qwen", "simulated:b?teacher=simulated:qwen"])
def test_models_that_cannot_change_have_no_age_limit(tmp_path: Path, model: str) -> None:
    """The report tells where their answers came from all the same."""
    log = tmp_path / "run.jsonl"
    report(tmp_path, model, run=log)

    again = report(tmp_path, model, run=log, cache_max_age_s=0)

    assert again.gates[0].verdict == "pass"
    (reuse,) = again.run.reused.values()
    assert reuse.logged == 40


class Lengths(BaseSuite):
    """Measures answers without returning them."""

    name = "lengths"
    numbers = ("letters",)

    def cases(self, run: RunContext, label: str) -> Sequence[Case]:
        """Return one question."""
        del run, label
        return [Case(id="lengths/a", suite=self.name, query="Who?", probe_key="a")]

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Ask twice."""
        texts = [(await model.answer(case)).text for _ in range(2)]
        return self.observed(case, model, {"letters": float(len(texts[0]))})


def test_a_suite_that_returns_no_answer_rests_on_its_age_too(tmp_path: Path) -> None:
    """What its model was asked is part of the observation."""
    settings = Settings(
        suites=("lengths",), models=(spec.parse("simulated:qwen"),), run=tmp_path / "run.jsonl"
    )
    extensions = Extensions(suites=SuiteRegistry([Lengths()]))
    for _ in range(2):
        session = Session(settings, must_answer=True, extensions=extensions)
        store = session.new_store()
        (case,) = session.suites["lengths"].cases("qwen")
        store.add(session.models["qwen"].observe(case))
        session.close()

    found = session.report(store)

    assert found.run.reused["qwen"].logged == 1
