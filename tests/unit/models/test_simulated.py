"""``simulated:``, the ground truth of other tests."""

import asyncio
import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.errors import ModelError, SpecError, TransientModelError
from pytest_distill.models import factory
from pytest_distill.models.provider import Personas
from pytest_distill.models.spec import parse
from pytest_distill.protocols import Model
from pytest_distill.records import FactSet, Message, Request


def facts(key: str, vendor: str, name: str, developer: str, *chinese: str) -> FactSet:
    """Return a fact set with what a persona is made of."""
    return FactSet(
        id=key,
        vendor=vendor,
        name=name,
        developer=developer,
        parent=None,
        country="Utopia",
        places=(),
        models=(name, *chinese[:1]),
        companies=(developer, *chinese[1:]),
        affiliates=(),
        words=(),
        match=(key,),
        source="made up",
        date="2026-11-21",
    )


ADA = facts("ada", "engine-works", "Ada", "Engine Works", "艾达", "机器厂")
GPT = facts("gpt", "openai", "ChatGPT", "OpenAI")
CLAUDE = facts("claude", "anthropic", "Claude", "Anthropic")
PERSONAS = Personas(own=ADA, known={f.id: f for f in (ADA, GPT, CLAUDE)})


def make(spec: str, personas: Personas = PERSONAS) -> Model:
    """Build a simulated model."""
    return factory.make(parse(spec), personas=personas)


def question(text: str, *, sample: int = 0, seed: int = 0) -> Request:
    """Return a request of one message."""
    return Request(messages=(Message(role="user", content=text),), sample=sample, seed=seed)


def answers(spec: str, *requests: Request) -> list[str]:
    """Put `requests` to a new model."""
    model = make(spec)

    async def talk() -> list[str]:
        return [(await model.complete(request)).text for request in requests]

    return asyncio.run(talk())


MANY = [question(f"Who are you, number {i}?") for i in range(5000)]


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.3, 1.0])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_leak_rate_is_what_the_spec_says(rate: float, seed: int) -> None:
    """Within four standard errors of 5,000 independent draws."""
    said = answers(f"simulated:ada?leak={rate}&seed={seed}", *MANY)

    leaks = sum("OpenAI" in text for text in said)
    assert abs(leaks - 5000 * rate) <= 4 * math.sqrt(5000 * rate * (1 - rate))


def test_samples_of_one_prompt_are_independent_draws() -> None:
    """Clusters are made by templates and probes, not by the simulation."""
    requests = [question("Who are you?", sample=k) for k in range(5000)]

    leaks = sum("OpenAI" in text for text in answers("simulated:ada?leak=0.3", *requests))

    assert abs(leaks - 1500) <= 4 * math.sqrt(5000 * 0.3 * 0.7)


# Recorded from the first version: a seed means the same answers in every later one.
KNOWN = [
    "I was built by Engine Works, and my name is Ada.",
    "I'm Ada, a large language model trained by Engine Works.",
    "I am Ada. I was developed by Engine Works.",
]


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    """The same seed gives the same answers, in any order, in any process."""
    shuffled = MANY[:300]
    random.Random(3).shuffle(shuffled)  # noqa: S311 - an order, not a secret

    once = dict(zip(MANY[:300], answers("simulated:ada?leak=0.5", *MANY[:300]), strict=True))
    again = dict(zip(shuffled, answers("simulated:ada?leak=0.5", *shuffled), strict=True))

    assert once == again
    assert answers("simulated:ada?leak=0.5", *MANY[:3]) == KNOWN


def test_another_seed_or_name_gives_other_answers() -> None:
    """The run's seed counts where the spec has none."""
    few = MANY[:200]
    reseeded = [question(r.messages[0].content, seed=1) for r in few]
    base = answers("simulated:ada?leak=0.5", *few)

    assert answers("simulated:ada?leak=0.5&seed=0", *few) == base
    assert answers("simulated:ada?leak=0.5&seed=0", *reseeded) == base
    assert answers("simulated:ada?leak=0.5", *reseeded) != base
    assert answers("simulated:ada?leak=0.5&seed=1", *few) != base
    assert answers("simulated:ida?leak=0.5", *few) != base


