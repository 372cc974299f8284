"""From a spec to a model: what can be known before a run, and the building."""

from pytest_distill.errors import SpecError
from pytest_distill.models import credentials, local, python, recorded
from pytest_distill.models.local import LocalModel
from pytest_distill.models.python import PythonModel
from pytest_distill.models.recorded import RecordedModel
from pytest_distill.models.simulated import Personas, SimulatedModel
from pytest_distill.models.spec import parse
from pytest_distill.models.student import SimulatedStudent
from pytest_distill.protocols import Model
from pytest_distill.records import ModelSpec

_CHECKS = {"recorded": recorded.check, "local": local.check, "python": python.check}


def check(spec: ModelSpec) -> None:
    """Make sure that what `spec` names is there; asks nobody, needs no key, loads no weights.

    A simulated persona is checked by `make`, which is told whom there is to claim.

    Raises:
        SpecError: a file, a package or a callable is not there.
        FileFormatError: a line of a recording cannot be used.
    """
    if spec.provider in _CHECKS:
        _CHECKS[spec.provider](spec)
    if "teacher" in spec.parameters and spec.provider == "simulated":
        for parent in filter(None, _parents(spec)):
            check(parent)


def check_credentials(spec: ModelSpec) -> None:
    """Make sure that the key is there; only for runs that will ask.

    Raises:
        UsageError: it is not, or it cannot be a key.
    """
    credentials.check(spec)


def is_cached(spec: ModelSpec) -> bool:
    """Return whether answers are worth keeping.

    A recording, a persona and a function of the user's cost nothing to ask, and may change
    under one name.
    """
    return spec.provider in {"openai", "anthropic", "gemini", "local"}


def revision(spec: ModelSpec) -> str:
    """Return what tells the state of a model's weights, where they are a file of the user's."""
    return local.revision(spec) if spec.provider == "local" else ""


def server(spec: ModelSpec) -> str:
    """Return who is asked: models of one server share its patience."""
    return f"{spec.provider}@{spec.base_url or spec.provider}"


def make(spec: ModelSpec, *, personas: Personas | None = None) -> Model:
    """Build the model; connections and weights wait for the first question.

    Args:
        spec: what to build; `check` has passed it.
        personas: whom a ``simulated:`` model is, and whom it may claim to be.

    Raises:
        SpecError: the spec names something that is not there.
        FileFormatError: a line of a recording cannot be used.
    """
    match spec.provider:
        case "openai" | "anthropic" | "gemini":
            return _served(spec)
        case "recorded":
            return RecordedModel(spec)
        case "local":
            return LocalModel(spec)
        case "python":
            return PythonModel(spec)
        case "simulated" if "teacher" in spec.parameters:
            return _student(spec, personas)
        case "simulated" if personas is not None:
            return SimulatedModel(spec, personas)
        case "simulated":
            raise SpecError(spec.text, "simulated: needs facts: who it is and whom it may claim")
        case _:
            raise SpecError(spec.text, f"no provider is called {spec.provider!r}")


def _student(spec: ModelSpec, personas: Personas | None) -> Model:
    teacher, base = _parents(spec)
    return SimulatedStudent(
        spec,
        teacher=make(teacher, personas=personas),
        base=None if base is None else make(base, personas=personas),
    )


def _parents(spec: ModelSpec) -> tuple[ModelSpec, ModelSpec | None]:
    """Return the specs of the teacher and the base that `spec` names."""
    teacher, base = spec.parameters["teacher"], spec.parameters.get("base")
    return parse(str(teacher), {}), None if base is None else parse(str(base), {})


def _served(spec: ModelSpec) -> Model:
    # Runs that ask nobody over the wire need no httpx.
    from pytest_distill.models.anthropic import AnthropicModel  # noqa: PLC0415
    from pytest_distill.models.gemini import GeminiModel  # noqa: PLC0415
    from pytest_distill.models.openai import OpenAIModel  # noqa: PLC0415

    kinds: dict[str, type[AnthropicModel | GeminiModel | OpenAIModel]] = {
        "anthropic": AnthropicModel,
        "gemini": GeminiModel,
        "openai": OpenAIModel,
    }
    return kinds[spec.provider](spec)
