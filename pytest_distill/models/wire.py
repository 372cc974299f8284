"""The wire format of a model behind HTTP: request bodies and responses."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import SecretStr

from pytest_distill.records import Completion, Request


class Wire(Protocol):
    """Builds the requests of one API and reads its responses; sends nothing."""

    @property
    def base_url(self) -> str:
        """Prefix of `path`."""
        ...

    @property
    def path(self) -> str:
        """Path that requests are posted to."""
        ...

    def headers(self, key: SecretStr | None) -> Mapping[str, SecretStr]:
        """Return the headers of every request; `key` is None if there is no API key."""
        ...

    def body(self, request: Request) -> Mapping[str, object]:
        """Return the JSON object to post."""
        ...

    def completion(self, payload: Mapping[str, object], latency_s: float) -> Completion:
        """Read the JSON object of a response.

        Raises:
            TransientModelError: it is not an answer.
            ModelError: it has no answer, and says why.
        """
        ...
