"""Condense observations to numbers with honest intervals; pure, no I/O, nothing random."""

from pytest_distill.stats.clustered import clustered_rate
from pytest_distill.stats.identity import summarise
from pytest_distill.stats.proportions import Interval, clopper_pearson, wilson

__all__ = ["Interval", "clopper_pearson", "clustered_rate", "summarise", "wilson"]
