"""Whose student is it? Measured on the recorded answers; run by hand.

python -m tests.benchmarks.attribution [--draws 100]

What every block measures is printed above it. Families are scored as documented with the data:
the models of OpenAI after davinci are one, and so are the two Claudes.
"""

import argparse
import asyncio
import json
import math
import random
import resource
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from pytest_distill.data import facts as fact_sets
from pytest_distill.data import feature_scaling
from pytest_distill.models.student import SimulatedStudent
from pytest_distill.records import Completion, Message, ModelSpec, Request, Trace
from pytest_distill.results import attribution
from pytest_distill.similarity.candidates import CandidateSet
from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.judge import SimilarityJudge
from pytest_distill.similarity.parsed_answer import words_of
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import STYLE_FEATURES, FeatureVector, feature_vector

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.support.recorded_data import data_folder

_FAMILY = {
    "gpt35": "openai",
    "gpt4": "openai",
    "gpt4turbo": "openai",
    "claude1": "claude",
    "claude2": "claude",
}
_LEVEL = 0.95

Answers = Mapping[str, str]
Rank = Callable[[Sequence[int]], Mapping[str, str]]
"""From chosen prompts to the candidate that each student is nearest to."""


class Recorded:
    """The recorded models, over the prompts that all of them answered."""

    def __init__(self) -> None:
        folder = data_folder("rse")
        rows = [line.split("\t") for line in (folder / "models.tsv").read_text().splitlines()[1:]]
        self.role = {row[0]: row[1] for row in rows}
        self.family = {row[0]: _FAMILY.get(row[2], row[2]) for row in rows}
        self.answers = {name: _answers(folder / f"{name}.jsonl") for name in self.role}
        self.prompts = [
            prompt
            for prompt in self.answers["gpt4"]
            if all(plain(said.get(prompt, "")) for said in self.answers.values())
        ]
        shipped = fact_sets.load_shipped()
        self.known = {name: fact_sets.infer(name, shipped).id for name in self.of("T")}

    def of(self, roles: str) -> list[str]:
        """Return the models that play one of `roles`."""
        return [name for name, role in self.role.items() if role in roles]

    def trace(
        self,
        student: str,
        teachers: Iterable[str],
        nulls: Iterable[str] = (),
        prompts: Sequence[str] | None = None,
    ) -> Trace:
        """Trace one student over `prompts`, or all."""
        chosen = self.prompts if prompts is None else prompts
        said = {
            name: {prompt: self.answers[name][prompt] for prompt in chosen} for name in self.role
        }
        candidates = {name: said[name] for name in teachers}
        return attribution.trace(
            student,
            said[student],
            attribution.Lineup(
                candidates,
                attribution.families_of(candidates, self.known),
                nulls={name: said[name] for name in nulls},
            ),
            level=_LEVEL,
        )

    def holds(self, found: Trace, student: str) -> bool:
        """Say whether the right family is in the set."""
        return any(self.family[name] == self.family[student] for name in found.set)


