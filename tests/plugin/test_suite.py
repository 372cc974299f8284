"""--suite: collected from the package, selected as any other tests are."""

import pytest

from pytest_distill.data import resources
from tests.support.pytest_runs import Run

ICE = ("--suite=ice", "--model=simulated:qwen?leak=0", "--distill-limit=6")
LEAKY = ("--suite=ice", "--model=simulated:qwen?leak=1", "--distill-limit=6")
FIRST = "distill/ice::test_identity[qwen-team-03-en]"


def test_a_suite_runs_in_an_empty_folder(inside: Run) -> None:
    """Nothing of the user's is needed."""
    result = inside(*ICE)

    result.assert_outcomes(passed=6)
    assert result.ret is pytest.ExitCode.OK


def test_ids_hold_no_path_of_the_machine(inside: Run) -> None:
    """The id of a case is the same wherever the package lies."""
    result = inside(*ICE, "--collect-only", "-q")

    ids = [line for line in result.outlines if "::" in line]
    assert len(ids) == 6
    assert all(line.startswith("distill/ice::test_identity[qwen-") for line in ids)


def test_verbose_output_holds_no_path_of_the_package(inside: Run) -> None:
    """Nor does what -v prints beside the ids."""
    result = inside(*LEAKY, "-v")

    result.assert_outcomes(failed=6)
    result.stdout.no_fnmatch_line("*test_ice.py*")


def test_every_probe_is_a_case_for_every_model(inside: Run) -> None:
    """Two models, 162 probes each."""
    result = inside(
        "--suite=ice", "--model=simulated:qwen", "--model=simulated:glm", "--collect-only", "-q"
    )

    result.stdout.fnmatch_lines(["*324 tests collected*"])


def test_collect_only_needs_no_key(inside: Run) -> None:
    """It asks nobody, so there is nothing to pay for."""
    result = inside("--suite=ice", "--model=openai:gpt-4o-mini", "--collect-only", "-q")

    assert result.ret is pytest.ExitCode.OK


def test_a_suite_without_paths_does_not_run_the_projects_own_tests(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """``pytest --suite ice`` is about the suite, also where testpaths are set."""
    pytester.makeini("[pytest]\ntestpaths = .")
    pytester.makepyfile("def test_mine(): raise AssertionError")

    result = inside(*ICE)

    result.assert_outcomes(passed=6)


def test_paths_that_are_named_run_beside_the_suite(inside: Run, pytester: pytest.Pytester) -> None:
    """Who names a path gets both."""
    path = pytester.makepyfile("def test_mine(): pass")

    result = inside(*ICE, str(path))

    result.assert_outcomes(passed=7)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_node_id_runs_that_case_only(inside: Run, workers: list[str]) -> None:
    """The id of a failure can be pasted back, and says itself which suite it needs."""
    result = inside("--model=simulated:qwen", "--distill-limit=6", FIRST, *workers)

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_node_id_that_no_case_has_is_a_usage_error(inside: Run, workers: list[str]) -> None:
    """The message names the closest one."""
    result = inside(*ICE, FIRST.replace("03", "93"), *workers)

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no case of this run has the id*Did you mean*team-03-en*"])


def test_k_selects_cases(inside: Run) -> None:
    """-k sees category, number and language."""
    result = inside("--suite=ice", "--model=simulated:qwen", "-k", "team-01 and zh")

    result.assert_outcomes(passed=1, deselected=161)


def test_x_stops_at_the_first_leak(inside: Run) -> None:
    """As in plain pytest."""
    result = inside(*LEAKY, "-x")

    result.assert_outcomes(failed=1)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_last_failed_finds_suites_and_own_tests(
    inside: Run, pytester: pytest.Pytester, workers: list[str]
) -> None:
    """--lf runs the leaks again, also beside a failure in a file of the user's."""
    path = pytester.makepyfile("def test_bad(): raise AssertionError\ndef test_good(): pass")
    inside(*LEAKY, str(path))

    result = inside(*LEAKY, str(path), "--lf", *workers)

    assert result.parseoutcomes()["failed"] == 7
    assert "passed" not in result.parseoutcomes()


def test_cases_that_run_on_every_worker_count_once(inside: Run) -> None:
    """``--dist=each``; test_ahead.py has the other modes."""
    result = inside(*LEAKY, "-n2", "--dist=each", "--distill-fail-on=gate")

    assert result.ret is pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*6 judged, 0 missing*"])


def test_an_unknown_suite_is_a_usage_error(refused: Run) -> None:
    """With the closest name, and all there are."""
    result = refused("--suite=icy", "--model=simulated:qwen")

    result.stderr.fnmatch_lines(
        ["*no suite is called 'icy'. Did you mean 'ice'?*", "*there are: ice*"]
    )


def test_a_suite_needs_somebody_to_ask(refused: Run) -> None:
    """Neither model nor transcripts."""
    result = refused("--suite=ice")

    result.stderr.fnmatch_lines(
        ["*needs a model or transcripts: give --model SPEC, or --transcripts*"]
    )


def test_the_files_of_suites_are_no_tests_of_a_folder(inside: Run) -> None:
    """A suite runs by its name only, also beside the folder that holds its file."""
    result = inside(
        "--suite=ice", "--model=simulated:qwen", "--distill-limit=2", str(resources.suites())
    )

    result.assert_outcomes(passed=2)
