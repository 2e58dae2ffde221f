"""Tell which assignment gave a variable the value that it has at a place in the code."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.syntax.scopes import binders, comes_before, home
from trtmigrate.syntax.tree import Loop, Tree, parameters, walk


def current_binding(name: str, node: cst.CSTNode, tree: Tree) -> cst.CSTNode | None:
    """Return the only place that can have given a variable the value that it has at `node`.

    That is an assignment target, a parameter or the variable of a loop. None if the variable may
    be unbound at `node`, or if more than one place may have set it last.
    """
    own = binding_of_inner_scope(name, node, tree)
    if own is not None:
        return own[0]
    scope = home(node, tree)
    if _is_declared_elsewhere(name, scope, tree):
        return None
    places = list(_places(name, scope, tree))
    before = [place for place in places if _runs_before(place, node, tree)]
    if not before:
        return None
    last = max(before, key=tree.order.__getitem__)
    others = (place for place in places if place is not last)
    if any(_may_run_between(place, last, node, tree) for place in others):
        return None
    return last


def is_bound(name: str, node: cst.CSTNode, tree: Tree) -> bool:
    """True if every way to `node` binds a variable of the function or module around it."""
    own = binding_of_inner_scope(name, node, tree)
    if own is not None:
        return own[0] is not None
    scope = home(node, tree)
    places = list(_places(name, scope, tree))
    if any(isinstance(place, cst.Del) for place in places):
        return current_binding(name, node, tree) is not None
    if any(_runs_before(place, node, tree) for place in places):
        return True
    below = node
    for up in tree.ancestors(node):
        if isinstance(up, (cst.IndentedBlock, cst.Module)):
            earlier = list(up.body)[: list(up.body).index(below)]  # type: ignore[arg-type]
            if any(_always_binds(statement, name, tree) for statement in earlier):
                return True
        if up is scope:
            return False
        below = up
    return False


def has_variable(name: str, scope: cst.CSTNode, tree: Tree) -> bool:
    """True if a function or module binds a variable, other than that of a comprehension."""
    return any(not isinstance(place, cst.Del) for place in _places(name, scope, tree))


def binding_of_inner_scope(
    name: str, node: cst.CSTNode, tree: Tree
) -> tuple[cst.CSTNode | None] | None:
    """Return what binds a variable in a comprehension or lambda around `node`.

    None if no such scope is around `node` or hides the variable. `(None,)` in a lambda that takes
    the variable from outside, which it does when it is called, and in the body of a class.
    """
    below = node
    for up in tree.ancestors(node):
        if isinstance(up, (cst.FunctionDef, cst.Module)):
            return None
        if isinstance(up, cst.ClassDef):
            return (None,)
        if isinstance(up, cst.Lambda) and below is up.body:
            own = (p.name for p in parameters(up) if p.name.value == name)
            return (next(own, None),)
        if isinstance(up, cst.BaseComp):
            bound = _bound_by(up, name, below)
            if bound is not None:
                return (bound,)
        below = up
    return None


def _bound_by(comp: cst.BaseComp, name: str, below: cst.CSTNode) -> cst.CSTNode | None:
    """Return the target of a comprehension that binds a name for the part `below` of it."""
    found = None
    clause: cst.CompFor | None = comp.for_in
    while clause is not None:
        for part in walk(clause.target):
            if isinstance(part, cst.Name) and part.value == name:
                found = part
        clause = clause.inner_for_in
    return None if below is comp.for_in else found


def _is_declared_elsewhere(name: str, scope: cst.CSTNode, tree: Tree) -> bool:
    """True if a function declares a variable `global` or `nonlocal`, here or further inside."""
    declared = (item for item in tree.of_kind(cst.NameItem) if item.name.value == name)
    return any(tree.is_within(item, scope) for item in declared)


def _places(name: str, scope: cst.CSTNode, tree: Tree) -> Iterator[cst.CSTNode]:
    """Yield the places where a scope itself binds or deletes a variable."""
    for binder in binders(name, scope, tree):
        if not any(isinstance(up, cst.CompFor) for up in _up_to_statement(binder, tree)):
            yield binder
    for definition in tree.defined(name):
        if tree.scope(definition) is scope:
            yield definition.name
    for node in tree.named_in(scope, name):
        up = tree.parent(node)
        if isinstance(up, (cst.MatchAs, cst.MatchStar)):
            yield up
        statement = tree.small_statement(node)
        if isinstance(statement, cst.Del):
            yield statement


def _up_to_statement(node: cst.CSTNode, tree: Tree) -> Iterator[cst.CSTNode]:
    for up in tree.ancestors(node):
        if isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.BaseSuite)):
            return
        yield up


def _runs_before(place: cst.CSTNode, node: cst.CSTNode, tree: Tree) -> bool:
    """True if a place certainly has bound its variable when `node` runs."""
    conditional = (cst.BooleanOperation, cst.IfExp, cst.BaseComp)
    for up in tree.ancestors(place):
        if isinstance(up, cst.Param):
            return True
        if isinstance(up, cst.Del):
            return False
        if isinstance(up, cst.BaseSmallStatement):
            return comes_before(up, node, tree)
        if isinstance(up, conditional) and not _is_within(node, up, tree):
            return False
        if isinstance(up, (cst.For, cst.ExceptHandler, cst.ExceptStarHandler, cst.While)):
            return _is_within(node, up.body, tree)
        if isinstance(up, (cst.With, cst.If)):
            return comes_before(up, node, tree) and tree.order[place] < tree.order[node]
        if isinstance(up, (cst.FunctionDef, cst.ClassDef)):
            return place is up.name and comes_before(up, node, tree)
        if isinstance(up, (cst.MatchCase, cst.BaseSuite, cst.Module)):
            return False
    return False


def _is_within(node: cst.CSTNode, area: cst.CSTNode, tree: Tree) -> bool:
    return any(up is area for up in tree.ancestors(node))


def _may_run_between(place: cst.CSTNode, start: cst.CSTNode, end: cst.CSTNode, tree: Tree) -> bool:
    """True if a place may bind its variable after `start` has bound it and before `end` runs."""
    order = tree.order
    if order[start] < order[place] < order[end]:
        return True
    again = [loop for loop in tree.loops(end) if loop not in tree.loops(start)]
    again = [loop for loop in again if not _is_target_of(start, loop, tree)]
    return any(loop in again for loop in tree.loops(place))


def _is_target_of(place: cst.CSTNode, loop: Loop, tree: Tree) -> bool:
    """True if every round of a loop binds the variable anew at its start."""
    return isinstance(loop, cst.For) and any(n is place for n in walk(loop.target))


def _always_binds(statement: cst.CSTNode, name: str, tree: Tree) -> bool:
    """True if a variable is bound whenever the statements behind `statement` run."""
    if isinstance(statement, cst.If):
        if statement.orelse is None:
            return False
        other = statement.orelse
        return _block_binds(statement.body, name, tree) and (
            _always_binds(other, name, tree)
            if isinstance(other, cst.If)
            else _block_binds(other.body, name, tree)
        )
    if isinstance(statement, (cst.Try, cst.TryStar)):
        handled = all(_block_binds(h.body, name, tree) for h in statement.handlers)
        tried = _block_binds(statement.body, name, tree)
        ends = (block.body for block in (statement.orelse, statement.finalbody) if block)
        return (handled and tried) or any(_block_binds(b, name, tree) for b in ends)
    return isinstance(statement, cst.With) and _block_binds(statement.body, name, tree)


def _block_binds(block: cst.BaseSuite, name: str, tree: Tree) -> bool:
    """True if a block binds a variable or is never left at its end."""
    for statement in block.body:
        if _always_binds(statement, name, tree):
            return True
        smalls = statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
        for small in smalls:
            if isinstance(small, (cst.Return, cst.Raise, cst.Continue, cst.Break)):
                return True
            if isinstance(small, cst.BaseSmallStatement) and _binds(small, name, tree):
                return True
    return False


def _binds(statement: cst.BaseSmallStatement, name: str, tree: Tree) -> bool:
    """True if a small statement binds a variable."""
    if isinstance(statement, cst.Del):
        return False
    found = binders(name, statement, tree)
    return any(
        not any(isinstance(up, cst.CompFor) for up in _up_to_statement(binder, tree))
        for binder in found
    )
