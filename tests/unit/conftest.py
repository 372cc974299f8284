"""How properties are tested; not beside the other conftest, which runs of suites load as well."""

from hypothesis import settings

# The same examples on every machine, and no clock: a busy machine is not a failure.
settings.register_profile("pytest-distill", deadline=None, derandomize=True, database=None)
settings.load_profile("pytest-distill")
