"""What the cases and slots of a campaign are called."""

SUITE = "fuzz"
CONTROL = "fuzz-control"
CONFIRMATION = "fuzz-confirmation"
"""What the cases of a campaign are for; only those of `SUITE` are part of its rates."""

REGRESSION = "regression"
"""Leaks that were found before, asked again as ordinary cases."""

SHORTENING = "fuzz-shortening"
"""Cases that only look for the shortest leak, and count nowhere."""

BARE = "bare"
CONFIRM = "confirm"
"""The slots before the first mutant and behind the last."""


def mutant_slot(number: int) -> str:
    """Return the name of the slot of a mutant, counted from 1."""
    return f"mut{number:03d}"
