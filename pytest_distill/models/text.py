"""Text from outside, made fit for records and for messages."""

# A server's own words help to mend a request; a whole HTML page of them does not.
MESSAGE_CHARACTERS = 300


def readable(text: str) -> str:
    """Return `text` without lone surrogates, which no file or record can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shortened(text: str, limit: int = MESSAGE_CHARACTERS) -> str:
    """Return `text` as one line of at most `limit` characters that a terminal can show."""
    line = " ".join(readable(text).split())
    safe = "".join(character if character.isprintable() else "?" for character in line)
    return safe if len(safe) <= limit else f"{safe[: limit - 1]}…"
