"""--distill-cache-max-age: a new release under an old name is not judged by old answers."""

import json
from pathlib import Path

import pytest

from pytest_distill.cli import main
from tests.support.caches import make_older
from tests.support.pytest_runs import Run
from tests.support.server import serving

LEAKING = "I am ChatGPT, made by OpenAI."
DAY_S = 86400


def test_a_new_release_under_an_old_name_does_not_pass(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The model leaked nothing two days ago, and leaks always now."""
    cache, log, report = (tmp_path / name for name in ("c.sqlite", "run.jsonl", "r.json"))
    suite = ("--suite=ice", "--facts=qwen", "--distill-limit=60", "--distill-gate=ice.strict<=0.2")
    where = (f"--distill-cache={cache}", f"--distill-report=json:{report}")
    with serving("--latency", "0") as server:
        port = server.url.rpartition(":")[2].removesuffix("/v1")
        first = run(*suite, *where, f"--model=openai:m@{server.url}")
    make_older(cache, days=2)

    with serving("--latency", "0", "--port", port, "--answer", LEAKING) as server:
        model = f"openai:m@{server.url}"
        stale = run(*suite, *where, f"--model={model}", f"--distill-run={log}", "-n2")
        found = json.loads(report.read_text())
        allowed = run(*suite, *where, f"--model={model}", "--distill-cache-max-age=3d")
        named = run(*suite, *where, f"--model={model}?release=2")

    assert (first.ret, stale.ret, allowed.ret, named.ret) == (0, 1, 0, 1)
    said = "60 of 60 answers of m came from the cache, the oldest 2 days old"
    stale.stdout.fnmatch_lines(
        [f"INCONCLUSIVE: {said}, and may be of an earlier release: ask again with *", said]
    )
    assert f", limit 20 % ({said})" in " ".join(map(str.strip, allowed.outlines))
    named.stdout.fnmatch_lines(["  FAIL: 60 of 60 answers claim another vendor *"])
    assert found["cost"] == {"calls": 0, "input_tokens": 0, "output_tokens": 0}
    assert found["run"]["reused"]["m"]["oldest_s"] >= 2 * DAY_S
    assert main(["gate", str(log), "--gate", "ice.strict<=0.2"]) == 1
    assert said in capsys.readouterr().out
    assert main(["gate", str(log), "--gate", "ice.strict<=0.2", "--cache-max-age", "forever"]) == 0


@pytest.mark.parametrize("text", ["3", "soon", "-1d", "1y", ""])
def test_a_duration_that_cannot_be_read_is_a_usage_error(refused: Run, text: str) -> None:
    """With how one reads."""
    result = refused("--suite=ice", "--model=simulated:qwen", f"--distill-cache-max-age={text}")

    result.stderr.fnmatch_lines(
        [f"*--distill-cache-max-age '{text}': *", "*as in 30m, 12h or 7d; 0 * or forever"]
    )
