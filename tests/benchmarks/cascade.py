"""What a cascade saves and costs, with the recorded labels of a model as its second judge.

``python -m tests.benchmarks.cascade``

Needs the recorded answers (PYTEST_DISTILL_DATA). Prints, for some thresholds, the share of the
answers for which the model is not asked, the share of those in which the offline judge says what
the model said, loose and strict, and that share over all verdicts of the cascade.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.cascade import AUDIT
from pytest_distill.judges.identity import OfflineIdentityJudge
from tests.support.recorded_answers import FACTS_OF, answers

THRESHOLDS = (0.0, 0.8, 0.9, 0.95, 0.98, 1.0)


def main() -> None:
    """Print the table."""
    shipped = load_shipped()
    registry = AliasRegistry(shipped.values())
    rows: list[tuple[float, bool]] = []
    for model, facts in FACTS_OF.items():
        judge = OfflineIdentityJudge(shipped[facts], registry)
        for line in answers(model):
            found = judge.read(line["response"], query=line["query"], template=line["template"])
            # The labels call personas loose.
            is_loose = found.loose or found.persona
            is_same = (is_loose, found.strict) == (line["loose"], line["strict"])
            if found.loose is not None:
                rows.append((found.confidence or 0.0, is_same))
    print("threshold   not asked   agree there   agree in all")
    for threshold in THRESHOLDS:
        plain = [is_same for confidence, is_same in rows if confidence >= threshold]
        saved = (1 - AUDIT) * len(plain) / len(rows)
        here = f"{sum(plain) / len(plain):11.1%}" if plain else f"{'-':>11}"
        total = 1 - (len(plain) - sum(plain)) / len(rows)
        print(f"{threshold:9.2f}   {saved:9.1%}   {here}   {total:12.1%}")


if __name__ == "__main__":
    main()
