"""Expressions that only count the names that an engine gives: `len(list(engine))`."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.syntax.tree import walk

_SAME_LENGTH = frozenset({"builtins.list", "builtins.tuple", "builtins.enumerate"})
_WITHOUT_REPEATS = frozenset({"builtins.set", "builtins.frozenset"})
_PLAIN = (cst.Name, cst.Integer, cst.SimpleString, cst.Tuple, cst.Element, cst.Comma)


def counting_expression(engine: cst.CSTNode, facts: Facts) -> cst.Call | None:
    """Return the call whose result is the number of names that an engine gives, if nothing else is
    done with them: `len(list(engine))`, `sum(1 for _ in engine)`.
    """
    node = engine
    names = {engine}  # what gives each name of the engine once, in whatever form
    while True:
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.CompFor):
            made = _comprehension(node, parent, facts)
            if made is None:
                return None
            if _gives_names(made, parent):
                names.add(made)
            node = made
            continue
        call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
        if not isinstance(call, cst.Call) or not _is_only_argument(call):
            return None
        func = facts.value(call.func)
        called = func.name if isinstance(func, Ref) else ""
        if called == "builtins.len" or (called == "builtins.sum" and _gives_ones(node)):
            return call
        if called not in _SAME_LENGTH and not (called in _WITHOUT_REPEATS and node in names):
            return None
        if node in names:
            names.add(call)
        node = call


def _is_only_argument(call: cst.Call) -> bool:
    return len(call.args) == 1 and not call.args[0].star and call.args[0].keyword is None


def _comprehension(
    node: cst.CSTNode, clause: cst.CompFor, facts: Facts
) -> cst.BaseExpression | None:
    """Return the comprehension over `node` that has an entry for each of its rounds."""
    made = facts.tree.parent(clause)
    if clause.iter is not node or clause.ifs or clause.inner_for_in is not None:
        return None
    if isinstance(made, (cst.ListComp, cst.GeneratorExp)):
        return made if _is_plain(made.elt) else None
    if isinstance(made, cst.SetComp):
        return made if _gives_names(made, clause) else None
    if isinstance(made, cst.DictComp):
        return made if _gives_names(made, clause) and _is_plain(made.value) else None
    return None


def _is_plain(node: cst.BaseExpression) -> bool:
    """True for an expression that calls nothing, so that it need not be evaluated."""
    return all(isinstance(n, _PLAIN) for n in walk(node) if not _is_space(n))


def _is_space(node: cst.CSTNode) -> bool:
    return isinstance(
        node, (cst.BaseParenthesizableWhitespace, cst.LeftParen, cst.RightParen, cst.MaybeSentinel)
    )


def _gives_names(made: cst.BaseExpression, clause: cst.CompFor) -> bool:
    """True for a comprehension with the variable of the loop, which differs in each round, as its
    element or key.
    """
    element = made.key if isinstance(made, cst.DictComp) else getattr(made, "elt", None)
    targets = {n.value for n in walk(clause.target) if isinstance(n, cst.Name)}
    return isinstance(element, cst.Name) and element.value in targets


def _gives_ones(node: cst.CSTNode) -> bool:
    made = node.elt if isinstance(node, (cst.ListComp, cst.GeneratorExp)) else None
    return isinstance(made, cst.Integer) and made.evaluated_value == 1
