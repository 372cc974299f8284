"""Damaged files of every kind; ``tox -e readers`` reads a hundred thousand of each."""

from pathlib import Path

import pytest

from tests.support.readers import readers, tried

pytestmark = pytest.mark.unmeasured

INPUTS = 200


def test_damaged_files_are_read_or_refused(tmp_path: Path, subtests: pytest.Subtests) -> None:
    """Whatever the damage: no other error is raised, and nothing is counted that is not there."""
    for reader in readers(tmp_path):
        with subtests.test(reader.name):
            outcome = tried(reader, tmp_path, inputs=INPUTS)

            assert outcome.failures == []
            assert outcome.inputs == INPUTS
            assert outcome.read
            assert outcome.refused
