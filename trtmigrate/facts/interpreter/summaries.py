"""What is known across the functions of a module.

Each round of the interpreter runs all code with what the round before found out, and finds it out
anew. So a round that knows more about a parameter forgets what followed from knowing less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Generic, TypeVar, overload

import libcst as cst

from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.values import UNKNOWN, Value
from trtmigrate.facts.interpreter.observed import Observed

Env = Mapping[str, Value]
_Key = TypeVar("_Key", bound=Hashable)
_Default = TypeVar("_Default")


class Known(Mapping[_Key, Value], Generic[_Key]):
    """Values by their place: those of the round before; where it had none, those of this round."""

    def __init__(self) -> None:
        self._before: dict[_Key, Value] = {}
        self._now: dict[_Key, Value] = {}
        self._linked: dict[_Key, Value] = {}  # from other modules
        self._observed: Observed[_Key] = Observed()
        self._observed_or_unknown: Observed[_Key] = Observed()

    def __getitem__(self, key: _Key) -> Value:
        value = self._find(key)
        if value is None:
            raise KeyError(key)
        return value

    @overload
    def get(self, key: _Key, /) -> Value | None: ...
    @overload
    def get(self, key: _Key, /, default: Value) -> Value: ...
    @overload
    def get(self, key: _Key, /, default: _Default) -> Value | _Default: ...
    def get(self, key: _Key, /, default: object = None) -> object:
        value = self._find(key)
        return default if value is None else value

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not None  # type: ignore[arg-type]

    def _find(self, key: _Key) -> Value | None:
        value = self._before.get(key)
        if value is None:
            value = self._of_now(key)
        self._observed.note(key, value)
        return value

    def or_unknown(self, key: _Key) -> Value:
        """Return what is known of a place; UNKNOWN where that is nothing."""
        value = self._before.get(key)
        if value is None:
            value = self._of_now(key) or UNKNOWN
        self._observed_or_unknown.note(key, value)
        return value

    def _of_now(self, key: _Key) -> Value | None:
        """Return what this round has found, or another module."""
        value = self._now.get(key)
        return value if value is not None else self._linked.get(key)

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
        self._observed.forget()
        self._observed_or_unknown.forget()

    def would_be_found_again(self) -> bool:
        """True if a further round would see of it what this round has seen."""
        keys_stay = self._before.keys() <= self._now.keys()
        observed = self._observed.would_be(self._of_now)
        or_unknown = self._observed_or_unknown.would_be(lambda key: self._of_now(key) or UNKNOWN)
        return keys_stay and observed and or_unknown

    def end(self) -> None:
        """Take what this round has found for what all rounds have found."""
        self._before = self._now

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
    # What calls give to a method of an object that is not followed, or to a function that is not
    # known ("()"), by the position or the keyword of the argument ("*" for unpacked arguments).
    unfollowed: Known[tuple[str, int | str]] = field(default_factory=Known)
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
    # What variables of outer scopes held at the end.
    _ends: Observed[tuple[cst.CSTNode, str]] = field(default_factory=Observed)

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
        self._ends.forget()

    def would_be_found_again(self) -> bool:
        """True if a further round would see what this round has seen, guesses apart."""
        tables = all(table.would_be_found_again() for table in self._tables())
        return tables and self._ends.would_be(self._at_end)

    def end(self) -> None:
        """Take what this round has found for what all rounds have found."""
        for table in self._tables():
            table.end()

    def at_end(self, scope: cst.CSTNode, name: str, running: Env) -> Value | None:
        """Return what a variable of an outer scope holds at its end; where it still runs for the
        first time, now.
        """
        value = self.exits.get(scope, running).get(name)
        self._ends.note((scope, name), value)
        return value

    def _at_end(self, variable: tuple[cst.CSTNode, str]) -> Value | None:
        scope, name = variable
        return self.exits.get(scope, {}).get(name)

    def stand(self) -> tuple[object, ...]:
        """Return what must be the same in two rounds for the interpreter to be done."""
        found = [table.found() for table in self._tables()]
        places = (set(self.doubted), set(self.moved), set(self.shared))
        return (*found, dict(self.guesses), dict(self.callbacks), *places)

    def _tables(self) -> list[Known[Hashable]]:
        tables = (getattr(self, one.name) for one in fields(self))
        return [table for table in tables if isinstance(table, Known)]
