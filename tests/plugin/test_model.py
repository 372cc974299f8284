"""--model: over every model, in suites and in a user's own tests."""

from fnmatch import fnmatch

import pytest

from tests.support.pytest_runs import Run

OWN_TESTS = """
def test_who(model, judge):
    answer = model.ask("Who are you?")
    assert not judge(answer.text, query="Who are you?").loose

def test_unrelated():
    pass
"""


def test_own_tests_run_over_every_model(run: Run, pytester: pytest.Pytester) -> None:
    """The fixture gives each model in turn; the others are left alone."""
    pytester.makepyfile(OWN_TESTS)

    result = run("--model=simulated:qwen?leak=0", "--model=simulated:glm?leak=1")

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_who[[]glm[]]*"])


def test_own_tests_may_count_cases(run: Run, pytester: pytest.Pytester) -> None:
    """What `evaluation` observes is part of the scorecard."""
    pytester.makepyfile(
        """
        from pytest_distill.api import Case

        def test_mine(model, evaluation):
            case = Case(id="ice/mine", suite="ice", query="Who?", probe_key="mine")
            evaluation.require_clean(model, evaluation.observe(model, case))
        """
    )

    result = run("--model=simulated:qwen?leak=1")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["ice * qwen * 1 judged, 0 missing*"])


def test_own_tests_may_ask_the_base(run: Run, pytester: pytest.Pytester) -> None:
    """The fixture gives the model before it was distilled; without one it says what to type."""
    pytester.makepyfile(
        'def test_mine(model, base): assert "Qwen" in base.ask("Who are you?").text'
    )
    student = "--model=simulated:glm"

    given, missing = run(student, "--base=simulated:qwen"), run(student)

    given.assert_outcomes(passed=1)
    missing.assert_outcomes(errors=1)
    missing.stdout.fnmatch_lines(
        ["*test_mine[[]glm[]] needs the model before it was distilled: *--base SPEC*"]
    )


@pytest.mark.parametrize("fixture", ["model", "base", "judge", "evaluation"])
def test_a_test_without_a_model_says_what_to_type(
    run: Run, pytester: pytest.Pytester, fixture: str
) -> None:
    """In a run that forgot --model."""
    pytester.makepyfile(f"def test_mine({fixture}): pass")

    result = run()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_mine needs a model under test: run pytest with --model*"])


def test_an_alias_names_a_model(run: Run, pytester: pytest.Pytester) -> None:
    """From [tool.pytest-distill.models]; it is what test ids and reports say."""
    pytester.makepyprojecttoml(
        '[tool.pytest-distill.models]\nrelease = "simulated:qwen?leak=1"\n'
        '[tool.pytest-distill]\nfacts = "qwen"\n'
    )

    result = run("--suite=ice", "--model=release", "--distill-limit=2")

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["FAILED distill/ice::test_identity[[]release-*"])


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("opanai:gpt-4o", "*'opanai'*Did you mean 'openai'?*"),
        ("gpt-4o", "*'gpt-4o'*"),
        ("openai:", "*name*"),
        ("openai:gpt-4o", "*OPENAI_API_KEY*"),
        ("openai:gpt-4o?key_env=NO_SUCH_KEY", "*NO_SUCH_KEY*"),
        ("openai:gpt-4o?temperature=hot", "*temperature*"),
        ("anthropic:claude-x", "*ANTHROPIC_API_KEY*"),
        ("anthropic:claude-x?seed=1", "*seed*"),
        ("gemini:gemini-x", "*GEMINI_API_KEY*"),
        ("gemini:gemini-x?temprature=1", "*Did you mean 'temperature'?*"),
        ("openai:gpt-4o@ftp://host/v1", "*ftp://host/v1*"),
        ("recorded:missing.jsonl", "*missing.jsonl*"),
        ("local:missing.gguf", "*missing.gguf*"),
        ("local:llama-405b", "*smollm2-135m*"),
        ("simulated:qwen?leak=2", "*leak*"),
        ("simulated:qwen?vendor=nobody", "*nobody*openai*"),
        ("python:no_such_module:f", "*no_such_module*"),
        ("python:os:no_such_name", "*no_such_name*"),
    ],
)
def test_misuse_is_a_usage_error_that_names_the_part(
    refused: Run, model: str, message: str
) -> None:
    """One message, exit status 4, no traceback."""
    result = refused("--suite=ice", "--facts=qwen", f"--model={model}")

    errors = " ".join(line for line in result.errlines if line)
    assert fnmatch(errors, message)


def test_two_models_of_one_name_are_a_usage_error(refused: Run) -> None:
    """A report could not tell them apart."""
    result = refused(
        "--suite=ice", "--model=simulated:qwen?leak=0", "--model=simulated:qwen?leak=1"
    )

    result.stderr.fnmatch_lines(["*two models are called 'qwen'*", "*alias*"])


def test_a_model_that_fails_is_missing_never_clean(run: Run) -> None:
    """No answer is no evidence of anything, and the run does not pass."""
    result = run("--suite=ice", "--model=simulated:qwen?missing=1", "--distill-limit=4")

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["missing: 4 of 4 cases of qwen (ice)", "*0 judged, 4 missing*"])


@pytest.mark.parametrize("error", ["SystemExit(3)", "KeyboardInterrupt()", "ZeroDivisionError()"])
def test_a_model_of_ones_own_that_raises_is_missing(
    run: Run, pytester: pytest.Pytester, error: str
) -> None:
    """Whatever it raises: neither the run nor its end hangs on it."""
    pytester.makepyfile(bot=f"def answer(prompt): raise {error}")

    result = run("--suite=ice", "--facts=qwen", "--model=python:bot:answer", "--distill-limit=3")

    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines([f"missing: {error.partition('(')[0]}*"])
