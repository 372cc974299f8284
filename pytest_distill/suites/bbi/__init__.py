"""Bounded behavioural indistinguishability: can anyone tell student and teacher apart?"""

from pytest_distill.suites.bbi.suite import BBI

__all__ = ["BBI"]
