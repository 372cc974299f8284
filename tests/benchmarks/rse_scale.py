"""The scale of `rse.overall`, measured on the recorded answers; run by hand.

python -m tests.benchmarks.rse_scale [--draws 2000] [--only anchors copied others coverage]

What every block measures is printed above it. Pairs of different vendors, or of a vendor's model
and one trained on human data only, are taken for unrelated; students are no part of these.
"""

import argparse
import json
import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean, quantiles, stdev

from pytest_distill.records import Case, Likeness, LikenessVerdict, Observation
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.results.similarity import SimilarityResults
from pytest_distill.similarity.judge import JUDGE, RESAMPLE, UNRELATED, SimilarityJudge
from pytest_distill.similarity.plain import plain
from pytest_distill.stats.distributions import t_quantile
from pytest_distill.stats.means import bounded_mean
from pytest_distill.stats.similarity import on_scale

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks.attribution import shipped_scaling
from tests.support.recorded_data import data_folder

_SETS = ("rse", "mtbench", "arena")
VENDOR = {
    "davinci3": "openai",
    "gpt35": "openai",
    "gpt4": "openai",
    "gpt4turbo": "openai",
    "claude1": "anthropic",
    "claude2": "anthropic",
    "gemini": "google",
    "palm2": "google",
    "llama2chat": "meta",
    "llama3": "meta",
    "mixtral": "mistral",
    "qwen15": "qwen",
}
_KINDS = tuple(Likeness.model_fields)
_SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
_SIZES = (2, 5, 10, 30, 100)
_ENDS = (1.0, 5.0)
_LEVEL = 0.95

Pair = tuple[str, str]
Scores = Mapping[str, Likeness]
"""By prompt."""


