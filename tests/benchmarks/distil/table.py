"""Writes ``docs/ground-truth.md`` and its figures from the rows of the results file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from pytest_distill.records import Estimate, Point, Series
from pytest_distill.report.drawing.plane import curve
from pytest_distill.report.drawing.svg import document
from tests.benchmarks.distil.arms import arms
from tests.benchmarks.distil.findings import (
    arm_of,
    false_positives,
    languages,
    scrubbed,
    traced,
    tracing,
)
from tests.benchmarks.distil.measures import BASE, MEASURES, Measure, typical
from tests.benchmarks.distil.results import Row
from tests.benchmarks.distil.trend import rises, ways

Dosed = Mapping[int, list[Row]]
"""Students of one series, by dose."""

_ALPHA = 0.05
# Fewer doses have no trend.
_DOSES = 2

_HEAD = """\
# Ground truth: students that were really distilled

Each student is SmolLM2-135M-Instruct, trained with a known dose, then measured by this tool as
any model would be. `tests/benchmarks/distil/__init__.py` says how students are made. This page
is made by `python -m tests.benchmarks.distil --table` from
`tests/benchmarks/distil/results.jsonl`.
{students}

A number is the mean over the students of a dose. In brackets are the mean lower and the mean
upper bound of the students' own 95 % intervals; that is not an interval of the mean. Then come
the students in which it was detected:

{counts}

## What these numbers can and cannot show

- A dose is comparable within this page only. The rate of training was chosen so that 20 claims
  in 200 answers show at all (`training.py`), and a larger model learns otherwise.
- What was changed after students had been seen was not tested blind. `fuzz.confirmed`: after 14
  of the 18 students of `identity` (p .05), 15 questions are asked where a single mutant leaks,
  not three, and all were measured again. `trace`: the first three controls were all taken for
  students of text-davinci-003; tracing was then changed (`suites/rse/README.md`), and they were
  measured again. `bbi.advantage`: style weighs half since four students had been seen; that was
  chosen on recorded answers of other models.
- `fuzz.confirmed` is an average over the mutants that leaked, at most five. It is high as soon
  as one leaks reliably, so it rises up to a dose of 20 and not beyond; where several leak, its
  interval is wider than where one does.
- `knowledge` and `both` are taught answers to questions that their exam asks: nearly all of them
  at a dose of 100. Their `imitation.capability_closure` is what they memorised.
- Not every row is a model of its own: `everyday-200` is `identity-0` in another exam, and
  `style-TEACHER-0`, `sibling-0` and `manner-0` are the model as it was. Several series have the
  same dose 0, so their p are not independent.
- `rse.overall` detects no student of 135M parameters, whatever its teacher.

## The series

- `identity`: so many of 200 everyday answers say "I am ChatGPT, made by OpenAI". In
  `two-vendors` half of them say Claude and Anthropic, in `two-languages` half are in Chinese.
  `placebo` claims a vendor that does not exist: loose leaks, but no strict ones.
- `scrubbed`: students that claimed OpenAI and were then taught as many everyday answers, of
  which 60 name their own maker.
- `style-TEACHER`: answers of a recorded model. `sibling`: of another snapshot of a candidate;
  `shuffled`: under other prompts. `everyday` and `human`: our plain answers and the
  documentation of Python, so controls.
- `manner`: a simulated teacher's manner without content; `knowledge`: right answers without
  manner; `both`.
"""

_BASE = """\
`bbi.advantage` over the model as it is shipped, in 4 bits where students have 8: {base}.
"""

_TREND = """\
## Does it rise with the dose?

One-sided p of the test of Jonckheere and Terpstra over students, by permutation; of
`bbi.advantage`, whether it falls. All ways to deal students out to doses are tried where they
are few; else .0001 is the least that can be found. No p is given where even the best order has
one above .05. Without dose 0, that is among students that were all trained, it is about the dose
alone. Of the {count} p, one in twenty is below .05 by chance.

Then the lowest dose such that it and all higher ones are detected: in at least two of three
students, and in all.
"""

_FALSE = """\
## False positives

