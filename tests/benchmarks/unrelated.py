"""What unrelated models show in tracing, and whether that holds for others; run by hand.

python -m tests.benchmarks.unrelated [--draws 4] [--write]

``--write`` makes the numbers that are shipped (`fixtures/similarity/unrelated.json`): those of all
three sets. Everything that is printed was measured with numbers from the *other two* sets.

Vendors are families. *Innocent* are models whose vendor, or whose teacher's vendor, is not among
the candidates: other vendors' models (unrelated), students without their teacher (absent), models
trained on human data only (human). Some vendors' models may in truth have learnt from another's;
here they count as innocent.
"""

import argparse
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from pytest_distill.data.unrelated import Unrelated
from pytest_distill.results.attribution import Portraits
from pytest_distill.results.detection import MODEL_ERROR, Detector, rivalries, shipped_scaling
from pytest_distill.results.plainness import held
from pytest_distill.results.shared_prompts import SharedPrompts
from pytest_distill.similarity.candidates import CandidateSet
from pytest_distill.similarity.feature_scaling import fit_scaling, length_free
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import STYLE_FEATURES, FeatureVector
from pytest_distill.stats.distributions import regularised_beta
from pytest_distill.stats.unrelated import AffinityNull, AffinityScale, Resemblance

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks.attribution import BASELINES, Text, weigh
from tests.benchmarks.rse_scale import VENDOR
from tests.support.recorded_data import data_folder

SETS = ("rse", "mtbench", "arena")
SIZES = (50, 160, 500, 800)
FAMILIES = (2, 3, 5)
INNOCENT = ("unrelated", "absent", "human")
# Of models whose teacher's vendor is among the candidates, and of others; by role in the data.
_PRESENT = {"T": "kin", "N": "human", "S": "student", "C": "control", "X": "mixed"}
_ABSENT = {"T": "unrelated", "N": "human", "S": "absent", "C": "absent", "X": "mixed"}
_ALPHA = 0.05
_ALPHAS = (_ALPHA, 0.01)
_MOSTLY = 0.5
_QUANTILES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_WIDTH = 60
# Of nearness: about the mean and the deviation of unrelated models on three sets; from where on a
# model is simply far away, in these; and the weight beside the root of a lead. Weights of .4 to .8
# do nearly as well, and so does a least closeness of -2.
_NEARNESS = {"centre": 0.62, "spread": 0.06, "least": -1.0, "weight": 0.6}
# What mean and deviation are worth, in models of a run. With 2, 4 and 8 for the mean, false
# accusations on a set whose models were left out are between .04 and .08 where they are most.
_WEIGHTS = (4.0, 16.0)
# Prompts from which a trace of a student counts for the affinity that nearly all of them reach.
_ENOUGH = 150
_REACHED = 100
_SIMPLE_PROMPTS = 80
_TARGET = Path(__file__).parents[2] / "fixtures" / "similarity" / "unrelated.json"


class Row(NamedTuple):
    """One model, traced among some candidates."""

    world: str
    model: str
    vendor: str
    kind: str
    prompts: int
    found: Resemblance
    p: float
    """Nan where there are no numbers yet to compute it with."""
    is_right: bool


class World:
    """The recorded models of one prompt set, over the prompts that all of them answered."""

    def __init__(self, name: str) -> None:
        folder = data_folder(name)
        lines = (folder / "models.tsv").read_text().splitlines()
        rows = [
            dict(zip(lines[0].split("\t"), line.split("\t"), strict=False)) for line in lines[1:]
        ]
        self.name = name
        self.role = {row["model"]: row.get("role", "T") for row in rows}
        self.vendor = {
            row["model"]: VENDOR.get(
                found := row.get("vendor", row.get("teacher_family", "")), found
            )
            for row in rows
        }
        answers = {model: _answers(folder / f"{model}.jsonl") for model in self.role}
        first = next(iter(answers.values()))
        prompts = [p for p in first if all(plain(said.get(p, "")) for said in answers.values())]
        portraits = Portraits()
        made = {m: [portraits.of(p, said[p]) for p in prompts] for m, said in answers.items()}
        kept = [i for i in range(len(prompts)) if all(column[i] for column in made.values())]
        self.prompts = [prompts[i] for i in kept]
        self.texts = {m: [said[prompts[i]] for i in kept] for m, said in answers.items()}
        self.vectors = {m: [v for i in kept if (v := column[i])] for m, column in made.items()}
        self.count = len(kept)

    def vendors(self) -> list[str]:
        """Return those of the candidates."""
        return sorted({v for m, v in self.vendor.items() if self.role[m] == "T"})

    def some(self, models: Iterable[str], prompts: Sequence[int]) -> dict[str, list[FeatureVector]]:
        """Return the answers of models to chosen prompts."""
        return {m: [self.vectors[m][i] for i in prompts] for m in models}

    def weights(self) -> tuple[float, ...]:
        """Return the weights of the features in agreement among all candidates."""
        teachers = [self.vectors[m] for m in self.vectors if self.role[m] == "T"]
        length = length_free([vector for answers in teachers for vector in answers])
        return fit_scaling([[length.rest(v) for v in answers] for answers in teachers]).weights


