"""What llama.cpp makes of a conversation: its chat template and its tokens."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_distill.models import local
from tests.benchmarks.distil.rows import Conversation

_CONTEXT = 2048


class Chat:
    """One GGUF file in llama.cpp, asked over its loopback address."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - xllamacpp has no types
        """Keep the server alive."""
        self._server = server

    def conversation(self, question: str, answer: str, *, most: int) -> Conversation:
        """Return the tokens of a question and its answer.

        Args:
            question: the user's message.
            answer: the model's.
            most: tokens of the answer. A longer one is cut, and then its end is not learnt.
        """
        asked = self.tokens(self.prompt(question))
        # Together the two might be other tokens, but a model never writes across that border.
        said = self.tokens(answer)
        ended = [*said, *self.tokens(END)] if len(said) <= most else said[:most]
        return Conversation((*asked, *ended), len(asked))

    def prompt(self, question: str) -> str:
        """Return what the model reads before it answers."""
        turns = [{"role": "user", "content": question}]
        return str(self._post("/apply-template", {"messages": turns})["prompt"])

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of a text; marks such as that of the end are one token."""
        return list(self._post("/tokenize", {"content": text, "parse_special": True})["tokens"])

    def likeliest(self, tokens: list[int], count: int) -> dict[int, float]:
        """Return the tokens that may come next, with the logarithms of their probabilities."""
        body = {"prompt": tokens, "n_predict": 1, "temperature": 0, "n_probs": count}
        found = self._post("/completion", {**body, "cache_prompt": False})
        if "completion_probabilities" not in found:
            message = "the likeliest token is a piece of a letter, of which llama.cpp tells nothing"
            raise ValueError(message)
        (said,) = found["completion_probabilities"]
        return {each["id"]: each["logprob"] for each in said["top_logprobs"]}

    def _post(self, path: str, body: dict[str, object]) -> Any:  # noqa: ANN401 - JSON
        request = urllib.request.Request(  # noqa: S310 - a loopback address
            self._server.listening_address + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as reply:  # noqa: S310 - likewise
            return json.load(reply)


END = "<|im_end|>"
"""Ends an answer, in the chat format of the models that are trained here."""


@contextmanager
def chat(path: Path) -> Iterator[Chat]:
    """Load a GGUF file for the time of the body."""
    runtime = local.runtime()
    parameters = runtime.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = _CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = local.threads()
    parameters.warmup = False
    parameters.verbosity = -1
    yield Chat(runtime.Server(parameters))
