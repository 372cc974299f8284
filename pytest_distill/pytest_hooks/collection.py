"""Suites as pytest nodes: collected from the package, with node ids that contain no path."""

import importlib.util
import re
import sys
from collections.abc import Container, Generator, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from pytest_distill.data import resources
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.pytest_hooks import single_cases, slots
from pytest_distill.pytest_hooks.cases import parameters
from pytest_distill.pytest_hooks.evaluation import FIRST_VERDICTS, Evaluation, FirstVerdicts
from pytest_distill.pytest_hooks.slots import Slot, SlotEvaluation
from pytest_distill.run.session import Session
from pytest_distill.suites.node_ids import FOLDER
from pytest_distill.suites.protocol import Suite

_NODE_ID = re.compile(rf"{FOLDER}/([^/:\[]+)(?:::|$)")


# Arguments of suite tests that are set without a fixture lookup; only `evaluation` needs `request`.
_DIRECT_ARGUMENTS = frozenset({"model", "case", "slot", "evaluation", "request"})

_ASKING = frozenset({"_distill_model", "_distill_reference", "evaluation"})
"""Fixtures through which a user's own test asks a model."""


class SuiteModule(pytest.Module):
    """The test module of one suite."""

    @classmethod
    def of(cls, session: pytest.Session, suite: Suite) -> "SuiteModule":
        """Return the collector of `suite`."""
        node: SuiteModule = cls.from_parent(
            session, path=suite.test_file, name=suite.name, nodeid=f"{FOLDER}/{suite.name}"
        )
        node.obj = _load(suite)
        node.add_marker(suite.name)
        return node

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Leave out the placeholder that pytest creates for a test without cases."""
        return [node for node in super().collect() if not _is_placeholder(node)]


class Suites:
    """The collection hooks."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        self._session = session
        self._verdicts = config.stash[FIRST_VERDICTS] = FirstVerdicts()
        self._collected: dict[pytest.Item, int] = {}
        """The tests whose order counts, with their places in it."""
        shipped = resources.suites().glob("*/test_*.py")
        added = (suite.test_file for suite in session.extensions.suites)
        self._files = frozenset(path.resolve() for path in (*shipped, *added))
        self._wanted = self._take_node_ids(config)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out the files of suites, as below ``--pyargs pytest_distill``: they run by name."""
        is_ours = collection_path.suffix == ".py" and collection_path.resolve() in self._files
        return True if is_ours else None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Append the suites to what was collected from the command line's paths."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            registry = self._session.extensions.suites
            report.result.extend(
                SuiteModule.of(collector, registry[name]) for name in self._suites()
            )
        return report

    @pytest.hookimpl(specname="pytest_make_collect_report", tryfirst=True)
    def pytest_make_collect_report_of_suite(
        self, collector: pytest.Collector
    ) -> pytest.CollectReport | None:
        """Collect a suite also under ``--lf``, which skips files without a known failure.

        ``--lf`` looks failures up by path, and the node id of a suite contains no path.
        """
        manager = collector.config.pluginmanager
        if not isinstance(collector, SuiteModule) or not manager.has_plugin("lfplugin-collskip"):
            return None
        return pytest.CollectReport(collector.nodeid, "passed", None, list(collector.collect()))

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Parametrize suites by model and case, and a user's own tests by model."""
        if isinstance(metafunc.definition.parent, SuiteModule):
            suite = metafunc.definition.parent.name
            if "slot" in metafunc.fixturenames:
                metafunc.parametrize(("model", "slot"), slots.parameters(self._session, suite))
            elif "case" in metafunc.fixturenames:
                metafunc.parametrize(("model", "case"), parameters(self._session, suite))
            return

        def own(name: str) -> bool:
            # A conftest may parametrize in this hook too; pytest has no public name for that.
            return any(name in call.params for call in getattr(metafunc, "_calls", ()))

        # Only our fixtures request these: a user's own `model` or `reference` is left alone.
        references, models = self._session.references, self._session.models
        if "_distill_reference" in metafunc.fixturenames and references and not own("reference"):
            metafunc.parametrize("_distill_reference", references.values(), ids=references.keys())
        if "_distill_model" in metafunc.fixturenames and not own("model"):
            metafunc.parametrize("_distill_model", models.values(), ids=models.keys())

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Set a location without a file path for suite items, as in their node ids."""
        if isinstance(item.parent, SuiteModule):
            item.location = (item.parent.nodeid, None, item.name)
            # A campaign learns from its earlier slots, and looks come one after another.
            if "slot" in parameters_of(item) or self._session.settings.stop:
                self._collected[item] = len(self._collected)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Find out whether a case has several tests, as with ``--count`` of pytest-repeat."""
        cases = [key for item in session.items if (key := _key(item)) is not None]
        self._verdicts.is_repeating = len(set(cases)) < len(cases)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Forget a test's verdicts after it has run, however often that was."""
        try:
            return (yield)
        finally:
            self._verdicts.end_test()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Set the arguments of a suite's test directly, without a fixture lookup.

        Looking up three fixtures takes twice as long as the rest of a test.
        """
        if isinstance(item.parent, SuiteModule):
            function = cast("pytest.Function", item)
            evaluation = self._evaluation(item, function.callspec.params.get("slot"))
            function.funcargs.update(function.callspec.params, evaluation=evaluation)
            function.fixturenames = [n for n in function.fixturenames if n not in _DIRECT_ARGUMENTS]

    def _evaluation(self, item: pytest.Item, slot: object) -> Evaluation:
        if isinstance(slot, Slot):
            return SlotEvaluation(item, self._session, slot, self._verdicts)
        return Evaluation(item, self._session, self._verdicts)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Deselect the suite tests that node ids do not select, and what other shards run."""
        dropped = [item for item in items if not self._is_to_run(item)]
        if not dropped:
            return
        gone = set(dropped)
        kept = [item for item in items if item not in gone]
        items[:] = kept
        config.hook.pytest_deselected(items=dropped)

    @pytest.hookimpl(specname="pytest_collection_modifyitems", wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems_in_order(
        self, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Restore an order that counts, where ``--ff`` or a plugin as pytest-randomly changed it.

        These tests change places among themselves only: all others stay where they were put.
        """
        yield
        order = self._collected
        places = [place for place, item in enumerate(items) if item in order]
        found = sorted((items[place] for place in places), key=order.__getitem__)
        for place, item in zip(places, found, strict=True):
            items[place] = item

    def _suites(self) -> tuple[str, ...]:
        return self._session.settings.suites

    def _is_to_run(self, item: pytest.Item) -> bool:
        if isinstance(item.parent, SuiteModule):
            return not self._wanted or self._is_wanted(item)
        # Of the project's own tests a shard has its share of those that ask a model.
        asks = not _ASKING.isdisjoint(getattr(item, "fixturenames", ()))
        return not asks or self._session.part.has_test(item.nodeid)

    def _is_wanted(self, item: pytest.Item) -> bool:
        return any(_matches(item, wanted) for wanted in self._wanted)

    def _take_node_ids(self, config: pytest.Config) -> tuple[str, ...]:
        """Remove the node ids of suites from pytest's arguments, which pytest reads as paths.

        Without further arguments ``pytest --suite ice`` runs the suite only, and a configured suite
        runs beside the project's own tests.
        """
        explicit = config.args_source is config.ArgsSource.ARGS
        is_asked = config.getoption("distill_suite") is not None
        ours = [arg for arg in config.args if suite_of(arg, self._suites()) is not None]
        if self._suites() and (ours or (is_asked and not explicit)):
            config.args = [arg for arg in config.args if explicit and arg not in ours]
            config.args_source = config.ArgsSource.ARGS
        for node_id in ours:
            self._check_case(node_id)
        return tuple(map(single_cases.canonical, ours))

    def _check_case(self, node_id: str) -> None:
        """Reject an unknown case id before workers start, since they could not report it."""
        suite = suite_of(node_id, self._suites()) or ""
        _, bracket, rest = node_id.partition("[")
        found = [*parameters(self._session, suite), *slots.parameters(self._session, suite)]
        known = {str(case.id) for case in found}
        if bracket and rest.removesuffix("]") not in known:
            near = did_you_mean(rest.removesuffix("]"), known)
            message = f"no case of this run has the id {node_id}{near and '.' + near}"
            raise UsageError(message)


def parameters_of(item: pytest.Item) -> Mapping[str, object]:
    """Return the parameters of a suite's test; none for a test of the user's own."""
    callspec = getattr(item, "callspec", None) if isinstance(item.parent, SuiteModule) else None
    return {} if callspec is None else callspec.params


def suite_of(argument: str, suites: Container[str]) -> str | None:
    """Return the suite of a node id such as ``distill/ice::test_identity[...]``, or None.

    Args:
        argument: of the command line.
        suites: the known names.
    """
    match = _NODE_ID.match(single_cases.canonical(argument))
    return match[1] if match and match[1] in suites else None


def _load(suite: Suite) -> ModuleType:
    """Import the suite's test module under a name that cannot clash with a user's module."""
    name, path = f"pytest_distill._suites.{suite.name}", suite.test_file
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        message = f"suite {suite.name!r} is not installed: {path} is missing"
        raise pytest.UsageError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    # A fixture in the module is nearer than one of these names in a user's conftest.
    for argument in _DIRECT_ARGUMENTS - {"request", *vars(module)}:
        setattr(module, argument, pytest.fixture(name=argument)(_set_directly))
    return module


def _key(item: pytest.Item) -> tuple[int, int] | None:
    """Return what two tests of one case, or of one slot, have in common."""
    parameters = parameters_of(item)
    if not parameters:
        return None
    return id(parameters.get("model")), id(parameters.get("case", parameters.get("slot")))


def _set_directly() -> None:
    """Stand for an argument that `Suites.pytest_runtest_setup` sets."""


def _is_placeholder(node: object) -> bool:
    callspec = getattr(node, "callspec", None)
    return callspec is not None and not isinstance(callspec.params["model"], ModelUnderTest)


def _matches(item: pytest.Item, wanted: str) -> bool:
    return item.nodeid == wanted or item.nodeid.startswith((f"{wanted}[", f"{wanted}::"))
