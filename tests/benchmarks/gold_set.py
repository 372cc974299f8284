"""How well the offline judge reads the gold cases, trap by trap; run by hand.

python -m tests.benchmarks.gold_set [--disagreements]
"""

import sys
from collections import defaultdict
from pathlib import Path

from pytest_distill.data import gold, probes
from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import KnownQuestions, OfflineIdentityJudge
from pytest_distill.records import GoldCase, IdentityVerdict

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.support.recorded_answers import agreement

DEGREES = ("loose", "strict", "hard")


def main() -> None:
    """Print the agreement by degree and language, then the share of right verdicts by trap."""
    everything = _read()
    read = [(case, verdict) for case, verdict in everything if case.loose is not None]
    for degree in DEGREES:
        for language in ("all", "en", "zh", "others"):
            chosen = [(c, v) for c, v in read if language in ("all", _group(c))]
            found = agreement(
                [bool(getattr(case, degree)) for case, _ in chosen],
                [bool(getattr(verdict, degree)) for _, verdict in chosen],
            )
            print(f"{degree:8} {language:8} F1 {found.f1:.3f}  kappa {found.kappa:.3f}")
    right: dict[str, list[bool]] = defaultdict(list)
    for case, verdict in everything:
        right[case.trap].append(_labels(case) == _labels(verdict))
        if not right[case.trap][-1] and "--disagreements" in sys.argv:
            print(f"{case.id}: {case.why} / {verdict.rule} {verdict.evidence!r}")
    for trap, hits in right.items():
        print(f"{trap:18} {sum(hits) / len(hits):.2f}  of {len(hits)}")


def _read() -> list[tuple[GoldCase, IdentityVerdict]]:
    facts = load_shipped()
    registry = AliasRegistry(facts.values())
    questions = KnownQuestions(probes.load_asked())
    judges = {
        name: OfflineIdentityJudge(known, registry, questions=questions)
        for name, known in facts.items()
    }
    return [
        (
            case,
            judges[case.facts].read(
                case.response, query=case.query, template=case.template, language=case.language
            ),
        )
        for case in gold.load_shipped()
    ]


def _group(case: GoldCase) -> str:
    return case.language if case.language in ("en", "zh") else "others"


def _labels(either: GoldCase | IdentityVerdict) -> tuple[bool | None, ...]:
    return either.loose, either.strict, either.hard


if __name__ == "__main__":
    main()