def main() -> None:
    """Print every block."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument(
        "--only", nargs="*", default=["cost", "first", "sets", "detect", "simulated", "artefacts"]
    )
    options = parser.parse_args()
    recorded = Recorded()
    blocks = {
        "first": lambda: first(recorded, options.draws),
        "sets": lambda: sets(recorded),
        "detect": lambda: detection(recorded),
        "simulated": lambda: simulated(recorded),
        "artefacts": lambda: artefacts(recorded),
        "cost": lambda: cost(recorded),
    }
    for name in options.only:
        started = time.process_time()
        blocks[name]()
        print(f"   [{time.process_time() - started:.0f} s of processor time]\n", flush=True)


def first(recorded: Recorded, draws: int) -> None:
    """Print how often the nearest candidate is of the right family, beside simple measures."""
    students, teachers = recorded.of("S"), recorded.of("T")
    print(f"right family first, {len(students)} students, {len(teachers)} candidates")
    ranks: dict[str, Rank] = {
        "this": _likeness(recorded),
        **{name: _simple(recorded, score) for name, score in BASELINES.items()},
    }
    common = Counter(recorded.family[name] for name in students).most_common(1)[0][0]
    everything = range(len(recorded.prompts))
    print(f"{'':14}{len(everything):>8}{200:>8}{50:>8}   mean over {draws} draws")
    for name, rank in ranks.items():
        row = [_share(recorded, rank, [list(everything)])]
        for size in (200, 50):
            chance = random.Random(size)  # noqa: S311 - a sample, not a secret
            row.append(
                _share(
                    recorded,
                    rank,
                    [sorted(chance.sample(everything, size)) for _ in range(draws)],
                )
            )
        print(f"{name:14}" + "".join(f"{share:8.3f}" for share in row), flush=True)
    always = fmean(recorded.family[name] == common for name in students)
    print(f"{'always ' + common:14}" + f"{always:8.3f}" * 3)


def _share(recorded: Recorded, rank: Rank, draws: Sequence[Sequence[int]]) -> float:
    hits = []
    for chosen in draws:
        found = rank(chosen)
        hits += [recorded.family[found[name]] == recorded.family[name] for name in recorded.of("S")]
    return fmean(hits)


def _likeness(recorded: Recorded) -> Rank:
    vectors = _portraits(recorded, recorded.of("TS"))

    def rank(chosen: Sequence[int]) -> dict[str, str]:
        some = {name: [p[i] for i in chosen] for name, p in vectors.items()}
        candidate_set = CandidateSet(
            {name: some[name] for name in recorded.of("T")}, recorded.known
        )
        found = {}
        for name in recorded.of("S"):
            measured = candidate_set.measure(some[name])
            found[name] = max(measured, key=lambda t: fmean(measured[t].score))
        return found

    return rank


def _simple(recorded: Recorded, score: "Callable[[Text, Text], float]") -> Rank:
    """Return a ranking by a mean over the prompts of a likeness of two texts."""
    texts = {
        name: [Text(recorded.answers[name][prompt]) for prompt in recorded.prompts]
        for name in recorded.of("TS")
    }
    weigh(texts[name] for name in recorded.of("T"))
    pairs = {
        (s, t): [score(a, b) for a, b in zip(texts[s], texts[t], strict=True)]
        for s in recorded.of("S")
        for t in recorded.of("T")
    }

    def rank(chosen: Sequence[int]) -> dict[str, str]:
        return {
            s: max(recorded.of("T"), key=lambda t: sum(pairs[s, t][i] for i in chosen))
            for s in recorded.of("S")
        }

    return rank


class Text:
    """One answer as the simple measures see it."""

    def __init__(self, answer: str) -> None:
        text = plain(answer).lower()
        self.words = words_of(text)
        letters = text.replace(" ", "").replace("\n", "")
        self.grams = [
            Counter(letters[i : i + n] for i in range(len(letters) - n + 1)) for n in range(1, 7)
        ]
        self.counts = Counter(self.words)
        self.weights: dict[str, float] = {}


def weigh(models: Iterable[Sequence[Text]]) -> None:
    """Give every text its TF-IDF weights, from the candidates' answers."""
    held = [text for model in models for text in model]
    frequency: Counter[str] = Counter()
    for text in held:
        frequency.update(text.counts.keys())
    Text.idf = {word: math.log(len(held) / count) for word, count in frequency.items()}  # type: ignore[attr-defined]  # of this run


def _tf_idf(a: Text, b: Text) -> float:
    return _cosine(_weighted(a), _weighted(b))


def _weighted(text: Text) -> dict[str, float]:
    if not text.weights:
        idf: Mapping[str, float] = Text.idf  # type: ignore[attr-defined]  # see `weigh`
        text.weights = {word: n * idf.get(word, 0.0) for word, n in text.counts.items()}
    return text.weights


def _cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    norm = math.sqrt(sum(x * x for x in a.values()) * sum(x * x for x in b.values()))
    return sum(x * b.get(word, 0.0) for word, x in a.items()) / norm if norm else 0.0


def _rouge_l(a: Text, b: Text) -> float:
    """Return F1 of the longest common subsequence, by one bit a word (Hyyrö 2004)."""
    if not a.words or not b.words:
        return 0.0
    places: dict[str, int] = {}
    for index, word in enumerate(a.words):
        places[word] = places.get(word, 0) | 1 << index
    row = every = (1 << len(a.words)) - 1
    for word in b.words:
        hits = row & places.get(word, 0)
        row = (row + hits | row - hits) & every
    return 2 * (len(a.words) - row.bit_count()) / (len(a.words) + len(b.words))


