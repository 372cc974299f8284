"""The sentence on answers that were given before the run."""

from pytest_distill.records import Reuse
from pytest_distill.report.reuse import lines


def test_it_says_how_many_from_where_and_how_old() -> None:
    """A name may hold anything."""
    both = Reuse(answers=9, cached=3, logged=2, undated=1, oldest_s=7300, releases=("",))
    log = Reuse(answers=9, cached=0, logged=9, undated=9, oldest_s=None, releases=("",))

    one, two = lines({"m\x1b": both, "n": log})

    assert one == (
        "5 of 9 answers of m\\x1b were given before (3 from the cache, 2 from the run log),"
        " the oldest 2 h old, 1 of unknown age"
    )
    assert two == "9 of 9 answers of n came from the run log, 9 of unknown age"
