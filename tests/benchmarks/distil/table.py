"""Writes ``docs/ground-truth.md`` and its figures from the rows of the results file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from pytest_distill.records import Estimate, Point, Series
from pytest_distill.report.drawing.plane import curve
from pytest_distill.report.drawing.svg import document
from tests.benchmarks.distil.arms import arms
from tests.benchmarks.distil.findings import arm_of, false_alarms, languages, scrubbed, tracing
from tests.benchmarks.distil.measures import MEASURES, Measure, typical
from tests.benchmarks.distil.results import Row
from tests.benchmarks.distil.trend import rises

Dosed = Mapping[int, list[Row]]
"""Students of one series, by dose."""

_HEAD = """\
# Ground truth: students that were really distilled

Each student is SmolLM2-135M-Instruct, trained with a known dose, then measured by this tool as
any model would be. `tests/benchmarks/distil/__init__.py` says how students are made and what each
series is taught. This page is made by `python -m tests.benchmarks.distil --table` from
`tests/benchmarks/distil/results.jsonl`. {students}

A number is the mean over the students of a dose. The interval beside it is that of a typical one:
the means of the bounds of the students' own 95 % intervals. Last comes in how many students the
tool *found* it:

{counts}
"""

_TREND = """\
## Does it rise with the dose?

One-sided p of the test of Jonckheere and Terpstra over students, by permutation; of
`bbi.advantage`, whether it falls. Beside it the smallest dose from which on it was found in at
least two of three students, and in all.

The p of `fuzz.confirmed` is not a blind one: 13 of these students were seen (p .039) before the
confirmation was made to ask all its questions, not three where a single mutant leaked, and were
then examined again.
"""

_FALSE = """\
## False alarms

Students in which nothing is to be found: dose 0, human text, everyday answers, the model as it was;
for strict leaks also students that claim an invented vendor.
"""

_SCRUBBED = """\
## Scrubbed students

Students that claimed OpenAI and were then taught to name Hugging Face, by 60 answers to bare
questions.
"""


_LANGUAGES = """\
## Does a claim spread to other languages?

Mean `ice.strict` by the language that is asked in; claims were taught in English, half of them in
Chinese where the arm says so.
"""

_TRACING = """\
## Whose student?

