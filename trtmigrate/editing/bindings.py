"""Scopes with their bindings and reads, and the bindings that hold on a path through them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Source(NamedTuple):
    """Where the value of a name comes from."""

    text: str
    block: ast.AST | None = None  # the loop or `with` block that binds the name for its body


UNBOUND = Source("unbound")  # the name has no value yet, or no longer
OUTER = Source("outer")  # the value of an enclosing scope, of another module or a builtin
MANY = Source("many")  # more sources than are told apart
MAX_SOURCES = 20
_MANY = frozenset({MANY})

State = dict[str, frozenset[Source]]


@dataclass
class Read:
    """A name that is read, with every source that can reach it."""

    name: str
    line: int
    statement: ast.stmt | ast.ExceptHandler | ast.match_case
    around: ast.AST  # the innermost attribute, subscript or call that it is part of
    sources: set[Source] = field(default_factory=set)
    left: bool = False  # read after the loop or `with` block that bound it

    @property
    def texts(self) -> frozenset[str]:
        return frozenset(source.text for source in self.sources)


@dataclass
class Scope:
    """A module, class or function with what it binds and reads."""

    name: str
    node: ast.AST
    parent: Scope | None
    local: frozenset[str]
    reads: dict[ast.Name, Read] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)
    derived: set[tuple[str, str]] = field(default_factory=set)  # names made from their own value
    elsewhere: set[str] = field(default_factory=set)  # declared global or nonlocal


def owner_of(name: str, scope: Scope) -> Scope | None:
    """Return the scope that a function in `scope` reads a name from; None if no scope binds it."""
    at: Scope | None = scope
    while at is not None:
        if name in at.local and not isinstance(at.node, ast.ClassDef):
            return at
        at = at.parent
    return None


def copied(state: State | None) -> State | None:
    """Return a state that can be changed; None stands for a path that does not go on."""
    return dict(state) if state is not None else None


def joined(states: Sequence[State | None]) -> State | None:
    """Return what holds after any of several paths; None if none of them goes on."""
    paths = [state for state in states if state is not None]
    if not paths:
        return None
    result = dict(paths[0])
    for state in paths[1:]:
        for name, sources in state.items() - result.items():
            result[name] = few(result[name] | sources)
    return result


def few(sources: frozenset[Source]) -> frozenset[Source]:
    """Return sources as they are, or MANY in their place where that would take too long."""
    return _MANY if len(sources) > MAX_SOURCES or MANY in sources else sources
