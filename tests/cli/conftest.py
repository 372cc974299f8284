"""Run logs, made as a run makes them, without pytest."""

from pathlib import Path
from typing import Any

import pytest

from pytest_distill.models import spec
from pytest_distill.report import to_json
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import ReportTarget, Settings
from tests.support.run_logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Give a writer of run logs: ``log("a", leak=0.3)``; beside each lies its ``a.json``."""

    def write(
        name: str,
        *,
        leak: float,
        model: str = "qwen",
        limit: int = 60,
        keep: int | None = None,
        seed: int = 0,
        **more: Any,  # noqa: ANN401 - whatever settings hold
    ) -> Path:
        path = tmp_path / f"{name}.jsonl"
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

    return write
