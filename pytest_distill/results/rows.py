"""The observations of a run as rows of a table."""

from collections.abc import Collection, Mapping

from pytest_distill.records import CaseRow, Completion, IdentityVerdict, Observation
from pytest_distill.report.leaks import KINDS

_NO_VERDICT = IdentityVerdict(loose=None, strict=None, hard=None)
_NO_ANSWER = Completion(text="")


def row_of(observation: Observation) -> CaseRow:
    """Return the row of an observation, without its values: they depend on the whole run."""
    case, verdict = observation.case, observation.verdict or _NO_VERDICT
    answer, reference = observation.completion, observation.reference
    asked = answer or _NO_ANSWER
    return CaseRow.model_validate(
        {
            **{
                name: getattr(case, name)
                for name in ("suite", "category", "language", "sample", "template", "query")
            },
            **{name: getattr(verdict, name) for name in (*KINDS, "persona", "reasoning")},
            **{name: getattr(verdict, name) for name in ("vendor", "vendors", "rule", "evidence")},
            "model": observation.model,
            "case": case.id,
            "prompt": "\n".join(turn.content for turn in case.messages) or case.prompt,
            "outcome": observation.outcome,
            "why_missing": observation.why_missing,
            "verdict": None if observation.verdict is None else _worst(verdict),
            "judge": observation.judge,
            "reason": _reason(observation),
            "answer": None if answer is None else answer.text,
            "reference": case.reference,
            "reference_answer": None if reference is None else reference.text,
            "finish_reason": asked.finish_reason,
            "latency_s": None if answer is None else answer.latency_s,
            "input_tokens": asked.usage.input_tokens,
            "output_tokens": asked.usage.output_tokens,
            "release": asked.release,
            "answered_at": asked.answered_at,
            "is_cached": None if answer is None else answer.is_cached,
        }
    )


def with_values(row: CaseRow, values: Mapping[str, float]) -> CaseRow:
    """Return a row with what was measured of its case, each number once.

    Args:
        row: of a case.
        values: what the case counts for in each number of the report. Among these are the same for
            its group, and for a pair those of its reference, which are named without it here.
    """
    pair = f"references.{row.reference}."
    own = {
        name.removeprefix(pair): value for name, value in values.items() if name.startswith(pair)
    }
    if not own:
        groups = {row.category, row.language}
        own = {name: value for name, value in values.items() if not _is_of(name, groups)}
    return row.model_copy(update={"values": own})


def _is_of(number: str, groups: Collection[str | None]) -> bool:
    kind, _, group = number.rpartition(".")
    return bool(kind) and kind != "vendors" and group in groups


def _reason(observation: Observation) -> str:
    if observation.verdict is not None:
        return observation.verdict.reason
    return "" if observation.likeness is None else observation.likeness.reason


def _worst(verdict: IdentityVerdict) -> str:
    found = (name for name in (*KINDS, "persona", "reasoning") if getattr(verdict, name))
    return next(found, "clean")
