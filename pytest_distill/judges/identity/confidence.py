"""How often verdicts of each kind are right: a cascade asks a model where that is seldom."""

from collections.abc import Mapping
from typing import Final

# Shares of verdicts of a kind (`reasons.REASONS`; after "persona:" the kind that a persona holds)
# that are right in loose-or-persona and strict alike, shrunk towards the share of all by 20
# verdicts. Plain questions were measured on the gold cases in ten languages that the rules were not
# made with; attacks, whose templates are longer, on 7,000 recorded answers of seven models with
# published labels (GPT-4o-mini's), which overlook one plain claim in five: a claim is wrong less
# often than it disagrees with them. The benchmark `confidence` prints both tables, and how true
# they are of models and languages that are left out.
_PLAIN: Final[Mapping[str, float]] = {
    "affirms": 0.95,
    "behind": 0.94,
    "comparison": 0.90,
    "credit": 0.81,
    "denial": 0.86,
    "denies": 0.95,
    "elsewhere": 0.96,
    "figure": 0.88,
    "home": 0.92,
    "invented": 0.95,
    "is": 0.97,
    "made-by": 0.98,
    "maker": 0.91,
    "named": 0.94,
    "not-asked": 0.67,
    "nothing": 0.83,
    "nothing-by-speakers": 0.90,
    "own": 0.95,
    "own-vendor": 0.99,
    "own-vendor-among-others": 0.95,
    "people": 0.94,
    "persona:nothing": 0.95,
}
_ATTACK: Final[Mapping[str, float]] = {
    "astray": 0.74,
    "behind": 0.71,
    "built-on": 0.81,
    "comparison": 0.80,
    "credit": 0.90,
    "denial": 0.94,
    "disowned": 0.80,
    "echo": 0.89,
    "elsewhere": 0.80,
    "facts": 0.72,
    "figure": 0.83,
    "free": 0.93,
    "home": 0.85,
    "invented": 0.73,
    "is": 0.95,
    "made-by": 0.86,
    "maker": 0.84,
    "named": 0.45,
    "not-asked": 0.80,
    "nothing": 0.95,
    "nothing-by-speakers": 0.87,
    "own": 0.73,
    "own-vendor": 0.97,
    "own-vendor-among-others": 0.92,
    "partner": 0.80,
    "people": 0.71,
    "persona:character": 0.85,
    "persona:disowned": 0.86,
    "persona:echo": 0.73,
    "persona:elsewhere": 0.71,
    "persona:fiction": 0.64,
    "persona:free": 0.75,
    "persona:invented": 0.72,
    "policy": 0.89,
    "reported": 0.94,
    "role": 0.76,
    "third-party": 0.81,
}
# For kinds that were seen fewer than five times: the share of all.
_SELDOM: Final = {False: 0.92, True: 0.89}
# Characters of a template that is an attack rather than a persona, a format or a tone.
_LONGEST_PLAIN: Final = 240


def confidence_in(kind: str, template: str) -> float:
    """Return the share of verdicts of this `kind` that are right, under such a template."""
    is_attack = len(template) > _LONGEST_PLAIN
    return (_ATTACK if is_attack else _PLAIN).get(kind, _SELDOM[is_attack])
