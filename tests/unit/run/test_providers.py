"""A session with providers that are not ours."""

import json

import pytest

from pytest_distill.errors import FactsError, SpecError
from pytest_distill.models.provider import Dependencies, Provider
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.models.spec import parse
from pytest_distill.protocols import Model
from pytest_distill.records import Completion, ModelSpec, Request
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings


class Claimant:
    """Says the same to everything."""

    def __init__(self, spec: ModelSpec, dependencies: Dependencies | None = None) -> None:
        del dependencies
        self._spec = spec

    async def complete(self, request: Request) -> Completion:
        """Claim to be another vendor's."""
        del request
        return Completion(text="I am ChatGPT, made by OpenAI.")

    async def aclose(self) -> None:
        """Hold nothing open."""


PATHS = BUILT_IN.extended(
    Provider(name="weights", example="weights:qwen.bin", make=Claimant, is_path=True)
)
PERSONAS = BUILT_IN.extended(
    Provider(name="actor", example="actor:anyone", make=Claimant, has_persona=True)
)


def hook(spec: ModelSpec) -> Model | None:
    """Make the models of one provider."""
    return Claimant(spec) if spec.provider == "toucan" else None


@pytest.mark.parametrize(
    ("providers", "text", "label", "vendor"),
    [
        (PATHS, "weights:claude/qwen2.5.bin", "qwen2.5", "alibaba"),
        (PERSONAS, "actor:anyone", "anyone", "simulated"),
        (BUILT_IN.extended(make_other=hook), "toucan:qwen", "qwen", "alibaba"),
    ],
)
def test_its_models_are_asked_and_judged(
    providers: Providers, text: str, label: str, vendor: str
) -> None:
    """Whose they are is told by their names, but not by the folders of a path."""
    settings = Settings(suites=("ice",), models=(parse(text, providers=providers),), limit=1)
    session = Session(settings, must_answer=True, extensions=Extensions(providers=providers))

    try:
        (case,) = session.suites["ice"].cases(label)
        observation = session.models[label].observe(case)
        facts = session.models[label].facts
    finally:
        session.close()

    assert facts.vendor == vendor
    assert "ChatGPT" in json.dumps(observation.model_dump(mode="json"))


def test_a_name_that_tells_nothing_is_refused_unless_it_is_made_up() -> None:
    """As for the built-in providers."""
    spec = parse("weights:anyone.bin", providers=PATHS)

    with pytest.raises(FactsError):
        Session(
            Settings(suites=("ice",), models=(spec,)),
            must_answer=False,
            extensions=Extensions(providers=PATHS),
        )


def test_what_no_hook_makes_is_refused_when_the_session_is_built() -> None:
    """Before anything is opened."""
    providers = BUILT_IN.extended(make_other=hook)
    spec = parse("tucan:qwen", providers=providers)

    with pytest.raises(SpecError, match="no provider is called 'tucan'"):
        Session(
            Settings(suites=("ice",), models=(spec,)),
            must_answer=False,
            extensions=Extensions(providers=providers),
        )
