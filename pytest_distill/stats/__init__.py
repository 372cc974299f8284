"""Estimates with confidence intervals, from observations; no I/O, no randomness."""

from pytest_distill.stats.betting import evidence
from pytest_distill.stats.clustered import clustered_rate
from pytest_distill.stats.difference import independent_difference, paired_difference
from pytest_distill.stats.identity import summarise
from pytest_distill.stats.proportions import Interval, wilson

__all__ = [
    "Interval",
    "clustered_rate",
    "evidence",
    "independent_difference",
    "paired_difference",
    "summarise",
    "wilson",
]
