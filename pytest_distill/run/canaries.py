"""Plain gold cases that every judging model is given beside the run's own."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from pytest_distill.data import gold
from pytest_distill.engine.bridge import Bridge
from pytest_distill.records import Canaries, GoldCase
from pytest_distill.run.calibration import JudgeOf, is_right, judged
from pytest_distill.store.runlog import RunLog

if TYPE_CHECKING:
    from concurrent.futures import Future

# A leak and a clean answer of each of the two languages that every judge reads. All of them plain:
# one wrong verdict is a judge that cannot read, not one that errs now and then.
_DRAWN: Final = tuple((language, leak) for language in ("en", "zh") for leak in (True, False))


class CanaryCheck:
    """Asks the canaries once a run, while the run's own cases are asked."""

    def __init__(self, bridge: Bridge, judges: Mapping[str, JudgeOf], *, seed: int) -> None:
        """Ask nobody yet.

        Args:
            bridge: where they are asked.
            judges: models that judge, by the name that reports call them.
            seed: of the draw.
        """
        self._bridge = bridge
        self._judges = judges
        self._seed = seed
        self._has_begun = False
        self._pending: Future[Canaries] | None = None
        self._found: Canaries | None = None

    def begin(self) -> None:
        """Begin to ask; the second call does nothing, nor does one without a judging model."""
        if self._has_begun or not self._judges:
            return
        self._has_begun = True
        asked: Coroutine[object, object, Canaries] = ask_canaries(
            gold.load_shipped(), self._judges, seed=self._seed
        )
        self._pending = self._bridge.submit(asked)

    def result(self, log: RunLog | None) -> Canaries | None:
        """Wait for what came of them; None where no model judges, or nobody was asked.

        Args:
            log: keeps it, with what earlier sessions of the run found.
        """
        pending, self._pending = self._pending, None
        if pending is not None:
            found = pending.result()
            self._found = found if log is None else log.note(found)
        return self._found

    def give_up(self) -> None:
        """Wait for nothing any more: the run was interrupted."""
        if self._pending is not None and not self._pending.done():
            self._pending = None


async def ask_canaries(
    cases: Iterable[GoldCase], judges: Mapping[str, JudgeOf], *, seed: int
) -> Canaries:
    """Give each judge plain cases, and return which it is wrong on.

    Args:
        cases: to draw from.
        judges: by the name that reports call them.
        seed: of the draw.
    """
    drawn = _draw([case for case in cases if case.trap == "plain" and case.template is None], seed)
    asked = [(name, case) for name in judges for case in drawn]
    verdicts = await asyncio.gather(
        *(judged(case, judges[name](case.facts)) for name, case in asked)
    )
    results = list(zip(asked, verdicts, strict=True))
    return Canaries(
        asked=len(asked),
        missing=sum(verdict.loose is None for _, verdict in results),
        failed=tuple(
            f"{name} is wrong on {case.id}: {verdict.reason}"
            for (name, case), verdict in results
            if verdict.loose is not None and not is_right(case, verdict)
        ),
    )


def _draw(plain: Sequence[GoldCase], seed: int) -> list[GoldCase]:
    rng = Random(seed)  # noqa: S311 - a draw, not a secret
    return [
        rng.choice([c for c in plain if c.language == language and c.loose is leak])
        for language, leak in _DRAWN
    ]
