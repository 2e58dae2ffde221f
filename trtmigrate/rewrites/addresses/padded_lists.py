"""Lists of addresses for all optimization profiles: zeros, the addresses of one profile, zeros."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.rewrites.addresses.changes import changes_in, runs_between
from trtmigrate.rewrites.profiles.offsets import is_zero
from trtmigrate.syntax.tree import code, dotted, walk, walk_scope


def resolved(bindings: cst.BaseExpression, use: Use, facts: Facts) -> cst.BaseExpression:
    """What a variable was set to by the one assignment just before the call, else the expression
    itself.
    """
    if not isinstance(bindings, cst.Name):
        return bindings
    made = list(assignments(bindings.value, use, facts))
    if len(made) != 1:
        return bindings
    block = facts.tree.block(made[0])
    statement = facts.tree.statement(use.node)
    if statement is None or block is None or facts.tree.block(statement) is not block:
        return bindings
    return bindings if _changed_since(made[0], bindings.value, use, facts) else made[0].value


def _changed_since(made: cst.Assign, name: str, use: Use, facts: Facts) -> bool:
    """Whether a list, or what it was made of, may have changed since; zeros behind it do not
    matter.
    """
    names = {name} | {code(n) for n in walk(made.value) if isinstance(n, (cst.Name, cst.Attribute))}
    scope = facts.tree.function(use.node) or facts.module
    for change in changes_in(facts, scope, names):
        statement = facts.tree.small_statement(change)
        if statement is made or not runs_between(facts, change, made, use.node):
            continue
        grown = statement.value if isinstance(statement, cst.AugAssign) else None
        if grown is None or not _all_zero(grown):
            return True
    return False


def assignments(name: str, use: Use, facts: Facts) -> Iterator[cst.Assign]:
    """The assignments to a variable of the scope of a use, or to an attribute of its class."""
    scope: cst.CSTNode = facts.tree.function(use.node) or facts.module
    if "." in name:
        scope = facts.tree.class_of(use.node) or scope
    for node in walk(scope) if "." in name else walk_scope(scope):
        if isinstance(node, cst.Assign):
            if any(code(t.target) == name for t in node.targets):
                yield node


def is_padded(bindings: cst.BaseExpression, use: Use, facts: Facts) -> bool:
    """Whether a list visibly has zeros for the profiles that are not in use."""
    name = dotted(bindings)
    if name is not None:
        return any(_has_zeros(a.value) for a in assignments(name, use, facts))
    return _has_zeros(bindings)


def without_padding(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The part of a padded list that is not zeros; None where no zeros show."""
    if isinstance(node, (cst.List, cst.Tuple)):
        kept = [e for e in node.elements if not is_zero(e.value)]
        if len(kept) == len(node.elements):
            return None
        return cst.List([cst.Element(e.value) for e in kept])
    parts = list(_parts(node))
    real = [part for part in parts if not _all_zero(part)]
    if len(real) == len(parts) or not real:
        return None
    total = real[0]
    for part in real[1:]:
        total = cst.BinaryOperation(total, cst.Add(), part)
    return total


def _has_zeros(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.ListComp) and isinstance(node.elt, cst.IfExp):
        return is_zero(node.elt.body) or is_zero(node.elt.orelse)
    if isinstance(node, cst.IfExp):
        return _has_zeros(node.body) or _has_zeros(node.orelse)
    return _all_zero(node) or without_padding(node) is not None


def _parts(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from _parts(node.left)
        yield from _parts(node.right)
    else:
        yield node


def _all_zero(node: cst.BaseExpression) -> bool:
    if isinstance(node, (cst.List, cst.Tuple)):
        return bool(node.elements) and all(is_zero(e.value) for e in node.elements)
    if isinstance(node, (cst.ListComp, cst.GeneratorExp)):
        return is_zero(node.elt)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Multiply):
        return _all_zero(node.left) or _all_zero(node.right)
    if isinstance(node, cst.Call) and code(node.func).split(".")[-1] in ("list", "zeros"):
        return code(node.func) != "list" or (bool(node.args) and _all_zero(node.args[0].value))
    return False


def slice_of(
    node: cst.BaseExpression,
) -> tuple[cst.BaseExpression, cst.BaseExpression | None] | None:
    """`source` and `lower` of `source[lower:upper]`."""
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1:
        return None
    part = node.slice[0].slice
    if not isinstance(part, cst.Slice) or part.step is not None:
        return None
    return node.value, part.lower
