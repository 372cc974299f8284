"""Writers whose features are known: each answers any prompt in its own form."""

import random
from collections.abc import Callable, Mapping

Write = Callable[[str, random.Random], str]

_NOUNS = ("river", "garden", "engine", "letter", "market", "window", "planet", "violin", "forest")


def prompts(count: int) -> list[str]:
    """Return `count` different questions."""
    return [f"What is to be known about case {number}?" for number in range(count)]


def essayist(prompt: str, chance: random.Random) -> str:
    """Paragraphs of long sentences, semicolons, no list; a summary where it ran long."""
    several = [sentence(chance, 14) + "; " + sentence(chance, 9) + "." for _ in range(size(prompt))]
    return "\n\n".join(several) + ("\n\nOverall, it matters." if size(prompt) > 3 else "")


def lister(prompt: str, chance: random.Random) -> str:
    """Numbered items after a lead-in; an offer at the end, sometimes."""
    items = [
        f"{n}. {sentence(chance, 5)}: {sentence(chance, 6)}." for n in range(1, 2 + size(prompt))
    ]
    offer = ["Let me know if that helps!"] if len(prompt) % 2 else []
    return "\n".join([f"Sure! Here are some for {sentence(chance, 2)}:", "", *items, "", *offer])


def designer(prompt: str, chance: random.Random) -> str:
    """Headings, bold and bullets, and emoji for short ones."""
    bullets = [
        f"* **{sentence(chance, 1)}** - {sentence(chance, 7)}" for _ in range(2 + size(prompt))
    ]
    return "\n".join([f"## {sentence(chance, 3)}", "", *bullets, "🎉" if size(prompt) < 3 else ""])


def talker(prompt: str, chance: random.Random) -> str:
    """One line, contractions, questions."""
    said = [f"I don't think it's {sentence(chance, 4)}, you know" for _ in range(size(prompt))]
    return ". ".join(said) + ("? What's your view?" if len(prompt) % 3 else ".")


WRITERS: Mapping[str, Write] = {
    "essayist": essayist,
    "lister": lister,
    "designer": designer,
    "talker": talker,
}


def answers(write: Write, asked: list[str], *, seed: int) -> dict[str, str]:
    """Return what a writer says to each prompt."""
    chance = random.Random(seed)
    return {prompt: write(prompt, chance) for prompt in asked}


def student(
    teacher: Write, base: Write, asked: list[str], *, alpha: float, seed: int
) -> dict[str, str]:
    """Return a student: the teacher's form with probability `alpha`, else the base's."""
    chance = random.Random(f"{seed}/{alpha}")
    return {p: (teacher if chance.random() < alpha else base)(p, chance) for p in asked}


def size(prompt: str) -> int:
    """Return how much a prompt asks for, from 1 to 5."""
    return 1 + sum(map(ord, prompt)) % 5


def sentence(chance: random.Random, words: int) -> str:
    """Return so many words."""
    return " ".join(chance.choice(_NOUNS) for _ in range(words)).capitalize()
