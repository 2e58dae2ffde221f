"""Guess the class of an object that nothing shows, from the members that the program uses.

An object whose members are all those of a class in sight may as well be of that class: a program
that runs on several kinds of hardware has wrappers with the names of TensorRT's members. Such a
place is doubted: it is not guessed, and its uses are reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator

import libcst as cst

from trtmigrate.facts.domain.values import Instance, Ref, UserClass
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import name_hints


def guess(state: State) -> None:
    """Make objects of unknown places that are used as only one TensorRT class can be."""
    known = state.known
    known.doubted.clear()
    own = _members_of_classes(state)
    for place, members in known.uses.items():
        called = str(place[1]) if isinstance(place, tuple) else ""
        cls = name_hints.class_with(members, state.imports_tensorrt, called)
        if cls is None:
            continue
        around = set(_around(place, state))
        if any(members <= theirs for node, theirs in own.items() if node not in around):
            known.doubted.add(place)
            known.guesses.pop(place, None)
        else:
            known.guesses[place] = Instance(cls, ("place", place), guessed=True)


def _members_of_classes(state: State) -> dict[cst.CSTNode, set[str]]:
    """Return what each class in sight has that is no class of TensorRT: the classes of the module
    and of the modules that it imports.
    """
    defined: dict[cst.CSTNode, set[str]] = defaultdict(set)
    for node, name in state.known.attrs:
        defined[node].add(name)
    return {
        node: {name for cls in lineage for name in defined.get(cls, ())}
        for node in list(defined)
        if (lineage := _lineage(state, node)) is not None
    }


def _lineage(state: State, node: cst.CSTNode) -> list[cst.CSTNode] | None:
    """Return a class and its bases; None if one of them is TensorRT's."""
    found = [node]
    for cls in found:
        for base in state.bases.get(cls, ()):
            if isinstance(base, Ref) and base.name.startswith("tensorrt."):
                return None
            if isinstance(base, UserClass) and base.node not in found:
                found.append(base.node)
    return found


def _around(place: Hashable, state: State) -> Iterator[cst.CSTNode]:
    """Yield the classes around a place: what a wrapper holds is not a wrapper of its kind."""
    node = place[0] if isinstance(place, tuple) else place
    if isinstance(node, cst.CSTNode):
        yield node
        if node in state.tree.order:
            yield from state.tree.ancestors(node)
