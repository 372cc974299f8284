"""Small values that are kept between runs, in pytest's cache."""

import warnings
from typing import Any

import pytest


class QuietCache:
    """pytest's cache, without a warning where it cannot be written: pytest itself warns, once."""

    def __init__(self, cache: pytest.Cache) -> None:
        self._cache = cache

    def get(self, key: str, default: object) -> Any:  # noqa: ANN401 - JSON, as pytest's own
        """Return the value stored under `key`, else `default`."""
        return self._cache.get(key, default)

    def set(self, key: str, value: object) -> None:
        """Store `value`, which has to be serialisable as JSON, if that can be done."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pytest.PytestCacheWarning)
            self._cache.set(key, value)


def of(config: pytest.Config) -> QuietCache | None:
    """Return the cache of a run; None without one (``-p no:cacheprovider``)."""
    cache: pytest.Cache | None = getattr(config, "cache", None)
    return None if cache is None else QuietCache(cache)