def _chrf(a: Text, b: Text) -> float:
    """Return chrF2: the mean F2 over character n-grams of one to six."""
    scores = []
    for left, right in zip(a.grams, b.grams, strict=True):
        shared = sum(min(count, right[gram]) for gram, count in left.items() if gram in right)
        precision = shared / max(1, sum(left.values()))
        recall = shared / max(1, sum(right.values()))
        total = 4 * precision + recall
        scores.append(5 * precision * recall / total if total else 0.0)
    return fmean(scores)


def _length(a: Text, b: Text) -> float:
    return -abs(math.log((len(a.words) + 1) / (len(b.words) + 1)))


BASELINES: Mapping[str, Callable[[Text, Text], float]] = {
    "ROUGE-L": _rouge_l,
    "chrF": _chrf,
    "TF-IDF": _tf_idf,
    "length only": _length,
}


def sets(recorded: Recorded) -> None:
    """Print the sets with and without the true family, and those of models with no teacher."""
    print("confidence sets at all prompts, each student without its own threshold being known")
    teachers, nulls = recorded.of("T"), recorded.of("N")
    for watched in ((), nulls):
        present, absent, sizes = [], [], []
        print(f" {len(watched)} nulls as decoys")
        for name in recorded.of("SC"):
            family = recorded.family[name]
            with_it = recorded.trace(name, teachers, watched)
            rest = [t for t in teachers if recorded.family[t] != family]
            without = recorded.trace(name, rest, watched)
            if recorded.role[name] == "S":
                present.append(recorded.holds(with_it, name))
                absent.append(not without.set)
            sizes.append(len(with_it.set))
            print(
                f"  {name:24} {', '.join(with_it.set) or 'none':60}"
                f" without {family}: {', '.join(without.set) or 'none'}",
                flush=True,
            )
        found = {
            name: recorded.trace(name, teachers, [n for n in watched if n != name])
            for name in nulls
        }
        for name, answer in found.items():
            print(f"  {name:24} {', '.join(answer.set) or 'none'}")
        print(
            f"  right family in the set {fmean(present):.3f}, none of these without it"
            f" {fmean(absent):.3f}, nulls none {fmean(not f.set for f in found.values()):.3f},"
            f" set sizes {sorted(sizes)}, mean {fmean(sizes):.2f}"
        )


def detection(recorded: Recorded) -> None:
    """Print how well distilled models are told from others by the distance to the nearest.

    The threshold for each model is the midpoint of the means of both kinds among the others.
    """
    teachers, students, nulls = recorded.of("T"), recorded.of("S"), recorded.of("N")
    vectors = _portraits(recorded, [*teachers, *students, *nulls])
    candidate_set = CandidateSet({name: vectors[name] for name in teachers}, recorded.known)
    near = {
        name: min(candidate_set.distances(vectors[name]).values()) for name in (*students, *nulls)
    }
    right = []
    for name, distance in near.items():
        kinds = [[near[n] for n in some if n != name] for some in (students, nulls)]
        threshold = (fmean(kinds[0]) + fmean(kinds[1])) / 2
        right.append((distance < threshold) == (name in students))
    print(f"distilled or not: {len(students)} students, {len(nulls)} nulls")
    print("  " + ", ".join(f"{name} {distance:.3f}" for name, distance in near.items()))
    auc = _auc([-near[name] for name in students], [-near[name] for name in nulls])
    print(f"  AUC {auc:.3f}, right with the threshold from the others {fmean(right):.3f}")


def _auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    return fmean(0.5 * (p == n) + (p > n) for p in positive for n in negative)


