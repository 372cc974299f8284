"""Every seam between the rooms on one page."""

from typing import Protocol

from pytest_distill.records import Case, Completion, IdentityVerdict, Request


class Model(Protocol):
    """Answers questions: a server, a file, a process or a function."""

    async def complete(self, request: Request) -> Completion:
        """Answer `request`.

        Called from one event loop, many times at once.

        Raises:
            TransientModelError: worth another try.
            ModelError: no usable answer, and none to be expected.
        """
        ...

    async def aclose(self) -> None:
        """Give back what was opened; called once, also after errors."""
        ...


class Judge(Protocol):
    """Reads one answer to an identity probe against the facts that it was made with."""

    @property
    def name(self) -> str:
        """What reports call it; changes whenever its verdicts may."""
        ...

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Say whether `answer` leaks; ``loose=None`` where there is nothing to judge."""
        ...
