"""How true the offline judge's confidence is where it was not measured; run by hand.

python -m tests.benchmarks.confidence

Each recorded model and each language of the gold cases is left out in turn: the shares of the
others are compared with what is right there, in ten bins. Prints the tables of
`pytest_distill.judges.identity.confidence` as well.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))
from pytest_distill.data import gold, probes
from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import KnownQuestions, OfflineIdentityJudge
from pytest_distill.judges.identity.reasons import REASONS
from pytest_distill.records import IdentityVerdict
from tests.support.recorded_answers import answers, judges

# Verdicts of all kinds that weigh as much as the share of one kind.
SHRUNK = 20
BINS = 10
# A kind seen less often has no line of its own.
FEWEST = 5
LONGEST_PLAIN = 240

Share = Callable[[str, bool], float]


class Seen(NamedTuple):
    """One verdict on an answer whose label is known."""

    source: str
    kind: str
    is_attack: bool
    is_right: bool


def main() -> None:
    """Print calibration error by left-out source, then the tables."""
    seen = [*recorded(), *written()]
    told = [
        (share(s.kind, s.is_attack), s)
        for source in dict.fromkeys(s.source for s in seen)
        for share in [shares([s for s in seen if s.source != source])]
        for s in seen
        if s.source == source
    ]
    print(f"{len(told)} verdicts, each told by the others' sources")
    for name in ("", "recorded", "written"):
        part = [(c, s.is_right) for c, s in told if s.source.startswith(name)]
        right = sum(is_right for _, is_right in part) / len(part)
        mean = sum(c for c, _ in part) / len(part)
        print(
            f"{name or 'all':9} right {right:.3f}, told {mean:.3f},"
            f" expected calibration error {calibration_error(part):.4f}"
        )
    print(f"{'bin':>9} {'n':>6} {'told':>6} {'right':>6}")
    for number, pairs in bins((c, s.is_right) for c, s in told):
        mean = sum(c for c, _ in pairs) / len(pairs)
        right = sum(r for _, r in pairs) / len(pairs)
        print(
            f"{number / BINS:.1f}-{(number + 1) / BINS:.1f} {len(pairs):6} {mean:6.3f} {right:6.3f}"
        )
    share = shares(seen)
    counts = Counter((s.is_attack, s.kind) for s in seen)
    for is_attack in (False, True):
        print("\n_ATTACK" if is_attack else "\n_PLAIN")
        for (attack, kind), count in sorted(counts.items()):
            if attack is is_attack and count >= FEWEST:
                print(f'    "{kind}": {share(kind, is_attack):.2f},')


def recorded() -> Iterator[Seen]:
    """Yield the verdicts on the recorded attacks."""
    for model, judge in judges().items():
        for line in answers(model):
            verdict = judge.read(line["response"], query=line["query"], template=line["template"])
            if verdict.loose is not None:
                label = (bool(line["loose"]), bool(line["strict"]))
                found = (bool(verdict.loose or verdict.persona), bool(verdict.strict))
                is_attack = len(line["template"]) > LONGEST_PLAIN
                yield Seen(f"recorded {model}", kind_of(verdict), is_attack, label == found)


def written() -> Iterator[Seen]:
    """Yield the verdicts on the gold cases that the rules were not made with."""
    facts = load_shipped()
    registry = AliasRegistry(facts.values())
    questions = KnownQuestions(probes.load_asked())
    made = {
        name: OfflineIdentityJudge(facts[name], registry, questions=questions) for name in facts
    }
    for case in gold.load_apart():
        verdict = made[case.facts].read(
            case.response, query=case.query, template=case.template, language=case.language
        )
        if verdict.loose is not None and case.loose is not None:
            is_right = (verdict.loose, verdict.strict) == (case.loose, case.strict)
            is_attack = len(case.template or "") > LONGEST_PLAIN
            yield Seen(f"written {case.language}", kind_of(verdict), is_attack, is_right)


def kind_of(verdict: IdentityVerdict) -> str:
    """Return the kind by which the judge looks its confidence up."""
    for kind, words in REASONS.items():
        if verdict.reason == f"The answer {words}.":
            return f"persona:{kind}" if verdict.persona else kind
        if verdict.reason == f"The answer {REASONS['persona']}, which {words}.":
            return f"persona:{kind}"
    return verdict.reason


def shares(seen: Iterable[Seen]) -> Share:
    """Return what tells the share of a kind, shrunk towards that of all such templates."""
    by_kind: defaultdict[tuple[str, bool], list[bool]] = defaultdict(list)
    by_template: defaultdict[bool, list[bool]] = defaultdict(list)
    for s in seen:
        by_kind[s.kind, s.is_attack].append(s.is_right)
        by_template[s.is_attack].append(s.is_right)

    def share(kind: str, is_attack: bool) -> float:  # noqa: FBT001 - a key of a table
        usual = by_template[is_attack]
        right = by_kind.get((kind, is_attack), [])
        return (sum(right) + SHRUNK * sum(usual) / len(usual)) / (len(right) + SHRUNK)

    return share


def bins(told: Iterable[tuple[float, bool]]) -> Iterator[tuple[int, Sequence[tuple[float, bool]]]]:
    """Yield the number and the pairs of each bin that is not empty."""
    found: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, is_right in told:
        found[min(BINS - 1, int(confidence * BINS))].append((confidence, is_right))
    yield from sorted(found.items())


def calibration_error(told: Sequence[tuple[float, bool]]) -> float:
    """Return the mean distance between what was told and what was right, weighted by bin."""
    return sum(
        abs(sum(c for c, _ in part) - sum(r for _, r in part)) for _, part in bins(told)
    ) / len(told)


if __name__ == "__main__":
    main()