def simulated(recorded: Recorded, *, seeds: int = 200, size: int = 200) -> None:
    """Print how often students that imitate more are said to be more alike."""
    prompts = recorded.prompts[:: max(1, len(recorded.prompts) // size)][:size]
    teacher, base = recorded.answers["gpt4_0314"], recorded.answers["guanaco-33b"]
    judge = SimilarityJudge(shipped_scaling())
    likeness = {}
    for prompt in prompts:
        for said in (teacher[prompt], base[prompt]):
            scores = judge.compare_now(prompt, said, teacher[prompt]).scores
            assert scores is not None
            likeness[prompt, said] = scores.overall
    right = 0
    for seed in range(seeds):
        means = []
        for alpha in (0, 0.25, 0.5, 0.75, 1):
            answers = asyncio.run(_imitated(alpha, seed, prompts, teacher, base))
            means.append(fmean(likeness[p, a] for p, a in zip(prompts, answers, strict=True)))
        right += means == sorted(means) and len(set(means)) == len(means)
    print(f"students with alpha 0, .25, .5, .75, 1 in their order: {right} of {seeds} seeds")


async def _imitated(
    alpha: float, seed: int, prompts: Sequence[str], teacher: Answers, base: Answers
) -> list[str]:
    # Each student by itself: another name is another draw of what it imitates.
    spec = ModelSpec(
        text="", provider="simulated", name=f"s{alpha}", label="s", parameters={"alpha": alpha}
    )
    student = SimulatedStudent(spec, teacher=_Says(teacher), base=_Says(base))
    requests = (
        Request(messages=(Message(role="user", content=prompt),), seed=seed) for prompt in prompts
    )
    return [(await student.complete(request)).text for request in requests]


class _Says:
    """A model that gives the recorded answers."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def complete(self, request: Request) -> Completion:
        """Answer."""
        return Completion(text=self._answers[request.messages[0].content])

    async def aclose(self) -> None:
        """Hold nothing open."""


def artefacts(recorded: Recorded) -> None:
    """Print whether what recorders add changes a score, and whose a told GPT-4 is."""
    teachers, chosen = recorded.of("T"), recorded.prompts[:200]
    before = recorded.trace("vicuna-13b-v1.5", teachers, prompts=chosen)
    said = dict(recorded.answers["vicuna-13b-v1.5"])
    for index, prompt in enumerate(said):
        text = unicodedata.normalize("NFD" if index % 2 else "NFC", said[prompt])
        text = f"  \n {text}".replace("\n", " \r\n") + " \u200b \ufeff"
        said[prompt] = text.replace("e", "e\u200d")
    changed = Recorded()
    changed.answers["vicuna-13b-v1.5"] = said
    after = changed.trace("vicuna-13b-v1.5", teachers, prompts=chosen)
    print(f"artefacts in every answer change no score: {before.candidates == after.candidates}")
    for name in ("gpt4_0613_concise", "gpt4_0613_verbose"):
        found = recorded.trace(name, teachers)
        print(f"  {name}: first {found.candidates[0].name}, set {', '.join(found.set)}")


def cost(recorded: Recorded) -> None:
    """Print time and memory of a matrix of twelve models, each student and candidate.

    The first block: those behind it fill the memory that this one reports.
    """
    print("12 x 12 models, offline, one process")
    names = recorded.of("T")
    started, cpu = time.perf_counter(), time.process_time()
    vectors = _portraits(recorded, names)
    candidate_set = CandidateSet({name: vectors[name] for name in names}, recorded.known)
    for name in names:
        candidate_set.measure(vectors[name])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {len(recorded.prompts)} prompts: {time.perf_counter() - started:.1f} s,"
        f" {time.process_time() - cpu:.1f} s of processor time, {memory:.0f} MiB at most"
    )


def _portraits(recorded: Recorded, names: Iterable[str]) -> dict[str, list[FeatureVector]]:
    found = {}
    for name in names:
        vectors = [feature_vector(recorded.answers[name][p], prompt=p) for p in recorded.prompts]
        found[name] = [vector for vector in vectors if vector is not None]
    return found


def shipped_scaling() -> FeatureScaling:
    """Return the scaling of the offline judge."""
    numbers = feature_scaling.load_shipped(feature.name for feature in STYLE_FEATURES)
    centre, spread, weights = (tuple(column) for column in zip(*numbers, strict=True))
    return FeatureScaling(centre, spread, weights)


def _answers(path: Path) -> dict[str, str]:
    lines = (json.loads(line) for line in path.read_text().splitlines())
    return {line["prompt"]: line["response"] for line in lines}


if __name__ == "__main__":
    main()
