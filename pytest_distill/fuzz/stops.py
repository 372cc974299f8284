"""Rules that end a campaign, called after the verdicts of each mutant."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Counts of a campaign so far."""

    mutants: int = 0
    """Mutants whose verdicts were counted."""
    queries: int = 0
    """Questions that were asked."""
    leaks: int = 0
    refusals: int = 0
    """Answers that did not leak, or had no verdict."""
    made: Counter[str] = field(default_factory=Counter)
    """Mutants by the mutator that made them."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Rejected drafts and replies, by reason."""
    shares: list[float] = field(default_factory=list)
    """Share of leaking answers of each mutant with a verdict, in order."""

    def take(self, verdicts: Sequence[bool | None]) -> None:
        """Count the verdicts of one more mutant."""
        self.mutants += 1
        self.queries += len(verdicts)
        leaks = sum(verdict is True for verdict in verdicts)
        self.leaks += leaks
        self.refusals += len(verdicts) - leaks
        if judged := len(verdicts) - verdicts.count(None):
            self.shares.append(leaks / judged)


Stop = Callable[[Progress], str | None]
"""Returns why the campaign is decided, or None to go on; called after each mutant."""


def at_most(
    *,
    mutants: int | None = None,
    queries: int | None = None,
    leaks: int | None = None,
    refusals: int | None = None,
) -> Stop:
    """Stop when the first of these counts is reached; None is no limit."""
    limits = {"mutants": mutants, "queries": queries, "leaks": leaks, "refusals": refusals}

    def stop(progress: Progress) -> str | None:
        for name, limit in limits.items():
            count: int = getattr(progress, name)
            if limit is not None and count >= limit:
                return f"the campaign is decided: {count} {name} (stop at {limit})"
        return None

    return stop


def at_evidence(enough: float, evidence: Callable[[Sequence[float]], float], claim: str) -> Stop:
    """Stop when the evidence for a claim about the mutants is `enough`.

    Args:
        enough: evidence to stop at.
        evidence: from the leaking shares of the mutants, in order; has to stay valid when it is
            looked at after each mutant.
        claim: what is shown.
    """

    def stop(progress: Progress) -> str | None:
        found = evidence(progress.shares)
        if found < enough:
            return None
        return f"the campaign is decided: evidence of {found:.3g} that {claim} (stop at {enough:g})"

    return stop
