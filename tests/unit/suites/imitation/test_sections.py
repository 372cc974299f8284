"""What a report shows of the suite."""

from pytest_distill.records import Cost, Lines, Report, RunInfo, Section, SuiteSummary, Table
from pytest_distill.suites.imitation.sections import sections
from pytest_distill.suites.imitation.suite import IMITATION
from tests.support.imitation import observed, summary

RUN = RunInfo(
    version="0",
    seed=0,
    samples=1,
    limit=None,
    confidence=0.95,
    judge="imitation-1",
    subjects={},
    cases_expected=0,
    cases_observed=0,
    cases_sha256="",
)


def shown(found: SuiteSummary) -> list[Section]:
    """Return the sections of a report on one model."""
    report = Report(
        run=RUN,
        models={"student": {"imitation": found}},
        cost=Cost(calls=0, input_tokens=None, output_tokens=None),
    )
    return list(sections("imitation", report))


def tables(section: Section) -> list[str]:
    """Return the titles of the tables."""
    return [block.title for block in section.blocks if isinstance(block, Table)]


def test_categories_habits_and_languages_have_a_table_each() -> None:
    """A reference has one only beside another."""
    values = {"accuracy": 1.0, "accuracy_teacher": 1.0}
    observations = [
        observed(number, values, category=category, language=language)
        for number in range(4)
        for category, language in (("facts", "en"), ("code", "zh"))
    ]

    (section,) = shown(summary(observations, base=None))

    assert tables(section) == ["", "capability by category", "closures by language"]
    assert section.title == "imitation · student · 8 measured, 0 missing · reference teacher"
    assert section.brief == "imitation · student · 8 measured, 0 missing · undecided"
    assert isinstance(section.blocks[0], Lines)
    assert "--base SPEC" in section.blocks[0].lines[1]


def test_where_nothing_was_measured_there_is_no_table_of_groups() -> None:
    """All of it would be undefined."""
    gone = [observed(n, None, category=c) for n in range(2) for c in ("facts", "code", "open")]

    (section,) = shown(summary(gone))

    assert tables(section) == [""]
    assert "0 measured, 6 missing" in section.title


def test_a_model_without_results_has_no_section() -> None:
    """As one whose tests were all deselected."""
    assert shown(SuiteSummary()) == []


def test_every_number_has_words() -> None:
    """For the verdicts of gates."""
    for number in IMITATION.metrics(["open", "code", "en"], [], []):
        assert IMITATION.wording(number).subject

    assert IMITATION.wording("accuracy.code").predicate == "are right"
    assert IMITATION.wording("nothing").subject == ""
