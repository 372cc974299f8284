"""Whether a gate may rest on answers that were given before the run.

Behind a server, a new release may answer under an old name, and what the cache or a run log has is
then another model's.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pytest_distill.models.release import is_fingerprint
from pytest_distill.records import Reuse
from pytest_distill.report import reuse as reuse_text
from pytest_distill.text import age, one_line


class Freshness(NamedTuple):
    """How old the answers of a run may be."""

    max_age_s: float | None
    """None: any age."""
    fixed: frozenset[str]
    """Labels of models whose spec always means the same release."""

    def depends_on_release(self, label: str, reuse: Reuse) -> bool:
        """Return whether the release that the endpoint reports now says more than the age."""
        return label not in self.fixed and self.max_age_s is not None and all(reuse.releases)

    def problems(self, reused: Mapping[str, Reuse], releases: Mapping[str, str]) -> Iterator[str]:
        """Yield why no gate can be decided, for each model whose answers do not allow it.

        Args:
            reused: answers that were given before the run, by the label of the model.
            releases: that the endpoints report now, by label, as far as they were asked.
        """
        for label, reuse in reused.items():
            problem = self._problem(label, reuse, releases.get(label))
            if problem is not None:
                yield problem

    def _problem(self, label: str, reuse: Reuse, release: str | None) -> str | None:
        if label in self.fixed or self.max_age_s is None or reuse.releases == (release,):
            return None
        said = reuse_text.sentence(label, reuse)
        others = [other for other in reuse.releases if other and not is_fingerprint(other)]
        if release and not is_fingerprint(release) and others:
            was = one_line(", ".join(others))
            return f"{said}; they are of {was}, and {one_line(release)} answers now: {_anew(reuse)}"
        if not reuse.undated and (reuse.oldest_s or 0.0) <= self.max_age_s:
            return None
        return (
            f"{said}, and may be of an earlier release: {_anew(reuse)}, raise"
            f" --distill-cache-max-age ({age(self.max_age_s)}), or name the release in the spec"
            " (?release=NAME)"
        )


def _anew(reuse: Reuse) -> str:
    ways = []
    if reuse.cached:
        ways.append("--distill-cache off or a deleted cache")
    if reuse.logged:
        ways.append("another --distill-run")
    return f"ask again with {' and '.join(ways)}"
