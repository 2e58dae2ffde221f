"""Expressions with an effect that an edit would evaluate more often than the program does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.findings import Safety
from trtmigrate.syntax.effects import has_effect
from trtmigrate.syntax.tree import children, code

_ACTS = (cst.Call, cst.Await, cst.Yield, cst.NamedExpr)
_OFTEN = 2  # how often the body of a new loop counts


def without_repeats(proposal: Proposal) -> Proposal:
    """Return a proposal without its edit if the edit would repeat an effect."""
    if proposal.edit is None or not evaluates_again(proposal.edit, proposal.node):
        return proposal
    message = f"{proposal.member} is asked of an expression that the new code needs several times,"
    message += " and that does something each time: put its value in a variable first"
    return replace(proposal, edit=None, safety=Safety.MANUAL, message=message)


def evaluates_again(edit: Edit, node: cst.CSTNode) -> bool:
    """True if an expression with an effect that is part of a node or of the replaced code stands in
    the new code more often than in the replaced code, or once in a new loop.
    """
    removed = [n for n in edit.remove if isinstance(n, cst.CSTNode)]
    was = Counter(_effects([*edit.replace, *removed]))
    there = {*was, *_effects([node])}
    if not there:
        return False
    tables = (edit.before, edit.after, edit.prepend)
    added = [s for table in tables for statements in table.values() for s in statements]
    now = Counter(_effects([*edit.replace.values(), *added]))
    return any(now[text] > was[text] for text in there)


def _effects(nodes: Iterable[cst.CSTNode]) -> Iterator[str]:
    """Yield the text of each expression that acts, as often as it counts."""
    stack = [(node, 1) for node in nodes]
    while stack:
        node, times = stack.pop()
        if isinstance(node, _ACTS) and has_effect(node):
            yield from [code(node)] * times
        for child in children(node):
            stack.append((child, times * _OFTEN if _repeats(node, child) else times))


def _repeats(node: cst.CSTNode, child: cst.CSTNode) -> bool:
    """True if a child is evaluated in each round of a loop."""
    if isinstance(node, cst.For):
        return child is node.body
    if isinstance(node, cst.CompFor):
        return child is not node.iter
    if isinstance(node, cst.BaseComp):
        return child is not node.for_in
    return isinstance(node, cst.While)
