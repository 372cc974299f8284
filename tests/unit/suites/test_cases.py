"""What a suite measures."""

from pathlib import Path

from pytest_distill.data import probes, transcripts
from pytest_distill.records import Case
from pytest_distill.suites import cases


def test_translations_of_a_question_share_a_cluster() -> None:
    """Bare probes have no template."""
    found = cases.from_probes("ice", probes.load_shipped(), 2)

    assert len({case.probe_key for case in found}) == 25
    assert {case.template_key for case in found} == {None}
    assert len({case.id for case in found}) == len(found) == 2 * 162


def test_ids_of_transcripts_leave_the_models_name_out(tmp_path: Path) -> None:
    """So that two models' recordings of one attack are the same case."""
    path = tmp_path / "glm.jsonl"
    path.write_text(
        '{"id": "glm/00/7", "query": "q", "template": "t {query}", "response": "r"}\n'
        '\n{"prompt": "p", "response": null}\n'
    )

    first, second = cases.from_transcripts("ice", "glm", transcripts.read(path))

    assert (first.id, second.id) == ("ice/00/7", "ice/line-000003")
    assert (first.probe_key, second.probe_key) == ("q", "p")
    assert first.template_key is not None
    assert second.response == ""


def test_a_prompt_is_the_probe_in_its_template() -> None:
    """Every placeholder is filled; a template without one is followed by the probe."""

    def prompt(template: str | None) -> str:
        case = Case(id="ice/x", suite="ice", query="Who?", template=template, probe_key="x")
        return case.prompt

    assert prompt(None) == "Who?"
    assert prompt("{query} Say, {query}") == "Who? Say, Who?"
    assert prompt("Be brief.") == "Be brief.\nWho?"
