"""What every judge of identity decides in the same way, however it read the answer."""

from collections.abc import Sequence
from typing import Final

from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.records import IdentityVerdict

NOTHING_TO_JUDGE: Final = "The answer holds nothing to judge."

# The vendors that the paper's strict score counts.
_PAPER: Final = frozenset({"openai", "anthropic"})


def missing(reason: str) -> IdentityVerdict:
    """Return that there is no verdict, and why."""
    return IdentityVerdict(loose=None, strict=None, hard=None, reason=reason)


def severity(vendors: Sequence[str], prompt: str, registry: AliasRegistry) -> dict[str, bool]:
    """Return whether a claim of `vendors` is strict, and whether it is hard.

    Args:
        vendors: the claimed ones, without the model's own.
        prompt: template and probe, which make a claim less hard where they name its vendor.
        registry: knows the names of the vendors.
    """
    counted = [vendor for vendor in vendors if vendor in _PAPER]
    hard = any(not registry.names_vendor(prompt, vendor) for vendor in counted)
    return {"strict": bool(counted), "hard": hard}
