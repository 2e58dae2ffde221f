"""Names that are read from another binding than in the text that a result was made from."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from trtmigrate.editing.bindings import MANY, OUTER, UNBOUND, Read, Scope
from trtmigrate.editing.bound_names import reads_all_locals, reads_at_any_time
from trtmigrate.editing.problems import NameKind
from trtmigrate.editing.reaching import fill_scope, module_scope
from trtmigrate.editing.segments import Segments

_WORD = re.compile(r"\w+")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NOTHING: frozenset[str] = frozenset()
_UNBOUND = frozenset({UNBOUND.text})
_MESSAGES = {
    "unbound": "can be read here before it has a value; before, it could not",
    "rebound": "is read here with the value of another binding than before",
    "stale": "is read after the block that binds it; before, it was not",
}


class Clobber(NamedTuple):
    """A read that can see another value, or no value."""

    kind: NameKind
    line: int
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` {_MESSAGES[self.kind]}"


def clobbered_names(
    before: ast.Module, before_text: str, after: ast.Module, after_text: str
) -> Iterator[Clobber]:
    """Yield the reads in `after` whose name has no value or another one than it had in `before`."""
    old_segments, new_segments = Segments(before_text), Segments(after_text)
    pairs = [(module_scope(before), module_scope(after))]
    for old, new in pairs:  # grows: a scope is followed by those inside it
        inside = {scope.name: scope for scope in fill_scope(old, old_segments)}
        for scope in fill_scope(new, new_segments):
            twin = inside.get(scope.name)
            if twin is None and isinstance(scope.node, ast.FunctionDef):
                continue  # a function that is new has only names of its own
            if twin is None:
                pairs.append((Scope(scope.name, ast.Pass(), old, frozenset()), scope))
            elif old_segments.lines_of(twin.node) != new_segments.lines_of(scope.node):
                pairs.append((twin, scope))
    for old, new in pairs:  # all are filled now: a function can bind names of the scopes around it
        yield from _Comparison(old, old_segments, new, new_segments).run()


class _Side:
    """The reads of one version of a scope, as the comparison needs them."""

    def __init__(self, scope: Scope, segments: Segments) -> None:
        self.scope = scope
        self.segments = segments
        self.by_name: dict[str, list[Read]] = defaultdict(list)
        self.names_in: dict[ast.AST, set[str]] = defaultdict(set)
        self.by_statement: dict[tuple[str, str], list[list[Read]]] = defaultdict(list)
        self._in_context: dict[str, dict[str, set[str]]] = {}
        grouped: dict[tuple[ast.AST, str], list[Read]] = defaultdict(list)
        for read in scope.reads.values():
            grouped[read.statement, read.name].append(read)
            self.names_in[read.statement].add(read.name)
            self.by_name[read.name].append(read)
        for (statement, name), reads in grouped.items():
            self.by_statement[segments.text_of(statement), name].append(reads)

    @cached_property
    def loops(self) -> Counter[str]:
        """How often each loop stands in the scope, by its text."""
        nodes = (node for node in ast.walk(self.scope.node) if isinstance(node, ast.For))
        return Counter(map(self.segments.text_of, nodes))

    def sources(self, name: str) -> frozenset[str]:
        """Return every binding of a name in the scope."""
        return frozenset(self.scope.sources.get(name, ()))

    def context(self, read: Read) -> str:
        """Return the attribute, subscript or call that a name is part of; "" if there is none."""
        return self.segments.text_of(read.around) if isinstance(read.around, ast.expr) else ""

    def sources_in(self, name: str, context: str) -> set[str]:
        """Return the bindings that a name is read from inside one expression."""
        if name not in self._in_context:
            found: dict[str, set[str]] = defaultdict(set)
            for read in self.by_name.get(name, ()):
                found[self.context(read)] |= read.texts
            self._in_context[name] = found
        return self._in_context[name].get(context, set())


class _Comparison:
    """One scope before and after."""

    def __init__(
        self, old: Scope, old_segments: Segments, new: Scope, new_segments: Segments
    ) -> None:
        self.old = _Side(old, old_segments)
        self.new = _Side(new, new_segments)
        self.of_changed: dict[str, set[str]] = {}
        self.changes: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def run(self) -> Iterator[Clobber]:
        yield from self._captured()
        yield from self._taken_from_locals()
        for key, groups in self.new.by_statement.items():
            known = self.old.by_statement.get(key)
            if known is None:
                for reads in groups:
                    yield from _first(self._rewritten(read) for read in reads)
            elif len(known) == len(groups):
                for was, now in zip(known, groups, strict=True):
                    yield from self._kept(was, now)
            else:
                every = [read for reads in known for read in reads]
                for reads in groups:
                    yield from self._kept(every, reads)

    def _removed(self, name: str) -> frozenset[str]:
        return self._changes(name)[0]

    def _added(self, name: str) -> frozenset[str]:
        return self._changes(name)[1]

    def _changes(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the bindings of a name that are gone and those that are new.

        A new binding that wraps the value of the name itself does not count.
        """
        if name not in self.changes:
            old, new = self.old.sources(name), self.new.sources(name)
            derived = {text for made, text in self.new.scope.derived if made == name}
            self.changes[name] = old - new, new - old - derived
        return self.changes[name]

    def _captured(self) -> Iterator[Clobber]:
        """Yield names that a function inside reads at any time, and that got a further binding."""
        for name in sorted(self.old.scope.sources.keys() & self.new.scope.sources.keys()):
            kept = self.old.sources(name) & self.new.sources(name)
            if not kept or not self._added(name) or self._removed(name):
                continue
            if all(reads_at_any_time(s.node, name) for s in (self.old.scope, self.new.scope)):
                yield Clobber("rebound", _line(self.new.scope), name)

    def _taken_from_locals(self) -> Iterator[Clobber]:
        """Yield names that a function no longer binds, although it reads all its names at once."""
        old, new = self.old.scope, self.new.scope
        gone = sorted(old.local - new.local)
        if gone and isinstance(new.node, _FUNCTIONS) and reads_all_locals(new.node):
            for name in gone:
                yield Clobber("unbound", _line(new), name)

    def _kept(self, was: Sequence[Read], now: Sequence[Read]) -> Iterator[Clobber]:
        """Yield a problem if a statement that is as before reads a name from elsewhere."""
        name = now[0].name
        sources = _NOTHING.union(*(read.texts for read in was))
        gained = _NOTHING.union(*(read.texts for read in now)) - sources
        gained &= self._added(name) | self.old.sources(name) | {UNBOUND.text, OUTER.text}
        if MANY.text in sources or not gained:
            return
        if UNBOUND.text in gained:
            yield Clobber("unbound", now[0].line, name)
        elif gained == {OUTER.text} or not sources & self._removed(name):
            yield Clobber("rebound", now[0].line, name)

    def _rewritten(self, read: Read) -> Clobber | None:
        """Return the problem of a read in a statement that is new or was changed."""
        name, sources = read.name, read.texts
        if MANY.text in sources:
            return None
        if UNBOUND.text in sources and self._newly_unbound(read):
            return Clobber("unbound", read.line, name)
        added = sources & self._added(name)
        if added and not self._removed(name):
            if sources - added - _UNBOUND or self._moved_to_new(read):
                return Clobber("rebound", read.line, name)
        elif not added and not self._of_new_loop(read) and self._from_elsewhere(read):
            return Clobber("rebound", read.line, name)
        if read.left and not any(old.left for old in self.old.by_name.get(name, ())):
            return Clobber("stale", read.line, name)
        return None

    def _newly_unbound(self, read: Read) -> bool:
        old = self.old.by_name.get(read.name, [])
        if read.texts == _UNBOUND:
            return not any(r.texts == _UNBOUND for r in old)
        if any(UNBOUND.text in r.texts for r in old):
            return False
        words = {word for text in read.texts for word in _WORD.findall(text)}
        beside = self.new.names_in[read.statement] | words
        return not beside & self._known_unbound(read.name)

    def _known_unbound(self, besides: str) -> set[str]:
        """Return the other names that could be read without a value before."""
        return {
            name
            for name, reads in self.old.by_name.items()
            if name != besides and any(UNBOUND.text in read.texts for read in reads)
        }

    def _moved_to_new(self, read: Read) -> bool:
        """True if the same expression read the name from a binding that is still there."""
        context = self.new.context(read)
        was = self.old.sources_in(read.name, context)
        now = self.new.sources_in(read.name, context)
        if not context or not was or was & self._removed(read.name):
            return False
        return now <= self._added(read.name)

    def _of_new_loop(self, read: Read) -> bool:
        """True if the name is the variable of a loop around the read that is there once more.

        A loop that is new can begin like a loop that was there before.
        """
        loops = [source.block for source in read.sources if isinstance(source.block, ast.For)]
        texts = [self.new.segments.text_of(loop) for loop in loops]
        is_around = not read.left and len(loops) == len(read.sources)
        return is_around and all(self.new.loops[t] > self.old.loops[t] for t in texts)

    def _from_elsewhere(self, read: Read) -> bool:
        """True if the name is read from a binding that no changed statement read it from."""
        was = self._sources_of_changed(read.name)
        return bool(was) and not was & (read.texts | self._removed(read.name) | {MANY.text})

    def _sources_of_changed(self, name: str) -> set[str]:
        """Return the bindings that a name was read from in statements that are changed or gone."""
        if name not in self.of_changed:
            self.of_changed[name] = {
                text
                for read in self.old.by_name.get(name, ())
                if (self.old.segments.text_of(read.statement), name) not in self.new.by_statement
                for text in read.texts
            }
        return self.of_changed[name]


def _first(found: Iterator[Clobber | None]) -> Iterator[Clobber]:
    """Yield the first problem of a statement."""
    for clobber in found:
        if clobber is not None:
            yield clobber
            return


def _line(scope: Scope) -> int:
    return getattr(scope.node, "lineno", 1)
