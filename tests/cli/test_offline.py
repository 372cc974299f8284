"""``pytest-distill gate``, ``report``, ``merge``, ``compare``, ``plan``: nobody is asked."""

import csv
import json
from pathlib import Path

import pytest

from pytest_distill.cli import main
from pytest_distill.gates import expression
from pytest_distill.records import Canaries, EnsembleConfig
from pytest_distill.store import lines
from tests.support.run_logs import Log


def test_gate_decides_what_a_log_holds(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """Its status is that of a run."""
    path = str(log("a", leak=0.5))

    statuses = [
        main(["gate", path, "--gate", gate, *flags])
        for gate, *flags in (
            ["ice.strict<=0.9"],
            ["ice.strict<=0.1"],
            ["ice.strict<=0.5"],
            ["ice.strict<=0.5", "--inconclusive=pass"],
        )
    ]

    assert statuses == [0, 1, 1, 0]
    lines = capsys.readouterr().out.splitlines()
    told = [line.split()[0] for line in lines if " answers claim another vendor " in line]
    assert told == ["PASS:", "FAIL:", "INCONCLUSIVE:", "INCONCLUSIVE:"]


def test_gate_takes_its_gates_from_the_table(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pytest does."""
    path = log("a", leak=0.5)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest-distill]\ngates = ["ice.loose<=0.1"]\n')
    monkeypatch.chdir(tmp_path)

    assert main(["gate", str(path)]) == 1
    assert main(["gate", str(path), "--gate", "ice.loose<=0.9"]) == 0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            'gates = ["ice.loose<=0.1", "ice.loose<="]',
            "gates[1]: gate 'ice.loose<=' cannot be read",
        ),
        ("confidence = 95", "confidence = 95: Input should be less than 1"),
        ('gates = ["ice.loose<=baseline"]\nbaseline = "b.json"', "gates[0]: gate 'ice.loose<=base"),
    ],
)
def test_gate_finds_the_table_above_and_names_it_in_errors(
    log: Log,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    table: str,
    message: str,
) -> None:
    """The folder that a command starts in may be any of the project's."""
    path = log("a", leak=0.5, limit=5)
    (tmp_path / "pyproject.toml").write_text(f"[tool.pytest-distill]\n{table}\n")
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")

    assert main(["gate", str(path)]) == 4
    told = capsys.readouterr().err
    assert f"{tmp_path / 'pyproject.toml'}: [tool.pytest-distill] {message}" in told


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "give --gate EXPR"),
        (["--gate", "ice.strikt<=1"], "Did you mean 'ice.strict'"),
        (["--gate", "rse.overall<=1"], "suite 'rse' is not part of this run"),
        (["--gate", "ice.strict<=0.9", "--confidence", "2"], "--confidence 2.0"),
        (["--gate", "ice.strict<=0.9", "--confidence", "0.5"], "one half or less"),
    ],
)
def test_gate_refuses_what_it_cannot_decide(
    log: Log, capsys: pytest.CaptureFixture[str], flags: list[str], message: str
) -> None:
    """Status 4, and what is wrong."""
    assert main(["gate", str(log("a", leak=0.5, limit=5)), *flags]) == 4
    assert message in capsys.readouterr().err


def test_what_is_no_run_log_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the reason: absent, empty, something else, of an older version."""
    empty, other = tmp_path / "empty.jsonl", tmp_path / "other.jsonl"
    empty.touch()
    other.write_text("{}\n")

    for path, message in (
        (tmp_path / "none.jsonl", "cannot be read"),
        (empty, "it is empty"),
        (other, "not a run log"),
    ):
        assert main(["gate", str(path), "--gate", "ice.strict<=1"]) == 4
        assert message in capsys.readouterr().err


def test_a_log_of_an_older_version_is_refused(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It does not say how many cases there were to be."""
    _, *rest = log("a", leak=0.5, limit=5).read_bytes().splitlines(keepends=True)
    old = tmp_path / "old.jsonl"
    old.write_bytes(b"".join([b'{"format": "pytest-distill-run/1", "settings": {}}\n', *rest]))

    assert main(["gate", str(old), "--gate", "ice.strict<=1"]) == 4
    assert "a run log of an earlier version of pytest-distill" in capsys.readouterr().err


