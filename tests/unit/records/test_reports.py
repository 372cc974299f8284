"""Records of a report that do more than hold values."""

from pytest_distill.records import Canaries


def test_a_canary_that_broke_stays_broken() -> None:
    """In the order in which they broke, each once; how many were asked is the later run's."""
    earlier = Canaries(asked=4, missing=0, failed=("j on a", "j on b"))
    later = Canaries(asked=8, missing=1, failed=("j on b", "j on c"))

    assert later.after(earlier).failed == ("j on a", "j on b", "j on c")
    assert (later.after(earlier).asked, later.after(earlier).missing) == (8, 1)
    assert later.after(None) == later
