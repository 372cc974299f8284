"""Parts of a run: stratified, disjoint, complete, and the same on every machine."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.errors import UsageError
from pytest_distill.models import spec
from pytest_distill.records import Case, Shards
from pytest_distill.run.parsing import read_shard
from pytest_distill.run.session import Session
from pytest_distill.settings import validation
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.shards import Part


def part(number: int, of: int, **more: Any) -> Session:  # noqa: ANN401 - fields of settings
    """Return the session of a shard; nothing is asked in it."""
    settings = {
        "suites": ("ice",),
        "models": (spec.parse("simulated:qwen"),),
        "run": Path("run.jsonl"),
        "shard": Shards(numbers=(number,), of=of),
        **more,
    }
    return Session(Settings.model_validate(settings), must_answer=False)


def parts(of: int, suite: str = "ice", label: str = "qwen", **more: Any) -> list[list[Case]]:  # noqa: ANN401 - likewise
    """Return the cases of each shard."""
    return [list(part(number, of, **more).part.cases(suite, label)) for number in range(1, of + 1)]


@pytest.mark.parametrize("of", [2, 3, 8])
def test_every_case_is_in_one_shard(of: int) -> None:
    """And the shards are as large as each other."""
    found = parts(of)

    whole = part(1, of).suites["ice"].cases("qwen")
    ids = [case.id for cases in found for case in cases]
    assert sorted(ids) == sorted(case.id for case in whole)
    assert max(map(len, found)) - min(map(len, found)) <= 1


def test_a_shard_has_its_share_of_every_stratum() -> None:
    """Of each category in each language."""
    found = parts(4)

    whole = Counter((case.category, case.language) for cases in found for case in cases)
    for cases in found:
        own = Counter((case.category, case.language) for case in cases)
        assert all(abs(own[stratum] - whole[stratum] / 4) < 1 for stratum in whole)


def test_a_limit_is_one_of_the_run() -> None:
    """Its cases are divided, whatever their order."""
    found = parts(3, limit=20)

    assert sorted(map(len, found)) == [6, 7, 7]


def test_samples_and_models_are_divided_alike() -> None:
    """A case is in the same shard for every model."""
    both = (spec.parse("simulated:qwen"), spec.parse("simulated:glm"))
    shard = part(2, 3, samples=2, models=both).part

    assert shard.cases("ice", "qwen") == shard.cases("ice", "glm")
    assert len(shard.cases("ice", "qwen")) == 108


def test_the_pairs_of_a_prompt_stay_together() -> None:
    """Each model is asked a prompt in one shard only; all its samples too."""
    references = tuple(spec.parse(f"simulated:{name}") for name in ("glm", "claude"))
    found = parts(3, "rse", suites=("rse",), references=references, samples=2, limit=30)

    prompts = [{case.messages for case in cases} for cases in found]
    assert sum(map(len, prompts)) == len(set().union(*prompts))
    for cases in found:
        assert set(Counter(case.messages for case in cases).values()) <= {2, 4}
        assert {case.reference for case in cases} == {"glm", "claude"}


def test_a_campaign_is_whole() -> None:
    """Its slots learn from each other."""
    both = (spec.parse("simulated:qwen"), spec.parse("simulated:glm"))
    sessions = [part(number, 2, suites=("fuzz",), models=both) for number in (1, 2)]

    campaigns = [list(session.slot_runners) for session in sessions]
    assert sorted(map(len, campaigns)) == [1, 1]
    assert campaigns[0] != campaigns[1]


@given(st.lists(st.text(), unique=True), st.integers(2, 9))
def test_a_users_test_is_in_one_shard(node_ids: list[str], of: int) -> None:
    """By its node id alone, since another machine may collect other tests."""
    shards = [Part({}, (), Shards(numbers=(number + 1,), of=of)) for number in range(of)]

    for node_id in node_ids:
        assert sum(shard.has_test(node_id) for shard in shards) == 1


def test_a_whole_run_has_everything() -> None:
    """None is no shard."""
    whole = Part({}, (), None)

    assert whole.has_test("a.py::test_b")
    assert whole.has_campaign("fuzz", "m")


@pytest.mark.parametrize("text", ["0/3", "4/3", "2", "a/3", "1/", "-1/3", "1/0"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    """With an example."""
    with pytest.raises(UsageError, match="K/N is needed, as in 2/8"):
        read_shard(text)


def test_the_only_shard_is_the_run() -> None:
    """A matrix of one job is no special case."""
    assert read_shard("1/1") is None
    assert read_shard(" 2 / 8 ") == Shards(numbers=(2,), of=8)
    assert read_shard(None) is None


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "needs --distill-run PATH"),
        ({"stop": True, "run": Path("a")}, "a shard decides none"),
    ],
)
def test_a_shard_that_could_not_be_joined_is_refused(more: dict[str, object], message: str) -> None:
    """Before anything is paid for."""
    settings = Settings.model_validate({"shard": Shards(numbers=(1,), of=2), **more})

    with pytest.raises(UsageError, match=message):
        validation.check(settings)
