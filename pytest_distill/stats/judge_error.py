"""Rates corrected for the errors of the judge.

Simulated (``tests.benchmarks.judge_error_coverage``: 130 to 3,000 cases, clustered or not, judges
of sensitivity .95 and .8 and specificity .98 and .9, true rates 0 to .5), 95 % intervals cover the
truth in 94-99 % of the runs after Rogan and Gladen, in 93-100 % after prediction-powered
inference with a tenth labelled, and in 0-97 % uncorrected.
"""

import math
from collections.abc import Iterator, Sequence

from pytest_distill.records import Accuracy, Estimate
from pytest_distill.stats.clustered import Labels, clustered_rate, crossed_spread
from pytest_distill.stats.distributions import normal_quantile, t_quantile
from pytest_distill.stats.proportions import wilson

Pairs = Sequence[tuple[float, float]]
"""Prediction and label of each case with both."""

# Agresti and Coull's "add two successes and two failures": without it, a sample in which the
# judges never differ would have no variance.
_ADDED = 2

TRANSPORT = 0.7
"""How much a judge's error rates differ from source to source: a standard deviation on the logit.

Of the offline judge over seven recorded models, 1,000 answers each: .61 for the sensitivity to
loose leaks, .61 and .74 for the specificity, loose and strict (DerSimonian & Laird's estimate)."""


def accuracy_rate(right: int, known: int, *, missing: int = 0, level: float = 0.95) -> Estimate:
    """Return the share of `known` answers that a judge got right.

    Assumes independent answers, which gold cases written one by one nearly are.

    Args:
        right: answers judged as they should be, ``0 <= right <= known``.
        known: answers with a verdict of the judge.
        missing: answers without one.
        level: two-sided confidence, in (0, 1).

    Returns:
        With Wilson's interval; all None without a known answer.

    Raises:
        ValueError: an argument out of range.
    """
    value, low, high = None, None, None
    if known:
        value = right / known
        low, high = wilson(right, known, level=level)
    effect = 1.0 if known else None
    return Estimate(
        value=value,
        low=low,
        high=high,
        n=known,
        clusters=known,
        design_effect=effect,
        missing=missing,
    )


def rogan_gladen(
    raw: Estimate, accuracy: Accuracy, *, level: float = 0.95, transport: float = 0.0
) -> Estimate:
    """Return a leak rate corrected for the error rates of the judge.

    The estimate is (rate + specificity - 1) / (sensitivity + specificity - 1), cut to [0, 1].
    Its interval is Lang & Reiczigel's: the delta method with the uncertainty of all three
    numbers, each smoothed as by Agresti and Coull, and shifted to compensate for the smoothing.
    The sample size of the rate is the number of independent cases that would give its interval,
    so clusters and Student's t are accounted for.

    Assumes that the judge errs on these answers as often as on those that it was calibrated on, but
    for `transport`, and that both were judged independently. A rate below the false-alarm rate on
    gold cases becomes 0; if it is so far below that no rate fits, there is no estimate.

    Where the gold cases were easier or harder (sensitivity and specificity each differ by a normal
    number of deviation `TRANSPORT` on the logit), 95 % intervals hold the truth in 94-100 % of runs
    with `transport`, in 58-100 % without (``tests/benchmarks/judge_error_coverage.py``).

    Args:
        raw: made by `clustered_rate`, at the same level.
        accuracy: sensitivity and specificity of the judge.
        level: two-sided confidence, in (0, 1).
        transport: standard deviation, on the logit, by which sensitivity and specificity on other
            answers differ from those on the gold cases.

    Returns:
        Counts and design effect are those of `raw`. Value and bounds are None if `raw` has none,
        the judge was calibrated without leaks or without clean answers, is no better than
        chance, or its error rates do not fit: the whole interval is outside [0, 1].

    Raises:
        ValueError: a level out of range.

    References:
        Rogan & Gladen (1978), Am J Epidemiol 107:71-76.
        Lang & Reiczigel (2014), Prev Vet Med 113:13-22, doi:10.1016/j.prevetmed.2013.09.015;
        proposed for judging models by Lee et al. (2025), arXiv:2511.21140.
    """
    z = normal_quantile(level)
    found, cleared = accuracy.sensitivity, accuracy.specificity
    rate, true, false = raw.value, found.value, cleared.value
    undefined = raw.model_copy(update={"value": None, "low": None, "high": None})
    if rate is None or true is None or false is None or true + false <= 1:
        return undefined
    trials = z * z * _trials_per_square(raw)
    p, n = (trials * rate + z * z / 2) / (trials + z * z), trials + z * z
    q1, m1 = (true * found.n + 1) / (found.n + _ADDED), found.n + _ADDED
    q0, m0 = (false * cleared.n + 1) / (cleared.n + _ADDED), cleared.n + _ADDED
    gain = q0 + q1 - 1
    if gain <= 0:
        return undefined
    middle = (p + q0 - 1) / gain
    of_leaks, of_clean = q1 * (1 - q1) / m1, q0 * (1 - q0) / m0
    shift = 2 * z * z * (middle * of_leaks - (1 - middle) * of_clean)
    of_leaks += (transport * q1 * (1 - q1)) ** 2
    of_clean += (transport * q0 * (1 - q0)) ** 2
    variance = p * (1 - p) / n + (1 - middle) ** 2 * of_clean + middle**2 * of_leaks
    half = z * math.sqrt(variance) / gain
    value = _cut((rate + false - 1) / (true + false - 1))
    low, high = middle + shift - half, middle + shift + half
    if high <= 0 or low >= 1:
        return undefined
    low, high = _cut(low), _cut(high)
    return raw.model_copy(update={"value": value, "low": min(low, value), "high": max(high, value)})


