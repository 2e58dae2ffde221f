"""Decide what loops over an engine of several profiles go over.

In TensorRT 8 they went over the bindings of all profiles. These rewrites keep their meaning:

- once: over the tensor names, where the number of rounds is divided by the number of profiles, or
  where the loop only fills a dictionary by name;
- first: over the tensor names, where nobody reads more than those of the first profile;
- repeated: over the tensor names, once for each profile, where nobody reads the profile in a name;
- numbered: the same with the number of the round, where the program asks for the indexes of names;
- counted: the expression around it only counts names, and becomes a number;
- conflict: none; the loop is left to a person.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterator, Mapping

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.polynomials import atom
from trtmigrate.facts.domain.values import (
    Address,
    External,
    Method,
    Table,
    TensorName,
    carries_suffix,
)
from trtmigrate.facts.memo import kept_with_file
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.rewrites.profiles.counted_engine import counting_expression
from trtmigrate.rewrites.profiles.offsets import is_of_first_profile
from trtmigrate.rewrites.profiles.totals import (
    group_of_names,
    groups_of_plain_names,
    totals_of,
)
from trtmigrate.rewrites.tensor_names.name_readers import Readers, Reading, find_readers
from trtmigrate.rewrites.tensor_names.numbered_loops import Numbered, find_numbered
from trtmigrate.rewrites.tensor_names.suffixed_names import assignment_of
from trtmigrate.syntax.scopes import home, is_target


class Rounds(enum.Enum):
    """What a loop over an engine goes over after the rewrite."""

    ONCE = enum.auto()
    FIRST = enum.auto()
    REPEATED = enum.auto()
    NUMBERED = enum.auto()
    COUNTED = enum.auto()
    CONFLICT = enum.auto()


@kept_with_file
def loops_of(facts: Facts) -> Mapping[cst.BaseExpression, Rounds]:
    """Return the engines that a loop goes over or that a list is made of."""
    return {engine: _rounds(engine, facts) for engine in totals_of(facts).loops}


@kept_with_file
def numbered_loops_of(facts: Facts) -> Mapping[cst.BaseExpression, Numbered]:
    """Return the engines whose loops become numbered."""
    found = {}
    for engine, rounds in loops_of(facts).items():
        readers = find_readers(engine, facts, is_list=True)
        numbered = find_numbered(engine, readers, facts) if rounds is Rounds.NUMBERED else None
        if numbered is not None:
            found[engine] = numbered
    return found


def leaves_loops(facts: Facts) -> bool:
    """True if a loop over an engine is left to a person."""
    return Rounds.CONFLICT in loops_of(facts).values()


def may_name_other_profile(node: cst.CSTNode, facts: Facts) -> bool:
    """True for a name that may carry ` [profile k]`, from a loop over an engine that stays as it
    is: no function of the new API takes such a name.
    """
    value = facts.value(node)
    if not isinstance(value, TensorName) or not value.suffixed or value.added:
        return False
    if not leaves_loops(facts) or _asked_by_index(node, facts) is not None:
        return False
    engine = _engine_behind(value, facts)
    return engine is None or loops_of(facts)[engine] is Rounds.CONFLICT


def need_plain_name(name: cst.CSTNode, facts: Facts) -> None:
    """Note that an answer is right only if a name, which has a profile now, gets none."""
    value = facts.value(name)
    if isinstance(value, TensorName) and value.suffixed and not value.added:
        for group in groups_behind(name, facts):
            facts.trail.need(group)


def need_plain_keys(table: cst.CSTNode, facts: Facts) -> None:
    """Note that an edit is right only if the keys of a dictionary, which have a profile now, get
    none.
    """
    value = facts.value(table)
    key = value.key if isinstance(value, Table) else None
    if not isinstance(key, TensorName) or not key.suffixed or key.added:
        return
    stored = list(_stored_keys(table, facts))
    behind = [groups_behind(name, facts) for name in stored] or [groups_of_plain_names(facts)]
    for group in frozenset().union(*behind):
        facts.trail.need(group)


def _stored_keys(table: cst.CSTNode, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield the keys that the function around a dictionary stores in it."""
    if not isinstance(table, cst.Name):
        return
    for node in mentions_in(facts, home(table, facts.tree), (table.value,)):
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.Subscript) and parent.value is node:
            inner = parent.slice[0].slice
            if is_target(parent, facts.tree) and isinstance(inner, cst.Index):
                yield inner.value


