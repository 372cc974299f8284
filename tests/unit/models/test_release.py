"""Which release an endpoint reports, and what says nothing of it."""

import pytest

from pytest_distill.models.release import is_fingerprint, reported


@pytest.mark.parametrize(
    ("asked", "returned", "fingerprint", "release"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06", "fp_44709d6fcb", "gpt-4o-2024-08-06"),
        ("gpt-4", "gpt-4-0613", None, "gpt-4-0613"),
        (
            "claude-3-5-sonnet-latest",
            "claude-3-5-sonnet-20241022",
            None,
            "claude-3-5-sonnet-20241022",
        ),
        ("gemini-1.5-flash", "gemini-1.5-flash-002", None, "gemini-1.5-flash-002"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06", "fp_44709d6fcb", "fp_44709d6fcb"),
        ("deepseek-chat", "deepseek-chat", "fp_3a5770e1b4_prod0225", "fp_3a5770e1b4_prod0225"),
        # Servers of one's own: the name or path that they were given, and their own version.
        ("m", "m", None, None),
        ("m", "/models/release.gguf", "b4567-1a2b3c4d", None),
        ("m", "m", "fp_ollama", None),
        ("m", "m", "3.0.0-native", None),
        ("qwen2.5", "qwen2.5-7b-instruct", "qwen2.5-7b-instruct", None),
        ("m", 3, ["fp_44709d6fcb"], None),
    ],
)
def test_only_a_snapshot_or_a_hash_is_a_release(
    asked: str, returned: object, fingerprint: object, release: str | None
) -> None:
    """All else may stay the same when the model does not."""
    assert reported(asked, returned, fingerprint) == release


def test_a_fingerprint_is_told_from_a_snapshot() -> None:
    """One release may have several."""
    assert is_fingerprint("fp_44709d6fcb")
    assert not is_fingerprint("gpt-4o-2024-08-06")
