"""Answers that were given before the run: how many, where they came from, how old they are."""

from collections.abc import Mapping, Sequence

from pytest_distill.records import Reuse
from pytest_distill.text import age, one_line


def lines(reused: Mapping[str, Reuse]) -> Sequence[str]:
    """Return a sentence for each model with such answers."""
    return [sentence(label, reuse) for label, reuse in reused.items()]


def sentence(label: str, reuse: Reuse) -> str:
    """Return the sentence about one model, without a full stop."""
    sources = ((reuse.cached, "the cache"), (reuse.logged, "the run log"))
    counts = [f"{count} from {source}" for count, source in sources if count]
    ages = []
    if reuse.oldest_s is not None:
        ages.append(f"the oldest {age(reuse.oldest_s)} old")
    if reuse.undated:
        ages.append(f"{reuse.undated} of unknown age")
    of = f"of {reuse.answers} answers of {one_line(label)}"
    if len(counts) == 1:
        count, _, source = counts[0].partition(" ")
        return f"{count} {of} came {source}, {', '.join(ages)}"
    return f"{reuse.reused} {of} were given before ({', '.join(counts)}), {', '.join(ages)}"