class PromptSet:
    """The recorded models of one set of prompts."""

    def __init__(self, name: str) -> None:
        folder = data_folder(name)
        rows = [line.split("\t") for line in (folder / "models.tsv").read_text().splitlines()[1:]]
        self.name = name
        self.judge = SimilarityJudge(shipped_scaling())
        self.answers = {row[0]: _answers(folder / f"{row[0]}.jsonl") for row in rows}
        if name == "arena":
            self.vendor = {row[0]: row[1] for row in rows}
            self.role = {row[0]: "T" for row in rows}
        else:
            self.vendor = {row[0]: VENDOR.get(row[2], row[2]) for row in rows}
            self.role = {row[0]: row[1] for row in rows}
        # A model that was trained on human data only has no vendor to be kin by.
        self.vendor |= {model: model for model, role in self.role.items() if role == "N"}
        self.prompts = [
            prompt
            for prompt in next(iter(self.answers.values()))
            if all(plain(said.get(prompt, "")) for said in self.answers.values())
        ]
        self._scores: dict[Pair, Scores] = {}

    @property
    def unrelated(self) -> list[Pair]:
        """Pairs of two vendors' models, or of one and a model trained on human data only."""
        return [
            (one, other)
            for one, other in combinations(self.role, 2)
            if self.vendor[one] != self.vendor[other]
            and {self.role[one], self.role[other]} in ({"T"}, {"T", "N"})
        ]

    @property
    def related(self) -> list[Pair]:
        """Pairs of one vendor: students and their teachers, sizes and snapshots of a model."""
        return [
            (one, other)
            for one, other in combinations(self.role, 2)
            if self.vendor[one] == self.vendor[other] and "T" in self.role[one] + self.role[other]
        ]

    def some(self, count: int) -> list[Pair]:
        """Return pairs of both kinds, half of each."""
        chance = random.Random(self.name)  # noqa: S311 - a sample, not a secret
        kinds = (self.unrelated, self.related)
        return [pair for kind in kinds for pair in chance.sample(kind, min(count // 2, len(kind)))]

    def scores(self, pairs: Iterable[Pair]) -> dict[Pair, Scores]:
        """Return the judge's scores of `pairs`."""
        wanted = list(pairs)
        new = [pair for pair in wanted if pair not in self._scores]
        found: dict[Pair, dict[str, Likeness]] = {pair: {} for pair in new}
        for prompt in self.prompts:  # outside: the judge remembers answers, but not all
            for one, other in new:
                said = self.answers[one][prompt], self.answers[other][prompt]
                scores = self.judge.compare_now(prompt, *said).scores
                if scores is not None:
                    found[one, other][prompt] = scores
        self._scores |= found
        return {pair: self._scores[pair] for pair in wanted}

    def copy(self, reference: str, prompt: str) -> Likeness:
        """Return the judge's scores of the reference's own text."""
        said = self.answers[reference][prompt]
        found = self.judge.compare_now(prompt, said, said).scores
        assert found is not None
        return found


Sets = Mapping[str, PromptSet]


def main() -> None:
    """Print every block."""
    blocks: dict[str, Callable[[Sets, int], None]] = {
        "anchors": anchors,
        "copied": copied,
        "others": others,
        "coverage": coverage,
    }
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--only", nargs="*", default=list(blocks), choices=list(blocks))
    options = parser.parse_args()
    sets = {name: PromptSet(name) for name in _SETS}
    for name in options.only:
        started = time.process_time()
        blocks[name](sets, options.draws)
        print(f"   [{time.process_time() - started:.0f} s of processor time]\n", flush=True)


def anchors(sets: Sets, draws: int) -> None:
    """Print the shipped anchors, and where pairs are that they were not made from."""
    del draws
    print("the judge's mean scores: unrelated models, and a second sample of GPT-4")
    unrelated = {name: one.scores(one.unrelated) for name, one in sets.items()}
    means = {
        kind: {
            name: {pair: _mean(scores, kind) for pair, scores in pairs.items()}
            for name, pairs in unrelated.items()
        }
        for kind in _KINDS
    }
    again = sets["rse"].scores([("gpt4", "gpt4_0314")])["gpt4", "gpt4_0314"]
    counts = ", ".join(f"{name} {len(pairs)}" for name, pairs in unrelated.items())
    print(f"  pairs: {counts}; resample on {len(again)} prompts of rse")
    for kind in _KINDS:
        each = [fmean(pairs.values()) for pairs in means[kind].values()]
        shown = " ".join(f"{value:.3f}" for value in each)
        print(
            f"  {kind:10} unrelated {shown}: {fmean(each):.3f}, resample {_mean(again, kind):.3f}"
        )
    print("scores of unrelated pairs with the shipped anchors: mean, 5 % and 95 %")
    for kind in _KINDS:
        row = []
        for pairs in unrelated.values():
            placed = [_score(scores, kind) for scores in pairs.values()]
            cut = quantiles(placed, n=20)
            row.append(f"{fmean(placed):.2f} [{cut[0]:.2f}, {cut[-1]:.2f}]")
        print(f"  {kind:10} {'  '.join(row)}   resample {_score(again, kind):.2f}")
    print("overall score of those left out, with the anchor made without them and with all")
    overall = means["overall"]
    for name in sets:
        made = fmean(fmean(pairs.values()) for other, pairs in overall.items() if other != name)
        _left_out(name, made, unrelated[name].values())
    vendors = {
        one.vendor[model] for one in sets.values() for pair in one.unrelated for model in pair
    }
    for vendor in sorted(vendors):
        kept, left = defaultdict(list), []
        for name, one in sets.items():
            for pair, mean in overall[name].items():
                if vendor in {one.vendor[model] for model in pair}:
                    left.append(unrelated[name][pair])
                else:
                    kept[name].append(mean)
        _left_out(vendor, fmean(map(fmean, kept.values())), left)


def _left_out(name: str, made: float, pairs: Iterable[Scores]) -> None:
    seen = list(pairs)
    without = fmean(_score(scores, unrelated=made) for scores in seen)
    within = fmean(map(_score, seen))
    print(
        f"  {name:24} {len(seen):3} pairs: {without:.2f} (anchor {made:.2f}), with all {within:.2f}"
    )


def copied(sets: Sets, draws: int) -> None:
    """Print mean scores of models that copy a share of the reference's answers."""
    del draws
    print("mean scores where a share of the answers is the reference's own text")
    print(f"  {'':10}{''.join(f'{share:8}' for share in _SHARES)}   pairs that rise at each step")
    for name, one in sets.items():
        rows = []
        for (student, reference), scores in one.scores(one.some(40)).items():
            order = list(scores)
            random.Random(f"{student} {reference}").shuffle(order)  # noqa: S311 - likewise
            row = []
            for share in _SHARES:
                chosen = set(order[: round(share * len(order))])
                row.append(
                    fmean(
                        _placed(one.copy(reference, p) if p in chosen else scores[p]) for p in order
                    )
                )
            rows.append(row)
        rising = sum(row == sorted(set(row)) for row in rows)
        means = [fmean(column) for column in zip(*rows, strict=True)]
        print(
            f"  {name:10}{''.join(f'{mean:8.2f}' for mean in means)}   {rising} of {len(rows)}",
            flush=True,
        )


def others(sets: Sets, draws: int, *, runs: int = 20, size: int = 60) -> None:
    """Print how far a pair's score moves with the other references of the run."""
    del draws
    print(f"least and greatest score of a pair in {runs} runs with one to six other references")
    chance = random.Random(0)  # noqa: S311 - likewise
    for name, one in sets.items():
        prompts, spreads = one.prompts[:size], []
        for student, reference in one.some(6):
            names = [model for model in one.answers if model not in {student, reference}]
            found = [
                _of_run(
                    one, student, [reference, *chance.sample(names, chance.randint(1, 6))], prompts
                )
                for _ in range(runs)
            ]
            spreads.append(max(found) - min(found))
            print(f"  {name:8} {student:28} {reference:32} {min(found):.2f} to {max(found):.2f}")
        print(f"  {name:8} widest {max(spreads):.3f}", flush=True)


def _of_run(
    one: PromptSet, student: str, references: Sequence[str], prompts: Sequence[str]
) -> float:
    """Return the score of the first reference, in a run with all of `references`."""

    def compare(prompt: str, left: str, right: str) -> Likeness | None:
        said = one.answers[left][prompt], one.answers[right][prompt]
        return one.judge.compare_now(prompt, *said).scores

    results = SimilarityResults("rse")
    for prompt in prompts:
        for reference in references:
            decoys = [
                compare(prompt, other, reference) for other in references if other != reference
            ]
            known = [scores for scores in decoys if scores is not None]
            floor = {kind: fmean(getattr(scores, kind) for scores in known) for kind in _KINDS}
            results.add(
                Observation(
                    case=Case(
                        id=f"{reference}/{prompt}",
                        suite="rse",
                        query=prompt,
                        probe_key=prompt,
                        reference=reference,
                    ),
                    model=student,
                    judge=JUDGE,
                    outcome="judged",
                    likeness=LikenessVerdict(
                        scores=compare(prompt, student, reference), floor=Likeness(**floor)
                    ),
                )
            )
    summary = results.summary(student, SummaryOptions(level=_LEVEL))
    value = summary.references[references[0]].overall.value  # type: ignore[union-attr]  # it has pairs
    assert value is not None
    return value


def coverage(sets: Sets, draws: int) -> None:
    """Print how often the interval of some prompts holds the mean of all."""
    print(f"95 % intervals that hold the mean of all prompts, {draws} draws a pair and size")
    print(
        "share copied; then for each number of prompts: mean of the pairs, worst pair, mean width;"
    )
    print("below it the same of the half-width t * se alone")
    print(f"  {'':14}{''.join(f'{size:>19}' for size in _SIZES)}")
    chance = random.Random(1)  # noqa: S311 - likewise
    quantile = {size: t_quantile(_LEVEL, size - 1) for size in _SIZES}
    for name, one in sets.items():
        pairs = one.some(20)
        if name == "rse":
            pairs.append(("gpt4", "gpt4_0314"))
        found = one.scores(pairs).values()
        for share in (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98):
            populations = [_copying(scores, share, chance) for scores in found]
            cells: list[list[str]] = [[], []]
            for size in _SIZES:
                held = [_held(v, draws, size, chance, quantile[size]) for v in populations]
                for row, found_by in zip(cells, zip(*held, strict=True), strict=True):
                    rates, widths = zip(*found_by, strict=True)
                    row.append(f"{fmean(rates):.3f} {min(rates):.3f} {fmean(widths):.2f}")
            for head, row in zip((f"{name:8} {share:4}", "t alone"), cells, strict=True):
                print(f"  {head:14}{''.join(f'{cell:>19}' for cell in row)}", flush=True)


def _copying(scores: Scores, share: float, chance: random.Random) -> list[float]:
    values = [_placed(likeness) for likeness in scores.values()]
    for index in chance.sample(range(len(values)), round(share * len(values))):
        values[index] = _ENDS[1]
    return values


def _held(
    values: Sequence[float], draws: int, size: int, chance: random.Random, quantile: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return coverage and mean width of the interval, and of the half-width t * se alone."""
    truth, bounds = fmean(values), []
    for _ in range(draws):
        # With replacement: these prompts stand for the many that are like them.
        drawn = chance.choices(values, k=size)
        found = bounded_mean(drawn, range(size), ends=_ENDS, level=_LEVEL)
        mean, half = fmean(drawn), quantile * stdev(drawn) / math.sqrt(size)
        alone = (max(_ENDS[0], mean - half), min(_ENDS[1], mean + half))
        bounds.append(((found.low or 0.0, found.high or 0.0), alone))
    whole, part = (
        (fmean(low <= truth <= high for low, high in one), fmean(high - low for low, high in one))
        for one in zip(*bounds, strict=True)
    )
    return whole, part


def _mean(scores: Scores, kind: str = "overall") -> float:
    return fmean(getattr(likeness, kind) for likeness in scores.values())


def _score(scores: Scores, kind: str = "overall", *, unrelated: float | None = None) -> float:
    return fmean(_placed(one, kind, unrelated=unrelated) for one in scores.values())


def _placed(scores: Likeness, kind: str = "overall", *, unrelated: float | None = None) -> float:
    anchor = getattr(UNRELATED, kind) if unrelated is None else unrelated
    value: float = getattr(scores, kind)
    return on_scale(value, unrelated=anchor, resample=getattr(RESAMPLE, kind))


def _answers(path: Path) -> dict[str, str]:
    lines = (json.loads(line) for line in path.read_text().splitlines())
    return {line["prompt"]: line["response"] for line in lines}


if __name__ == "__main__":
    main()
