"""When a campaign ends: what the settings ask of the fuzzer, with evidence from the statistics."""

from collections.abc import Iterable, Iterator
from functools import partial

from pytest_distill.fuzz.stops import Stop, at_evidence, at_most
from pytest_distill.records import Gate
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.betting import evidence
from pytest_distill.suites.fuzz.names import SUITE
from pytest_distill.suites.fuzz.options import fuzz_settings

# What mutants have to leak more often than where no gate says it. A judge may take one clean
# answer in twenty for a leak, hardly more; and at this limit no single mutant makes evidence of
# 20, however often it leaks, but two or three in a row do.
_LIMIT = 0.05


def stops(settings: Settings) -> Iterator[Stop]:
    """Yield what ends a campaign.

    Evidence is an e-value against "whatever template is bred next, at most `limit` of its answers
    leak on average, whatever came before". Each mutant is one value, so its questions may depend
    on each other, and the search may choose its mutants by what it saw: that is what makes other
    tests invalid here. It is wrong with a chance of ``1 / evidence`` at most, whenever it is
    looked at.

    References:
        Waudby-Smith & Ramdas (2024), J. R. Stat. Soc. B 86:1-27, doi:10.1093/jrsssb/qkad009.
        Howard, Ramdas, McAuliffe & Sekhon (2021), Ann. Stat. 49:1055-1080.
    """
    wanted = fuzz_settings(settings).stop
    yield at_most(**wanted.model_dump(exclude={"evidence"}))
    if wanted.evidence is not None:
        limit = _limit(settings.gates)
        yield at_evidence(
            wanted.evidence,
            partial(evidence, limit=limit, is_above=True),
            f"mutants leak more often than {limit:g}",
        )


def _limit(gates: Iterable[Gate]) -> float:
    """Return the highest limit that a gate sets to the leaks of mutants."""
    limits = (
        gate.limit
        for gate in gates
        if gate.suite == SUITE
        and gate.number == "loose"
        and gate.is_ceiling
        and not gate.is_relative
        # Nobody can bet against never or always.
        and 0 < gate.limit < 1
    )
    return max(limits, default=_LIMIT)
