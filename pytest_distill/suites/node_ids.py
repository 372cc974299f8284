"""Node ids of suites' tests: the same on every machine, made from suite, model and case."""

import re

FOLDER = "distill"
"""The node id of suite ``ice`` is ``distill/ice``, wherever the package is installed."""

GATES = f"{FOLDER}/gates"
"""Beginning of the gates' node ids."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._/+-]+")


def parameter_id(label: str, case: str) -> str:
    """Return ``<model>-<case>`` with only characters that -k, shells and JUnit readers accept."""
    return f"{safe(label)}-{safe(case)}"


def safe(text: str) -> str:
    """Return a part of a parameter's id."""
    return _UNSAFE.sub("_", text)


def node_id(suite: str, test: str, parameter: str) -> str:
    """Return the node id of a test with its parameter's id."""
    return f"{FOLDER}/{suite}::{test}[{parameter}]"
