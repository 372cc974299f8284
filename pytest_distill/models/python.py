"""``python:``, the user's own callable or client."""

import asyncio
import importlib
import inspect
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial, reduce
from threading import Thread
from typing import cast

from pytest_distill.errors import ModelError, SpecError
from pytest_distill.models import deadline
from pytest_distill.models.conversation import messages_of
from pytest_distill.models.provider import Dependencies, Provider
from pytest_distill.models.rules import NAME, RELEASE, SECONDS, TEXT
from pytest_distill.records import Completion, ModelSpec, Request, Scalar
from pytest_distill.text import one_line, readable

_PATH = re.compile(r"(?P<module>\w+(?:\.\w+)*):(?P<attribute>\w+(?:\.\w+)*)")

_CONTRACT = (
    "it must be a function that takes the prompt and returns the answer,"
    " or an object with complete(messages, **parameters)"
)

# Errors of user code. SystemExit and KeyboardInterrupt would end the event loop, and with it all
# other evaluations.
_USER_ERRORS = (Exception, SystemExit, KeyboardInterrupt)


class PythonModel:
    """A function of the prompt, or an object with ``complete``; sync or async.

    Sync functions are called in threads, several at a time.
    """

    def __init__(self, spec: ModelSpec) -> None:
        """Import the module.

        Raises:
            SpecError: the module or attribute does not exist, or cannot be called.
        """
        self._spec = spec
        self._target = _find(spec)
        self._timeout_s = deadline.seconds(spec)
        self._parameters = PROVIDER.sent(spec)

    async def complete(self, request: Request) -> Completion:
        """Call the user's function or method."""
        messages = messages_of(request, self._spec)
        function, argument = self._call(messages)
        started = time.perf_counter()
        async with deadline.attempt(self._timeout_s):
            answer = await self._outcome(function, argument)
        if not isinstance(answer, str):
            message = f"{self._spec.name} returned {type(answer).__name__}, not str"
            raise ModelError(message)
        return Completion(text=readable(answer), latency_s=time.perf_counter() - started)

    async def aclose(self) -> None:
        """Do nothing: the user closes objects that the user made."""

    def _call(
        self, messages: list[dict[str, str]]
    ) -> tuple[Callable[..., object], str | list[dict[str, str]]]:
        method = getattr(self._target, "complete", None)
        if callable(method):
            return method, messages
        if len(messages) > 1:
            message = (
                f"{self._spec.name} takes a prompt, not a conversation;"
                " an object with complete(messages, **parameters) takes both"
            )
            raise ModelError(message)
        return cast("Callable[..., object]", self._target), messages[0]["content"]

    async def _outcome(self, function: Callable[..., object], argument: object) -> object:
        if _is_async(function):
            return await _call_async(function, argument, self._parameters)
        # Exceptions are translated in the thread: a future cannot hold a StopIteration.
        outcome = await _in_thread(partial(_call_sync, function, argument, self._parameters))
        if isinstance(outcome, ModelError):
            raise outcome
        if not inspect.isawaitable(outcome):
            return outcome
        return await _awaited(outcome)


def check(spec: ModelSpec) -> None:
    """Make sure that the callable can be imported and called.

    Raises:
        SpecError: it cannot.
    """
    target = _find(spec)
    if "system" in spec.parameters and not callable(getattr(target, "complete", None)):
        problem = (
            f"parameter 'system': {spec.name} takes only the prompt;"
            " an object with complete(messages, **parameters) takes a system message"
        )
        raise SpecError(spec.text, problem)


def _find(spec: ModelSpec) -> object:
    match = _PATH.fullmatch(spec.name)
    if match is None:
        problem = f"{spec.name!r} is not package.module:attribute"
        raise SpecError(spec.text, problem)
    try:
        module = importlib.import_module(match["module"])
    except _USER_ERRORS as error:
        problem = (
            f"{match['module']} cannot be imported: {type(error).__name__}: {one_line(str(error))}"
            "\n  for a module of your own, set pytest's option pythonpath to its folder"
        )
        raise SpecError(spec.text, problem) from error
    try:
        target = reduce(getattr, match["attribute"].split("."), cast("object", module))
    except AttributeError as error:
        raise SpecError(spec.text, str(error)) from error
    if inspect.isclass(target):
        problem = f"{spec.name} is a class; name an instance of it: {_CONTRACT}"
        raise SpecError(spec.text, problem)
    if not callable(getattr(target, "complete", target)):
        problem = f"{spec.name} is of type {type(target).__name__}; {_CONTRACT}"
        raise SpecError(spec.text, problem)
    return target


def _is_async(function: Callable[..., object]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 - whether it is async, not whether it exists
    )


async def _in_thread(call: Callable[[], object]) -> object:
    """Return what `call` returns, from a thread that does not keep the process alive.

    Those of `asyncio.to_thread` do: a function that never returns would hang pytest at its end.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[object] = loop.create_future()

    def settle(outcome: object) -> None:
        # Who waited may have given up.
        if not done.done():
            done.set_result(outcome)

    def run() -> None:
        outcome = call()
        # The run may have ended meanwhile, and the loop be closed.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, outcome)

    Thread(target=run, name="pytest-distill python:", daemon=True).start()
    return await done


def _call_sync(
    function: Callable[..., object], argument: object, parameters: Mapping[str, Scalar]
) -> object:
    try:
        return function(argument, **parameters)
    except ModelError as error:
        return error
    except _USER_ERRORS as error:
        return _failure(error)


async def _call_async(
    function: Callable[..., object], argument: object, parameters: Mapping[str, Scalar]
) -> object:
    return await _awaited(cast("Awaitable[object]", function(argument, **parameters)))


async def _awaited(outcome: Awaitable[object]) -> object:
    try:
        return await outcome
    except ModelError:
        raise
    except _USER_ERRORS as error:
        raise _failure(error) from error


def _failure(error: BaseException) -> ModelError:
    failure = ModelError(f"{type(error).__name__}: {one_line(str(error))}")
    failure.__cause__ = error
    return failure


def _make(spec: ModelSpec, _dependencies: Dependencies) -> PythonModel:
    return PythonModel(spec)


PROVIDER = Provider(
    name="python",
    example="python:package.module:attribute",
    make=_make,
    check=check,
    rules={"timeout": SECONDS, "system": TEXT, RELEASE: NAME},
    allows_unknown=True,
    not_sent=frozenset({"timeout", "system", RELEASE}),
    # A key_env= is passed on to the user's code.
    unkeyed=frozenset({"timeout"}),
)
