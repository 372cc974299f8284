"""How well and how fast the offline judge reads the recorded attacks; run by hand.

The labels call personas loose: "loose" is a leak or a persona here.

python -m tests.benchmarks.identity_judge
"""

import re
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.support.recorded_answers import (
    FACTS_OF,
    Agreement,
    Kind,
    Reading,
    agreeing,
    agreement,
    agreement_on,
    answers,
    cross_validated,
    judges,
    reading,
    shares,
)

KEYWORDS = re.compile("OpenAI|GPT|Claude|Anthropic")
KINDS: tuple[Kind, ...] = ("loose", "strict")
# Edges of the bins of confidence.
BINS = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)

ByModel = Mapping[str, Sequence[Reading]]


def main() -> None:
    """Print agreement by model, cross-validated and by confidence; then the speed."""
    by_model: dict[str, list[Reading]] = {}
    matched: list[bool] = []
    seconds = {"judge": 0.0, "keyword match": 0.0}
    for model, judge in judges().items():
        lines = answers(model)
        started = time.process_time()
        verdicts = [
            judge.read(line["response"], query=line["query"], template=line["template"])
            for line in lines
        ]
        judged = time.process_time()
        matched += [bool(KEYWORDS.search(line["response"])) for line in lines]
        seconds["judge"] += judged - started
        seconds["keyword match"] += time.process_time() - judged
        by_model[model] = [reading(*pair) for pair in zip(lines, verdicts, strict=True)]
    _print_agreement(by_model, matched)
    _print_rules(by_model)
    _print_confidence(by_model)
    for name, spent in seconds.items():
        print(f"{name:14} {len(matched) / spent:10,.0f} responses/s")


def _print_agreement(by_model: ByModel, matched: Sequence[bool]) -> None:
    pooled = _pooled(by_model)
    print(f"{'':28}" + "   ".join(f"{kind} F1".rjust(9) + "  kappa  error" for kind in KINDS))
    for name, readings in {**by_model, "all": pooled}.items():
        print(f"{name:28}{_cells(*(agreement_on(readings, kind) for kind in KINDS))}")
    print(f"{'chosen on six, on the 7th':28}", end="")
    print(_cells(*(cross_validated(by_model, kind) for kind in KINDS)))
    labels = {kind: [r.label(kind) for r in pooled] for kind in KINDS}
    print(f"{'keyword match':28}{_cells(*(agreement(labels[kind], matched) for kind in KINDS))}")
    for kind in KINDS:
        rates = [
            (sum(r.label(kind) for r in rows), sum(r.verdict(kind) for r in rows))
            for rows in by_model.values()
        ]
        error = _mean_error(
            [
                (a / len(rows), b / len(rows))
                for (a, b), rows in zip(
                    rates,
                    by_model.values(),
                    strict=True,
                )
            ]
        )
        print(
            f"{kind:7} mean error of a model's score {error:.4f},"
            f" corrected by the rules of the six others {_corrected_error(by_model, kind):.4f},"
            f" rank correlation {_rank_correlation(*zip(*rates, strict=True)):.3f}"
        )
    alarms = sum(r.judged_loose for r in by_model[next(iter(FACTS_OF))])
    print(f"loose alarms on Claude {alarms}\n")


def _cells(loose: Agreement, strict: Agreement) -> str:
    return (
        f"{loose.f1:9.3f} {loose.kappa:6.3f} {loose.error:+6.3f}"
        f"   {strict.f1:9.3f} {strict.kappa:6.3f} {strict.error:+6.3f}"
    )


def _corrected_error(by_model: ByModel, kind: Kind) -> float:
    """Return the mean error where each verdict counts as its rule's share on other models."""
    pairs = []
    for held_out, readings in by_model.items():
        others = _pooled({model: rows for model, rows in by_model.items() if model != held_out})
        worth, usual = shares(others, kind), sum(r.label(kind) for r in others) / len(others)
        labelled = sum(r.label(kind) for r in readings)
        expected = sum(worth.get(r.rule, usual) for r in readings)
        pairs.append((labelled / len(readings), expected / len(readings)))
    return _mean_error(pairs)


def _print_rules(by_model: ByModel) -> None:
    pooled = _pooled(by_model)
    worth = {kind: shares(pooled, kind) for kind in KINDS}
    print(f"{'answers':>7} {'loose':>6} {'strict':>6}  labelled so, of what a rule decided")
    for rule in sorted(worth["loose"], key=lambda rule: -worth["strict"][rule]):
        count = sum(r.rule == rule for r in pooled)
        print(f"{count:7} {worth['loose'][rule]:6.2f} {worth['strict'][rule]:6.2f}  {rule}")
    print()


def _print_confidence(by_model: ByModel) -> None:
    told = [
        (share, r.agrees)
        for held_out, readings in by_model.items()
        for table in [agreeing(_pooled({m: x for m, x in by_model.items() if m != held_out}))]
        for r in readings
        for share in [table.get(r.rule, r.confidence)]
    ]
    print(f"{'confidence':>12} {'answers':>8} {'mean':>6} {'agree':>6}  of six models, on the 7th")
    for low, high in pairwise(BINS):
        inside = [(share, agrees) for share, agrees in told if low <= share < high]
        if inside:
            mean = sum(share for share, _ in inside) / len(inside)
            agree = sum(agrees for _, agrees in inside) / len(inside)
            print(f"{low:5.2f}-{high:5.2f}  {len(inside):8} {mean:6.3f} {agree:6.3f}")
    brier = sum((share - agrees) ** 2 for share, agrees in told) / len(told)
    base = sum(agrees for _, agrees in told) / len(told)
    print(f"Brier score {brier:.4f}; of one confidence for all {base * (1 - base):.4f}\n")


def _pooled(by_model: ByModel) -> list[Reading]:
    return [r for readings in by_model.values() for r in readings]


def _mean_error(pairs: Sequence[tuple[float, float]]) -> float:
    return sum(abs(a - b) for a, b in pairs) / len(pairs)


def _rank_correlation(first: Sequence[int], second: Sequence[int]) -> float:
    a, b = _ranks(first), _ranks(second)
    n = len(a)
    mean = (n + 1) / 2
    covariance = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)
    return float(covariance / spread**0.5)


def _ranks(values: Sequence[int]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(v) + (ordered.count(v) + 1) / 2 for v in values]


if __name__ == "__main__":
    main()
