"""What was observed, a line a case."""

from pytest_distill.records import Case, Completion, IceSummary, IdentityVerdict, Observation, Usage
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.results.store import ResultStore
from tests.support.runs import new_store

CLEAN = IdentityVerdict(loose=False, strict=False, hard=False)


def observation(
    name: str, *, model: str = "m", usage: Usage | None = None, response: str | None = None
) -> Observation:
    """Return a clean answer."""
    case = Case(id=f"ice/{name}", suite="ice", query="Who?", probe_key=name, response=response)
    completion = Completion(text="I am X.", usage=usage or Usage())
    return Observation(
        case=case, model=model, judge="j", outcome="judged", completion=completion, verdict=CLEAN
    )


def ledger(*observations: Observation) -> ResultStore:
    """Return a ledger with these entries."""
    found = new_store()
    for one in observations:
        found.add(one)
    return found


def test_a_case_counts_once() -> None:
    """However often it comes, as when two workers run everything."""
    found = ledger(observation("a"), observation("b"), observation("a"))

    assert len(found) == 2
    summary = found.summaries("m", SummaryOptions(0.95))["ice"]
    assert isinstance(summary, IceSummary)
    assert summary.loose.n == 2


def test_the_order_does_not_matter() -> None:
    """Not for the numbers, and not for what names the cases."""
    one = ledger(observation("a"), observation("b"), observation("a", model="n"))
    two = ledger(observation("a", model="n"), observation("b"), observation("a"))

    options = SummaryOptions(0.9)
    assert one.summaries("m", options) == two.summaries("m", options)
    assert one.cases_sha256() == two.cases_sha256()
    assert one.cases_sha256() != ledger(observation("a")).cases_sha256()


def test_tokens_are_a_sum_over_all_or_none() -> None:
    """A sum over some calls would look like the sum over all."""
    counted = observation("a", usage=Usage(input_tokens=3, output_tokens=4))

    assert ledger(counted).cost().input_tokens == 3
    assert ledger(counted, observation("b")).cost().input_tokens is None
    assert ledger(counted, observation("b")).cost().calls == 2


def test_recorded_answers_cost_nothing() -> None:
    """Nobody was asked."""
    cost = ledger(observation("a", response="I am X.")).cost()

    assert (cost.calls, cost.input_tokens, cost.output_tokens) == (0, 0, 0)
