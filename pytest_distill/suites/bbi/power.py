"""What a run of the suite is likely to show, before it is paid for."""

from collections.abc import Iterator, Sequence

from pytest_distill.records import Case, Gate
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.advantage import chance_to_show, prompts_for
from pytest_distill.stats.two_sample import power as two_sample_power
from pytest_distill.suites.bbi.names import SUITE
from pytest_distill.suites.bbi.options import bbi_settings

# Shares of another model's answers that a host may give.
_SHARES = (1.0, 0.25, 0.1)


def power(cases: Sequence[Case], settings: Settings) -> Sequence[str]:
    """Return the power of a run, a sentence each.

    Args:
        cases: of one model, without references.
        settings: of the run.
    """
    prompts = len({case.probe_key for case in cases})
    gates = [gate for gate in settings.gates if gate.suite == SUITE]
    return (*_advantage(prompts, gates, settings), *_two_sample(prompts, settings))


def _advantage(prompts: int, gates: Sequence[Gate], settings: Settings) -> Iterator[str]:
    epsilon, level = bbi_settings(settings).epsilon, settings.confidence
    yield f"advantage, {prompts} prompts (two-sided {100 * level:g} %, guesses that never flip):"
    wanted = [gate.limit for gate in gates if gate.number.startswith("advantage")]
    for limit in dict.fromkeys([*wanted, epsilon]):
        room = abs(limit)
        if not room:
            continue
        chance = chance_to_show(room, prompts, level=level)
        needed = prompts_for(room, level=level)
        yield (
            f"  a student that nobody can tell apart is shown to be within {room:g} with a chance"
            f" of {chance:.0%}, and one of {2 * room:g} to be beyond it; {needed} prompts: 80%"
        )


def _two_sample(prompts: int, settings: Settings) -> Iterator[str]:
    samples, alpha = settings.samples, 1 - settings.confidence
    size = f"{prompts} prompts x {samples} answers of each side"
    yield f"two-sample test, {size} (level {alpha:.2g}):"
    if samples == 1:
        yield "  undefined: it needs two answers to a prompt (--samples 2 or more)"
        return
    for share in _SHARES:
        chance = two_sample_power(prompts, samples, share=share, alpha=alpha)
        who = "another vendor's model" if share == 1 else f"one that answers {share:.0%} of prompts"
        yield f"  {who} is found with a chance of {chance:.0%}"
    yield (
        "  assumes likenesses as of recorded models of different vendors; published for changes of"
        " one model, such as quantisation: 77% at 10 answers to a prompt (arXiv 2410.20247)"
    )
