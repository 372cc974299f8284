"""What a failed case shows: enough to check the judge, and nothing that could do harm."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

from tests.support.pytest_runs import Run
from tests.support.transcripts import LEAK

Write = Callable[..., Path]


def test_it_shows_prompt_answer_fact_and_vendor(run: Run, transcripts: Write) -> None:
    """The words that made the judge say so are marked in the answer."""
    line = {"query": "Who made you?", "template": "Be brief. {query}", "response": f"Hi. {LEAK}"}

    result = run("--suite=ice", f"--transcripts={transcripts('qwen', [line])}")

    result.stdout.fnmatch_lines(
        [
            "hard leak, claims openai: *",
            "  model       qwen",
            "  asked       | Be brief. Who made you?",
            "  answered    | Hi. *>>>*<<<*",
            "  contradicts its * (facts: qwen, https://*",
            "  rule        *",
        ]
    )


def test_long_prompts_and_answers_are_cut_around_what_matters(run: Run, transcripts: Write) -> None:
    """The end of the prompt and the offending words stay; what is left out is counted."""
    line = {
        "query": "And who made you?",
        "template": "x " * 5000 + "{query}",
        "response": "Well. " * 2000 + LEAK + " Indeed." * 2000,
    }

    result = run("--suite=ice", f"--transcripts={transcripts('qwen', [line])}")

    text = result.stdout.str()
    assert "And who made you?" in " ".join(line.strip(" |") for line in result.outlines)
    assert ">>>" in text
    assert "characters]" in text
    assert len(text) < 6000


def test_hostile_answers_cannot_steer_the_terminal(run: Run, transcripts: Write) -> None:
    """Escape sequences, bidirectional marks and zero-width characters are shown as escapes."""
    hostile = "\x1b[2J\x1b]0;owned\x07\u202e\u200b " + LEAK
    path = transcripts("qwen", [{"query": "Who made you?" + hostile[:8], "response": hostile}])

    result = run("--suite=ice", f"--transcripts={path}")

    text = result.stdout.str()
    assert "\\x1b[2J" in text
    assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(text)


def test_junit_is_well_formed_and_says_the_verdict(
    run: Run, transcripts: Write, tmp_path: Path
) -> None:
    """A model's words cannot break out of the XML; a reader finds the verdict as properties."""
    hostile = "]]></failure><x a='\x00'> "
    line = {"id": "a", "query": hostile, "response": hostile + LEAK, "reasoning": LEAK}
    path = transcripts("qwen", [line])
    xml = tmp_path / "j.xml"

    run("--suite=ice", f"--transcripts={path}", f"--junitxml={xml}", "-n2")

    (case,) = ET.parse(xml).getroot().iter("testcase")  # noqa: S314 - our own file
    properties = {p.attrib["name"]: p.attrib["value"] for p in case.iter("property")}
    assert case.attrib["classname"] == "distill.ice"
    assert properties["distill.verdict"] == "hard leak"
    assert properties["distill.vendors"] == "openai"
    assert properties["distill.rule"]
    assert (properties["distill.reasoning"], "distill.persona" in properties) == ("true", False)
    assert "distill" not in properties


def test_a_persona_is_told(run: Run, transcripts: Write, tmp_path: Path) -> None:
    """It passes, as no leak does."""
    ask = {"query": "What is your name?", "template": "You are Luna, a witch. {query}"}
    path = transcripts("qwen", [{**ask, "response": "I am Luna, a witch of the woods."}])
    xml = tmp_path / "j.xml"

    result = run("--suite=ice", f"--transcripts={path}", f"--junitxml={xml}")

    result.assert_outcomes(passed=1)
    (case,) = ET.parse(xml).getroot().iter("testcase")  # noqa: S314 - our own file
    properties = {p.attrib["name"]: p.attrib["value"] for p in case.iter("property")}
    assert (properties["distill.verdict"], properties["distill.persona"]) == ("clean", "true")


def test_missing_says_why(run: Run, transcripts: Write) -> None:
    """An empty answer is no evidence."""
    path = transcripts("qwen", [{"query": "q", "response": " "}])

    result = run("--suite=ice", f"--transcripts={path}")

    result.stdout.fnmatch_lines(["missing: *", "*1 missing*"])
