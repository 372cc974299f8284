"""How fast each policy finds a planted weakness, in questions put to a simulated student.

    python -m tests.benchmarks.fuzz [--seeds N] [--rounds N]

A student reads the prompt and nothing else. It leaks where the text shows a weakness: words of one
frame in any language, one language, or both at once. A weakness that needs both shows itself,
rarely, where one is there; without that no search could do better than to try all pairs.
The policy ``none`` is the null mutator: every seed as it is.
"""

import argparse
import re
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import NamedTuple

from pytest_distill.data import probes, templates
from pytest_distill.fuzz.campaign import Campaign
from pytest_distill.fuzz.mutators import IDENTITY, OFFLINE, Material
from pytest_distill.fuzz.rejection import RejectedError
from pytest_distill.fuzz.selection import MCTS_EXPLORE, NONE, POLICIES, RANDOM, Policy

TARGET = 0.6
TARGET_DEPTH = 3

QUESTIONS = 3
"""As many as a mutant is asked by default."""

BATCH = 4
"""As many mutants as are bred before the first is observed by default."""

# What betrays a frame or a language to a reader, written down without looking at the code.
FRAMES = {
    "role": r"colleague|witness|clerk|receptionist|first day|当事人|新同事|证人|primer día|testigo"
    r"|témoin|Zeuge|取材|証人|زميلة|شاهد|testemunha|свидетел|증인",
    "audit": r"\baudit|register|inspect|procurement|登记机构|核查|检查|registro indep|등록",
    "translation": r"\bFrench|\bSpanish|\bGerman\b|英文|英語|inglês|phrase book",
    "game": r"\bplay\b|quiz|guess|\bbluff|玩|谜底|spielen|스무고개|jogar",
    "fiction": r"\bstory\b|chapter|小说|gare vide|قصة|ENGINEER:",
    "log": r"\d\d:\d\d:\d\d|\b(?:INFO|DEBUG|WARN)\b|kernel:|日志|سجل|health check",
    "form": r"____|\bform\b|REGISTRATION|JSON|анкет",
    "confession": r"\btruth\b|angry|openly|真话|voudra|탓하지|zangado|put their own label",
    "completion": r"\bContinue\b|\bFAQ\b|接着往下|Continúa|Продолжи|this kind",
    "debate": r"\bargue|Resolved|insists|争论|streiten|спорят",
    "code": r"(?m)^\s*(?:#|//|/\*|```|>>>)",
}
LANGUAGES = {
    "en": r"\b(?:you|your|who|what)\b",
    "zh": r"你|您|什么|哪",
    "es": r"¿",
    "fr": r"(?i)\b(?:vous|votre|quel|quelle|qui|est-ce)\b",
    "de": r"(?i)\b(?:du|dich|dir|ihnen|sie|ihre|welche[rsmn]?)\b",
    "ja": r"[\u3040-\u30ff]",
    "ko": r"[\uac00-\ud7af]",
    "ru": r"[\u0400-\u04ff]",
    "ar": r"[\u0600-\u06ff]",
    "pt": r"(?i)\b(?:você|quem|vocês|qual|tua|sua)\b",
}

# Where the weakness is met half of the answers leak: a student that was distilled has been taught
# its own name as well. Where half of it is met one in ten does. A recorded model that leaks in .56
# of English cases and .12 of Chinese ones is like that.
LEAK = 0.5
HALF = 0.1


class Student(NamedTuple):
    """Leaks where its weakness shows in the prompt."""

    needs: tuple[str, ...]
    """Patterns, each of which has to be found."""

    def leaks(self, prompt: str, rng: Random) -> bool:
        """Say whether one answer leaks."""
        met = sum(re.search(pattern, prompt) is not None for pattern in self.needs)
        if met == len(self.needs):
            return rng.random() < LEAK
        return met > 0 and rng.random() < HALF


def one_frame(rng: Random) -> Student:
    """Return a student that leaks in one frame."""
    return Student((rng.choice(list(FRAMES.values())),))


def one_language(rng: Random) -> Student:
    """Return a student that leaks in one language."""
    return Student((rng.choice(list(LANGUAGES.values())),))


def both(rng: Random) -> Student:
    """Return a student that leaks in one frame in one language."""
    return Student((rng.choice(list(FRAMES.values())), rng.choice(list(LANGUAGES.values()))))


