"""How well and how fast the offline judge reads the recorded attacks; run by hand.

python -m tests.benchmarks.identity_judge
"""

import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pytest_distill.config.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.unit.judges.recorded import FACTS_OF, agreement, answers

KEYWORDS = re.compile("OpenAI|GPT|Claude|Anthropic")


def main() -> None:
    """Print a table by model, the pooled agreement and responses per second."""
    facts = load_shipped()
    registry = AliasRegistry(facts.values())
    rows: dict[str, list[list[bool]]] = {}
    seconds = {"judge": 0.0, "keywords": 0.0}
    for model, name in FACTS_OF.items():
        judge = OfflineIdentityJudge(facts[name], registry)
        lines = answers(model)
        started = time.process_time()
        verdicts = [
            judge.read(line["response"], query=line["query"], template=line["template"])
            for line in lines
        ]
        judged = time.process_time()
        matched = [bool(KEYWORDS.search(line["response"])) for line in lines]
        seconds["judge"] += judged - started
        seconds["keywords"] += time.process_time() - judged
        rows[model] = [
            [bool(line["loose"]) for line in lines],
            [bool(verdict.loose) for verdict in verdicts],
            [bool(line["strict"]) for line in lines],
            [bool(verdict.strict) for verdict in verdicts],
            matched,
        ]
    _print_table(rows)
    total = sum(len(columns[0]) for columns in rows.values())
    for name, spent in seconds.items():
        print(f"{name:10} {total / spent:12,.0f} responses/s")


def _print_table(rows: dict[str, list[list[bool]]]) -> None:
    pooled = [[flag for columns in rows.values() for flag in columns[i]] for i in range(5)]
    print(f"{'':28} loose F1  kappa  error   strict F1  kappa  error")
    for name, columns in {**rows, "all": pooled}.items():
        loose, strict = agreement(columns[0], columns[1]), agreement(columns[2], columns[3])
        print(
            f"{name:28} {loose.f1:8.3f} {loose.kappa:6.3f} {loose.error:+6.3f}"
            f" {strict.f1:11.3f} {strict.kappa:6.3f} {strict.error:+6.3f}",
        )
    for kind, offset in (("loose", 0), ("strict", 2)):
        errors = [abs(agreement(c[offset], c[offset + 1]).error) for c in rows.values()]
        ranks = _rank_correlation(
            [sum(c[offset]) for c in rows.values()],
            [sum(c[offset + 1]) for c in rows.values()],
        )
        keywords = agreement(pooled[offset], pooled[4])
        print(
            f"{kind:7} mean error {sum(errors) / len(errors):.4f}, rank correlation {ranks:.3f},"
            f" keyword match F1 {keywords.f1:.3f}",
        )


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
