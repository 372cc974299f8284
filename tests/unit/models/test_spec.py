"""Specs: what is read, and what every misuse is told."""

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pytest_distill.errors import SpecError
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import ModelSpec, Scalar


def problem_of(text: str, aliases: dict[str, str] | None = None) -> str:
    """Return what is said of a wrong spec."""
    with pytest.raises(SpecError) as caught:
        parse(text, aliases or {})
    return str(caught.value)


def test_a_plain_spec_is_provider_and_name() -> None:
    """Nothing else is made up."""
    spec = parse("openai:gpt-4o-mini")

    assert spec == ModelSpec(
        text="openai:gpt-4o-mini", provider="openai", name="gpt-4o-mini", label="gpt-4o-mini"
    )


def test_a_base_url_and_parameters_are_taken_apart_and_typed() -> None:
    """Numbers and truth values get their types, percent escapes are decoded."""
    spec = parse(
        "openai:org/m@http://127.0.0.1:8000/v1/?temperature=0&top_p=.5&max_tokens=512"
        "&echo=true&user=a%26b&system=42"
    )

    assert spec.name == spec.label == "org/m"
    assert spec.base_url == "http://127.0.0.1:8000/v1"
    assert spec.parameters == {
        "temperature": 0,
        "top_p": 0.5,
        "max_tokens": 512,
        "echo": True,
        "user": "a&b",
        "system": "42",
    }
    assert type(spec.parameters["temperature"]) is int


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("openai:claude@20240620", "claude@20240620", "claude@20240620"),
        ("openai:a@b@https://host", "a@b", "a@b"),
        ("openai:a@v1.2", "a@v1.2", "a@v1.2"),
        ("recorded:some/where/glm-4.jsonl", "some/where/glm-4.jsonl", "glm-4"),
        ("local:smollm2-135m", "smollm2-135m", "smollm2-135m"),
        ("local:/models/Qwen2.5-7B.Q4.gguf", "/models/Qwen2.5-7B.Q4.gguf", "Qwen2.5-7B.Q4"),
        ("simulated:ada?leak=0.2", "ada", "ada"),
        ("python:package.module:model", "package.module:model", "package.module:model"),
    ],
)
def test_a_label_holds_no_folder(text: str, name: str, label: str) -> None:
    """Reports may be shared; paths of a machine may not."""
    spec = parse(text)

    assert (spec.name, spec.label) == (name, label)