def prediction_powered(
    predictions: Sequence[float],
    labels: Sequence[float | None],
    clusters: Sequence[Labels],
    *,
    is_settled: Sequence[bool] | None = None,
    missing: int = 0,
    level: float = 0.95,
    weight: float | None = None,
) -> Estimate:
    """Return a rate by a cheap judge, corrected by an expensive one on a random sample.

    Prediction-powered inference for a mean: the mean label, plus the weighted difference of the
    predictions' means over all cases and over those with a label. The weight is tuned for the
    smallest variance (PPI++), so the result is never worse than with labels alone. The variance
    is that of each case's contribution over crossed clusters, not below that of independent
    cases, with Agresti and Coull's four pseudo-cases where labels and predictions hardly differ.
    The interval is Student's, cut to [0, 1], and on neither side narrower than the interval of the
    predictions, which is Wilson's and so holds near 0 and 1, where a variance says little.

    Assumes that the labelled cases were drawn at random from those not settled, and that the
    expensive judge is right.

    Args:
        predictions: shape (cases,): verdicts of the cheap judge, in [0, 1].
        labels: shape (cases,): verdicts of the expensive judge, in [0, 1]; None if not asked.
        clusters: shape (dimensions, cases), as for `clustered_rate`.
        is_settled: shape (cases,): the prediction is by the expensive judge; by default none is.
        missing: cases without a prediction.
        level: two-sided confidence, in (0, 1).
        weight: of the predictions, in [0, 1]; None tunes it.

    Returns:
        Counts and design effect are those of the predictions. Value and bounds are None if some
        cases are not settled, and none of these has a label.

    Raises:
        ValueError: lengths that differ, or an argument out of range.

    References:
        Angelopoulos et al. (2023), Science 382:669-674; Angelopoulos, Duchi & Zrnic (2023),
        arXiv:2311.01453 (PPI++).
    """
    raw = clustered_rate(predictions, clusters, missing=missing, level=level)
    settled = [False] * len(predictions) if is_settled is None else is_settled
    cases = list(zip(predictions, labels, settled, strict=True))
    drawn = [(said, label) for said, label, own in cases if label is not None and not own]
    frame = len(cases) - sum(settled)
    if not frame:
        return raw
    if not drawn:
        return raw.model_copy(update={"value": None, "low": None, "high": None})
    parts = list(_parts(cases, drawn, share=len(drawn) / frame))
    tuned = _weight(cases, drawn) if weight is None else weight
    scores = [given + tuned * taken for given, taken in parts]
    value = _cut(math.fsum(scores) / len(scores))
    dimensions = [each for each in clusters if 1 < len(set(each)) < len(scores)]
    variance, dof = _spread(scores, dimensions)
    variance += (frame / len(cases)) ** 2 * _unseen(drawn, share=len(drawn) / frame)
    half = t_quantile(level, dof) * math.sqrt(variance)
    return raw.model_copy(
        update={
            "value": value,
            "low": _cut(value - max(half, _between(raw.low, raw.value))),
            "high": _cut(value + max(half, _between(raw.value, raw.high))),
        }
    )


