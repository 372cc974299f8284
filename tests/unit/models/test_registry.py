"""Providers: the built-in ones, one that is added, and those that only a hook knows."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_distill.errors import SpecError, UsageError
from pytest_distill.models import factory
from pytest_distill.models.provider import Dependencies, Provider
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.models.rules import COUNT, NAME
from pytest_distill.models.spec import parse
from pytest_distill.protocols import Model
from pytest_distill.records import Completion, Message, ModelSpec, Request

REQUEST = Request(messages=(Message(role="user", content="Who are you?"),))


class Echo:
    """Says who it is, with what it was given."""

    def __init__(self, spec: ModelSpec, dependencies: Dependencies) -> None:
        self._spec = spec
        self._dependencies = dependencies

    async def complete(self, request: Request) -> Completion:
        """Answer with the spec and the key."""
        del request
        key = self._dependencies.key
        told = PARROT.sent(self._spec)
        said = [self._spec.name, told, None if key is None else key.get_secret_value()]
        models = self._dependencies.models.items()
        others = {name: (await model.complete(REQUEST)).text for name, model in models}
        return Completion(text=json.dumps([*said, others]))

    async def aclose(self) -> None:
        """Hold nothing open."""


def refuse_the_dead(spec: ModelSpec) -> None:
    """Refuse one name."""
    if spec.name == "dead":
        raise SpecError(spec.text, "this one is no more")


PARROT = Provider(
    name="parrot",
    example="parrot:polly",
    make=Echo,
    check=refuse_the_dead,
    rules={"repeats": COUNT, "mate": NAME},
    refused={"volume": "it is always loud"},
    not_sent=frozenset({"mate"}),
    model_parameters=("mate",),
    key_variables=("PARROT_KEY",),
    is_path=True,
)
PARROTS = BUILT_IN.extended(PARROT)


def said(model: Model) -> str:
    """Return the answer of `model`."""
    return asyncio.run(model.complete(REQUEST)).text


def made(text: str, providers: Providers) -> Model:
    """Return the model of a spec, checked and made."""
    spec = parse(text, providers=providers)
    factory.check(spec, providers=providers)
    return factory.make(spec, providers=providers)


def test_a_provider_that_is_added_is_parsed_checked_and_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By what its object says, as a built-in one."""
    monkeypatch.setenv("PARROT_KEY", "cracker")

    spec = parse("parrot:cage/polly.bird?repeats=2", providers=PARROTS)

    assert (spec.provider, spec.label, spec.parameters) == ("parrot", "polly", {"repeats": 2})
    factory.check_credentials(spec, providers=PARROTS)
    answer = json.loads(said(made(spec.text, PARROTS)))
    assert answer == ["cage/polly.bird", {"repeats": 2}, "cracker", {}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parrot:", "the name is missing: parrot:NAME, as in parrot:polly"),
        ("parrot:polly@http://h/v1", "parrot: takes no base URL"),
        ("parrot:polly?repeats=0", "'repeats' must be a whole number"),
        ("parrot:polly?volume=1", "'volume' cannot be set: it is always loud"),
        ("parrot:polly?tail=1", "parrot: knows mate, repeats"),
        ("parot:polly", "Did you mean 'parrot'?"),
    ],
)
def test_its_rules_hold(text: str, words: str) -> None:
    """And its name is among those that messages suggest."""
    with pytest.raises(SpecError) as caught:
        parse(text, providers=PARROTS)

    assert words in str(caught.value)


def test_its_own_check_and_its_key_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a run."""
    monkeypatch.delenv("PARROT_KEY", raising=False)

    with pytest.raises(SpecError, match="no more"):
        factory.check(parse("parrot:dead", providers=PARROTS), providers=PARROTS)
    with pytest.raises(UsageError, match="variable PARROT_KEY is not set") as caught:
        factory.check_credentials(parse("parrot:polly", providers=PARROTS), providers=PARROTS)

    # It has no spec for a server of one's own.
    assert "a server of your own" not in str(caught.value)


def test_models_that_a_parameter_names_are_checked_and_made_first() -> None:
    """They may be of any provider."""
    answer = json.loads(said(made("parrot:polly?mate=parrot:pierre", PARROTS)))

    assert json.loads(answer[3]["mate"])[0] == "pierre"
    with pytest.raises(SpecError, match="no more"):
        made("parrot:polly?mate=parrot:dead", PARROTS)


def test_the_built_in_providers_are_left_as_they_are() -> None:
    """What a plugin adds is for those that are given it."""
    with pytest.raises(SpecError, match="no provider is called 'parrot'"):
        parse("parrot:polly")
    with pytest.raises(SpecError, match="no provider is called 'parrot'"):
        BUILT_IN.of(parse("parrot:polly", providers=PARROTS))


@pytest.mark.parametrize("provider", [*BUILT_IN], ids=lambda provider: provider.name)
def test_every_example_is_a_spec_of_its_provider(provider: Provider) -> None:
    """Help shows it."""
    assert BUILT_IN.of(parse(provider.example)) is provider


@pytest.mark.parametrize("provider", [*BUILT_IN], ids=lambda provider: provider.name)
def test_parameters_that_are_not_sent_are_parameters(provider: Provider) -> None:
    """Else a misspelt one would be sent."""
    assert provider.not_sent <= set(provider.rules)
    assert set(provider.model_parameters) <= set(provider.rules)
    assert not set(provider.refused) & set(provider.rules)


def test_knowing_the_providers_imports_nothing_heavy() -> None:
    """An HTTP client is imported when a model is made that needs it."""
    code = (
        # What measures the coverage of the tests imports sqlite3 itself.
        "import sys; before = set(sys.modules); import pytest_distill.models.factory;"
        "print(*{'httpx', 'httpcore', 'sqlite3', 'xllamacpp'} & set(sys.modules) - before)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )

    assert result.stdout.strip() == ""


class Hook:
    """What a plugin's hook would be: it knows the provider ``toucan``, and counts its models."""

    def __init__(self) -> None:
        self.made: list[ModelSpec] = []

    def __call__(self, spec: ModelSpec) -> Model | None:
        """Return a model, or None."""
        if spec.provider != "toucan":
            return None
        self.made.append(spec)
        return Echo(spec, Dependencies())


