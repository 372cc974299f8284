"""Records of a report that do more than hold values."""

from pytest_distill.records import UNDEFINED, Canaries, IceSummary, IdentityVerdict
from pytest_distill.stats import summarise


def test_a_canary_that_broke_stays_broken() -> None:
    """In the order in which they broke, each once; how many were asked is the later run's."""
    earlier = Canaries(asked=4, missing=0, failed=("j on a", "j on b"))
    later = Canaries(asked=8, missing=1, failed=("j on b", "j on c"))

    assert later.after(earlier).failed == ("j on a", "j on b", "j on c")
    assert (later.after(earlier).asked, later.after(earlier).missing) == (8, 1)
    assert later.after(None) == later


def test_what_an_earlier_version_did_not_measure_is_undefined() -> None:
    """Reports and verdicts without personas and thinking are read as before."""
    report = summarise([]).model_dump(mode="json", exclude={"persona", "reasoning"})
    verdict = IdentityVerdict.model_validate({"loose": False, "strict": False, "hard": False})

    summary = IceSummary.model_validate(report)

    assert (summary.persona, summary.reasoning) == (UNDEFINED, UNDEFINED)
    assert (verdict.persona, verdict.reasoning, verdict.rule) == (None, None, "")
