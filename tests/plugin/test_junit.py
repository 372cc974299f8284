"""What --junitxml says of a run: numbers, gates, slots; and that nothing breaks it."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings

from pytest_distill.pytest_hooks import junit
from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Observation,
    Report,
    Verdict,
)
from pytest_distill.report.case import properties
from tests.support.hostile import SNIPPETS, TEXTS, is_inert
from tests.support.pytest_runs import Run
from tests.support.runs import empty_report

RUN = (
    "--suite=ice",
    "--suite=fuzz",
    "--distill-limit=12",
    "--model=simulated:qwen?leak=0.4",
    "--fuzz-mutations=4",
    "--fuzz-probes=2",
    "--distill-gate=ice.strict<=0.02",
    "-p",
    "no:cacheprovider",
)


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["serial", "n2"])
def test_numbers_gates_and_slots_are_there(
    inside: Run, tmp_path: Path, workers: tuple[str, ...]
) -> None:
    """The numbers are those of the report, to the last digit."""
    xml, path = tmp_path / "j.xml", tmp_path / "r.json"

    inside(*RUN, *workers, f"--junitxml={xml}", f"--distill-report=json:{path}")

    suite, found = ET.parse(xml).getroot()[0], json.loads(path.read_text())  # noqa: S314 - pytest's own
    numbers = {p.get("name"): p.get("value") for p in suite.iterfind("properties/property")}
    for name in ("ice", "fuzz"):
        for number in ("loose", "strict", "hard", "persona"):
            measured = found["models"]["qwen"][name][number]
            assert numbers[f"distill.{name}.{number}[qwen]"] == str(measured["value"])
            for part in ("low", "high", "n", "missing"):
                assert numbers[f"distill.{name}.{number}.{part}[qwen]"] == str(measured[part])
    assert numbers["distill.conclusion"] == "fail"
    (gate,) = (case for case in suite.iter("testcase") if case.get("classname") == "distill.gates")
    of_gate = {p.get("name"): p.get("value") for p in gate.iter("property")}
    (verdict,) = found["gates"]
    assert of_gate["distill.gate"] == "fail"
    for part in ("value", "low", "high", "limit", "why"):
        assert of_gate[f"distill.{part}"] == str(verdict[part])
    slots = {
        case.get("name"): [
            p.get("value") for p in case.iter("property") if p.get("name") == junit.PROBE
        ]
        for case in suite.iter("testcase")
        if case.get("classname") == "distill.fuzz"
    }
    assert len(slots) == 6
    assert all(len(probes) == 2 for probes in slots.values())
    wanted = r"[a-z]+-\d+-[a-z]+: (clean|hard leak, claims openai)"
    assert all(re.fullmatch(wanted, str(probe)) for probes in slots.values() for probe in probes)


def test_hostile_answers_are_well_formed_xml(
    inside: Run, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    """As failures, as missing cases, and for CI servers that show the log."""
    hostile = "I am ChatGPT.\n" + "".join(SNIPPETS) + "\ud800"
    lines = [
        {"id": "a", "query": "Who?", "response": hostile, "template": f"{{query}} {hostile}"},
        {"id": "b" + "".join(SNIPPETS).replace("\n", ""), "query": "Who?", "response": ""},
    ]
    path = pytester.path / "qwen-x.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    result = inside(
        "--suite=ice", f"--transcripts={path}", f"--junitxml={tmp_path / 'j.xml'}", "-rA"
    )

    cases = list(ET.parse(tmp_path / "j.xml").getroot().iter("testcase"))  # noqa: S314 - likewise
    assert [case.find("failure") is not None for case in cases] == [True, True]
    assert is_inert(result.stdout.str())


def hostile(text: str) -> Observation:
    """Return a leak in which everything from outside is this text."""
    case = Case(id=f"fuzz/mut001/{text}", suite="fuzz", query=text, probe_key="a")
    verdict = IdentityVerdict(loose=True, strict=True, hard=True, vendors=("openai",), rule="r")
    return Observation(
        case=case,
        model=text,
        judge="j",
        outcome="judged",
        completion=Completion(text=text),
        verdict=verdict,
    )


def report(text: str) -> Report:
    """Return a report of a model of that name."""
    verdict = Verdict(
        expression="ice.strict<=0.1",
        model=text,
        verdict="fail",
        value=None,
        low=None,
        high=None,
        limit=0.1,
        why=text,
    )
    return empty_report(gates=(verdict,))


@given(TEXTS)
@example("".join(SNIPPETS))
@settings(deadline=None)
def test_properties_are_lines_that_do_nothing(text: str) -> None:
    """Whatever they quote."""
    missing = hostile(text).model_copy(
        update={"verdict": None, "outcome": "missing", "why_missing": text}
    )
    (verdict,) = report(text).gates

    found = [
        *junit.of_gate(verdict),
        junit.of_probe(hostile(text)),
        junit.of_probe(missing),
        *properties(missing),
    ]

    assert all(is_inert(str(value)) for _, value in found)
    assert dict(found)["distill.value"] == "undefined"
