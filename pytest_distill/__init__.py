"""How far was a language model distilled from another? A pytest plugin that measures it.

An idle pytest run imports this module and `pytest_distill.plugin`, nothing else, so
nothing is re-exported here: import from `pytest_distill.records` and its neighbours.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
