"""Parts of a verdict that all identity judges share."""

from collections.abc import Sequence
from typing import Final

from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.records import IdentityVerdict

NOTHING_TO_JUDGE: Final = "The answer holds nothing to judge."

# The vendors of the strict score in arXiv 2501.12619.
_PAPER: Final = frozenset({"openai", "anthropic"})


def missing(reason: str) -> IdentityVerdict:
    """Return a missing verdict, with the reason why."""
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