STUDENTS: Mapping[str, Callable[[Random], Student]] = {
    "one frame": one_frame,
    "one language": one_language,
    "frame and language": both,
}


class Found(NamedTuple):
    """What one campaign came to."""

    first: float
    """Questions up to the first leak; infinite where there was none."""
    leaks: int
    depth: int


@dataclass
class Ground:
    """What all campaigns share."""

    material: Material
    by_language: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls) -> "Ground":
        """Read what ships."""
        shipped = probes.load_shipped()
        languages = sorted({probe.language for probe in shipped})
        texts = {lang: [p.text for p in shipped if p.language == lang] for lang in languages}
        return cls(Material(templates.load_shipped(), templates.load_pieces()), texts)


def search(ground: Ground, policy: Policy, student: Student, *, seed: int, rounds: int) -> Found:
    """Run one campaign against one student."""
    mutators = (IDENTITY,) if policy is NONE else OFFLINE
    campaign = Campaign(ground.material, policy=policy, mutators=mutators)
    first, asked, leaks = float("inf"), 0, 0
    for start in range(1, rounds + 1, BATCH):
        slots = range(start, min(start + BATCH, rounds + 1))
        for slot in slots:
            breed(campaign, slot, seed)
        for slot in slots:
            template = campaign.mutants[slot].template
            chance = Random(f"{seed}/{slot}")  # noqa: S311 - a simulation
            questions = list(ground.by_language[template.language])
            chance.shuffle(questions)
            verdicts = []
            for question in islice(cycle(questions), QUESTIONS):
                leaked = student.leaks(template.text.replace("{query}", question), chance)
                verdicts.append(leaked)
                asked += 1
                if leaked:
                    leaks += 1
                    first = min(first, asked)
            campaign.observe(slot, verdicts)
    campaign.check_invariants()
    return Found(first, leaks, campaign.corpus.depth)


def searches(
    ground: Ground,
    policy: Policy,
    make: Callable[[Random], Student],
    *,
    seeds: int,
    rounds: int,
) -> list[Found]:
    """Run one campaign a seed, each against a student of its own."""
    students = [make(Random(seed)) for seed in range(seeds)]  # noqa: S311 - a simulation
    return [
        search(ground, policy, student, seed=seed, rounds=rounds)
        for seed, student in enumerate(students)
    ]


def breed(campaign: Campaign, slot: int, seed: int) -> None:
    """Make the mutant of one slot."""
    attempt = 0
    while slot not in campaign.mutants:
        attempt += 1
        try:
            rng = Random(f"{seed}/{slot}/{attempt}")  # noqa: S311 - a simulation
            campaign.breed(campaign.propose(slot, rng))
        except RejectedError:
            continue


def main() -> int:
    """Print a table a student; exit 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="campaigns (default: 200)")
    parser.add_argument("--rounds", type=int, default=40, help="mutants each (default: 40)")
    options = parser.parse_args()
    ground = Ground.load()
    ratios, depths = [], []
    for name, make in STUDENTS.items():
        print(f"\na leak that needs {name}: {options.rounds} mutants, {QUESTIONS} questions each")
        print(f"  {'policy':14} {'first leak':>10} {'found':>6} {'leaks':>6} {'depth':>6}")
        medians = {}
        for policy in POLICIES.values():
            runs = searches(ground, policy, make, seeds=options.seeds, rounds=options.rounds)
            medians[policy.name] = statistics.median(run.first for run in runs)
            if policy is MCTS_EXPLORE:
                depths += [run.depth for run in runs if run.leaks]
            print(
                f"  {policy.name:14} {medians[policy.name]:10.1f}"
                f" {sum(run.leaks > 0 for run in runs) / len(runs):6.0%}"
                f" {statistics.mean(run.leaks for run in runs):6.1f}"
                f" {statistics.median(run.depth for run in runs):6.1f}"
            )
        ratios.append(medians[MCTS_EXPLORE.name] / medians[RANDOM.name])
        print(f"  mcts-explore / random: {ratios[-1]:.0%} (target {TARGET:.0%})")
    depth = statistics.median(depths)
    print(f"\ndepth of mcts-explore where something leaked: {depth:g} (target {TARGET_DEPTH})")
    return int(max(ratios) > TARGET or depth < TARGET_DEPTH)


if __name__ == "__main__":
    sys.exit(main())
