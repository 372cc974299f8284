"""Files whose keys have other names."""

import pytest

from pytest_distill import columns


def test_a_line_is_read_under_our_names() -> None:
    """Keys that are not mapped stay; the question is `query` or `prompt`, as the file wants it."""
    mapped = columns.read(["question=query", "answer = response", "a=b=category"])
    line = {"question": "Who?", "answer": "Ada.", "a=b": "team", "more": 1}

    assert columns.renamed(line, mapped, prompt="query") == {
        "more": 1,
        "query": "Who?",
        "response": "Ada.",
        "category": "team",
    }
    assert columns.renamed(line, mapped, prompt="prompt")["prompt"] == "Who?"
    assert columns.renamed({"query": "Who?"}, mapped, prompt="prompt") == {"query": "Who?"}


def test_of_two_keys_for_one_the_first_given_counts() -> None:
    """They may be of two files."""
    mapped = columns.read(["question=query", "q=query"])

    assert columns.renamed({"q": "1", "question": "2"}, mapped, prompt="query") == {"query": "2"}


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (["question"], "'question' is not THEIRS=OURS"),
        (["=query"], "'=query' is not THEIRS=OURS"),
        (["question="], "'question=' is not THEIRS=OURS"),
        (["question=prmpt"], "we have no key 'prmpt'. Did you mean 'prompt'?"),
        (["q=query", "q=response"], "'q=response': 'q' is 'query' already"),
    ],
)
def test_what_cannot_be_mapped_is_named(texts: list[str], problem: str) -> None:
    """With our keys."""
    with pytest.raises(ValueError, match="our keys: id, template") as caught:
        columns.read(texts)

    assert problem in str(caught.value)


def test_what_is_missing_what_is_there_and_what_to_do() -> None:
    """A likely key is suggested, else the place of one."""
    wanted = (columns.PROMPT, columns.RESPONSE)

    assert columns.missing({"prompt": "?", "response": ""}, wanted, how=("", "")) is None
    assert columns.missing({"x": 1, "output": "!"}, wanted, how=("--map ", " --map ")) == (
        "'query' or 'prompt' and 'response' are missing; the line has: x, output\n"
        "  if it goes by another name there, say so: --map KEY=query --map output=response"
    )
    assert columns.missing({}, (columns.RESPONSE,), how=("?map=", ",")) == (
        "'response' is missing; the line has: no key\n"
        "  if it goes by another name there, say so: ?map=KEY=response"
    )