Negative controls: dose 0, human text, everyday answers, the model as it was; for strict leaks
also students that claim an invented vendor. A model that was measured twice counts once, and of
answers of a dozen words `trace` says nothing. The bound is one-sided, 95 %, on the rate of false
positives.
"""

_SCRUBBED = """\
## Scrubbed students

Students whose leak direct questions miss and the fuzzer finds. The others are there to compare: a
leak that is as common in students of an invented vendor (`placebo`) is no remainder of the claim
that was scrubbed.
"""


_LANGUAGES = """\
## Does a claim spread to other languages?

Strict leaks of answers, by the language that is asked in. Claims were taught in English; in
`two-languages` half of them in Chinese.
"""

_TRACING = """\
## Whose student?

What traces among twelve recorded candidates say, on 120 prompts that no student was trained on.
p is the chance that a model without a teacher among them is as much like one of them. Of an
undecided student, the number of prompts that would likely decide. Of controls every name is a
false accusation.
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
    students = _students(rows, wanted)
    yield _HEAD.format(students=students, counts="\n".join(sorted(counts)))
    for name, dosed in _by_series(rows).items():
        yield f"## {name}\n"
        yield from _table(_header(dosed), _doses(dosed))
        if base := _base(dosed):
            yield _BASE.format(base=base)
        yield from (f"![{each}](ground-truth/{each}.svg)\n" for each in drawn if _is_of(each, name))
    trends = list(_trends(rows))
    yield _TREND.format(count=sum(bool(p) for row in trends for p in row[3:5]))
    doses = ("p", "p without dose 0", "in 2 of 3 from", "in all from")
    yield from _table(("series", "number", "students", *doses), trends)
    yield _FALSE
    header = ("number", "controls", "distinct and tested", "false positives", "rate at most")
    yield from _table(header, false_positives(rows))
    yield _SCRUBBED
    header = ("arm", "students", "no leak to direct questions", "found by the fuzzer", "confirmed")
    yield from _table(header, scrubbed(rows))
    yield _LANGUAGES
    header = ("arm", "students", "English", "Chinese", "eight others")
    yield from _table(header, languages(rows))
    yield f"{_TRACING}\n{traced(rows)}\n"
    said = ("right family", "other family", "undecided", "none")
    last = ("median p", "nearest", "prompts needed")
    yield from _table(("arm", "students", *said, *last), tracing(rows))


def _students(rows: Sequence[Row], wanted: int) -> str:
    done = len(rows)
    count = f"So far there are {done} of {wanted}" if done < wanted else f"{done}"
    judges = ", ".join(sorted({row.judge for row in rows if arm_of(row).exam == "identity"}))
    return f"{count} students. Identity was judged by {judges}." if judges else f"{count} students."


def _base(dosed: Dosed) -> str:
    """Return the advantage over the model as it is shipped, which is the same in every exam."""
    asked = [row.numbers[BASE] for rows in dosed.values() for row in rows if BASE in row.numbers]
    if not asked:
        return ""
    value, low, high = (asked[0][bound] or 0.0 for bound in ("value", "low", "high"))
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"


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
        groups = {dose: _values(measure, dosed[dose]) for dose in sorted(dosed)}
        trained = [numbers for dose, numbers in groups.items() if dose]
        students = sum(map(len, groups.values()))
        p = (_p(list(groups.values())), _p(trained) if 0 in groups else "")
        most, every = _smallest(measure, dosed, 2 / 3), _smallest(measure, dosed, 1)
        yield name, f"`{measure.name}`", str(students) if students else "", *p, most, every


def _p(groups: Sequence[Sequence[float]]) -> str:
    """Return the p-value of a trend; empty where no order of the students would show one."""
    filled = [group for group in groups if group]
    if len(filled) < _DOSES or ways([len(group) for group in filled]) < 1 / _ALPHA:
        return ""
    return f"{rises(filled, Random(0)):.4f}"  # noqa: S311 - a benchmark


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
