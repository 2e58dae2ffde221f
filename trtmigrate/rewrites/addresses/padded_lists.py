"""Read lists of addresses for all profiles: zeros, the addresses of one profile, zeros."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.changes import changes_in, runs_between
from trtmigrate.facts.executions import Execution
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.rewrites.profiles.tensor_counts import addends_of, is_zero
from trtmigrate.syntax.tree import code, dotted, walk


def look_through(execution: Execution, facts: Facts) -> cst.BaseExpression:
    """Return what the variable in an execution was set to just before it.

    The list expression itself where it is no variable, or where the variable or what it was made of
    may have changed since.
    """
    listed, made = execution.listed, execution.made
    if not isinstance(listed, cst.Name) or len(made) != 1:
        return listed
    block = facts.tree.block(made[0])
    statement = facts.tree.statement(execution.use.node)
    if statement is None or block is None or facts.tree.block(statement) is not block:
        return listed
    return listed if _changed_since(made[0], listed.value, execution, facts) else made[0].value


def _changed_since(made: cst.Assign, name: str, execution: Execution, facts: Facts) -> bool:
    """True if a list, or what it was made of, may have changed since; more zeros do not count."""
    names = {name} | {code(n) for n in walk(made.value) if isinstance(n, (cst.Name, cst.Attribute))}
    scope = facts.tree.function(execution.use.node) or facts.module
    for change in changes_in(facts, scope, names):
        statement = facts.tree.small_statement(change)
        if statement is made or not runs_between(facts, change, made, execution.use.node):
            continue
        grown = statement.value if isinstance(statement, cst.AugAssign) else None
        if grown is None or not _all_zero(grown):
            return True
    return False


def is_padded(execution: Execution, facts: Facts) -> bool:
    """True if a list visibly has zeros for the profiles that are not in use."""
    if dotted(execution.listed) is not None:
        return any(_has_zeros(a.value, facts) for a in execution.made)
    return _has_zeros(execution.listed, facts)


def without_padding(node: cst.BaseExpression, facts: Facts) -> cst.BaseExpression | None:
    """Return the part of a padded list that is not zeros; None where no zeros show."""
    if isinstance(node, (cst.List, cst.Tuple)):
        kept = [e for e in node.elements if not is_zero(e.value)]
        if len(kept) == len(node.elements):
            return None
        if len(kept) == 1 and isinstance(kept[0], cst.StarredElement):
            return kept[0].value
        return cst.List([e.with_changes(comma=cst.MaybeSentinel.DEFAULT) for e in kept])
    parts = list(addends_of(node))
    real = [part for part in parts if not _all_zero(part) and not _holds_zeros(part, facts)]
    if len(real) == len(parts) or not real:
        return None
    if len(real) > 1 and not all(_lists_addresses(part) for part in real):
        return None  # one of them may be a function's or parameter's padding
    total = real[0]
    for part in real[1:]:
        total = cst.BinaryOperation(total, cst.Add(), part)
    return total


def without_any_padding(
    node: cst.BaseExpression, execution: Execution, facts: Facts
) -> cst.BaseExpression | None:
    """Return the part of a padded list that is not zeros, also where a variable holds the zeros in
    front of it; None where no zeros show, or where that variable cannot be followed.
    """
    real = without_padding(node, facts)
    if not isinstance(real, cst.Name):
        return real
    made = _assignments(real, facts)
    if not made:  # a parameter, or a variable of the function around, may have zeros in front
        return real if next(addends_of(node)) is not real else None
    if not any(_has_zeros(one.value, facts) for one in made):
        return real
    if len(made) != 1:
        return None
    statement = facts.tree.statement(execution.use.node)
    block = facts.tree.block(made[0])
    together = statement is not None and facts.tree.block(statement) is block
    if not together or _changed_since(made[0], real.value, execution, facts):
        return None
    return without_any_padding(made[0].value, execution, facts)


def _holds_zeros(node: cst.BaseExpression, facts: Facts) -> bool:
    """True if every assignment makes a variable a list of zeros."""
    made = _assignments(node, facts) if isinstance(node, cst.Name) else None
    return bool(made) and all(_all_zero(one.value) for one in made or ())


def _assignments(node: cst.Name, facts: Facts) -> list[cst.Assign] | None:
    """Return the assignments to a variable; None if something else sets or changes it, too."""
    scope = facts.tree.function(node) or facts.module
    made = []
    for mention in mentions_in(facts, scope, (node.value,)):
        target = facts.tree.parent(mention)
        statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
        if isinstance(statement, cst.Assign):
            made.append(statement)
        elif isinstance(target, (cst.Param, cst.AugAssign)):
            return None
    return made


def _lists_addresses(node: cst.BaseExpression) -> bool:
    """True if an expression visibly lists addresses."""
    if isinstance(node, (cst.List, cst.Tuple, cst.ListComp)):
        return True
    return isinstance(node, cst.Call) and code(node.func) in ("list", "tuple", "map")


def _has_zeros(node: cst.BaseExpression, facts: Facts) -> bool:
    if isinstance(node, cst.ListComp) and isinstance(node.elt, cst.IfExp):
        return is_zero(node.elt.body) or is_zero(node.elt.orelse)
    if isinstance(node, cst.IfExp):
        return _has_zeros(node.body, facts) or _has_zeros(node.orelse, facts)
    if isinstance(node, (cst.List, cst.Tuple)):
        return any(is_zero(e.value) for e in node.elements)
    return any(_all_zero(part) or _holds_zeros(part, facts) for part in addends_of(node))


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
    """Return `source` and `lower` of `source[lower:upper]`; None for any other expression."""
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1:
        return None
    part = node.slice[0].slice
    if not isinstance(part, cst.Slice) or part.step is not None:
        return None
    return node.value, part.lower