def test_report_writes_what_the_run_wrote(log: Log, tmp_path: Path) -> None:
    """To the last byte."""
    path, again = log("a", leak=0.3), tmp_path / "again.json"

    assert main(["report", str(path), "-o", str(again)]) == 0

    assert again.read_bytes() == path.with_suffix(".json").read_bytes()


def test_report_has_formats(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """To standard output where no file is named; gates go with it."""
    main(["report", str(log("a", leak=0.3)), "--format", "md", "--gate", "ice.strict<=0.9"])

    out = capsys.readouterr().out
    assert out.startswith("## pytest-distill: PASS\n")
    assert "| **pass** | ice.strict\\<=0.9 | qwen |" in out


def test_a_corrected_rate_has_the_verdict_that_it_had_in_the_run(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the last byte, where the calibration is named again; without it there is no number."""
    gates = ["ice.strict.rogan-gladen<=0.9", "ice.strict.rogan-gladen<=0.1"]
    path = log("a", leak=0.5, calibration="gold", gates=tuple(map(expression.parse, gates)))
    again, flags = tmp_path / "again.json", [flag for gate in gates for flag in ("--gate", gate)]

    status = main(["report", str(path), "-o", str(again), "--calibration=gold", *flags])
    assert main(["gate", str(path), *flags]) == 4

    assert status == 0
    assert again.read_bytes() == path.with_suffix(".json").read_bytes()
    report = json.loads(again.read_text())
    assert [gate["verdict"] for gate in report["gates"]] == ["pass", "fail"]
    (corrected,) = report["models"]["qwen"]["ice"]["corrected"]
    assert {gate["value"] for gate in report["gates"]} == {corrected["strict"]["value"]}
    assert "no number is called ice.strict.rogan-gladen" in capsys.readouterr().err


def test_corrected_rates_are_compared_if_they_were_corrected_alike(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another calibration is another number."""
    paths = [
        log(name, leak=leak, calibration="gold").with_suffix(".json")
        for name, leak in (("a", 0.1), ("b", 0.7))
    ]
    other = tmp_path / "other.json"
    report = json.loads(paths[0].read_text())
    report["run"]["calibration"]["cases"] += 1
    other.write_text(json.dumps(report))

    told = []
    for before in (paths[0], other):
        assert main(["compare", str(before), str(paths[1])]) == 1
        lines = capsys.readouterr().out.splitlines()
        told.append([line.split()[-1] for line in lines if "ice.strict.rogan-gladen" in line])

    assert told == [["unpaired"], []]


def test_report_has_the_numbers_of_several_runs(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each as in its own report; what two runs measured alike is told from what they did not."""
    paths = [log("a", leak=0.3), log("b", leak=0.1, model="glm")]
    names, both = [str(path) for path in paths], tmp_path / "both.json"

    assert main(["report", *names, "-o", str(both)]) == 0
    assert main(["report", *names, names[0], "-o", str(both)]) == 0

    alone = [json.loads(path.with_suffix(".json").read_text()) for path in paths]
    together = json.loads(both.read_text())
    assert together["models"] == alone[0]["models"] | alone[1]["models"]
    assert together["run"]["cases_observed"] == 120
    assert main(["report", names[0], str(log("c", leak=0.3, seed=1)), "-o", str(both)]) == 4
    assert "both have suite ice of model qwen\n  seed: 0 and 1\n" in capsys.readouterr().err


def test_report_never_overwrites_its_log(log: Log) -> None:
    """Status 4; the log stays."""
    path = log("a", leak=0.3, limit=5)
    before = path.read_bytes()

    assert main(["report", str(path), "-o", str(path)]) == 4
    assert path.read_bytes() == before


def test_merge_joins_the_shards_of_a_run(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a run and all of it are all of it; half alone is a part."""
    half, whole, joined = log("half", leak=0.3, keep=30), log("a", leak=0.3), tmp_path / "j.jsonl"

    assert main(["merge", str(half), str(whole), "-o", str(joined)]) == 0
    assert main(["gate", str(joined), "--gate", "ice.strict<=0.9"]) == 0
    assert main(["gate", str(half), "--gate", "ice.strict<=0.9"]) == 1
    assert "the run is incomplete: 30 of 60 cases" in capsys.readouterr().out
    assert main(["merge", str(half), "-o", str(joined)]) == 4


def test_merge_refuses_other_settings(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """With what differs."""
    one, other = log("a", leak=0.3, limit=5), log("b", leak=0.3, limit=6)

    assert main(["merge", str(one), str(other), "-o", str(one.with_name("c.jsonl"))]) == 4
    assert "limit: 5 and 6" in capsys.readouterr().err


def test_compare_shows_what_rose(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1 for a rise, 0 for a fall or nothing."""
    low, high = (
        str(log(name, leak=leak).with_suffix(".json")) for name, leak in (("a", 0.1), ("b", 0.7))
    )

    assert main(["compare", low, high]) == 1
    rose = capsys.readouterr().out
    assert main(["compare", high, low]) == 0
    fell = capsys.readouterr().out
    assert main(["compare", low, low]) == 0

    assert "paired on 60 cases that both share" in rose
    assert [line.split()[-1] for line in rose.splitlines() if "  ice.strict  " in line] == ["ROSE"]
    assert [line.split()[-1] for line in fell.splitlines() if "  ice.strict  " in line] == ["fell"]
    # The vendor that only the later run claims rose from nothing.
    assert "0 rose, 0 fell" in capsys.readouterr().out


def test_compare_shows_what_few_cases_can_tell(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where few differ an exact p-value stands beside the interval, with what it assumes."""
    before, now = (
        str(log(name, leak=leak).with_suffix(".json")) for name, leak in (("a", 0.1), ("b", 0.25))
    )

    assert main(["compare", before, now]) == 0

    lines = capsys.readouterr().out.splitlines()
    (strict,) = (line for line in lines if "  ice.strict  " in line)
    # Four of 60 rose, none fell.
    assert strict.split()[-3:] == ["exact", "p", "0.062"]
    assert "exact p: one-sided, if cases were independent (McNemar)" in lines


def test_compare_refuses_what_does_not_measure_the_same(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another judge, or nothing in common."""
    path = log("a", leak=0.1, limit=5).with_suffix(".json")
    other, empty = tmp_path / "other.json", tmp_path / "empty.json"
    report = json.loads(path.read_text())
    other.write_text(json.dumps({**report, "run": {**report["run"], "judge": "offline-0"}}))
    empty.write_text(json.dumps({**report, "models": {"qwen": {}}}))

    for before, message in ((other, "judged by offline-0"), (empty, "no number in common")):
        assert main(["compare", str(before), str(path)]) == 4
        assert message in capsys.readouterr().err
    assert main(["compare", str(path), str(path), "--confidence", "0.3"]) == 4
    assert main(["compare", str(tmp_path / "none.json"), str(path)]) == 4


def test_plan_says_which_suites_all_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A plan without them is not that of every suite."""
    assert main(["plan", "--suite=all", "--limit=2"]) == 0

    assert "suite rse is left out of 'all': it needs --reference SPEC" in capsys.readouterr().out


def test_plan_says_what_a_run_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a key, at the user's prices, with the judge's part."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pytest-distill.prices]\nm = { input = 1.0, output = 2.0 }\n"
    )

    status = main(
        [
            "plan",
            "--suite=ice",
            "--model=openai:m",
            "--facts=qwen",
            "--judge=openai:j",
            "--limit=50",
        ]
    )

    told = capsys.readouterr().out
    assert status == 0
    assert "ice · m · 50 calls, about" in told
    assert "US dollars" in told
    assert "ice · judge j · 50 calls, about 45000 tokens in" in told
    assert "price unknown" in told
    assert "over a baseline of 0.05: a model with a true rate of 0.1 fails with a chance" in told


def test_plan_says_what_a_gate_could_see(capsys: pytest.CaptureFixture[str]) -> None:
    """More with more cases; less over a baseline; nothing where no rate can be as high."""
    gates = [
        "--gate",
        "ice.strict<=0.02",
        "--gate",
        "ice.strict<=baseline",
        "--gate",
        "ice.loose<=0.95",
    ]

    main(["plan", "--suite=ice", *gates])

    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ice.")]
    assert "of the cases passes with a chance of 95%" in told[0]
    assert "a true rate of 0.04 fails with a chance of 73%, and with 535 cases of 80%" in told[0]
    assert "a true rate of 0.1 fails with a chance of 79%" in told[1]
    assert "a rate 0.95 beyond a limit of 0.95 cannot be" in told[2]


@pytest.mark.parametrize("flags", [["--suite=rice"], ["--suite=ice", "--gate", "ice.strikt<=1"]])
def test_plan_refuses_what_cannot_be_run(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 4, and what there is."""
    assert main(["plan", *flags]) == 4
    assert "Did you mean" in capsys.readouterr().err


def test_a_canary_that_broke_is_broken_in_every_reading(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also after a later part of the run in which it did not, and in a joined log."""
    path, joined = log("a", leak=0.1), tmp_path / "joined.jsonl"
    with path.open("ab") as file:
        for failed in (("j is wrong on plain-01-en",), ()):
            file.write(lines.line_of(Canaries(asked=4, missing=0, failed=failed)))
    gate = ["--gate", "ice.strict<=0.9"]

    status = main(["gate", str(path), *gate])
    told = capsys.readouterr().out
    main(["merge", str(path), "-o", str(joined)])

    assert status == 1
    assert "INCONCLUSIVE" in told
    assert "a canary failed: j is wrong on plain-01-en" in told
    assert main(["gate", str(joined), *gate]) == 1


def test_a_panel_is_told_of_from_its_log_too(log: Log, tmp_path: Path) -> None:
    """The rule is in the header, the votes are among the observations."""
    path, again = log("a", leak=0.3), tmp_path / "again.json"
    text = path.read_text()
    header, rest = text.split("\n", 1)
    found = lines.read_header(f"{header}\n".encode())
    found = found.model_copy(update={"ensemble": EnsembleConfig(panel="majority")})
    path.write_text(lines.header(found).decode() + rest)

    assert main(["report", str(path), "-o", str(again)]) == 0
    assert json.loads(again.read_text())["run"]["panel"]["rule"] == "majority"


def test_runs_are_compared_from_their_logs(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """As from their reports, in every format."""
    low, high = log("a", leak=0.1), log("b", leak=0.7)
    reports = [str(path.with_suffix(".json")) for path in (low, high)]

    told = {}
    for name in ("text", "md", "json", "jsonl", "csv"):
        statuses = [
            main(["compare", *paths, "--format", name])
            for paths in ([str(low), str(high)], reports, [str(low), reports[1]])
        ]
        one, other, both = capsys.readouterr().out, "", ""
        assert statuses == [1, 1, 1]
        third = len(one) // 3
        one, other, both = one[:third], one[third : 2 * third], one[2 * third :]
        assert one == other == both
        told[name] = one

    rows = [json.loads(line) for line in told["jsonl"].splitlines()]
    (strict,) = (row for row in rows if row["number"] == "ice.strict")
    assert strict["significance"] == "rose"
    assert json.loads(told["json"])["changes"] == rows
    assert len(list(csv.DictReader(told["csv"].splitlines()))) == len(rows)
    assert told["md"].startswith("## pytest-distill: FAIL\n")
    assert f"{strict['before']:.3f} -> {strict['now']:.3f}" in told["text"]


def test_every_case_is_a_row_in_notebooks(log: Log, tmp_path: Path) -> None:
    """Live and from the log; their mean is the number of the report."""
    path, out = log("a", leak=0.3), tmp_path / "cases"

    rows = {}
    for name in ("csv", "jsonl"):
        assert main(["report", str(path), "--format", name, "-o", f"{out}.{name}"]) == 0
    with Path(f"{out}.csv").open(encoding="utf-8", newline="") as file:
        rows["csv"] = [float(row["value.strict"]) for row in csv.DictReader(file)]
    lines_ = Path(f"{out}.jsonl").read_text("utf-8").splitlines()
    rows["jsonl"] = [json.loads(line)["values"]["strict"] for line in lines_]

    report = json.loads(path.with_suffix(".json").read_text())
    strict = report["models"]["qwen"]["ice"]["strict"]
    for found in rows.values():
        assert (len(found), sum(found) / len(found)) == (strict["n"], strict["value"])
