"""A process that writes to a run log: ``appender.py LOG NAME COUNT [LARGEST]``.

It prints each case's id when the log has it, or why not. LARGEST is the size in bytes that the
system lets a file have.
"""

import asyncio
import sys
from pathlib import Path

from pytest_distill.errors import StoreError
from pytest_distill.records import Case, Completion, Observation, RunDescription
from pytest_distill.store.runlog import RunLog

SETTINGS = RunDescription(version="0", suites=("ice",), subjects={}, judge="offline", plans={})


def observation(case_id: str, answer: str = "I am X. 我是。", **fields: object) -> Observation:
    """Return an observation on one case, of about a kilobyte."""
    case = Case(id=case_id, suite="ice", query="Who? " * 20, probe_key="who")
    known = {"case": case, "model": "m", "judge": "offline", "outcome": "judged"}
    completion = Completion(text=answer * 40)
    return Observation.model_validate(known | {"completion": completion} | fields)


async def main(path: Path, name: str, count: int) -> None:
    """Append, eight at a time."""
    log = RunLog.open(path, SETTINGS, exclusive=False)

    async def some(first: int) -> None:
        for number in range(first, count, 8):
            case_id = f"ice/{name}-{number}"
            try:
                await log.append(observation(case_id))
            except StoreError as error:
                sys.stdout.write(f"StoreError {error}\n")
                return
            sys.stdout.write(f"{case_id}\n")
            sys.stdout.flush()

    await asyncio.gather(*(some(first) for first in range(8)))
    log.close()


if __name__ == "__main__":
    if len(sys.argv) > 4:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
