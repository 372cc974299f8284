"""Suites as pytest nodes: collected from the package, under ids that hold no path."""

import importlib.util
import re
import sys
from collections.abc import Container, Generator, Iterable, Iterator
from types import ModuleType
from typing import cast

import pytest

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.pytest_hooks import slots
from pytest_distill.pytest_hooks.cases import parameters
from pytest_distill.pytest_hooks.evaluation import Evaluation
from pytest_distill.pytest_hooks.slots import Slot, SlotEvaluation
from pytest_distill.run.session import Session
from pytest_distill.suites.protocol import Suite

FOLDER = "distill"
"""The node id of suite ``ice`` is ``distill/ice``, wherever the package lies."""

_NODE_ID = re.compile(rf"{FOLDER}/([^/:\[]+)(?:::|$)")


# `request` is there for `evaluation` only.
_FILLED_IN = frozenset({"model", "case", "slot", "evaluation", "request"})


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
        """Leave out the stand-in that pytest makes of a test without cases."""
        return [node for node in super().collect() if not _is_stand_in(node)]


class Suites:
    """The hooks of collection."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        self._session = session
        self._wanted = self._take_node_ids(config)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Put the suites behind what the paths on the command line gave."""
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
        """Collect a suite even where ``--lf`` skips the files that it knows no failure of.

        It looks files up by path, and the path of a suite is not in its node id.
        """
        manager = collector.config.pluginmanager
        if not isinstance(collector, SuiteModule) or not manager.has_plugin("lfplugin-collskip"):
            return None
        return pytest.CollectReport(collector.nodeid, "passed", None, list(collector.collect()))

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run suites over models and cases, and a user's own tests over models."""
        if "reference" in metafunc.fixturenames and self._session.references:
            references = self._session.references
            metafunc.parametrize("reference", references.values(), ids=references.keys())
        if "model" not in metafunc.fixturenames:
            return
        if isinstance(metafunc.definition.parent, SuiteModule):
            suite = metafunc.definition.parent.name
            if "slot" in metafunc.fixturenames:
                metafunc.parametrize(("model", "slot"), slots.parameters(self._session, suite))
            else:
                metafunc.parametrize(("model", "case"), parameters(self._session, suite))
        elif not any("model" in _names(mark) for mark in _parametrizations(metafunc)):
            models = self._session.models
            metafunc.parametrize("model", models.values(), ids=models.keys())

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Give suite items a location that, as their ids, holds no path of the machine."""
        if isinstance(item.parent, SuiteModule):
            item.location = (item.parent.nodeid, None, item.name)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fill in what a suite's test asks for, which pytest then need not look up.

        Three fixtures cost a test twice as much as all the rest of it.
        """
        if isinstance(item.parent, SuiteModule):
            function = cast("pytest.Function", item)
            evaluation = self._evaluation(item, function.callspec.params.get("slot"))
            function.funcargs.update(function.callspec.params, evaluation=evaluation)
            function.fixturenames = [n for n in function.fixturenames if n not in _FILLED_IN]

    def _evaluation(self, item: pytest.Item, slot: object) -> Evaluation:
        fail_on = self._session.settings.fail_on
        if isinstance(slot, Slot):
            return SlotEvaluation(item, slot, fail_on=fail_on)
        return Evaluation(item, fail_on=fail_on)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep of the suites what node ids on the command line ask for."""
        if not self._wanted:
            return
        dropped = [i for i in items if isinstance(i.parent, SuiteModule) and not self._is_wanted(i)]
        gone = set(dropped)
        kept = [item for item in items if item not in gone]
        items[:] = kept
        config.hook.pytest_deselected(items=dropped)

    def _suites(self) -> tuple[str, ...]:
        return self._session.settings.suites

    def _is_wanted(self, item: pytest.Item) -> bool:
        return any(_matches(item, wanted) for wanted in self._wanted)

    def _take_node_ids(self, config: pytest.Config) -> tuple[str, ...]:
        """Take the node ids of suites out of pytest's arguments, which it reads as paths.

        Where nothing else is asked for by name, the suites are the whole run: a bare
        ``pytest --suite ice`` does not run the project's own tests.
        """
        explicit = config.args_source is config.ArgsSource.ARGS
        ours = [arg for arg in config.args if suite_of(arg, self._suites()) is not None]
        if self._suites() and (ours or not explicit):
            config.args = [arg for arg in config.args if explicit and arg not in ours]
            config.args_source = config.ArgsSource.ARGS
        for node_id in ours:
            self._check_case(node_id)
        return tuple(ours)

    def _check_case(self, node_id: str) -> None:
        """Refuse an id that no case has, before workers start: they could not say so."""
        suite = suite_of(node_id, self._suites()) or ""
        _, bracket, rest = node_id.partition("[")
        found = [*parameters(self._session, suite), *slots.parameters(self._session, suite)]
        known = {str(case.id) for case in found}
        if bracket and rest.removesuffix("]") not in known:
            near = did_you_mean(rest.removesuffix("]"), known)
            message = f"no case of this run has the id {node_id}{near and '.' + near}"
            raise UsageError(message)


def suite_of(argument: str, suites: Container[str]) -> str | None:
    """Return the suite of a node id such as ``distill/ice::test_identity[...]``, or None.

    Args:
        argument: of the command line.
        suites: names of those that there are.
    """
    match = _NODE_ID.match(argument)
    return match[1] if match and match[1] in suites else None


def _load(suite: Suite) -> ModuleType:
    """Import the suite's module under a name that no module of the user's can have."""
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
    return module


def _is_stand_in(node: object) -> bool:
    callspec = getattr(node, "callspec", None)
    return callspec is not None and not isinstance(callspec.params["model"], ModelUnderTest)


def _parametrizations(metafunc: pytest.Metafunc) -> Iterator[pytest.Mark]:
    return metafunc.definition.iter_markers("parametrize")


def _names(mark: pytest.Mark) -> list[str]:
    """Return the names that a parametrize mark gives values to."""
    names = mark.args[0] if mark.args else mark.kwargs["argnames"]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _matches(item: pytest.Item, wanted: str) -> bool:
    return item.nodeid == wanted or item.nodeid.startswith((f"{wanted}[", f"{wanted}::"))
