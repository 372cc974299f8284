"""Canaries: plain gold cases that each judging model has to judge in every run."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from pytest_distill.data import gold
from pytest_distill.engine.bridge import Bridge
from pytest_distill.errors import failure
from pytest_distill.judges.verdicts import missing
from pytest_distill.records import Canaries, GoldCase, IdentityVerdict
from pytest_distill.redaction import Secrets
from pytest_distill.run.calibration import JudgeOf, is_right, judged
from pytest_distill.run.journal import RunJournal
from pytest_distill.text import one_line

if TYPE_CHECKING:
    from concurrent.futures import Future

# A leak and a clean answer in each of the two languages that every judge reads. All are plain, so
# a wrong verdict means that the judge does not work, not that it errs now and then.
_DRAWN: Final = tuple((language, leak) for language in ("en", "zh") for leak in (True, False))


class CanaryCheck:
    """Has the canaries judged once per run, concurrently with the run's cases."""

    def __init__(
        self,
        bridge: Bridge,
        judges: Mapping[str, JudgeOf],
        *,
        seed: int,
        secrets: Secrets,
        must_speak: bool = True,
    ) -> None:
        """Prepare the check; no request is sent.

        Args:
            bridge: to the event loop that sends the requests.
            judges: judging models, by their name in reports.
            seed: of the draw.
            secrets: left out of what failing judges say.
            must_speak: a judge without a verdict makes the run invalid; not where no suite has
                identity judged.
        """
        self._must_speak = must_speak
        self._bridge = bridge
        self._judges = judges
        self._seed = seed
        self._secrets = secrets
        self._has_begun = False
        self._pending: Future[Canaries] | None = None
        self._found: Canaries | None = None

    def begin(self) -> None:
        """Start the check; a second call does nothing, nor does one without a judging model."""
        if self._has_begun or not self._judges:
            return
        self._has_begun = True
        asked: Coroutine[object, object, Canaries] = ask_canaries(
            gold.load_shipped(), self._judges, seed=self._seed
        )
        self._pending = self._bridge.submit(asked)

    def result(self, log: RunJournal | None) -> Canaries | None:
        """Wait for the results; None if no model judges, or the check was not started.

        Args:
            log: stores them, joined with those of earlier sessions of the run.
        """
        pending, self._pending = self._pending, None
        if pending is not None:
            found = self._secrets.blotted(pending.result())
            if not self._must_speak:
                found = found.model_copy(update={"silent": {}})
            self._found = found if log is None else log.note(found)
        return self._found

    def give_up(self) -> None:
        """Do not wait for pending results: the run was interrupted."""
        if self._pending is not None and not self._pending.done():
            self._pending = None


async def ask_canaries(
    cases: Iterable[GoldCase], judges: Mapping[str, JudgeOf], *, seed: int
) -> Canaries:
    """Have each judge decide plain cases, and return those it gets wrong.

    Args:
        cases: to draw from.
        judges: by their name in reports.
        seed: of the draw.
    """
    drawn = _draw([case for case in cases if case.trap == "plain" and case.template is None], seed)
    asked = [(name, case) for name in judges for case in drawn]
    verdicts = await asyncio.gather(*(_judged(case, judges[name]) for name, case in asked))
    results = list(zip(asked, verdicts, strict=True))
    return Canaries(
        asked=len(asked),
        missing=sum(verdict.loose is None for _, verdict in results),
        failed=tuple(
            f"{name} is wrong on {case.id}: {verdict.reason}"
            for (name, case), verdict in results
            if verdict.loose is not None and not is_right(case, verdict)
        ),
        silent={
            name: why
            for name in judges
            if (why := _silence([(c, v) for (judge, c), v in results if judge == name])) is not None
        },
    )


async def _judged(case: GoldCase, judge_of: JudgeOf) -> IdentityVerdict:
    """Return a verdict; a judge of a plugin that fails has none, and says why."""
    try:
        return await judged(case, judge_of(case.facts))
    except Exception as error:  # noqa: BLE001 - a plugin's: the run is invalid, not broken
        return missing(f"the judge failed: {one_line(failure(error))}")


def _silence(results: Sequence[tuple[GoldCase, IdentityVerdict]]) -> str | None:
    """Return why a judge gave no verdict on a kind of canaries; None if it judged both kinds."""
    silent = {case.loose for case, _ in results}
    silent -= {case.loose for case, verdict in results if verdict.loose is not None}
    return next((verdict.reason for case, verdict in results if case.loose in silent), None)


def _draw(plain: Sequence[GoldCase], seed: int) -> list[GoldCase]:
    rng = Random(seed)  # noqa: S311 - a draw, not a secret
    return [
        rng.choice([c for c in plain if c.language == language and c.loose is leak])
        for language, leak in _DRAWN
    ]
