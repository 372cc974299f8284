"""Run logs, made as a run makes them, without pytest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_distill.models import spec
from pytest_distill.report import to_json
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import ReportTarget, Settings

Log = Callable[..., Path]
"""``log("a", leak=0.3)`` writes a run log; beside it lies ``a.json``, the report of the run."""


def write_log(
    path: Path,
    *,
    leak: float,
    model: str = "qwen",
    limit: int = 60,
    keep: int | None = None,
    seed: int = 0,
    **more: Any,  # noqa: ANN401 - whatever settings hold
) -> Path:
    """Run suite `ice` against a simulated model, and return the log; beside it lies the report.

    Args:
        path: of the log.
        leak: how often the model leaks.
        model: its name.
        limit: number of cases.
        keep: of these only so many are asked.
        seed: of the run.
        more: further settings.
    """
    settings = Settings(
        suites=("ice",),
        models=(spec.parse(f"simulated:{model}?leak={leak}"),),
        limit=limit,
        seed=seed,
        run=path,
        reports=(ReportTarget(format="json", path=path.with_suffix(".json")),),
        **more,
    )
    session = Session(settings, must_answer=True)
    store = session.new_store()
    try:
        for case in session.suites["ice"].cases(model)[:keep]:
            store.add(session.models[model].observe(case))
        session.record_status(session.status())
        to_json.write(session.report(store), path.with_suffix(".json"))
    finally:
        session.close()
    return path
