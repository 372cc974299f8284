"""The wire format of a model behind HTTP: what is sent, and how replies are read."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import SecretStr

from pytest_distill.records import Completion, Request


class Wire(Protocol):
    """What one interface is sent for a model, and how its replies are read; sends nothing."""

    @property
    def base_url(self) -> str:
        """What `path` is appended to."""
        ...

    @property
    def path(self) -> str:
        """Where a question is posted to."""
        ...

    def headers(self, key: SecretStr | None) -> Mapping[str, SecretStr]:
        """Return the headers of every question; `key` is None where there is no API key."""
        ...

    def body(self, request: Request) -> Mapping[str, object]:
        """Return the JSON object that is posted."""
        ...

    def completion(self, payload: Mapping[str, object], latency_s: float) -> Completion:
        """Read the JSON object that came back.

        Raises:
            TransientModelError: it is not an answer.
        """
        ...
