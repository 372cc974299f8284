"""The look of drawings. Each colour has the value that it has on paper; a page may set others."""

STEPS = 10
"""Colours of a heat map, from the least value to the greatest, numbered from 0."""

# From near white to a dark blue, in equal steps of lightness (CIE L* 97 to 28); the text on each
# is the one of black and white that contrasts more, 4.5 : 1 at least.
_HEAT = (
    ("#f4f8fc", "#14181d"),
    ("#dfebf6", "#14181d"),
    ("#c8ddf0", "#14181d"),
    ("#adcde9", "#14181d"),
    ("#8fbbe0", "#14181d"),
    ("#6ea6d5", "#14181d"),
    ("#4c8dc6", "#14181d"),
    ("#2c6fae", "#ffffff"),
    ("#17568f", "#ffffff"),
    ("#0b3f70", "#ffffff"),
)

HEAT = "\n".join(
    f".h{step}{{background:{ground};color:{ink}}}.drawing .h{step}{{fill:{ground}}}"
    f".drawing .t{step}{{fill:{ink}}}"
    for step, (ground, ink) in enumerate(_HEAT)
)
"""Classes ``h0``, ``h1``, ... of cells, and ``t0``, ... of the texts on them."""

STYLE = f"""
.drawing text {{ font: 12px system-ui, "Segoe UI", Helvetica, Arial, "Noto Sans", sans-serif; }}
.drawing .ink {{ fill: var(--ink, #14181d); }}
.drawing .muted {{ fill: var(--muted, #55606c); }}
.drawing .small {{ font-size: 11px; }}
.drawing .strong {{ font-weight: 600; }}
.drawing .grid {{ stroke: var(--grid, #dde3e9); stroke-width: 1; }}
.drawing .axis {{ stroke: var(--muted, #55606c); stroke-width: 1; }}
.drawing .mark {{ stroke: var(--muted, #55606c); stroke-width: 1; stroke-dasharray: 3 3; }}
.drawing .bar {{ fill: var(--bar, #a9c9e6); }}
.drawing .whisker {{ stroke: var(--accent, #17568f); stroke-width: 1.5; fill: none; }}
.drawing .dot {{ fill: var(--accent, #17568f); }}
.drawing .band {{ fill: var(--bar, #a9c9e6); fill-opacity: .45; }}
.drawing .curve {{ stroke: var(--accent, #17568f); stroke-width: 2; fill: none; }}
.drawing .twig {{ stroke: var(--muted, #55606c); stroke-width: 1.25; fill: none; }}
.drawing .limit {{ stroke: var(--fail, #b3261e); stroke-width: 2; }}
.drawing .leaf {{ fill: var(--ground, #ffffff); stroke: var(--muted, #55606c); }}
.drawing .leaking {{ fill: var(--fail, #b3261e); stroke: none; }}
{HEAT}
"""