def test_an_alias_stands_for_a_spec_and_is_its_label() -> None:
    """What the user calls the model is what the report calls it."""
    spec = parse("student", {"student": "openai:qwen@http://127.0.0.1:8000/v1?temperature=0"})

    assert (spec.text, spec.label, spec.name) == ("student", "student", "qwen")
    assert spec.parameters == {"temperature": 0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["it is empty"]),
        (
            "opnai:gpt-4o",
            ["'opnai'", "Did you mean 'openai'?", "local, ollama, openai, python, recorded"],
        ),
        ("OpenAI:gpt-4o", ["'OpenAI'", "Did you mean 'openai'?"]),
        ("http://127.0.0.1:8000/v1", ["as in openai:NAME@http://HOST:PORT/v1"]),
        ("gpt-4o", ["no alias is called 'gpt-4o'", "providers: anthropic, gemini, local"]),
        ("openai", ["model's name is missing", "openai:NAME, as in openai:gpt-4o-mini"]),
        ("openai:", ["the name is missing"]),
        ("openai:@http://h/v1", ["the name is missing"]),
        ("openai:a\tb", ["cannot be printed"]),
        (
            "local:smollm2-135m@http://h/v1",
            ["local: takes no base URL", "openai:, anthropic:, gemini:, ollama:, vllm: do"],
        ),
        ("openai:m@ftp://host", ["'ftp://host'", "http[s]://HOST"]),
        ("openai:m@http://", ["base URL 'http://'"]),
        ("openai:m@gpu-7:8000/v1", ["'gpu-7:8000/v1' has no scheme", "@http://gpu-7:8000/v1"]),
        ("openai:m@10.0.0.7:8000", ["has no scheme"]),
        ("openai:m@llm.example.org/v1", ["has no scheme", "@https://llm.example.org/v1"]),
        ("anthropic:m@[fe80::1]:8000", ["has no scheme"]),
        ("openai:m@http://h:99999", ["base URL"]),
        (f"openai:m@http://{'h' * 3000}", ["base URL"]),
        ("openai:m@http://[::1", ["base URL"]),
        ("openai:m@http://h/a b", ["base URL"]),
        ("openai:m@http://h/v1#x", ["base URL"]),
        ("openai:m?", ["'' is not KEY=VALUE"]),
        ("openai:m?temperature", ["'temperature' is not KEY=VALUE"]),
        ("openai:m?=1", ["'=1' is not KEY=VALUE"]),
        ("openai:m?seed=1&seed=2", ["'seed' is given twice"]),
        ("openai:m?temprature=0", ["'temprature'", "Did you mean 'temperature'?"]),
        ("openai:m?max-tokens=5", ["Did you mean 'max_tokens'?"]),
        ("openai:m?temperature=hot", ["'temperature' must be a number", "'hot'"]),
        ("openai:m?temperature=-1", ["0 or more"]),
        ("openai:m?temperature=true", ["'temperature' must be a number"]),
        ("openai:m?temperature=nan", ["'temperature' must be a number"]),
        ("openai:m?max_tokens=0", ["'max_tokens' must be a whole number"]),
        ("openai:m?max_tokens=1.5", ["'max_tokens' must be a whole number"]),
        ("openai:m?timeout=0", ["'timeout' must be a number of seconds above 0"]),
        ("openai:m?key_env=MY-KEY", ["name of an environment variable", "'MY-KEY'"]),
        ("openai:m?n=5", ["'n' cannot be set", "--distill-samples"]),
        ("openai:m?stream=true", ["'stream' cannot be set"]),
        ("anthropic:", ["the name is missing"]),
        ("anthropc:claude-x", ["Did you mean 'anthropic'?"]),
        ("anthropic:m@ftp://host", ["'ftp://host'", "http[s]://HOST"]),
        ("anthropic:m?temperature=1.5", ["'temperature' must be a number from 0 to 1"]),
        ("anthropic:m?maxtokens=5", ["Did you mean 'max_tokens'?"]),
        ("anthropic:m?seed=1", ["'seed' cannot be set", "has none"]),
        ("anthropic:m?stream=true", ["'stream' cannot be set"]),
        ("gemini:m?n=2", ["'n' cannot be set", "--distill-samples"]),
        ("gemini:m?maxOutputTokens=5", ["unknown parameter", "gemini: knows", "max_tokens"]),
        ("gemini:m?min_p=0.1", ["unknown parameter 'min_p'"]),
        ("gemini:m?top_k=0", ["'top_k' must be a whole number, 1 or more"]),
        ("gemini:m?key_env=a-b", ["name of an environment variable"]),
        ("simulated:a?leak=1.5", ["'leak' must be a number from 0 to 1"]),
        (
            "simulated:a?leek=0.1",
            ["unknown parameter 'leek'", "simulated: knows accuracy, accuracy.arithmetic"],
        ),
        ("recorded:a.jsonl?temperature=0", ["unknown parameter", "recorded: knows map, model"]),
        ("local:smollm2-135m?max_tokens=x", ["'max_tokens'"]),
        ("local:smollm2-135m?seed=-1", ["'seed'", "from 0 to 2147483647"]),
        ("python:m:f?timeuot=3", ["Did you mean 'timeout'?"]),
    ],
)
def test_a_wrong_spec_is_told_which_part_is_wrong(text: str, words: list[str]) -> None:
    """The message names the part, and what exists."""
    message = problem_of(text)

    assert repr(text) in message
    assert [word for word in words if word not in message] == []


def test_an_alias_that_stands_for_nonsense_says_so() -> None:
    """The user sees both what was typed and what it stood for."""
    message = problem_of("student", {"student": "opnai:x"})

    assert "'student': stands for 'opnai:x': no provider is called 'opnai'" in message


def test_an_unknown_alias_is_told_the_known_ones() -> None:
    """A bare word is an alias."""
    message = problem_of("studnet", {"student": "openai:x", "teacher": "openai:y"})

    assert "Did you mean 'student'?" in message
    assert "student, teacher" in message


def test_an_alias_takes_no_parameters() -> None:
    """Two settings under one label could not be told apart."""
    assert "takes no parameters" in problem_of("student?seed=1", {"student": "openai:x"})


