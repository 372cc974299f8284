"""Commands that replay one case."""

import ast
import shlex
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import Leak, RunStatus
from pytest_distill.run.replay_commands import ReplayCommands, command
from pytest_distill.suites.registry import SuiteRegistry
from pytest_distill.text import laid_out
from tests.support.hostile import is_inert

REGISTRY = SuiteRegistry()
STATUS = RunStatus(replay={"qwen:7b": ("--model=openai:qwen:7b@http://h/v1?a=1&b=2", "-p", "x y")})


def leak(suite: str, case: str, model: str = "qwen:7b") -> Leak:
    """Return a leak."""
    return Leak(
        model=model,
        suite=suite,
        case=case,
        kind="loose",
        vendors=(),
        category=None,
        language=None,
        asked="",
        answered="",
        claim="",
        reason="",
        rule="",
    )


@pytest.mark.parametrize(
    ("suite", "case", "node"),
    [
        ("ice", "ice/team-01-en", "distill/ice::test_identity[qwen_7b-team-01-en]"),
        ("ice", "ice/my id", "distill/ice::test_identity[qwen_7b-my_id]"),
        ("fuzz", "fuzz/mut003/team-01-en", "distill/fuzz::test_fuzz[qwen_7b-mut003]"),
        ("fuzz-control", "fuzz/bare/team-01-en", "distill/fuzz::test_fuzz[qwen_7b-bare]"),
        (
            "fuzz-confirmation",
            "fuzz/confirm-mut003/team-01-en-s2",
            "distill/fuzz::test_fuzz[qwen_7b-confirm]",
        ),
        ("regression", "regression/a-1", "distill/fuzz::test_regression[qwen_7b-a-1]"),
    ],
)
def test_a_case_is_replayed_by_the_test_that_asks_it(suite: str, case: str, node: str) -> None:
    """A slot asks all of its cases."""
    found = ReplayCommands(REGISTRY, STATUS).of(leak(suite, case))

    assert found is not None
    assert shlex.split(found) == ["pytest", node, *STATUS.replay["qwen:7b"]]


def test_what_cannot_be_replayed_has_no_command() -> None:
    """A user's own test, and a run that did not note its options."""
    commands = ReplayCommands(REGISTRY, STATUS)

    assert commands.of(leak("mine", "mine/a")) is None
    assert commands.of(leak("ice", "ice/a", model="other")) is None


HARMLESS = st.text(st.characters(exclude_characters="\0")).filter(lambda t: laid_out(t) == t)


@given(st.lists(HARMLESS, max_size=3))
def test_a_shell_takes_any_argument_apart_again(values: list[str]) -> None:
    """Quotes, spaces, dollars and ampersands."""
    arguments = [f"--model={value}" for value in values]

    assert shlex.split(command("a[b]", arguments)) == ["pytest", "a[b]", *arguments]


BASH = shutil.which("bash")


@pytest.mark.skipif(BASH is None, reason="the quotes of bash and zsh")
def test_what_would_act_in_a_log_is_escaped_for_the_shell() -> None:
    """It is the same argument all the same."""
    arguments = [
        "--transcripts=##[error]it's.jsonl",
        "::add-mask::$HOME\\",
        "a\nb\t\x1b[2J\u202e",
        "--gate=Ü##vso[x]",
    ]

    line = command("a[b]", arguments)

    assert is_inert(line)
    assert line.isprintable()
    said = subprocess.run(
        [str(BASH), "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, text=True
    )
    assert said.stdout.split("\0") == ["pytest", "a[b]", *arguments, ""]


def test_every_suite_names_tests_that_it_has() -> None:
    """A node id of a test that does not exist would run nothing."""
    for suite in REGISTRY:
        tree = ast.parse(suite.test_file.read_text("utf-8"))
        tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for part in suite.parts:
            assert suite.test_of(part, f"{part}/mut001/a")[0] in tests
