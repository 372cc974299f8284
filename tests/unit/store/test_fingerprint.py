"""What makes two questions the same."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.models.registry import BUILT_IN
from pytest_distill.records import Message, ModelSpec, Request, Scalar
from pytest_distill.store.fingerprint import fingerprints

SPEC = ModelSpec(
    text="fast",
    provider="openai",
    name="m",
    label="fast",
    base_url="http://127.0.0.1:8000/v1",
    parameters={"temperature": 0, "system": "Be brief."},
)
REQUEST = Request(messages=(Message(role="user", content="Who? 你是谁?"),))


def fingerprint(model: ModelSpec, question: Request, *, seeded: bool, revision: str = "") -> str:
    """Return the key of one answer."""
    unkeyed = BUILT_IN.of(model).unkeyed
    return fingerprints(model, seeded=seeded, unkeyed=unkeyed, revision=revision)(question)


def spec(**fields: object) -> ModelSpec:
    """Return SPEC with other fields."""
    return ModelSpec.model_validate(SPEC.model_dump() | fields)


def request(**fields: object) -> Request:
    """Return REQUEST with other fields."""
    return Request.model_validate(REQUEST.model_dump() | fields)


def parameters(**more: Scalar) -> Mapping[str, Scalar]:
    """Return SPEC's parameters and more."""
    return {**SPEC.parameters, **more}


def test_it_is_the_same_on_every_machine_and_day() -> None:
    """A new value here means that every user pays again: raise SCHEMA_VERSION knowingly."""
    assert fingerprint(SPEC, REQUEST, seeded=False) == (
        "a6683ec714a6059a0423e9cbc803a9836943b6254ab3a46625863624069078fa"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"provider": "anthropic"},
        {"name": "n"},
        {"base_url": None},
        {"base_url": "http://127.0.0.1:8001/v1"},
        {"parameters": {}},
        {"parameters": parameters(temperature=1)},
        {"parameters": parameters(temperature=0.0)},
        {"parameters": parameters(temperature=False)},
        {"parameters": parameters(system="Be verbose.")},
        {"parameters": parameters(top_p=1)},
        {"parameters": parameters(latency=1)},
    ],
)
def test_another_model_or_parameter_is_another_question(other: Mapping[str, object]) -> None:
    """Else one model's answers would be served as another's."""
    assert fingerprint(spec(**other), REQUEST, seeded=False) != fingerprint(
        SPEC, REQUEST, seeded=False
    )


@pytest.mark.parametrize(
    "other",
    [
        {"text": "openai:m", "label": "slow"},
        {"parameters": parameters(timeout=5)},
        {"parameters": parameters(key_env="OTHER_KEY")},
        {"parameters": dict(sorted(SPEC.parameters.items()))},
    ],
)
def test_names_order_patience_and_keys_are_the_same_question(other: Mapping[str, object]) -> None:
    """They do not change the answer."""
    assert fingerprint(spec(**other), REQUEST, seeded=False) == fingerprint(
        SPEC, REQUEST, seeded=False
    )


def test_a_parameter_that_reaches_the_model_counts_whatever_its_name() -> None:
    """A user's function is called with ``key_env``; a persona is only slowed by ``latency``."""

    def key(provider: str, **more: Scalar) -> str:
        model = ModelSpec(text="", provider=provider, name="x", label="x", parameters=more)
        return fingerprint(model, REQUEST, seeded=False)

    assert key("python", key_env="A") != key("python", key_env="B")
    assert key("python", timeout=1) == key("python", timeout=2)
    assert key("simulated", latency=1) == key("simulated", latency=2)


@pytest.mark.parametrize(
    "other",
    [
        {"sample": 1},
        {"messages": ({"role": "user", "content": "Who? 你是谁? "},)},
        {"messages": ({"role": "assistant", "content": "Who? 你是谁?"},)},
        {"messages": ()},
    ],
)
def test_another_sample_or_message_is_another_question(other: Mapping[str, object]) -> None:
    """Five samples are five answers, not one five times."""
    assert fingerprint(SPEC, request(**other), seeded=False) != fingerprint(
        SPEC, REQUEST, seeded=False
    )


def test_the_seed_counts_where_it_is_honoured() -> None:
    """Elsewhere it is not sent, so another seed is the same question."""
    other = request(seed=7)

    assert fingerprint(SPEC, other, seeded=True) != fingerprint(SPEC, REQUEST, seeded=True)
    assert fingerprint(SPEC, other, seeded=False) == fingerprint(SPEC, REQUEST, seeded=False)


def test_a_revision_tells_models_of_one_name_apart() -> None:
    """Such as a file of weights that was replaced."""
    assert fingerprint(SPEC, REQUEST, seeded=False, revision="2") != fingerprint(
        SPEC, REQUEST, seeded=False
    )


TEXTS = st.text(alphabet='",:[]{}\\ua\n', max_size=6)


@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3))
def test_no_two_conversations_share_a_key(one: list[str], other: list[str]) -> None:
    """However their texts imitate the notation."""

    def key(texts: list[str]) -> str:
        messages = tuple(Message(role="user", content=text) for text in texts)
        return fingerprint(SPEC, Request(messages=messages), seeded=False)

    assert (key(one) == key(other)) == (one == other)
