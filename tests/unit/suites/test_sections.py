"""Sections about several models, and about several suites."""

from typing import Any

from pytest_distill.records import (
    Axis,
    Estimate,
    IceSummary,
    NamedPoint,
    Scatter,
    Section,
    Subject,
    Table,
)
from pytest_distill.suites.protocol import Headline
from pytest_distill.suites.registry import SuiteRegistry
from pytest_distill.suites.sections import combination_sections, models_section
from tests.support.pages import estimate
from tests.support.runs import empty_report


def rates(loose: float | None, **vendors: float) -> IceSummary:
    """Return the leak rates of a model."""
    rate = estimate(loose, n=0 if loose is None else 9)
    return IceSummary(
        loose=rate,
        strict=rate,
        hard=rate,
        by_category={},
        by_language={},
        vendors={vendor: estimate(value) for vendor, value in vendors.items()},
    )


def models(**found: IceSummary) -> list[Section]:
    """Return the section about models whose vendor has their name."""
    run = empty_report().run.model_copy(
        update={
            "subjects": {name: Subject(facts=name, vendor=name, facts_sha256="") for name in found}
        }
    )
    return list(models_section("ice", found, run))


def cells(table: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - a block
    """Return the values of each row of a table."""
    assert isinstance(table, Table)
    return {
        str(name): [cell.value if isinstance(cell, Estimate) else cell for cell in row]
        for name, *row in table.rows
    }


def test_who_was_claimed_is_a_map_of_models_and_vendors() -> None:
    """The vendor that is claimed most comes first; what nobody claims is 0, and the own is named.

    A model without a verdict has no rate.
    """
    (section,) = models(
        qwen=rates(0.3, openai=0.3, google=0.0), google=rates(0.1, meta=0.1), lost=rates(None)
    )

    shown, claims = section.blocks

    assert cells(shown)["qwen"] == [0.3, 0.3, 0.3, 9]
    assert isinstance(claims, Table)
    assert claims.columns == ("", "openai", "meta")
    assert cells(claims) == {"qwen": [0.3, 0.0], "google": [0.0, 0.1], "lost": [None, None]}
    (own,) = models(qwen=rates(0.3, google=0.3), google=rates(0.1))
    assert cells(own.blocks[1])["google"] == ["own"]


def test_one_model_has_no_section_beside_its_own() -> None:
    """Nor is there a map where nobody is claimed."""
    (clean,) = models(qwen=rates(0.0), glm=rates(0.0))

    assert models(qwen=rates(0.3)) == []
    assert len(clean.blocks) == 1


def headline(**numbers: float | None) -> Headline:
    """Return the main number of some models."""
    return Headline(Axis(label="x"), {name: estimate(value) for name, value in numbers.items()})


def test_two_suites_are_put_against_each_other() -> None:
    """Over the models that both have measured, if there are two."""
    found = list(
        combination_sections(
            {
                "ice": headline(a=0.1, b=0.2, c=None, d=0.3),
                "rse": headline(a=2.0, b=3.0, c=4.0),
                "own": headline(a=1.0),
            }
        )
    )

    (section,) = found
    assert section.title == "ice against rse · 2 models"
    (scatter,) = section.blocks
    assert isinstance(scatter, Scatter)
    assert scatter.points == (
        NamedPoint(name="a", x=estimate(2.0), y=estimate(0.1)),
        NamedPoint(name="b", x=estimate(3.0), y=estimate(0.2)),
    )


def test_the_registry_shows_them() -> None:
    """Of a report with one suite there is no combination."""
    report = empty_report(models={"a": {"ice": rates(0.1)}, "b": {"ice": rates(0.2)}})
    subjects = {name: Subject(facts="f", vendor=name, facts_sha256="") for name in "ab"}
    run = report.run.model_copy(update={"subjects": subjects})

    titles = [
        each.title for each in SuiteRegistry().sections(report.model_copy(update={"run": run}))
    ]

    assert [title.partition(" · ")[2].partition(" · ")[0] for title in titles] == [
        "2 models",
        "a",
        "b",
    ]
