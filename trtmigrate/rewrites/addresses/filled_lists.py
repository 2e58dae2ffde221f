"""Find lists that begin empty and that statements fill, by an index or a slice."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.effects import has_effect
from trtmigrate.facts import Facts
from trtmigrate.facts.changes import changes_in, runs_between
from trtmigrate.facts.domain.polynomials import number
from trtmigrate.facts.domain.values import poly_of
from trtmigrate.facts.executions import Execution
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.rewrites.profiles.active_profile import start_of_stored
from trtmigrate.syntax.scopes import comes_before
from trtmigrate.syntax.tree import code, walk


@dataclass(frozen=True)
class Filled:
    """The assignment that makes an empty list, and the statements that store into it, in order."""

    made: cst.Assign
    stores: tuple[cst.Assign, ...]


def find_stored_slice(
    execution: Execution, facts: Facts
) -> tuple[cst.BaseExpression, tuple[cst.CSTNode, ...]] | None:
    """Return ADDRESSES of `list[k * n:(k + 1) * n] = ADDRESSES`, which fills an empty list for the
    active profile, and the statements that only make the list.

    None where the list is used for more than that.
    """
    use, bindings = execution.use, execution.listed
    filled = find_stores(bindings, facts) if isinstance(bindings, cst.Name) else None
    if filled is None or len(filled.stores) != 1:
        return None
    (store,) = filled.stores
    part, block = part_of(store), facts.tree.block(store)
    if not isinstance(part, cst.Slice) or part.lower is None or not _is_of_one(part, facts):
        return None
    if block is None or facts.tree.block(facts.tree.statement(use.node) or store) is not block:
        return None
    start = start_of_stored(part.lower, store, use, facts)
    if start is None or start.node is not part.lower or has_effect(store.value):
        return None
    scope = facts.tree.function(use.node) or facts.module
    names = {code(n) for n in walk(store.value) if isinstance(n, (cst.Name, cst.Attribute))}
    for change in changes_in(facts, scope, names):
        if runs_between(facts, change, store, use.node):
            return None
    return store.value, (filled.made, store)


def _is_of_one(part: cst.Slice, facts: Facts) -> bool:
    """True if a slice has room for the tensors of exactly one profile."""
    ends = [poly_of(facts.value(end)) for end in (part.lower, part.upper) if end is not None]
    if len(ends) != 2 or part.step is not None or ends[0] is None or ends[1] is None:
        return False
    length = ends[1] - ends[0]
    return {a.role for a in length.atoms} == {"tensors"} and length.without("tensors") == number(1)


def find_stores(bindings: cst.Name, facts: Facts) -> Filled | None:
    """Return how a list is filled; None if anything but stores and one execution uses it."""
    function = facts.tree.function(bindings)
    made: cst.Assign | None = None
    stores: list[cst.Assign] = []
    order = facts.tree.order
    for node in mentions_in(facts, function or facts.module, (bindings.value,)):
        parent = facts.tree.parent(node)
        if node is bindings or (isinstance(parent, cst.Arg) and parent.keyword is node):
            continue
        statement = facts.tree.small_statement(node)
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            return None
        target = statement.targets[0].target
        if target is node and made is None and _is_empty(statement.value):
            made = statement
        elif isinstance(target, cst.Subscript) and target.value is node:
            stores.append(statement)
        else:
            return None
    if made is None or not stores:
        return None
    if not comes_before(made, bindings, facts.tree) or order[stores[0]] < order[made]:
        return None
    if any(
        facts.tree.function(s) is not function or order[s] > order[bindings]
        for s in (made, *stores)
    ):
        return None
    return Filled(made, tuple(stores))


def _is_empty(node: cst.BaseExpression) -> bool:
    """True for `[None] * n`, `[0] * n` and the same as a comprehension."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Multiply):
        inner = node.left if isinstance(node.left, cst.List) else node.right
        return isinstance(inner, cst.List) and [code(e.value) for e in inner.elements] in (
            ["None"],
            ["0"],
        )
    return isinstance(node, cst.ListComp) and code(node.elt) in ("None", "0")


def part_of(store: cst.Assign) -> cst.BaseExpression | cst.BaseSlice | None:
    """Return the index or slice that a statement stores to; None where there are several."""
    target = store.targets[0].target
    assert isinstance(target, cst.Subscript)
    part = target.slice[0].slice if len(target.slice) == 1 else None
    return part.value if isinstance(part, cst.Index) else part