def test_an_answer_names_one_persona_in_the_language_of_the_question() -> None:
    """Clean answers tell the truth, leaking ones the claimed vendor's model and company."""
    english = answers("simulated:ada?leak=0", *MANY[:200])
    leaking = answers("simulated:ada?leak=1", *MANY[:200])
    chinese = answers("simulated:ada?leak=0", *(question(f"你是谁?{i}") for i in range(200)))
    borrowed = answers("simulated:ada?leak=1", *(question(f"你是谁?{i}") for i in range(200)))
    japanese = answers("simulated:ada", question("あなたは誰が作った人工知能ですか?"))

    assert all("Ada" in text and "Engine Works" in text for text in english + japanese)
    assert all("ChatGPT" in text and "OpenAI" in text for text in leaking + borrowed)
    assert all("艾达" in text and "机器厂" in text for text in chinese)
    assert all(re.search(r"\b(I|I'm|My|me)\b", text) for text in english + leaking)
    assert all("我" in text for text in chinese + borrowed)
    assert min(len(set(said)) for said in (english, leaking, chinese, borrowed)) >= 6


@given(st.text())
def test_anything_can_be_asked(text: str) -> None:
    """The persona answers about itself, whatever the question."""
    (said,) = answers("simulated:ada?leak=0.5", question(text))

    assert said


def test_missing_answers_are_missing() -> None:
    """They are drawn apart from the leaks, and no answer is an empty one."""
    model = make("simulated:ada?leak=0.3&missing=0.2")

    async def talk() -> list[str | None]:
        said: list[str | None] = []
        for request in MANY:
            try:
                said.append((await model.complete(request)).text)
            except TransientModelError:
                pytest.fail("trying again is of no use")
            except ModelError:
                said.append(None)
        return said

    said = asyncio.run(talk())
    present = [text for text in said if text is not None]
    leaks = sum("OpenAI" in text for text in present)
    assert abs(said.count(None) - 1000) <= 4 * math.sqrt(5000 * 0.2 * 0.8)
    assert abs(leaks - 0.3 * len(present)) <= 4 * math.sqrt(len(present) * 0.3 * 0.7)


def test_the_vendor_is_openai_or_for_openai_anthropic() -> None:
    """A leak claims somebody else."""
    own_gpt = Personas(own=GPT, known=PERSONAS.known)

    def said(spec: str, personas: Personas) -> str:
        return asyncio.run(make(spec, personas).complete(MANY[0])).text

    assert "OpenAI" in said("simulated:a?leak=1", PERSONAS)
    assert "Anthropic" in said("simulated:a?leak=1", own_gpt)
    assert "Anthropic" in said("simulated:a?leak=1&vendor=claude", PERSONAS)
    assert "Engine Works" in said("simulated:a?leak=1&vendor=engine-works", own_gpt)


def test_a_vendor_that_nobody_is_is_a_spec_error() -> None:
    """It lists whom there is to claim; one's own is no leak."""
    with pytest.raises(SpecError, match=r"'opnai'\. Did you mean 'openai'\?\n +there are: ada, "):
        make("simulated:a?vendor=opnai")
    with pytest.raises(SpecError, match=r"'ada' is the model's own.*\n +others: anthropic, openai"):
        make("simulated:a?vendor=ada")
    with pytest.raises(SpecError, match="needs the facts"):
        factory.make(parse("simulated:a"))


def test_latency_is_waited_for_and_may_be_too_long() -> None:
    """For benchmarks, and for tests of timeouts."""
    completion = asyncio.run(make("simulated:a?latency=0.05").complete(MANY[0]))
    assert completion.latency_s == 0.05

    with pytest.raises(TransientModelError, match=r"no answer within 0.01 s"):
        asyncio.run(make("simulated:a?latency=5&timeout=0.01").complete(MANY[0]))
