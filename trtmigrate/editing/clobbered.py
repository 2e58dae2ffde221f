"""Names that are read from another binding than in the text that a result was made from."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from trtmigrate.editing.bindings import OUTER, UNBOUND, Read, Scope
from trtmigrate.editing.bound_names import reads_at_any_time
from trtmigrate.editing.problems import NameKind
from trtmigrate.editing.reaching import fill_scope, module_scope
from trtmigrate.editing.segments import Segments

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
            if twin is None:
                pairs.append((Scope(scope.name, ast.Pass(), old, frozenset()), scope))
            elif old_segments.lines_of(twin.node) != new_segments.lines_of(scope.node):
                pairs.append((twin, scope))
    for old, new in pairs:  # all are filled now: a function can bind names of the scopes around it
        yield from _Comparison(old, old_segments, new, new_segments).run()


@dataclass
class _Side:
    """The reads of one version of a scope, as the comparison needs them."""

    scope: Scope
    segments: Segments
    by_statement: dict[tuple[str, str], list[list[Read]]] = field(default_factory=dict)
    by_name: dict[str, list[Read]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        grouped: dict[tuple[ast.AST, str], list[Read]] = defaultdict(list)
        by_name: dict[str, list[Read]] = defaultdict(list)
        for read in self.scope.reads.values():
            grouped[read.statement, read.name].append(read)
            by_name[read.name].append(read)
        by_statement: dict[tuple[str, str], list[list[Read]]] = defaultdict(list)
        for (statement, name), reads in grouped.items():
            by_statement[self.segments.text_of(statement), name].append(reads)
        self.by_statement, self.by_name = by_statement, by_name

    def sources(self, name: str) -> frozenset[str]:
        return frozenset(self.scope.sources.get(name, ()))

    def context(self, read: Read) -> str:
        return self.segments.text_of(read.around) if isinstance(read.around, ast.expr) else ""


class _Comparison:
    """One scope before and after."""

    def __init__(
        self, old: Scope, old_segments: Segments, new: Scope, new_segments: Segments
    ) -> None:
        self.old = _Side(old, old_segments)
        self.new = _Side(new, new_segments)

    def run(self) -> Iterator[Clobber]:
        yield from self._captured()
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
        return self.old.sources(name) - self.new.sources(name)

    def _added(self, name: str) -> frozenset[str]:
        """Return the new bindings of a name, without those that wrap its value."""
        derived = {text for made, text in self.new.scope.derived if made == name}
        return self.new.sources(name) - self.old.sources(name) - derived

    def _captured(self) -> Iterator[Clobber]:
        """Yield names that a function inside reads at any time, and that got a further binding."""
        for name in sorted(self.old.scope.sources.keys() & self.new.scope.sources.keys()):
            kept = self.old.sources(name) & self.new.sources(name)
            if not kept or not self._added(name) or self._removed(name):
                continue
            if all(reads_at_any_time(s.node, name) for s in (self.old.scope, self.new.scope)):
                yield Clobber("rebound", _line(self.new.scope), name)

    def _kept(self, was: Sequence[Read], now: Sequence[Read]) -> Iterator[Clobber]:
        """Yield a problem if a statement that is as before reads a name from elsewhere."""
        name = now[0].name
        sources = _NOTHING.union(*(read.texts for read in was))
        gained = _NOTHING.union(*(read.texts for read in now)) - sources
        gained &= self._added(name) | self.old.sources(name) | {UNBOUND.text, OUTER.text}
        if UNBOUND.text in gained:
            yield Clobber("unbound", now[0].line, name)
        elif gained and (gained == {OUTER.text} or not sources & self._removed(name)):
            yield Clobber("rebound", now[0].line, name)

    def _rewritten(self, read: Read) -> Clobber | None:
        """Return the problem of a read in a statement that is new or was changed."""
        name, sources = read.name, read.texts
        if UNBOUND.text in sources and self._newly_unbound(read):
            return Clobber("unbound", read.line, name)
        added = sources & self._added(name)
        if added and not self._removed(name):
            if sources - added - _UNBOUND or self._moved_to_new(read):
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
        beside = (r for r in self.new.scope.reads.values() if r.statement is read.statement)
        return not any(
            UNBOUND.text in r.texts and (r.name in self.old.by_name) and r.name != read.name
            for r in beside
        )

    def _moved_to_new(self, read: Read) -> bool:
        """True if the same expression read the name from a binding that is still there."""
        context = self.new.context(read)
        kept = [
            old
            for old in self.old.by_name.get(read.name, ())
            if context and self.old.context(old) == context
        ]
        if not kept or any(old.texts & self._removed(read.name) for old in kept):
            return False
        return not any(
            self.new.context(other) == context and not other.texts & self._added(read.name)
            for other in self.new.by_name[read.name]
        )


def _first(found: Iterator[Clobber | None]) -> Iterator[Clobber]:
    """Yield the first problem of a statement."""
    for clobber in found:
        if clobber is not None:
            yield clobber
            return


def _line(scope: Scope) -> int:
    return getattr(scope.node, "lineno", 1)
