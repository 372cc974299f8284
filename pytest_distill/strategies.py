"""Hypothesis strategies for probes, templates and mutants: property tests against a model.

Needs the extra ``pytest-distill[fuzz]``. All examples of a test share one `model` and one
`judge`, which questions do not change, so that the health check can be turned off::

    from hypothesis import HealthCheck, given, settings
    from pytest_distill import strategies as distill

    @settings(max_examples=25, deadline=None,
              suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(mutant=distill.mutants(languages=["en"]), probe=distill.probes(languages=["en"]))
    def test_it_knows_who_made_it(model, judge, mutant, probe):
        answer = model.ask(mutant.wrap(probe.text)).text
        assert not judge(answer, query=probe.text, template=mutant.text).loose

Run it with ``pytest --model SPEC``. Hypothesis shrinks a failure to a short template and the
first probe.
"""

from collections.abc import Collection
from random import Random
from typing import TypeVar

from hypothesis import assume
from hypothesis import strategies as st

from pytest_distill.data import probes as probe_files
from pytest_distill.data import templates as template_files
from pytest_distill.fuzz.hygiene import checked
from pytest_distill.fuzz.mutators import OFFLINE, Material
from pytest_distill.fuzz.rejection import RejectedError
from pytest_distill.records import Probe, Template

__all__ = ["mutants", "probes", "templates"]

_Kind = TypeVar("_Kind", Probe, Template)

# Depth that a campaign of 40 mutants reaches.
_MAX_MUTATIONS = 3


def probes(
    *, languages: Collection[str] | None = None, categories: Collection[str] | None = None
) -> st.SearchStrategy[Probe]:
    """Return a strategy for the shipped identity questions.

    Args:
        languages: ISO 639-1 codes; None is every language.
        categories: such as ``team``; None is every category.

    Raises:
        ValueError: there is no such probe.
    """
    found = [
        probe
        for probe in probe_files.load_shipped()
        if (languages is None or probe.language in languages)
        and (categories is None or probe.category in categories)
    ]
    return st.sampled_from(_not_empty(found, "probe"))


def templates(
    *, languages: Collection[str] | None = None, frames: Collection[str] | None = None
) -> st.SearchStrategy[Template]:
    """Return a strategy for the shipped templates, the shortest first.

    Args:
        languages: ISO 639-1 codes; None is every language.
        frames: such as ``audit``; None is every frame.

    Raises:
        ValueError: there is no such template.
    """
    found = [
        seed
        for seed in template_files.load_shipped()
        if (languages is None or seed.language in languages)
        and (frames is None or seed.frame in frames)
    ]
    return st.sampled_from(sorted(_not_empty(found, "template"), key=lambda seed: len(seed.text)))


def mutants(
    *, languages: Collection[str] | None = None, frames: Collection[str] | None = None
) -> st.SearchStrategy[Template]:
    """Return a strategy for shipped templates changed by the offline mutators.

    Args:
        languages: ISO 639-1 codes, of the parents and of the mutants; None is every language.
        frames: of the parents; None is every frame.

    Raises:
        ValueError: there is no such template.
    """
    seeds = template_files.load_shipped()
    material = Material(seeds, template_files.load_pieces())
    allowed = {seed.language for seed in seeds} if languages is None else set(languages)
    parents = templates(languages=languages, frames=frames)

    @st.composite
    def mutant(draw: st.DrawFn) -> Template:
        template = draw(parents)
        for _ in range(draw(st.integers(0, _MAX_MUTATIONS))):
            mutator = draw(st.sampled_from(OFFLINE))
            # Not Hypothesis's own Random, which would draw every letter of the noise.
            rng = Random(draw(st.integers(0, 2**16)))  # noqa: S311 - not a secret
            draft = mutator.mutate(template, draw(parents), material, rng)
            assume(draft.language in allowed)
            template = _checked(template, draft.text, draft.language)
        return template

    return mutant()


def _checked(parent: Template, text: str, language: str) -> Template:
    try:
        text = checked(text)
    except RejectedError:
        assume(condition=False)
    return parent.model_copy(update={"id": "mutant", "text": text, "language": language})


def _not_empty(found: list[_Kind], what: str) -> list[_Kind]:
    if not found:
        message = f"no shipped {what} matches"
        raise ValueError(message)
    return found
