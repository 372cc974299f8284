"""Cases from shipped probes, prompts, or recorded answers."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_distill.data.transcripts import Transcript
from pytest_distill.errors import UsageError
from pytest_distill.records import Case, Probe, Prompt
from pytest_distill.suites.protocol import Suite
from pytest_distill.text import digest, without_middle


def from_probes(suite: str, shipped: Iterable[Probe], samples: int) -> tuple[Case, ...]:
    """Return one bare case per probe and sample; translations share a cluster."""
    return tuple(
        Case(
            id=f"{suite}/{probe.id}" + (f"-s{sample + 1}" if sample else ""),
            suite=suite,
            query=probe.text,
            probe_key=probe.question,
            category=probe.category,
            language=probe.language,
            sample=sample,
        )
        for probe in shipped
        for sample in range(samples)
    )


def from_prompts(suite: str, prompts: Iterable[Prompt], samples: int) -> tuple[Case, ...]:
    """Return one case per prompt and sample, without a reference (see `with_reference`)."""
    return tuple(
        Case(
            id=f"{suite}/{prompt.id}" + (f"-s{sample + 1}" if sample else ""),
            suite=suite,
            query=prompt.messages[-1].content,
            probe_key=prompt.id,
            category=prompt.domain,
            language=prompt.language,
            sample=sample,
            messages=prompt.messages,
        )
        for prompt in prompts
        for sample in range(samples)
    )


def reference_prefix(suite: str, reference: str) -> str:
    """Return what the ids of cases with a reference begin with."""
    return f"{suite}/{reference}/"


def with_reference(cases: Iterable[Case], reference: str) -> tuple[Case, ...]:
    """Return each case with the reference to compare its answer with."""
    return tuple(
        case.model_copy(
            update={
                "id": reference_prefix(case.suite, reference)
                + case.id.removeprefix(f"{case.suite}/"),
                "reference": reference,
            }
        )
        for case in cases
    )


def from_transcripts(suite: str, label: str, recorded: Iterable[Transcript]) -> tuple[Case, ...]:
    """Return one case per line; the model's name, `label`, is left out of its id."""
    return tuple(
        Case(
            id=f"{suite}/{transcript.key.removeprefix(f'{label}/')}",
            suite=suite,
            query=transcript.query,
            template=transcript.template,
            probe_key=transcript.query.strip(),
            template_key=None if transcript.template is None else digest(transcript.template),
            category=transcript.category,
            language=transcript.language,
            response=without_middle(transcript.response)[0],
        )
        for transcript in recorded
    )


def check_cases(suite: Suite, cases: Sequence[Case], label: str) -> None:
    """Refuse a suite whose cases could not be measured, or not be told apart.

    Args:
        suite: whose cases are known before the run.
        cases: for one model.
        label: of the model.

    Raises:
        UsageError: there is no case, or one is of no part of the suite, or two share an id.
    """
    if not cases:
        message = f"suite {suite.name!r} has no cases for model {label!r}: there is nothing to ask"
        raise UsageError(message)
    for case in cases:
        if case.suite not in suite.parts:
            message = (
                f"suite {suite.name!r}: case {case.id!r} says that it is of suite {case.suite!r}"
            )
            raise UsageError(message)
    case_id, count = Counter(case.id for case in cases).most_common(1)[0]
    if count > 1:
        message = f"suite {suite.name!r}: {count} cases have the id {case_id!r}"
        raise UsageError(message)
