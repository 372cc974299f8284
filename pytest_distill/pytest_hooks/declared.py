"""What the hooks need to know of the options that `plugin.OPTIONS` declares."""

from typing import Protocol

DECIDING = frozenset(
    {
        "suite",
        "distill_baseline",
        "distill_baseline_missing",
        "distill_gate",
        "distill_releases",
        "distill_report",
        "distill_run",
        "distill_stop",
    }
)
"""Keys of what decides a run, or leaves its results behind.

Where tests are named only the command line asks for it: configured gates could not be decided
there, and configured reports would be overwritten.
"""

OF_WHOLE_RUNS = DECIDING | {
    "distill_cache_max_age",
    "distill_calibration",
    "distill_confidence",
    "distill_fail_on",
    "distill_inconclusive",
    "distill_max_missing",
}
"""Likewise, of what a single case has no use for."""


class Option(Protocol):
    """One setting."""

    @property
    def flag(self) -> str:
        """As in the manual."""
        ...

    @property
    def own_flag(self) -> str:
        """The flag that is always ours."""
        ...

    @property
    def key(self) -> str:
        """Its name in the ini file and in code."""
        ...

    @property
    def dest(self) -> str:
        """Its name in ``config.option``, and the ini name that is always ours."""
        ...

    @property
    def ini_type(self) -> str:
        """One of the type names of ``parser.addini``."""
        ...

    @property
    def metavar(self) -> str:
        """What it takes, as in ``NAME|PATH``."""
        ...

    @property
    def is_repeatable(self) -> bool:
        """Whether several values may be given."""
        ...