def test_a_hook_may_know_what_nobody_else_does() -> None:
    """Its specs are typed as others are, and take any parameter."""
    providers = BUILT_IN.extended(make_other=Hook())

    spec = parse(
        "toucan:tim@http://h/v1?beak=2.5&timeout=3&system=7&key_env=A", providers=providers
    )

    assert spec.parameters == {"beak": 2.5, "timeout": 3, "system": "7", "key_env": "A"}
    assert (spec.label, spec.base_url) == ("tim", "http://h/v1")
    factory.check_credentials(spec, providers=providers)
    assert json.loads(said(made(spec.text, providers)))[0] == "tim"
    provider = providers.of(spec)
    assert not provider.is_cached
    assert not provider.is_billed


def test_a_model_of_a_hook_is_made_once_for_each_that_is_used() -> None:
    """The one that was made to see whether it can be made is the first that is used."""
    hook = Hook()
    providers = BUILT_IN.extended(make_other=hook)
    spec = parse("toucan:tim", providers=providers)

    factory.check(spec, providers=providers)
    factory.check(spec, providers=providers)
    first, second = (factory.make(spec, providers=providers) for _ in range(2))

    assert first is not second
    assert len(hook.made) == 2


@pytest.mark.parametrize("ask", [factory.check, factory.make])
def test_what_no_hook_knows_is_a_spec_error(ask: Callable[..., object]) -> None:
    """It says which providers there are, ours and those that were added."""
    providers = PARROTS.extended(make_other=Hook())
    spec = parse("parott:polly", providers=providers)

    with pytest.raises(SpecError) as caught:
        ask(spec, providers=providers)

    assert "no provider is called 'parott'. Did you mean 'parrot'?" in str(caught.value)
    assert "there are: anthropic, gemini, local, ollama, openai, parrot, python" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("toucan:tim?api_key=canary", "a key in a spec would be in every report"),
        ("toucan:tim?timeout=0", "'timeout' must be a number of seconds above 0"),
        ("toucan:tim?timeuot=1", "Did you mean 'timeout'?"),
        ("toucan:tim@http://user:canary@h/v1", "contains a user or password"),
        ("http://127.0.0.1:8000/v1", "a base URL goes after the model"),
        ("two can:tim", "no provider is called 'two can'"),
        (":tim", "no provider is called ''"),
        ("toucan:", "the name is missing: toucan:NAME"),
        ("toucan", "no alias is called 'toucan'"),
    ],
)
def test_specs_for_a_hook_are_read_with_care_too(text: str, words: str) -> None:
    """What is wrong with any spec is wrong with these; keys are not repeated."""
    with pytest.raises(SpecError) as caught:
        parse(text, providers=BUILT_IN.extended(make_other=Hook()))

    assert words in str(caught.value)
    assert "canary" not in str(caught.value)


FIXED = {
    "recorded:a.jsonl": True,
    "local:smollm2-135m": True,
    "simulated:qwen": True,
    "simulated:s?teacher=recorded:a.jsonl": True,
    "simulated:s?teacher=openai:gpt-4o": False,
    "openai:gpt-4o": False,
    "openai:gpt-4o?release=2024-08-06": True,
    "ollama:qwen2.5": False,
    "anthropic:claude-sonnet-4-5": False,
    "gemini:gemini-2.5-flash?release=1": True,
    "python:package.module:attribute": False,
    "python:package.module:attribute?release=1": True,
}


@pytest.mark.parametrize("text", FIXED)
def test_what_may_be_replaced_under_its_name_is_known_by_provider(text: str) -> None:
    """A file answers as it is, a server as it is today; the user may name the release."""
    assert factory.is_fixed(parse(text)) is FIXED[text]


def test_a_model_of_a_plugin_may_be_replaced() -> None:
    """Nobody knows what is behind it."""
    providers = BUILT_IN.extended(make_other=Hook())

    assert not factory.is_fixed(parse("toucan:tim", providers=providers), providers=providers)
    assert factory.is_fixed(parse("toucan:tim?release=1", providers=providers), providers=providers)


def test_the_release_is_never_sent() -> None:
    """It is ours."""
    for provider in BUILT_IN:
        spec = ModelSpec(
            text="", provider=provider.name, name="m", label="m", parameters={"release": "1"}
        )
        assert "release" not in provider.rules or provider.sent(spec) == {}


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    """Also those that a simulated student learns from; a server has none."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"prompt": "Who?", "response": "Ada."}')

    one = factory.content(parse(f"recorded:{path}"))
    student = factory.content(parse(f"simulated:s?teacher=recorded:{path}"))
    path.write_text('{"prompt": "Who?", "response": "Ida."}')

    assert one == student
    assert one != factory.content(parse(f"recorded:{path}"))
    assert factory.content(parse("openai:gpt-4o")) == ""
