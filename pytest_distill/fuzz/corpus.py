"""The pool of templates as a tree: seeds are its roots, a mutant that leaked is a child."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pytest_distill.records import Template


@dataclass
class Node:
    """One template that mutants are bred from."""

    index: int
    template: Template
    parent: int | None = None
    level: int = 0
    """Steps from its seed, which is at 0."""
    children: list[int] = field(default_factory=list)
    visits: int = 0
    """Picks of it or of a descendant; a pick in flight counts already."""
    reward: float = 0.0
    log_weight: float = 0.0
    """Used by exp3 only."""


class Corpus:
    """Every template that may be a parent, with its visits and rewards."""

    def __init__(self, seeds: Iterable[Template]) -> None:
        """Add the seeds, in their order.

        Raises:
            ValueError: there is none.
        """
        self.nodes: list[Node] = []
        self.step = 0
        """Picks so far; the name is that of the selection formulas."""
        self.tried: Counter[str] = Counter()
        """Mutants made in each frame and in each language."""
        for seed in seeds:
            self.add(seed)
        if not self.nodes:
            message = "a campaign needs at least one seed"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    @property
    def roots(self) -> list[Node]:
        """The seeds."""
        return [node for node in self.nodes if node.parent is None]

    @property
    def depth(self) -> int:
        """Levels below the seeds."""
        return max(node.level for node in self.nodes)

    def add(self, template: Template, *, parent: int | None = None) -> Node:
        """Add `template`, as a seed or as the child of a node."""
        level = 0 if parent is None else self.nodes[parent].level + 1
        node = Node(len(self.nodes), template, parent, level)
        self.nodes.append(node)
        if parent is not None:
            self.nodes[parent].children.append(node.index)
        return node

    def note(self, *templates: Template) -> None:
        """Count frame and language of a new mutant, and of its partner."""
        self.tried.update({label for template in templates for label in labels(template)})

    def familiarity(self, template: Template) -> int:
        """Return how often its frame and its language were tried."""
        return sum(self.tried[label] for label in labels(template))

    def is_new(self, template: Template) -> bool:
        """Whether its frame was never tried."""
        return not self.tried[labels(template)[0]]

    def visit(self, path: Sequence[int], by: int = 1) -> None:
        """Count a pick along `path`; while it is in flight this is its virtual loss."""
        for index in path:
            self.nodes[index].visits += by

    def check_invariants(self) -> None:
        """Check the consistency of the tree.

        Raises:
            AssertionError: it is inconsistent; the campaign has a bug.
        """
        for position, node in enumerate(self.nodes):
            _require(node.index == position, "a node knows its place")
            _require(node.visits >= 0, "visits are never negative")
            _require(node.reward >= 0, "rewards are never negative")
            _require(node.template.text.count("{query}") == 1, "one placeholder each")
            if node.parent is None:
                _require(node.level == 0, "seeds are at level 0")
            else:
                parent = self.nodes[node.parent]
                _require(node.parent < node.index, "children come later")
                _require(node.level == parent.level + 1, "a child is one level down")
                _require(node.index in parent.children, "a parent knows its child")
            _require(len(set(node.children)) == len(node.children), "a child is counted once")
            _require(
                all(self.nodes[child].parent == position for child in node.children),
                "a child knows its parent",
            )


def labels(template: Template) -> tuple[str, str]:
    """Return the labels that mutants are counted by: frame and language."""
    return f"frame:{template.frame}", f"language:{template.language}"


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - as in assert
    if not holds:
        raise AssertionError(what)
