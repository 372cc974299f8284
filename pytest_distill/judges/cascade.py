"""A cheap judge for clear answers, an expensive one for the rest."""

from random import Random
from typing import Final

from pytest_distill.judges.panel import vote, with_apart
from pytest_distill.judges.verdicts import NOTHING_TO_JUDGE
from pytest_distill.protocols import Judge
from pytest_distill.records import Case, IdentityVerdict, Vote

# Share of the clear answers that the expensive judge sees too. Of 1,000 answers, most of them
# clear, that is about 45: enough to see a disagreement of 5 % with a probability of .9, for 5 % of
# the cost.
AUDIT: Final = 0.05


class CascadeJudge:
    """Takes the verdict of `first` where it is confident, and else asks `second`.

    Also where `first` has none, as of a language that it cannot read.

    A small share of the answers on which `first` is confident, drawn with the run's seed, is
    shown to `second` as well. Those verdicts do not count: they measure how often the two differ.
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
        """Make a cascade.

        Args:
            first: cheap; where it gives no confidence, `second` is asked.
            second: expensive.
            confidence: at which the verdict of `first` stands, or above; in [0, 1].
            seed: of the draw.
            audit: share of the confident verdicts that `second` checks, in [0, 1].
        """
        self._first = first
        self._second = second
        self._confidence = confidence
        self._seed = seed
        self._audit = audit

    @property
    def name(self) -> str:
        """Changes with either judge and with the confidence that decides between them."""
        return f"{self._first.name} from {self._confidence:g}, else {self._second.name}"

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Judge `answer` as an answer to `case`."""
        first = await self._first.judge(case, answer)
        if first.loose is None and first.reason == NOTHING_TO_JUDGE:
            return first
        is_plain = first.confidence is not None and first.confidence >= self._confidence
        votes: tuple[Vote, ...] = (vote(self._first, first),)
        if is_plain and not self._is_drawn(case, answer):
            return first.model_copy(update={"votes": votes})
        second = await self._second.judge(case, answer)
        votes = (*votes, vote(self._second, second, is_audit=is_plain))
        chosen = first if is_plain else second
        if not is_plain and second.loose is not None:
            # A model does not tell of personas and thinking: there the rules' finding stays.
            chosen = with_apart(second, (second, first))
        return chosen.model_copy(update={"votes": votes})

    def _is_drawn(self, case: Case, answer: str) -> bool:
        # Drawn by case and answer: the same in every process, and for every order of the answers.
        drawn = Random(f"{self._seed} {case.id} {answer}")  # noqa: S311 - a sample, not a secret
        return drawn.random() < self._audit
