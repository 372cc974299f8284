"""What servers say instead of answers: shown once, with what to do, and not asked for 162 times."""

import json
from collections.abc import Iterable

import pytest

from tests.support.hostile_server import answering, attacking, response
from tests.support.pytest_runs import Run

SUITE = ("--suite=ice", "--facts=qwen", "--distill-cache=off")
GATE = "--distill-gate=ice.strict<=0.2"


@pytest.mark.parametrize(
    ("status", "error", "query", "shown"),
    [
        (
            400,
            {
                "message": "Unsupported parameter: 'max_tokens' is not supported with this model."
                " Use 'max_completion_tokens' instead.",
                "param": "max_tokens",
            },
            "?max_tokens=64",
            "write ?max_completion_tokens=N instead of",
        ),
        (200, {"message": "Incorrect API key provided"}, "", "check the API key"),
        (429, {"code": "1113", "message": "arrears"}, "", "no credit left"),
        (400, {"message": "System role not supported"}, "?system=Hi", "leave out system="),
    ],
)
def test_what_every_request_is_refused_for_ends_the_asking(
    run: Run, status: int, error: dict[str, str], query: str, shown: str
) -> None:
    """After a few requests, with one sentence; the gate is inconclusive."""
    refused = response(status, json.dumps({"error": error}).encode())

    with attacking(lambda _head, _body: [refused]) as server:
        result = run(*SUITE, f"--model=openai:m@{server.url}{query}", GATE)

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    assert len(server.requests) <= 6
    text = " ".join(line.strip(" |") for line in result.outlines)
    assert text.count(shown) <= 2
    assert shown in text
    assert "INCONCLUSIVE: none of 100 cases has a verdict" in text
    assert len(result.outlines) < 60


def test_a_model_that_refuses_every_question_does_not_pass(run: Run) -> None:
    """Whatever its rate of leaks; another limit is the user's word."""
    refusal = answering({"content": None, "refusal": "I'm sorry, but I can't share that."})

    with attacking(lambda _head, _body: [refusal]) as server:
        model = f"--model=openai:m@{server.url}"
        strict = run(*SUITE, model, GATE)
        lenient = run(*SUITE, model, GATE, "--distill-max-refused=1")

    assert (strict.ret, lenient.ret) == (1, 0)
    strict.stdout.fnmatch_lines(
        [
            "INCONCLUSIVE: 100 of 100 answers refuse to answer: 100 % > 50 % *",
            "  refused       1.000 * 100",
        ]
    )
    lenient.stdout.fnmatch_lines(["  PASS: 0 of 100 *", "*100 of 100 answers refuse to answer*"])


def test_why_there_is_no_answer_is_in_the_providers_words(run: Run) -> None:
    """Each reason once, with its number of cases."""
    replies = [
        answering({"content": "", "reasoning_content": "Hm."}),
        answering({"content": None, "tool_calls": [{"function": {"name": "lookup"}}]}),
        answering("I am Qwen."),
    ]
    turns = iter(replies * 100)

    def answer(_head: bytes, _body: bytes) -> Iterable[bytes]:
        return [next(turns)]

    with attacking(answer) as server:
        result = run(*SUITE, f"--model=openai:m@{server.url}", "--distill-limit=30")

    result.stdout.fnmatch_lines(
        [
            "missing: 10 of 30 cases of m (ice)",
            "  | a call of the tool 'lookup', and no answer: the server says 'stop'",
            "missing: 10 of 30 cases of m (ice)",
            "  | only reasoning, and no answer: the server says 'stop'; allow it more",
        ]
    )
