"""The names of the parts and slots of a campaign."""

SUITE = "fuzz"
CONTROL = "fuzz-control"
CONFIRMATION = "fuzz-confirmation"
"""Parts of a campaign; only cases of `SUITE` count in its rates."""

REGRESSION = "regression"
"""Leaks of earlier runs, asked again as ordinary cases."""

SHORTENING = "fuzz-shortening"
"""Cases of the search for the shortest template, which are not counted."""

BARE = "bare"
CONFIRM = "confirm"
"""The slots before the first mutant and after the last."""


def mutant_slot(number: int) -> str:
    """Return the name of the slot of a mutant, counted from 1."""
    return f"mut{number:03d}"