What traces among twelve recorded candidates say, on 120 prompts that no student was trained on. Of
controls every name is a false accusation.
"""


def write(rows: Sequence[Row], docs: Path) -> str:
    """Write page and figures; return what was written, in a line.

    Args:
        rows: of students; those of arms that the design no longer has are left out.
        docs: the folder of the page.
    """
    rows = [row for row in rows if row.arm in arms()]
    figures = docs / "ground-truth"
    figures.mkdir(parents=True, exist_ok=True)
    for old in figures.glob("*.svg"):
        old.unlink()
    drawn = {}
    for measure, name, dosed in _responses(rows):
        series = _series(measure, name, dosed)
        if len(series.points) > 1:
            drawn[f"{name}-{measure.name}"] = series
    for file, series in drawn.items():
        (figures / f"{file}.svg").write_text(document(curve(series)), "utf-8")
    text = "\n".join(_page(rows, drawn))
    (docs / "ground-truth.md").write_text(text.rstrip() + "\n", "utf-8")
    return f"docs/ground-truth.md: {len(rows)} students, {len(drawn)} figures"


def _page(rows: Sequence[Row], drawn: Iterable[str]) -> Iterator[str]:
    wanted = sum(len(arm.seeds) for arm in arms().values())
    counts = {f"- `{measure.name}`: {measure.counts}" for measure in MEASURES}
    students = f"So far there are {len(rows)} of {wanted} students."
    yield _HEAD.format(students=students, counts="\n".join(sorted(counts)))
    for name, dosed in _by_series(rows).items():
        yield f"## {name}\n"
        yield from _table(_header(dosed), _doses(dosed))
        yield from (f"![{each}](ground-truth/{each}.svg)\n" for each in drawn if _is_of(each, name))
    yield _TREND
    yield from _table(
        ("series", "number", "students", "p", "in 2 of 3 at", "in all at"), _trends(rows)
    )
    yield _FALSE
    yield from _table(("number", "control students", "false alarms"), false_alarms(rows))
    yield f"{_SCRUBBED}\n{scrubbed(rows)}\n"
    yield _LANGUAGES
    header = ("arm", "students", "English", "Chinese", "eight others")
    yield from _table(header, languages(rows))
    yield _TRACING
    said = ("right family", "other family", "undecided", "none")
    last = ("median p", "nearest", "prompts that would decide")
    yield from _table(("arm", "students", *said, *last), tracing(rows))


def _is_of(figure: str, series: str) -> bool:
    return any(figure == f"{series}-{measure.name}" for measure in MEASURES)


def _by_series(rows: Sequence[Row]) -> dict[str, Dosed]:
    """Return the students of each series, in the order of the design, with those of dose 0."""
    found: dict[str, dict[int, list[Row]]] = {}
    for arm in arms().values():
        students = [row for row in rows if row.arm == arm.name]
        if students:
            untaught = [row for row in rows if row.arm == arm.zero]
            doses = found.setdefault(arm.series, {0: untaught} if untaught else {})
            doses[arm.dose] = students
    return {**found}


def _measures(dosed: Dosed) -> list[Measure]:
    exams = {arm_of(row).exam for rows in dosed.values() for row in rows}
    return [measure for measure in MEASURES if measure.exam in exams]


def _header(dosed: Dosed) -> tuple[str, ...]:
    return ("dose", "students", *(measure.name for measure in _measures(dosed)))


def _doses(dosed: Dosed) -> Iterator[tuple[str, ...]]:
    for dose, rows in sorted(dosed.items()):
        cells = (_cell(measure, rows) for measure in _measures(dosed))
        yield (str(dose), str(len(rows)), *cells)


def _cell(measure: Measure, rows: Sequence[Row]) -> str:
    found = f"{_found(measure, rows)} of {len(rows)}"
    number = typical(measure, rows)
    if number is None:
        return found if measure.name == "trace" else "undefined"
    return f"{_text(number)} · {found}"


def _found(measure: Measure, rows: Iterable[Row]) -> int:
    return sum(measure.is_found(row, arm_of(row)) for row in rows)


def _text(number: Estimate) -> str:
    said = f"{number.value:.2f}"
    return said if number.low is None else f"{said} [{number.low:.2f}, {number.high:.2f}]"


def _responses(rows: Sequence[Row]) -> Iterator[tuple[Measure, str, Dosed]]:
    """Yield each measure of each series that has at least two doses."""
    for name, dosed in _by_series(rows).items():
        if len(dosed) > 1:
            for measure in _measures(dosed):
                yield measure, name, dosed


def _series(measure: Measure, name: str, dosed: Dosed) -> Series:
    known = ((dose, typical(measure, rows)) for dose, rows in sorted(dosed.items()))
    points = tuple(Point(x=dose, y=number) for dose, number in known if number is not None)
    return Series(title=f"{measure.name}: {name}", x="dose", y=measure.name, points=points)


def _trends(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    for measure, name, dosed in _responses(rows):
        groups = [_values(measure, dosed[dose]) for dose in sorted(dosed)]
        is_defined = sum(bool(group) for group in groups) > 1
        p = f"{rises(groups, Random(0)):.4f}" if is_defined else ""  # noqa: S311 - a benchmark
        students = str(sum(map(len, dosed.values())))
        most, every = _smallest(measure, dosed, 2 / 3), _smallest(measure, dosed, 1)
        yield name, f"`{measure.name}`", students, p, most, every


def _values(measure: Measure, rows: Iterable[Row]) -> list[float]:
    sign = 1 if measure.rises else -1
    known = (measure.of(row) for row in rows)
    return [sign * each.value for each in known if each is not None and each.value is not None]


def _smallest(measure: Measure, dosed: Dosed, share: float) -> str:
    """Return the smallest dose from which on it is found in that share of the students."""
    enough = "none"
    for dose, rows in sorted(dosed.items(), reverse=True):
        if _found(measure, rows) < share * len(rows):
            break
        enough = str(dose)
    return enough


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
