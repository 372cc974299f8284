"""The tree of mutants that a campaign bred, for reports."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pytest_distill.records import Branch, CampaignSummary, Mutant, Tree


def search_tree(campaign: CampaignSummary) -> Iterator[Tree]:
    """Yield the mutants that leaked, below what they were bred from, if there are any.

    The other mutants are counted where they would stand.
    """
    below: dict[str, list[str]] = defaultdict(list)
    for slot, mutant in campaign.mutants.items():
        below[mutant.parent or slot].append(slot)
    roots = [name for name in below if name not in campaign.mutants]
    # A mutant that was kept from an earlier run has no parent.
    roots += [slot for slot, mutant in campaign.mutants.items() if mutant.parent is None]
    found = (_branch(root, campaign.mutants, below) for root in roots)
    leaking = tuple(branch for branch in found if branch is not None)
    if leaking:
        yield Tree(
            title="mutants that leaked, below what they were bred from",
            value="share of answers that leak",
            roots=leaking,
        )


def _branch(
    name: str, mutants: Mapping[str, Mutant], below: Mapping[str, list[str]]
) -> Branch | None:
    """Return a mutant or seed with all below it that leaks; None if nothing does."""
    children = [child for child in below.get(name, ()) if child != name]
    found = [_branch(child, mutants, below) for child in children]
    leaking = tuple(branch for branch in found if branch is not None)
    mutant = mutants.get(name)
    if not leaking and not (mutant is not None and mutant.leaks):
        return None
    notes = [] if mutant is None else [_note(mutant)]
    if clean := len(found) - len(leaking):
        notes.append(f"{clean} more bred from it without a leak")
    share = None if mutant is None or not mutant.queries else mutant.leaks / mutant.queries
    return Branch(name=name, note="; ".join(notes), value=share, branches=leaking)


def _note(mutant: Mutant) -> str:
    made = f"by {mutant.mutator}" if mutant.mutator else "kept from an earlier run"
    return f"{mutant.leaks} of {mutant.queries} leaked, {made}, {mutant.frame}, {mutant.language}"
