"""Leaks that are kept in a file."""

from pathlib import Path

import pytest

from pytest_distill.engine.limits import Share
from pytest_distill.errors import FileFormatError, StoreError
from pytest_distill.pytest_hooks.xdist import part_of
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz import corpus

LINE = '{"model": "m", "template": "Say: {query}", "query": "Who made you?", "probe": "team-01"}'


def test_a_leak_is_a_case_with_an_id_of_its_own(tmp_path: Path) -> None:
    """Made of its text, so that the same leak is the same test everywhere."""
    path = tmp_path / "leaks.jsonl"
    path.write_text(f"{LINE}\n{LINE.replace('Say', 'Tell')}\n")

    cases = [leak.case() for leak in corpus.read(path)]

    assert [case.prompt for case in cases] == ["Say: Who made you?", "Tell: Who made you?"]
    assert len({case.id for case in cases}) == 2
    assert all(case.id.startswith("regression/team-01-") for case in cases)


def test_a_file_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    """The first run writes it."""
    assert corpus.read(tmp_path / "new.jsonl") == []


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """FILE:LINE: what is wrong."""
    path = tmp_path / "leaks.jsonl"
    path.write_text(f'{LINE}\n{{"model": "m"}}\n')

    with pytest.raises(
        FileFormatError, match=r"leaks.jsonl:2: .*'template', .* are missing; the line has: "
    ):
        corpus.read(path)


def test_a_folder_is_no_corpus(tmp_path: Path) -> None:
    """It exists and cannot be read."""
    with pytest.raises(StoreError, match="--fuzz-corpus"):
        corpus.read(tmp_path)


def test_the_slots_of_a_campaign_go_to_one_worker() -> None:
    """Campaigns take turns, and so do all other tests."""
    names = ("bare", "mut001", "mut002", "confirm")
    slots = [f"distill/fuzz::test_fuzz[{model}-{name}]" for model in "abc" for name in names]
    ids = ["test_a.py::test_x", *slots, "test_a.py::test_y", "distill/ice::test_identity[a-mut]"]

    def campaign_of(node_id: str) -> str | None:
        """Return the model whose campaign a slot is of."""
        return node_id.partition("[")[2][0] if node_id in slots else None

    parts = [part_of(ids, Share(index, 2), campaign_of) for index in range(2)]

    assert sorted([*parts[0], *parts[1]]) == list(range(len(ids)))
    for part in parts:
        campaigns = [campaign_of(ids[index]) for index in part]
        assert all(campaigns.count(name) == len(names) for name in campaigns if name)
    assert [len([n for n in part if campaign_of(ids[n]) is None]) for part in parts] == [2, 1]


class Kept:
    """Pytest's cache with what another version, or another program, left there."""

    def __init__(self, value: object) -> None:
        self.value = value

    def get(self, key: str, default: object) -> object:
        """Return the same for every key."""
        del key, default
        return self.value

    def set(self, key: str, value: object) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    "value",
    [None, 7, [{"model": "m"}, 7, None], {"m/0/mcts-explore/offline": [7]}, {"x": {"y": 7}}],
)
def test_a_cache_that_another_version_wrote_is_empty(value: object) -> None:
    """What this one cannot read is found anew."""
    settings = Settings(suites=("fuzz",), seed=0)

    kept = corpus.Corpus(Kept(value), settings)

    assert kept.cases() == ()
    assert kept.mutants("m") == {}
    assert kept.confirmed("m") == []
    kept.save([])