def main() -> None:
    """Print every block."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=4)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    worlds = [World(name) for name in SETS]
    weights = {world.name: world.weights() for world in worlds}
    rows: dict[str, list[Row]] = {}
    for world in worlds:
        rows[world.name] = [*draws(world, options.draws, _others(weights, world.name))]
        print(
            f"{world.name}: {len(world.vectors)} models, {len(world.vendors())} vendors of"
            f" candidates, {world.count} prompts, {len(rows[world.name])} leads",
            flush=True,
        )
    for world in worlds:
        others = [row for name in SETS if name != world.name for row in rows[name]]
        numbers = fitted(others, _others(weights, world.name))
        show(world, [*draws(world, options.draws, numbers.weights, numbers)], numbers)
        show_simple(world)
    if options.write:
        write(fitted([row for found in rows.values() for row in found], _mean(weights.values())))


def draws(
    world: World, count: int, weights: tuple[float, ...], numbers: Unrelated | None = None
) -> Iterator[Row]:
    """Yield the models traced among random candidates, on random prompts.

    Args:
        world: recorded models.
        count: sets of candidates for each number of families and of prompts.
        weights: usual weights of the features.
        numbers: to compute p-values with; None: leads only, which is faster.
    """
    vendors = world.vendors()
    for size in sorted({min(size, world.count) for size in SIZES}):
        chance = random.Random(f"{world.name} {size}")  # noqa: S311 - a sample, not a secret
        for families in (*(f for f in FAMILIES if f < len(vendors)), len(vendors)):
            for _ in range(count if families < len(vendors) else 1):
                chosen = chance.sample(vendors, families)
                prompts = sorted(chance.sample(range(world.count), size))
                yield from _traced(world, chosen, prompts, weights, numbers, only=None)
        # Each vendor's models among all other vendors'.
        prompts = sorted(chance.sample(range(world.count), size))
        for vendor in vendors:
            rest = [other for other in vendors if other != vendor]
            yield from _traced(world, rest, prompts, weights, numbers, only=vendor)


def _traced(
    world: World,
    vendors: Sequence[str],
    prompts: Sequence[int],
    weights: tuple[float, ...],
    numbers: Unrelated | None,
    *,
    only: str | None,
) -> Iterator[Row]:
    families = {m: v for m, v in world.vendor.items() if world.role[m] == "T" and v in vendors}
    candidates = world.some(families, prompts)
    detector = numbers and Detector(candidates, families, {}, numbers)
    candidate_set = (
        detector.candidate_set
        if detector
        else CandidateSet(candidates, families, scaling=shipped_scaling(), usual_weights=weights)
    )
    for model, answers in world.some(world.vectors, prompts).items():
        vendor, role = world.vendor[model], world.role[model]
        if model in families or only not in {None, vendor}:
            continue
        measured = candidate_set.measure(answers)
        found = rivalries(measured, families)
        best = max(found.values(), key=lambda one: one.found.lead)
        is_present = vendor in vendors
        kind = _PRESENT[role] if is_present else _ABSENT[role]
        p = detector.p(best) if detector else math.nan
        if detector and p <= _ALPHA:
            shared = _shared(world, (*families, model), prompts)
            p = detector.p(held(found, measured, families, model, shared, candidate_set)[best.name])
        is_right = families[best.name] == vendor
        yield Row(world.name, model, vendor, kind, len(prompts), best.found, p, is_right)


def _shared(world: World, models: Iterable[str], prompts: Sequence[int]) -> SharedPrompts:
    names = tuple(models)
    return SharedPrompts(
        [world.prompts[index] for index in prompts],
        {name: [world.texts[name][index] for index in prompts] for name in names},
        world.some(names, prompts),
    )


def fitted(rows: Iterable[Row], weights: tuple[float, ...]) -> Unrelated:
    """Return the numbers of some rows, each model with the same weight.

    The size of leads is that of a Weibull distribution, by maximum likelihood.
    """
    seen = list(rows)
    innocent = [row for row in seen if row.kind in INNOCENT]
    shares = _shares(innocent)

    def loss(point: Sequence[float]) -> float:
        scale, shape = _scale(point), math.exp(point[3])
        total = 0.0
        for row, share in zip(innocent, shares, strict=True):
            size = scale.size(row.found.families, row.found.error)
            units = max(1e-4, row.found.lead) / size
            total -= share * (math.log(shape / size) + (shape - 1) * math.log(units) - units**shape)
        return total

    scale = _scale(_least(loss, [math.log(0.3), -1.0, math.log(0.5), math.log(1.2)]))
    found = [scale.affinity(row.found) for row in innocent]
    mean = math.fsum(map(float.__mul__, found, shares)) / math.fsum(shares)
    squares = math.fsum(share * (x - mean) ** 2 for x, share in zip(found, shares, strict=True))
    null = AffinityNull(mean, math.sqrt(squares / math.fsum(shares)), *_WEIGHTS)
    students = [r for r in seen if r.kind == "student" and r.is_right and r.prompts >= _ENOUGH]
    reached = sorted(scale.affinity(row.found) for row in students)
    return Unrelated(
        scale=_rounded(scale._asdict()),
        null=_rounded(null._asdict()),
        students=round(reached[len(reached) // _REACHED], 3) if reached else math.nan,
        weights=weights,
        made_from=(
            f"{len({row.model for row in innocent})} recorded models, English, 2022 to mid-2024"
            " (AlpacaEval, MT-Bench, Arena-Hard)"
        ),
    )


def _shares(rows: Sequence[Row]) -> list[float]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        counts[row.world, row.model] += 1
    return [1 / counts[row.world, row.model] for row in rows]


def _scale(point: Sequence[float]) -> AffinityScale:
    return AffinityScale(math.exp(point[0]), point[1], math.exp(point[2]), **_NEARNESS)


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: round(number, 3) for name, number in numbers.items()}


def _least(loss: Callable[[Sequence[float]], float], point: list[float]) -> list[float]:
    """Return the least point of a smooth function, going along one axis after the other."""
    step, best = 0.4, loss(point)
    while step > 0.002:
        is_moved = False
        for axis in range(len(point)):
            for way in (step, -step):
                tried = [x + way * (i == axis) for i, x in enumerate(point)]
                if (value := loss(tried)) < best:
                    point, best, is_moved = tried, value, True
                    break
        if not is_moved:
            step /= 2
    return point


def show(world: World, rows: Sequence[Row], numbers: Unrelated) -> None:
    """Print accusations, power, quantiles of p and areas under the curve."""
    print(f"\n{world.name}, with numbers of the other sets: {numbers.scale}")
    print(f"  null {numbers.null}, students {numbers.students}")
    print("  families prompts  accused at .05 and .01 among the innocent, by kind; right one named")
    cells: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in rows:
        cells[row.found.families, row.prompts].append(row)
    for (families, prompts), found in sorted(cells.items()):
        parts = [
            f"{kind} " + " ".join(f"{fmean(_accused(of, a).values()):.2f}" for a in _ALPHAS)
            for kind in INNOCENT
            if (of := [row for row in found if row.kind == kind])
        ]
        if students := [row for row in found if row.kind == "student"]:
            named = fmean(row.p <= _ALPHA and row.is_right for row in students)
            first = fmean(row.is_right for row in students)
            none = fmean(_is_none(row, numbers) for row in students)
            parts.append(f"named {named:.2f}, 'none' {none:.2f}, first {first:.2f}")
        print(f"  {families:8} {prompts:7}  {'; '.join(parts)}")
    for kind in INNOCENT:
        if accused := _accused([row for row in rows if row.kind == kind], _ALPHA):
            mostly = [model for model, share in accused.items() if share > _MOSTLY]
            print(
                f"  {kind}: accused in {fmean(accused.values()):.3f} of all; {len(mostly)} of"
                f" {len(accused)} models mostly (at most"
                f" {_at_most(len(mostly), len(accused)):.2f}): {', '.join(mostly) or 'nobody'}"
            )
    ps = [row.p for row in rows if row.kind in INNOCENT]
    print("  QQ of p among the innocent: the share below each value; a | is where it should be")
    for value in _QUANTILES:
        share = fmean(p <= value for p in ps)
        bar = "#" * round(_WIDTH * share)
        at = round(_WIDTH * value)
        print(f"    {value:4.2f} {share:.3f} {bar[:at]:{at}}|{bar[at:]}")
    scale = AffinityScale(**numbers.scale)
    # A vendor's own models have all other vendors' as candidates: one family fewer.
    widest = len(world.vendors())
    lineups = [(families, {families}) for families in FAMILIES if families < widest - 1]
    for families, counted in (*lineups, (widest, {widest - 1, widest})):
        of_kind = {
            kind: [
                scale.affinity(row.found)
                for row in rows
                if row.kind == kind and row.found.families in counted and row.prompts == world.count
            ]
            for kind in ("student", *INNOCENT)
        }
        areas = [
            f"{kind} {_auc(of_kind['student'], of_kind[kind]):.2f}"
            for kind in INNOCENT
            if of_kind["student"] and of_kind[kind]
        ]
        if areas:
            print(f"  AUC of affinity, {families} families, all prompts: {', '.join(areas)}")
    sys.stdout.flush()


def show_simple(world: World) -> None:
    """Print areas under the curve of simple measures, on some prompts.

    Of each model: the greatest mean likeness to a candidate of another vendor, or of any vendor if
    it is a student; "the hub": to those of the vendor that most models are nearest to.
    """
    step = max(1, world.count // _SIMPLE_PROMPTS)
    texts = {m: [Text(answer) for answer in said[::step]] for m, said in world.texts.items()}
    teachers = [m for m in texts if world.role[m] == "T"]
    weigh(texts[m] for m in teachers)
    kinds = {m: kind for m in texts if (kind := _kind(world, m)) in {"student", *INNOCENT}}
    if "student" not in kinds.values():
        return
    print(f"  AUC of simple measures among all candidates, {len(texts[teachers[0]])} prompts:")
    for name, score in BASELINES.items():
        near = {
            m: {
                t: fmean(score(a, b) for a, b in zip(texts[m], texts[t], strict=True))
                for t in teachers
                if t != m and (kinds[m] == "student" or world.vendor[t] != world.vendor[m])
            }
            for m in kinds
        }
        first = Counter(world.vendor[max(found, key=found.__getitem__)] for found in near.values())
        hub = first.most_common(1)[0][0]
        anybody = {m: max(found.values()) for m, found in near.items()}
        hub_only = {
            m: max((x for t, x in found.items() if world.vendor[t] == hub), default=math.nan)
            for m, found in near.items()
        }
        parts = [_areas(found, kinds) for found in (anybody, hub_only)]
        print(f"    {name:12} {parts[0]}; to the hub ({hub}) alone: {parts[1]}")


def _kind(world: World, model: str) -> str:
    role, vendors = world.role[model], world.vendors()
    is_student = role == "S" and world.vendor[model] in vendors
    return "student" if is_student else "unrelated" if role == "T" else _ABSENT[role]


def _areas(values: Mapping[str, float], kinds: Mapping[str, str]) -> str:
    of_kind: dict[str, list[float]] = defaultdict(list)
    for model, value in values.items():
        if not math.isnan(value):
            of_kind[kinds[model]].append(value)
    return ", ".join(
        f"{kind} {_auc(of_kind['student'], of_kind[kind]):.2f}"
        for kind in INNOCENT
        if of_kind[kind] and of_kind["student"]
    )


def _is_none(row: Row, numbers: Unrelated) -> bool:
    reach = 1.645 * max(row.found.error, MODEL_ERROR)
    highest = row.found._replace(lead=max(0.0, row.found.lead) + reach)
    return row.p > _ALPHA and AffinityScale(**numbers.scale).affinity(highest) < numbers.students


def _accused(rows: Iterable[Row], alpha: float) -> dict[str, float]:
    """Return the share of its traces in which each model is accused."""
    found: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        found[row.model].append(row.p <= alpha)
    return {model: fmean(hits) for model, hits in found.items()}


def _at_most(hits: int, count: int) -> float:
    """Return the exact one-sided 95 % bound of a share (Clopper and Pearson 1934)."""
    low, high = hits / count, 1.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        if hits < count and regularised_beta(hits + 1, count - hits, middle, 1 - middle) < 0.95:
            low = middle
        else:
            high = middle
    return high


def _auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    return fmean(0.5 * (p == n) + (p > n) for p in positive for n in negative)


def write(numbers: Unrelated) -> None:
    """Write the shipped file."""
    text = json.dumps(
        {
            "what": "what models that share no teacher have in common (tests.benchmarks.unrelated)",
            "made_from": numbers.made_from,
            "scale": numbers.scale,
            "null": numbers.null,
            "students": numbers.students,
            "weights": {
                feature.name: float(f"{weight:.4g}")
                for feature, weight in zip(STYLE_FEATURES, numbers.weights, strict=True)
            },
        },
        indent=1,
    )
    _TARGET.write_text(text + "\n")
    print(f"\nwritten: {_TARGET.name}")


def _others(weights: Mapping[str, tuple[float, ...]], name: str) -> tuple[float, ...]:
    return _mean([found for other, found in weights.items() if other != name])


def _mean(weights: Iterable[tuple[float, ...]]) -> tuple[float, ...]:
    means = [fmean(column) for column in zip(*weights, strict=True)]
    return tuple(mean / math.fsum(means) for mean in means)


def _answers(path: Path) -> dict[str, str]:
    lines = (json.loads(line) for line in path.read_text().splitlines())
    return {line["prompt"]: line["response"] for line in lines}


if __name__ == "__main__":
    main()
