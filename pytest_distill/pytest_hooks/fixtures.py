"""The fixtures `model`, `reference`, `base`, `judge` and `evaluation`."""

from typing import NoReturn

import pytest

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.evaluation import FIRST_VERDICTS, Evaluation, IdentityChecker
from pytest_distill.pytest_hooks.keys import PROBLEM, SESSION
from pytest_distill.run.session import Session
from pytest_distill.text import message


def model(request: pytest.FixtureRequest) -> NoReturn:
    """Fail and say how to give a model; given ones come from `pytest_generate_tests`."""
    problem = request.config.stash.get(PROBLEM, None)
    if problem is not None:
        pytest.fail(
            f"{request.node.name} needs a model under test, but {message(problem)}", pytrace=False
        )
    pytest.fail(
        f"{request.node.name} needs a model under test: run pytest with --model SPEC, as in\n"
        "  pytest --model openai:gpt-4o-mini\n"
        "  pytest --model local:smollm2-135m",
        pytrace=False,
    )


def reference(request: pytest.FixtureRequest) -> NoReturn:
    """Fail and say how to give a reference; given ones come from `pytest_generate_tests`."""
    pytest.fail(
        f"{request.node.name} needs a reference model: run pytest with --reference SPEC, as in\n"
        "  pytest --model openai:our-model --reference openai:gpt-4o-mini",
        pytrace=False,
    )


def base(request: pytest.FixtureRequest) -> ModelUnderTest:
    """Return the model under test before it was distilled; fail if it was not given."""
    found = _session(request).base
    if found is None:
        pytest.fail(
            f"{request.node.name} needs the model before it was distilled: run pytest with"
            " --base SPEC, as in\n"
            "  pytest --model openai:our-model --base openai:our-model-before",
            pytrace=False,
        )
    return found


def judge(request: pytest.FixtureRequest, model: ModelUnderTest) -> IdentityChecker:
    """Return the identity judge for `model`."""
    _session(request)
    return IdentityChecker(model)


def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    """Return the object that evaluates and records the cases of the running test."""
    session = _session(request)
    return Evaluation(request.node, session, request.config.stash[FIRST_VERDICTS])


def _session(request: pytest.FixtureRequest) -> Session:
    session = request.config.stash.get(SESSION, None)
    if session is None:
        model(request)
    return session
