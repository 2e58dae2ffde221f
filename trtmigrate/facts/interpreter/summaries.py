"""What is known across the functions of a module.

Each round of the interpreter runs all code with what the round before found out, and finds it out
anew. So a round that knows more about a parameter forgets what followed from knowing less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Generic, TypeVar

import libcst as cst

from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.values import Value

Env = Mapping[str, Value]
_Key = TypeVar("_Key", bound=Hashable)


class Known(Mapping[_Key, Value], Generic[_Key]):
    """Values by their place: those of the round before; where it had none, those of this round."""

    def __init__(self) -> None:
        self._before: dict[_Key, Value] = {}
        self._now: dict[_Key, Value] = {}
        self._linked: dict[_Key, Value] = {}  # from other modules

    def __getitem__(self, key: _Key) -> Value:
        if key in self._before:
            return self._before[key]
        return self._now[key] if key in self._now else self._linked[key]

    def __iter__(self) -> Iterator[_Key]:
        return iter({**self._before, **self._now, **self._linked})

    def __len__(self) -> int:
        return len({**self._before, **self._now, **self._linked})

    def add(self, key: _Key, value: Value) -> None:
        """Note that the place may hold a value."""
        held = self._now.get(key) or self._linked.get(key)
        self._now[key] = join(held, value) if held is not None else value

    def set(self, key: _Key, value: Value) -> None:
        """Note that the place holds a value, and nothing else so far."""
        self._now[key] = value

    def default(self, key: _Key, value: Value) -> None:
        """Note a value if this round has found none."""
        self._now.setdefault(key, value)

    def link(self, key: _Key, value: Value) -> None:
        """Note what a place of another module holds."""
        self._linked.setdefault(key, value)

    def begin_round(self, *, forget: bool) -> None:
        """Take what this round has found for what the round before has found.

        With `forget`, nothing of it is added to what the next round finds.
        """
        self._before = self._now
        self._now = {} if forget else dict(self._before)

    def found(self) -> Mapping[_Key, Value]:
        """Return what this round has found."""
        return dict(self._now)


@dataclass
class Summaries:
    """What is known about parameters, returns, attributes and global variables."""

    params: Known[tuple[cst.CSTNode, str]] = field(default_factory=Known)
    returns: Known[cst.CSTNode] = field(default_factory=Known)
    attrs: Known[tuple[cst.CSTNode, str]] = field(default_factory=Known)
    globals: Known[str] = field(default_factory=Known)
    guesses: dict[Hashable, Value] = field(default_factory=dict)
    uses: dict[Hashable, set[str]] = field(default_factory=lambda: defaultdict(set))
    doubted: set[Hashable] = field(default_factory=set)  # places that are used as if of TensorRT
    shared: set[tuple[cst.CSTNode, str]] = field(default_factory=set)  # an inner function sets it
    moved: set[Hashable] = field(default_factory=set)  # lists whose elements change their places
    exits: dict[cst.CSTNode, Env] = field(default_factory=dict)  # the variables at the end
    # What a function gives to a function that it gets as a parameter.
    callbacks: dict[tuple[cst.CSTNode, str], tuple[Value, ...]] = field(default_factory=dict)
    # What methods of classes of other modules get there.
    params_elsewhere: dict[tuple[cst.CSTNode, str], Value] = field(default_factory=dict)

    def add_param(self, function: cst.CSTNode, name: str, value: Value) -> None:
        self.params.add((function, name), value)

    def add_callback(self, function: cst.CSTNode, name: str, args: Iterable[Value]) -> None:
        """Note that a function calls its parameter `name`."""
        given = tuple(args)
        known = self.callbacks.get((function, name), given)
        self.callbacks[(function, name)] = tuple(map(join, known, given))

    def add_return(self, function: cst.CSTNode, value: Value) -> None:
        self.returns.add(function, value)

    def add_attr(self, cls: cst.CSTNode, name: str, value: Value) -> None:
        self.attrs.add((cls, name), value)

    def add_global(self, name: str, value: Value) -> None:
        self.globals.add(name, value)

    def begin_round(self, *, forget: bool) -> None:
        """Begin to find out everything anew; see `Known.begin_round`."""
        for table in self._tables():
            table.begin_round(forget=forget)

    def stand(self) -> tuple[object, ...]:
        """Return what must be the same in two rounds for the interpreter to be done."""
        found = [table.found() for table in self._tables()]
        places = (set(self.doubted), set(self.moved), set(self.shared))
        return (*found, dict(self.guesses), dict(self.callbacks), *places)

    def _tables(self) -> list[Known[Hashable]]:
        tables = (getattr(self, one.name) for one in fields(self))
        return [table for table in tables if isinstance(table, Known)]
