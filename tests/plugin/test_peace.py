"""Projects that have names of ours for something else: each runs as it does without us."""

import pytest

from pytest_distill.pytest_hooks.declared import OPTIONS
from tests.support.pytest_runs import Run

PLAIN = tuple(option for option in OPTIONS if option.is_plain)

OWN = """
import pytest

def pytest_addoption(parser):
    parser.addoption({flag!r}, **{how})

@pytest.fixture
def value(pytestconfig):
    return pytestconfig.getoption({flag!r})
"""


def own(flag: str, **how: object) -> str:
    """Return a conftest with an option, and a fixture `value` that gives it."""
    return OWN.format(flag=flag, how=how)


@pytest.mark.parametrize("option", PLAIN, ids=lambda option: option.key)
def test_a_conftest_may_have_every_plain_name(
    inside: Run, pytester: pytest.Pytester, option: object
) -> None:
    """The value is theirs, and the header says what ours is called."""
    flag, twin = option.flag, option.own_flag  # type: ignore[attr-defined]  # parametrized
    pytester.makeconftest(own(flag))
    pytester.makepyfile("def test_it(value): assert value == 'mine'")

    result = inside(flag, "mine")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"distill: {flag} is an option of *; ours: {twin}"])


READS = "def test_it(value): assert value == {!r}"
INI = "def pytest_addoption(parser): parser.addini({!r}, '', default='bert')"
READS_INI = "def test_it(pytestconfig): assert pytestconfig.getini({!r}) == {!r}"

PROJECTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "default": ({"conftest": own("--model", default=1), "test_a": READS.format(1)}, []),
    # Loaded when the tests are collected, after all options were read.
    "late conftest": (
        {"deep/er/conftest": own("--model", default=1), "deep/er/test_a": READS.format(1)},
        [],
    ),
    "flag": (
        {"conftest": own("--model", action="store_true"), "tests/test_a": READS.format(True)},  # noqa: FBT003 - a value
        ["--model", "tests"],
    ),
    "several values": (
        {"conftest": own("--judge", nargs="+"), "test_a": READS.format(["a", "b"])},
        ["--judge", "a", "b"],
    ),
    "path": (
        {"conftest": own("--model"), "test_a": READS.format("/")},
        ["test_a.py", "--model", "/"],
    ),
    "plugin": (
        {"mine": own("--suite"), "test_a": READS.format("x")},
        ["-p", "mine", "--suite=x"],
    ),
    "plugin of a conftest": (
        {"his": own("--facts"), "conftest": "pytest_plugins = 'his'", "test_a": READS.format("x")},
        ["--facts=x"],
    ),
    "ini default": (
        {"conftest": INI.format("model"), "test_a": READS_INI.format("model", "bert")},
        [],
    ),
    "ini of a late conftest": (
        {
            "deep/er/conftest": INI.format("judge"),
            "deep/er/test_a": READS_INI.format("judge", "bert"),
        },
        [],
    ),
    "ini value": (
        {"conftest": INI.format("model"), "test_a": READS_INI.format("model", "gpt2")},
        ["-o", "model=gpt2"],
    ),
    "packages": (
        {
            "suites/__init__": "A = 1",
            "fixtures/__init__": "",
            "distill/ice/test_b": "",
            "test_a": "import suites, fixtures\ndef test_it(): assert suites.A",
        },
        [],
    ),
}


@pytest.mark.parametrize(("files", "arguments"), PROJECTS.values(), ids=PROJECTS)
def test_a_project_runs_as_it_does_without_us(
    inside: Run, pytester: pytest.Pytester, files: dict[str, str], arguments: list[str]
) -> None:
    """Options, ini names and packages are the project's."""
    pytester.makepyfile(**files)
    pytester.syspathinsert()

    inside(*arguments).assert_outcomes(passed=1)


def test_a_users_fixtures_win_in_their_tests_and_ours_in_suites(
    run: Run, pytester: pytest.Pytester
) -> None:
    """Also those with parameters, and with needs of their own."""
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(params=["a", "b"])
        def model(request): return request.param

        @pytest.fixture(params=[1, 2, 3])
        def case(request): return request.param

        @pytest.fixture
        def broken(): raise AssertionError

        @pytest.fixture
        def evaluation(broken): return 1

        @pytest.fixture
        def judge(model): return model

        @pytest.fixture
        def reference(): return "r"
        """
    )
    pytester.makepyfile(
        test_a="def test_it(model, judge, reference): assert model == judge and reference == 'r'"
    )

    result = run("--suite=ice", "--model=simulated:qwen", "--distill-limit=3", "test_a.py")

    result.assert_outcomes(passed=5)


def test_a_conftest_may_parametrize_by_its_own_models(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """Its tests are not multiplied by the models under test."""
    pytester.makeconftest(
        "def pytest_addoption(parser): parser.addoption('--model', action='append', default=[])\n"
        "def pytest_generate_tests(metafunc):\n"
        "    if 'model' in metafunc.fixturenames:\n"
        "        metafunc.parametrize('model', metafunc.config.getoption('--model'))\n"
    )
    pytester.makepyfile("def test_it(model): assert model in 'xy'")
    models = ("--distill-model=simulated:qwen", "--distill-model=simulated:glm")

    inside("--model=x", "--model=y", *models).assert_outcomes(passed=2)


def test_a_fixture_of_the_user_may_extend_ours(inside: Run, pytester: pytest.Pytester) -> None:
    """It is asked for by its name; each model under test comes in turn."""
    pytester.makeconftest("import pytest\n@pytest.fixture\ndef model(model): return model.label")
    pytester.makepyfile("def test_it(model): assert model in {'qwen', 'glm'}")

    inside("--model=simulated:qwen", "--model=simulated:glm").assert_outcomes(passed=2)


def test_ours_runs_by_its_own_names_beside_theirs(run: Run, pytester: pytest.Pytester) -> None:
    """The note is in the error too, for whoever meant ours."""
    pytester.makeconftest(own("--model"))

    wrong = run("--suite=ice", "--model=simulated:qwen")
    right = run("--suite=ice", "--distill-model", "simulated:qwen", "--distill-limit=2", "-n2")

    assert wrong.ret is pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*  note: --model is an option of a conftest *: --distill-model"])
    right.assert_outcomes(passed=2)


def test_an_ini_name_of_another_plugin_is_not_ours(inside: Run, pytester: pytest.Pytester) -> None:
    """Ours has its own."""
    pytester.makeini("[pytest]\nmodel = gpt2\ndistill_model = simulated:qwen\nsuite = ice\n")
    pytester.makeconftest("def pytest_addoption(parser): parser.addini('model', '')")

    result = inside("--distill-limit=2")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["distill: ini model belongs to *; ours: distill_model"])


def test_help_shows_the_names_that_are_ours(inside: Run, pytester: pytest.Pytester) -> None:
    """Both where nobody else has the plain one."""
    pytester.makeconftest(own("--model", help="theirs"))

    result = inside("--help")

    result.stdout.fnmatch_lines(["  --suite*, --distill-suite=NAME", "  --distill-model=SPEC*"])
    result.stdout.fnmatch_lines(["  --model=MODEL *theirs"])
