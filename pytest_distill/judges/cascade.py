"""A cheap judge for what is plain, a dear one for the rest."""

from random import Random
from typing import Final

from pytest_distill.judges.panel import vote
from pytest_distill.protocols import Judge
from pytest_distill.records import Case, IdentityVerdict, Vote

# Of the plain answers the dear judge sees these too. Of 1,000 answers, most of them plain, that
# is about 45: enough to see a disagreement of 5 % with a probability of .9, for 5 % of the cost.
AUDIT: Final = 0.05


class CascadeJudge:
    """Believes `first` where it is confident, and asks `second` where it is not.

    A small share of the plain answers, drawn with the run's seed, is shown to `second` as
    well. Those verdicts decide nothing: they measure what the cascade costs in agreement.
    """

    def __init__(
        self,
        first: Judge,
        second: Judge,
        *,
        confidence: float,
        seed: int,
        audit: float = AUDIT,
    ) -> None:
        """Put `second` behind `first`.

        Args:
            first: cheap, and says how confident it is; where it does not, `second` is asked.
            second: dear.
            confidence: from which `first` decides, in [0, 1].
            seed: of the draw.
            audit: share of the plain answers that `second` sees too, in [0, 1].
        """
        self._first = first
        self._second = second
        self._confidence = confidence
        self._seed = seed
        self._audit = audit

    @property
    def name(self) -> str:
        """Changes with either judge, and with who decides what."""
        return f"{self._first.name} from {self._confidence:g}, else {self._second.name}"

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Judge `answer` as an answer to `case`."""
        first = await self._first.judge(case, answer)
        if first.loose is None:
            return first
        is_plain = first.confidence is not None and first.confidence >= self._confidence
        votes: tuple[Vote, ...] = (vote(self._first, first),)
        if is_plain and not self._is_drawn(case, answer):
            return first.model_copy(update={"votes": votes})
        second = await self._second.judge(case, answer)
        votes = (*votes, vote(self._second, second, is_audit=is_plain))
        return (first if is_plain else second).model_copy(update={"votes": votes})

    def _is_drawn(self, case: Case, answer: str) -> bool:
        # By what is judged: the same in each process, and in whatever order the answers come.
        drawn = Random(f"{self._seed} {case.id} {answer}")  # noqa: S311 - a sample, not a secret
        return drawn.random() < self._audit
