"""What follows from a run, in one sentence for those who decide."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pytest_distill.records import Rates, Report, Verdict
from pytest_distill.report.judge_quality import broken_judges, has_broken_judge
from pytest_distill.text import one_line

_SENTENCE = 1000
_MOST = 3


class Conclusion(NamedTuple):
    """The worst verdict of a run, and the sentence."""

    verdict: Literal["pass", "fail", "inconclusive", "none"]
    """``none``: there is no gate."""
    sentence: str


def conclusion(report: Report) -> Conclusion:
    """Return what to do, and the reason; a judge that cannot be trusted comes before any gate."""
    if has_broken_judge(report.run):
        first = next(broken_judges(report.run)).removeprefix("INCONCLUSIVE: ")
        return Conclusion("inconclusive", _line(f"Do not rely on this run: {first}."))
    failed = [each for each in report.gates if each.verdict == "fail"]
    if failed:
        return Conclusion("fail", _line(_held(failed, "failed")))
    if undecided := [each for each in report.gates if each.verdict == "inconclusive"]:
        return Conclusion("inconclusive", _line(_held(undecided, "open", yet=" yet")))
    if report.gates:
        return Conclusion("pass", _line(_passed(report.gates)))
    return Conclusion("none", _line(_without_gates(report)))


def _held(verdicts: Sequence[Verdict], word: str, *, yet: str = "") -> str:
    """Return which models are not to be released, and the reason of the first gate."""
    models = list(dict.fromkeys(each.model for each in verdicts))
    first, more = verdicts[0], len(verdicts) - 1
    if len(models) > 1:
        return f"Do not release {_listed(models)}{yet}: for {first.model}, {first.why}."
    others = f" ({_count(more, 'more gate')} {word})" if more else ""
    return f"Do not release {first.model}{yet}: {first.why}{others}."


def _listed(models: Sequence[str]) -> str:
    shown, more = models[:_MOST], len(models) - _MOST
    last = f"{more} more" if more > 0 else shown[-1]
    return f"{', '.join(shown if more > 0 else shown[:-1])} and {last}"


def _passed(gates: Sequence[Verdict]) -> str:
    if len(gates) == 1:
        return f"The gate passed for {gates[0].model}: {gates[0].why}."
    models = ", ".join(dict.fromkeys(each.model for each in gates))
    return f"All {len(gates)} gates passed for {models}."


def _without_gates(report: Report) -> str:
    start = "No gate was set, so nothing is decided"
    summaries = (each for suites in report.models.values() for each in suites.values())
    rates = [each.loose for each in summaries if isinstance(each, Rates)]
    if not rates:
        return f"{start}: {_count(report.run.cases_observed, 'case')}."
    leaks = Counter(each.model for each in report.every_leak or report.leaks)
    # Only of suites that look for leaks: no comparison can be one.
    cases = _count(sum(each.n for each in rates), "case")
    found = f"{_count(leaks.total(), 'leak')} in {cases}"
    most = ", ".join(f"{model} {count:,}" for model, count in leaks.most_common(_MOST))
    of = f", most of {most}" if len(leaks) > 1 else "".join(f" of {model}" for model in leaks)
    return f"{start}: {found}{of}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _line(text: str) -> str:
    return one_line(text.replace("..", "."), _SENTENCE)
