"""What flows together: one component for each set of places that a count reaches."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import libcst as cst


@dataclass
class Component:
    """What flows together."""

    understood: bool = True
    indexed: bool = False  # a list with an entry for each binding is read by an index
    counted: bool = False  # a number of bindings is read in a way that is not understood
    divisions: set[cst.CSTNode] = field(default_factory=set)


class Components:
    """A union-find forest over nodes and variables."""

    def __init__(self) -> None:
        self._parents: dict[Hashable, Hashable] = {}
        self._components: dict[Hashable, Component] = {}

    def root(self, key: Hashable) -> Hashable:
        """Return the place that stands for the component of `key`."""
        while self._parents.get(key, key) != key:
            key = self._parents[key]
        return key

    def of(self, key: Hashable) -> Component:
        """Return the component of `key`, a new one for a place that is new."""
        return self._components.setdefault(self.root(key), Component())

    def join(self, a: Hashable, b: Hashable) -> None:
        """Make one component of those of two places."""
        one, other = self.root(a), self.root(b)
        if one == other:
            return
        kept, gone = self.of(one), self.of(other)
        kept.understood = kept.understood and gone.understood
        kept.indexed = kept.indexed or gone.indexed
        kept.counted = kept.counted or gone.counted
        kept.divisions |= gone.divisions
        self._parents[other] = one