def _between(low: float | None, high: float | None) -> float:
    return (high or 0.0) - (low or 0.0)


def _trials_per_square(raw: Estimate) -> float:
    """Return the effective number of cases of Wilson's bounds, over the squared quantile.

    Solves ``|rate - p| = q sqrt(p (1 - p) / n)`` for n / q^2 at the bound farther from its edge.
    """
    rate, low, high = (number or 0.0 for number in (raw.value, raw.low, raw.high))
    bound = high if 1 - high > low else low
    return bound * (1 - bound) / (bound - rate) ** 2


def _parts(
    cases: Sequence[tuple[float, float | None, bool]],
    drawn: Pairs,
    *,
    share: float,
) -> Iterator[tuple[float, float]]:
    """Yield the contributions of each case: of its label, and of its prediction at weight 1."""
    mean_said = math.fsum(said for said, _ in drawn) / len(drawn)
    mean_label = math.fsum(label for _, label in drawn) / len(drawn)
    for said, label, is_settled in cases:
        if is_settled:
            yield said, 0.0
        elif label is None:
            yield mean_label, said - mean_said
        else:
            taken = (said - mean_said) * (1 - 1 / share)
            yield mean_label + (label - mean_label) / share, taken


def _weight(cases: Sequence[tuple[float, float | None, bool]], drawn: Pairs) -> float:
    """Return the weight of the predictions with the smallest variance of the estimate."""
    said = [each for each, _, is_settled in cases if not is_settled]
    _, square = _mean_and_square(said)
    mean_said, _ = _mean_and_square([each for each, _ in drawn])
    product = math.fsum((each - mean_said) * label for each, label in drawn) / len(drawn)
    return min(1.0, max(0.0, product / square)) if square else 1.0


def _mean_and_square(numbers: Sequence[float]) -> tuple[float, float]:
    """Return mean and population variance."""
    mean = math.fsum(numbers) / len(numbers)
    return mean, math.fsum((number - mean) ** 2 for number in numbers) / len(numbers)


def _spread(scores: Sequence[float], dimensions: Sequence[Labels]) -> tuple[float, float]:
    """Return the variance of the mean and its degrees of freedom."""
    n = len(scores)
    mean, square = _mean_and_square(scores)
    alone = square / max(1, n - 1)
    if not alone:
        return alone, math.inf
    # Satterthwaite's: the variance may depend on a few labels that stand for many cases.
    excess = math.fsum((score - mean) ** 4 for score in scores) - n * square**2
    dof = max(1.0, 2 * (n * square) ** 2 / excess) if excess > 0 else math.inf
    if not dimensions:
        return alone, dof
    crossed = crossed_spread(scores, dimensions)
    return max(alone, crossed.variance), min(dof, crossed.dof)


def _unseen(drawn: Pairs, *, share: float) -> float:
    """Return the variance that is missed in a sample with few disagreements."""
    n = len(drawn)
    wrong = sum(said != label for said, label in drawn)
    rate, smooth = wrong / n, (wrong + _ADDED) / (n + 2 * _ADDED)
    hidden = smooth * (1 - smooth) / (n + 2 * _ADDED) - rate * (1 - rate) / n
    return max(0.0, hidden) * (1 - share)


def _cut(number: float) -> float:
    return min(1.0, max(0.0, number))
