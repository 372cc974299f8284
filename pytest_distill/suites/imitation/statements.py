"""What follows from the numbers, in words: style only, knowledge only, both, neither, narrow."""

from collections.abc import Iterator, Mapping, Sequence

from pytest_distill.records import Estimate
from pytest_distill.suites.imitation import numbers
from pytest_distill.suites.imitation.numbers import Measured, Numbers

IMITATION = "imitation"

# Closed is what is shown to be closed by more than half; open, by less.
_HALF = 0.5
# With a ceiling of 1, which no teacher reaches, a closure is too low: "not imitated" is said only
# where it would hold with a ceiling that is half as far from the base.
_HALF_OF_LOWER_BOUND = 0.25

_WORDS: Mapping[tuple[bool | None, bool | None], str] = {
    (True, False): "style only",
    (False, True): "knowledge only",
    (True, True): "both",
    (False, False): "neither",
}
_NO_BASE = (
    "closures and gap are undefined without the model as it was before it was distilled:"
    " give --base SPEC"
)


def statements(
    outcomes: Sequence[Measured], found: Numbers, *, level: float, has_base: bool
) -> dict[str, str]:
    """Return the statements about one model and one reference, by name.

    Args:
        outcomes: the cases.
        found: the numbers of all of them.
        level: of the intervals.
        has_base: there is a base.
    """
    if not has_base:
        return {IMITATION: "undecided", "undefined": _NO_BASE}
    style, capability = (found.get(name) for name in ("style_closure", "capability_closure"))
    ceiling = found.get("style_ceiling")
    has_ceiling = ceiling is not None and ceiling.value is not None
    is_style = _is_closed(style, _HALF if has_ceiling else _HALF_OF_LOWER_BOUND)
    is_known = _is_closed(capability, _HALF)
    told = dict(_parts(style=(style, is_style), knowledge=(capability, is_known)))
    if style is not None and style.value is not None and not has_ceiling:
        told["ceiling"] = (
            "1, since no second answer of the reference was compared (--distill-samples 2, where it"
            " can give one): the closure of style is a lower bound"
        )
    imitated = _narrow(outcomes, level) or _WORDS.get((is_style, is_known), "undecided")
    return {IMITATION: imitated, **told}


def _narrow(outcomes: Sequence[Measured], level: float) -> str | None:
    """Return the categories to which the knowledge is limited; None if it is not shown to be.

    Limited: it is closed in each of them, and not in all others together. The tests share the
    error of one.
    """
    members: dict[str, list[Measured]] = {}
    for outcome in outcomes:
        if not outcome.is_open:
            members.setdefault(outcome.category, []).append(outcome)
    each = 1 - (1 - level) / (len(members) + 1)

    def is_closed(found: Sequence[Measured]) -> bool | None:
        return _is_closed(numbers.capability_closure(found, level=each), _HALF)

    only = [name for name in sorted(members) if is_closed(members[name])]
    rest = [one for name in sorted(members) if name not in only for one in members[name]]
    return f"narrow (only: {', '.join(only)})" if only and is_closed(rest) is False else None


def _parts(**parts: tuple[Estimate | None, bool | None]) -> Iterator[tuple[str, str]]:
    for name, (found, is_closed) in parts.items():
        if found is None:
            yield name, "not measured: the run has no prompts for it"
        elif not found.n:
            yield name, "not measured: no prompt has all of its answers"
        elif found.value is None:
            yield name, "undefined: the reference is not shown to be above the base"
        else:
            verdict = {True: "imitated", False: "not imitated", None: "undecided"}[is_closed]
            low, high = found.low or 0.0, found.high or 0.0
            yield name, f"{verdict}: {found.value:.2f} [{low:.2f}, {high:.2f}] of the way is closed"


def _is_closed(found: Estimate | None, least: float) -> bool | None:
    """Return whether more than half of the distance is closed; None if that is not decided."""
    if found is None or found.low is None or found.high is None:
        return None
    if found.low > _HALF:
        return True
    return False if found.high < least else None
