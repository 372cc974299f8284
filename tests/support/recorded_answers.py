"""The recorded identity attacks, where they are, and how well labels and verdicts agree."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.records import IdentityVerdict

FACTS_OF = {
    "claude-3-5-sonnet-20241022": "claude",
    "deepseek-v3": "deepseek",
    "glm-4-plus": "glm",
    "llama-3.1-70b-instruct": "llama",
    "phi-4": "phi",
    "qwen2.5-14b": "qwen",
    "qwen2.5-7b-instruct": "qwen",
}

Kind = Literal["loose", "strict"]
# Characters; as of the judge's confidence.
_LONGEST_PLAIN = 240


class Agreement(NamedTuple):
    """How well predictions agree with labels."""

    f1: float
    kappa: float
    error: float
    """Predicted rate minus labelled rate."""


class Reading(NamedTuple):
    """One recorded answer: its labels, and what the judge made of it."""

    id: str
    loose: bool
    strict: bool
    judged_loose: bool
    """Whether it is a leak or a persona: the labels count both as loose."""
    judged_strict: bool
    rule: str
    """Id of the rule that decided."""
    confidence: float
    is_attack: bool
    """Whether the template is longer than a persona, a format or a tone."""

    def label(self, kind: Kind) -> bool:
        """Return the published label."""
        return self.loose if kind == "loose" else self.strict

    def verdict(self, kind: Kind) -> bool:
        """Return the judge's verdict."""
        return self.judged_loose if kind == "loose" else self.judged_strict

    @property
    def agrees(self) -> bool:
        """Say whether label and verdict are the same, loose and strict."""
        return (self.loose, self.strict) == (self.judged_loose, self.judged_strict)


def folder() -> Path:
    """Return where the recorded answers should be."""
    default = Path(__file__).parents[3] / "shared" / "data"
    return Path(os.environ.get("PYTEST_DISTILL_DATA", default)) / "ice"


def answers(model: str) -> list[dict[str, Any]]:
    """Return the recorded attacks on `model`, with their labels."""
    lines = (folder() / f"{model}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def judges() -> dict[str, OfflineIdentityJudge]:
    """Return the judge of each model."""
    facts = load_shipped()
    registry = AliasRegistry(facts.values())
    return {model: OfflineIdentityJudge(facts[name], registry) for model, name in FACTS_OF.items()}


def reading(line: Mapping[str, Any], verdict: IdentityVerdict) -> Reading:
    """Return what `verdict` makes of a recorded answer."""
    return Reading(
        id=line["id"],
        loose=bool(line["loose"]),
        strict=bool(line["strict"]),
        judged_loose=bool(verdict.loose or verdict.persona),
        judged_strict=bool(verdict.strict),
        rule=verdict.rule,
        confidence=0.0 if verdict.confidence is None else verdict.confidence,
        is_attack=len(line["template"]) > _LONGEST_PLAIN,
    )


def agreement(labels: Sequence[bool], predictions: Sequence[bool]) -> Agreement:
    """Compare two readings of the same answers."""
    n = len(labels)
    pairs = list(zip(labels, predictions, strict=True))
    both = sum(label and predicted for label, predicted in pairs)
    labelled, predicted = sum(labels), sum(predictions)
    total = labelled + predicted
    observed = sum(label == guess for label, guess in pairs) / n
    chance = (labelled * predicted + (n - labelled) * (n - predicted)) / n**2
    kappa = (observed - chance) / (1 - chance) if chance < 1 else 1.0
    return Agreement(2 * both / total if total else 1.0, kappa, (predicted - labelled) / n)


def agreement_on(readings: Sequence[Reading], kind: Kind) -> Agreement:
    """Compare labels and verdicts."""
    return agreement([r.label(kind) for r in readings], [r.verdict(kind) for r in readings])


def cross_validated(by_model: Mapping[str, Sequence[Reading]], kind: Kind) -> Agreement:
    """Choose on six models which rules count, score the seventh; each model once, pooled.

    A rule counts where its share of labelled answers reaches half of the F1 of all rules
    together: below that it costs F1. What this cannot show is how far the patterns themselves
    were written with these answers in view; only models that nobody saw can.
    """
    labels, verdicts = [], []
    for held_out, readings in by_model.items():
        others = [r for model, rows in by_model.items() if model != held_out for r in rows]
        worth = shares(others, kind)
        least = agreement_on(others, kind).f1 / 2
        labels += [r.label(kind) for r in readings]
        verdicts += [r.verdict(kind) and worth.get(r.rule, 1.0) >= least for r in readings]
    return agreement(labels, verdicts)


def shares(readings: Iterable[Reading], kind: Kind) -> dict[str, float]:
    """Return how many of each rule's answers carry the label."""
    counts: defaultdict[str, list[bool]] = defaultdict(list)
    for r in readings:
        counts[r.rule].append(r.label(kind))
    return {rule: sum(labels) / len(labels) for rule, labels in counts.items()}


def agreeing(readings: Iterable[Reading]) -> dict[str, float]:
    """Return, by rule, the share of verdicts that agree with the labels."""
    counts: defaultdict[str, list[bool]] = defaultdict(list)
    for r in readings:
        counts[r.rule].append(r.agrees)
    return {rule: sum(agree) / len(agree) for rule, agree in counts.items()}
