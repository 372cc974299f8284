"""``ollama:`` and ``vllm:``, OpenAI-compatible servers of one's own at their usual addresses."""

from dataclasses import replace

from pytest_distill.models import openai
from pytest_distill.models.provider import Provider


def _at(name: str, address: str, example: str) -> Provider:
    """Return a provider of an OpenAI-compatible server that needs no key and bills nothing."""
    return replace(
        openai.PROVIDER,
        name=name,
        example=f"{name}:{example}",
        usual_base_url=address,
        key_variables=(f"{name.upper()}_API_KEY",),
        own_server=f"{name}:NAME@http://HOST:PORT/v1",
        is_billed=False,
    )


# The addresses that both servers listen on when nothing else is said.
OLLAMA = _at("ollama", "http://127.0.0.1:11434/v1", "qwen2.5:7b")
VLLM = _at("vllm", "http://127.0.0.1:8000/v1", "Qwen/Qwen2.5-7B-Instruct")
