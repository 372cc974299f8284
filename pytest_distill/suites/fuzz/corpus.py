"""Storage of what the fuzzer found: leaks to ask again, and mutants to run again.

Leaks are in pytest's cache, or in a file that can be committed (``--fuzz-corpus``): one JSON
object per line. The mutants of the last run are always in pytest's cache, so that a node id or
``--lf`` runs the same ones.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pytest_distill import documents
from pytest_distill.errors import StoreError
from pytest_distill.files import is_there, reason, write_whole
from pytest_distill.records import Case, Observation, Record, SlotResult, Template
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.names import REGRESSION, SUITE
from pytest_distill.suites.fuzz.options import fuzz_settings
from pytest_distill.suites.protocol import Memory
from pytest_distill.text import digest

_Kind = TypeVar("_Kind", bound=Record)

_LEAKS = "distill/fuzz-leaks"
_MUTANTS = "distill/fuzz-mutants"
_CONFIRMED = "distill/fuzz-confirmed"

# A corpus that only grows would cost more with every run, so the oldest leaks are removed from the
# cache. A file belongs to the user: nothing is removed from it.
_MOST_LEAKS = 200


class Leak(Record):
    """A question and template that leaked in an earlier run."""

    model: str
    """The model that leaked; every model under test is asked."""
    template: str
    query: str
    probe: str
    """The question that its translations share."""
    category: str | None = None
    language: str | None = None

    @property
    def id(self) -> str:
        """Stable over machines and runs: the same text has the same id."""
        return f"{self.probe}-{digest(self.template + self.query)[:8]}"

    def case(self) -> Case:
        """Return it as an ordinary case."""
        return Case(
            id=f"{REGRESSION}/{self.id}",
            suite=REGRESSION,
            query=self.query,
            template=self.template,
            probe_key=self.probe,
            template_key=digest(self.template),
            category=self.category,
            language=self.language,
        )


class Corpus:
    """Reads leaks and mutants of earlier runs, and stores those of this run."""

    def __init__(self, memory: Memory | None, settings: Settings) -> None:
        """Read the leaks.

        Args:
            memory: values kept from earlier runs; None if nothing is kept.
            settings: of the run.

        Raises:
            FileFormatError: a line of the file cannot be used.
            StoreError: the file cannot be read.
        """
        self._memory = memory
        self._settings = settings
        self._path = fuzz_settings(settings).corpus
        self._leaks = {leak.id: leak for leak in self._read()}
        self._found: dict[tuple[str, str], Leak] = {}

    def cases(self) -> tuple[Case, ...]:
        """Return every leak as a case, in the order in which they were found."""
        return tuple(leak.case() for leak in self._leaks.values())

    def mutants(self, model: str) -> Mapping[str, Template]:
        """Return the last mutants of the same campaign, by slot."""
        kept = self._cached(_MUTANTS, {}).get(self._campaign(model))
        found = _valid(Template, kept if isinstance(kept, dict) else {})
        return {slot: template for slot, template in found if isinstance(slot, str)}

    def confirmed(self, model: str) -> Sequence[str]:
        """Return the slots that the last run of the same campaign confirmed."""
        found = self._cached(_CONFIRMED, {}).get(self._campaign(model))
        return [slot for slot in found if isinstance(slot, str)] if isinstance(found, list) else []

    def take(self, observation: Observation) -> None:
        """Keep the first leak of each slot."""
        case, verdict = observation.case, observation.verdict
        if case.suite != SUITE or case.template is None or verdict is None or not verdict.loose:
            return
        _, slot, _ = case.id.split("/", 2)
        leak = Leak(
            model=observation.model,
            template=case.template,
            query=case.query,
            probe=case.probe_key,
            category=case.category,
            language=case.language,
        )
        self._found.setdefault((observation.model, slot), leak)

    def save(self, slots: Iterable[SlotResult]) -> None:
        """Write the leaks, the mutants of the slots, and which were confirmed."""
        slots = list(slots)
        bred = [slot for slot in slots if slot.template is not None]
        shorter = {(slot.model, slot.slot): slot.shortest for slot in bred}
        for key, leak in sorted(self._found.items(), key=lambda found: found[0]):
            template = shorter.get(key)
            kept = leak if template is None else leak.model_copy(update={"template": template.text})
            self._leaks.setdefault(kept.id, kept)
        self._write()
        if self._memory is not None and bred:
            mutants = {
                key: kept
                for key, kept in self._cached(_MUTANTS, {}).items()
                if isinstance(kept, dict)
            }
            for slot in bred:
                campaign = mutants.setdefault(self._campaign(slot.model), {})
                campaign[slot.slot] = slot.template.model_dump() if slot.template else None
            self._memory.set(_MUTANTS, mutants)
        self._save_confirmed(slots)

    def _save_confirmed(self, slots: Iterable[SlotResult]) -> None:
        confirmed = {self._campaign(slot.model): slot.confirms for slot in slots if slot.confirms}
        if self._memory is not None and confirmed:
            known = self._cached(_CONFIRMED, {})
            self._memory.set(_CONFIRMED, {**known, **confirmed})

    def _read(self) -> list[Leak]:
        if self._path is None:
            kept = self._cached(_LEAKS, [])
            return [leak for _, leak in _valid(Leak, dict(enumerate(kept)))]
        return read(self._path)

    def _write(self) -> None:
        if not self._found:
            return
        leaks = list(self._leaks.values())
        if self._path is not None:
            try:
                write_whole(self._path, "".join(leak.model_dump_json() + "\n" for leak in leaks))
            except OSError as error:
                message = f"--fuzz-corpus not written to {self._path}: {reason(error)}"
                raise StoreError(message) from error
        elif self._memory is not None:
            self._memory.set(_LEAKS, [leak.model_dump() for leak in leaks[-_MOST_LEAKS:]])

    def _cached(self, key: str, otherwise: Any) -> Any:  # noqa: ANN401 - JSON
        found = otherwise if self._memory is None else self._memory.get(key, otherwise)
        return found if isinstance(found, type(otherwise)) else otherwise

    def _campaign(self, model: str) -> str:
        """Return a campaign's key: all that its mutants depend on except the answers."""
        fuzz, helper = fuzz_settings(self._settings), self._settings.helper
        parts = (model, self._settings.seed, fuzz.policy, helper.text if helper else "offline")
        return "/".join(map(str, parts))


def _valid(kind: type[_Kind], kept: Mapping[Any, object]) -> Iterator[tuple[Any, _Kind]]:
    """Yield the records that this version can read; another one may have written the cache."""
    for key, value in kept.items():
        with suppress(ValidationError):
            yield key, kind.model_validate(value)


def read(path: Path) -> list[Leak]:
    """Read a corpus file; one that is not there yet is empty.

    Raises:
        FileFormatError: a line cannot be used.
        StoreError: the file cannot be read.
    """
    if not is_there(path):
        return []
    text = documents.text(path, "--fuzz-corpus", refusal=StoreError)
    return [documents.record(Leak, line, path, number) for number, line in documents.lines(text)]
