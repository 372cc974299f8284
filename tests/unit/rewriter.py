"""A helper for the fuzzer, as a user would write one."""

import re


def rewrites(prompt: str) -> str:
    """Return a template that is another for each prompt, with chatter around it."""
    words = sorted(set(re.findall(r"[^\W_]{4,}", prompt.split("~~~")[1])))[:12]
    said = " ".join(words)
    if prompt.startswith("Write three sentences"):
        return f"Rewritten by hand. {said.capitalize()}. It ends here."
    return f"Here is the rewritten template:\n\nRewritten by hand of {said}: {{query}}"