def groups_behind(name: cst.CSTNode, facts: Facts) -> frozenset[Hashable]:
    """Return the groups whose edits have to be made before a name carries no profile."""
    source, value = _asked_by_index(name, facts), facts.value(name)
    if isinstance(source, cst.Call):
        return frozenset({group_of_names(source.func)})
    if isinstance(source, cst.Subscript):
        index = source.slice[0].slice
        first = isinstance(index, cst.Index) and is_of_first_profile(index.value, facts)
        return frozenset() if first else frozenset({group_of_names(source)})
    engine = _engine_behind(value, facts) if isinstance(value, TensorName) else None
    if source is None and engine is not None:
        return frozenset({totals_of(facts).groups.get(engine, group_of_names(engine))})
    return groups_of_plain_names(facts)


def _asked_by_index(node: cst.CSTNode, facts: Facts) -> cst.CSTNode | None:
    """Return the `get_binding_name(i)` or `engine[i]` that gave a name: the tensor API gives a
    plain name there.
    """
    made = assignment_of(node, facts) if isinstance(node, cst.Name) else None
    source = made.value if made is not None else node
    if isinstance(source, cst.Subscript):
        return source if facts.kind(source.value) == "ICudaEngine" else None
    func = facts.value(source.func) if isinstance(source, cst.Call) else None
    return source if isinstance(func, Method) and func.name == "get_binding_name" else None


def _engine_behind(name: TensorName, facts: Facts) -> cst.BaseExpression | None:
    """Return the engine of the loop whose rounds get a name."""
    for engine in loops_of(facts):
        if name.index == atom("counter", _loop_over(engine, facts)):
            return engine
    return None


def _loop_over(engine: cst.BaseExpression, facts: Facts) -> cst.CSTNode | None:
    """Return the loop that goes over an engine, or over `enumerate(engine)`."""
    for up in facts.tree.ancestors(engine):
        if not isinstance(up, (cst.Arg, cst.Call)):
            return up
    return None


def _rounds(engine: cst.BaseExpression, facts: Facts) -> Rounds:
    if counting_expression(engine, facts) is not None:
        return Rounds.COUNTED
    if engine in totals_of(facts).one:
        return Rounds.ONCE
    readers = find_readers(engine, facts, is_list=True)
    if readers.reading is Reading.PLAIN:
        return Rounds.REPEATED if readers.beyond else Rounds.FIRST
    if find_numbered(engine, readers, facts) is not None:
        return Rounds.NUMBERED
    expects_all = engine in totals_of(facts).expecting_all or (
        Reading.ENTRIES in readers.reading and not _holds_memory(readers, facts)
    )
    if readers.reading & (Reading.SEEN | Reading.PLACE) or expects_all or _puts_suffix(facts):
        return Rounds.CONFLICT
    return Rounds.ONCE


def _holds_memory(readers: Readers, facts: Facts) -> bool:
    """True if dictionaries by name hold what a CUDA library made: an execution takes it by name."""
    made = [facts.value(table) for table in readers.tables if isinstance(table, cst.DictComp)]
    held = [one.value for one in made if isinstance(one, Table)]
    return bool(held) and all(isinstance(value, (Address, External)) for value in held)


def _puts_suffix(facts: Facts) -> bool:
    """True if the program itself asks for names with a profile."""
    return any(carries_suffix(value) for value in facts.values.values())