@pytest.mark.parametrize(
    "text",
    [
        "openai:m?api_key=sk-canary-1234",
        "openai:m?token=sk-canary-1234",
        "openai:m@http://user:sk-canary-1234@host/v1",
        "openai:m@http://sk-canary-1234@host:x/v1",
        "simulated:m?key=sk-canary-1234",
        "opnai:m?x-api-key=sk-canary-1234",
        "anthropic:m?x_api_key=sk-canary-1234",
        "gemini:m?key=sk-canary-1234",
    ],
)
def test_a_key_in_a_spec_is_refused_and_not_repeated(text: str) -> None:
    """Specs end in reports."""
    for message in (problem_of(text), problem_of("a", {"a": text})):
        assert "canary" not in message


def test_parameters_without_a_rule_go_through() -> None:
    """Vendors have parameters of their own, some of them much like OpenAI's."""
    spec = parse("openai:m?top_a=0.1&min_tokens=3&repetition_penalty=1.1&chat_id=007")

    assert spec.parameters == {
        "top_a": 0.1,
        "min_tokens": 3,
        "repetition_penalty": 1.1,
        "chat_id": "007",
    }


PIECES = st.sampled_from(
    [
        *("openai", "local", "simulated", ":", "@", "http://", "https://h", "?", "&", "="),
        *("leak", "temperature", "timeout", "1", "1e999", "-0", ".5", "true", "%ff"),
        *("/", "[", "]", "a", " ", "é"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
@example("\udcff:x")
@example("openai:m@http://[v1.x]/")
@example("openai:m?seed=" + "9" * 5000)
def test_any_text_is_a_spec_or_a_spec_error(text: str) -> None:
    """Nothing else ever comes out."""
    try:
        spec = parse(text, {"a": text})
    except SpecError:
        return
    assert spec.name
    assert spec.label
    assert parse(text, {"a": text}) == spec


@pytest.mark.parametrize(
    ("text", "name", "base_url"),
    [
        ("ollama:qwen2.5:7b", "qwen2.5:7b", "http://127.0.0.1:11434/v1"),
        ("vllm:Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct", "http://127.0.0.1:8000/v1"),
        ("ollama:m@https://llm.example.org/v1?temperature=0", "m", "https://llm.example.org/v1"),
        ("openai:gpt-4o-mini", "gpt-4o-mini", None),
    ],
)
def test_servers_of_ones_own_are_where_they_usually_are(
    text: str, name: str, base_url: str | None
) -> None:
    """And need no key."""
    spec = parse(text)

    assert (spec.name, spec.base_url) == (name, base_url)
    if base_url is not None:
        factory.check_credentials(spec)


@pytest.mark.parametrize(
    "server", ["localhost", "localhost:8000/v1", "127.0.0.1:8000/v1", "[::1]:8080", "LOCALHOST:1"]
)
def test_a_server_of_this_machine_needs_no_scheme(server: str) -> None:
    """It never is the vendor's public address."""
    spec = parse(f"openai:org/m@{server}?temperature=0")

    assert (spec.name, spec.base_url) == ("org/m", f"http://{server}")


@given(
    name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_./:@-]{0,20}", fullmatch=True).filter(
        lambda name: "://" not in name
    ),
    host=st.none() | st.from_regex(r"https?://[a-z0-9]{1,9}(:[1-9][0-9]{0,3})?/v1", fullmatch=True),
    values=st.dictionaries(
        st.from_regex(r"x_[0-9]{2}", fullmatch=True),
        st.integers(-(10**9), 10**9)
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.from_regex(r"[g-z]{1,8}", fullmatch=True),
        max_size=3,
    ),
)
def test_what_is_written_is_what_is_read(
    name: str, host: str | None, values: dict[str, Scalar]
) -> None:
    """Name, URL and typed values survive the way through the text."""
    # What follows an '@' may be a server without a scheme.
    assume(host is not None or "@" not in name)
    query = "&".join(f"{key}={_spelled(value)}" for key, value in values.items())
    text = f"openai:{name}" + (f"@{host}" if host else "") + (f"?{query}" if query else "")

    spec = parse(text)

    assert (spec.name, spec.base_url) == (name, host)
    assert spec.parameters == values
    assert all(type(spec.parameters[key]) is type(value) for key, value in values.items())


def _spelled(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # "%2B" for the sign of 1e+20: percent escapes are decoded.
    return repr(value).replace("+", "%2B") if isinstance(value, float) else str(value)


def test_a_number_too_large_for_a_float_stays_text() -> None:
    """Records hold no infinity."""
    value = parse("openai:m?x_y=1e999").parameters["x_y"]

    assert value == "1e999"
    assert math.isinf(float(value))
