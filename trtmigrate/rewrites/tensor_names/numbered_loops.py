"""Loops over an engine that ask for the index of each name: they become numbered.

In a loop over the bindings of all profiles, the index of a name is the number of the round. The
names that take their place carry no profile, so they could not be asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.free_names import counter_name
from trtmigrate.facts import Facts
from trtmigrate.rewrites.tensor_names.name_readers import Readers, Reading
from trtmigrate.syntax.scopes import binders, is_target
from trtmigrate.syntax.tree import walk


@dataclass(frozen=True)
class Numbered:
    """A loop over an engine, the variable for the number of its rounds, and what asks for it."""

    loop: cst.For | cst.CompFor
    counter: str
    asked: tuple[cst.BaseExpression, ...]
    assignment: cst.Assign | None = None  # `i = engine.get_binding_index(name)`, which goes
    reads_name: bool = True  # False if the loop does no more with the names than ask for the index


def find_numbered(engine: cst.BaseExpression, readers: Readers, facts: Facts) -> Numbered | None:
    """Return how a loop over an engine is numbered; None if more is done with its names than to ask
    for their indexes.
    """
    loop = facts.tree.parent(engine)
    if readers.reading is not Reading.PLACE or not isinstance(loop, (cst.For, cst.CompFor)):
        return None
    if loop.iter is not engine or not isinstance(loop.target, cst.Name):
        return None
    area = loop.body if isinstance(loop, cst.For) else facts.tree.parent(loop)
    for one in readers.asked:
        within = any(up is area for up in facts.tree.ancestors(one))
        if not within or _name_in(one) != loop.target.value:
            return None
    asked = tuple(readers.asked)
    reads = _reads_name(loop.target.value, area, asked, facts)
    made = _first_assignment(loop, asked, facts)
    if made is not None:
        target = made.targets[0].target
        assert isinstance(target, cst.Name)
        return Numbered(loop, target.value, asked, made, reads)
    return Numbered(loop, counter_name(facts.tree, engine), asked, reads_name=reads)


def _reads_name(
    name: str, area: cst.CSTNode | None, asked: tuple[cst.BaseExpression, ...], facts: Facts
) -> bool:
    """True if a name is read elsewhere than where the program asks for its index, in the loop or
    after it.
    """
    scope = area if isinstance(area, cst.BaseComp) else None
    around = scope if scope is not None else facts.tree.function(asked[0]) or facts.module
    return any(
        isinstance(node, cst.Name)
        and node.value == name
        and not is_target(node, facts.tree)
        and not any(up in asked for up in facts.tree.ancestors(node))
        for node in walk(around)
    )


def _name_in(asked: cst.BaseExpression) -> str | None:
    """Return the variable in `engine.get_binding_index(name)` and `engine[name]`."""
    value: cst.CSTNode | None = None
    if isinstance(asked, cst.Call) and len(asked.args) == 1:
        value = asked.args[0].value
    elif isinstance(asked, cst.Subscript) and isinstance(asked.slice[0].slice, cst.Index):
        value = asked.slice[0].slice.value
    return value.value if isinstance(value, cst.Name) else None


def _first_assignment(
    loop: cst.For | cst.CompFor, asked: tuple[cst.BaseExpression, ...], facts: Facts
) -> cst.Assign | None:
    """Return the statement that begins each round with `i = engine.get_binding_index(name)`, if
    nothing else in the loop sets that variable.
    """
    line = loop.body.body[0] if isinstance(loop, cst.For) and loop.body.body else None
    made = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    if not isinstance(made, cst.Assign) or made.value not in asked or len(made.targets) != 1:
        return None
    target = made.targets[0].target
    if not isinstance(target, cst.Name):
        return None
    bound = binders(target.value, facts.tree.function(loop) or facts.module, facts.tree)
    inside = [node for node in bound if any(n is node for n in walk(loop))]
    return made if len(inside) == 1 else None
