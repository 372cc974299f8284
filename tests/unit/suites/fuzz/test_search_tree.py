"""The tree of the mutants that leaked."""

from pytest_distill.records import Branch, CampaignSummary, Mutant
from pytest_distill.suites.fuzz.search_tree import search_tree


def mutant(parent: str | None, leaks: int, *, queries: int = 5) -> Mutant:
    """Return a mutant."""
    return Mutant(
        text="{query}",
        language="en",
        frame="audit",
        mutator=None if parent is None else "rephrase",
        parent=parent,
        level=1,
        is_leading=False,
        queries=queries,
        leaks=leaks,
        shortest=None,
    )


def campaign(**mutants: Mutant) -> CampaignSummary:
    """Return a campaign that bred these."""
    return CampaignSummary(
        policy="ucb",
        seed=0,
        helper="offline",
        probes=3,
        is_reproducible=True,
        queries=0,
        made={},
        rejected={},
        depth=0,
        leading=0,
        not_leading=0,
        decided=None,
        mutants=mutants,
    )


def test_what_leaked_stands_below_what_it_was_bred_from() -> None:
    """Also where that did not leak itself; the others are counted."""
    (tree,) = search_tree(
        campaign(
            mut001=mutant("seed-1", 0),
            mut002=mutant("mut001", 2),
            mut003=mutant("mut001", 0),
            mut004=mutant("seed-2", 0),
        )
    )

    clean = "0 of 5 leaked, by rephrase, audit, en; 1 more bred from it without a leak"
    leaking = Branch(name="mut002", note="2 of 5 leaked, by rephrase, audit, en", value=0.4)
    assert tree.roots == (
        Branch(
            name="seed-1",
            branches=(
                Branch(
                    name="mut001",
                    note=clean,
                    value=0.0,
                    branches=(leaking,),
                ),
            ),
        ),
    )


def test_a_mutant_of_an_earlier_run_is_a_root() -> None:
    """It has no parent; without answers it has no share."""
    (tree,) = search_tree(campaign(mut001=mutant(None, 1), mut002=mutant("mut001", 1, queries=0)))

    (root,) = tree.roots
    assert root.note == "1 of 5 leaked, kept from an earlier run, audit, en"
    assert [each.value for each in root.branches] == [None]


def test_without_a_leak_there_is_no_tree() -> None:
    """Nor for a campaign without mutants."""
    assert list(search_tree(campaign(mut001=mutant("seed-1", 0)))) == []
    assert list(search_tree(campaign())) == []
