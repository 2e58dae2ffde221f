"""What is at hand at a place in the code: what variables and attributes hold there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.domain.polynomials import Poly
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Instance,
    TensorName,
    UserInstance,
    Value,
    Variable,
    is_text,
    poly_of,
)
from trtmigrate.syntax.tree import assigned, code, walk

if TYPE_CHECKING:
    from trtmigrate.facts import Facts, Use


def expression_for(facts: Facts, origin: object, use: Use) -> cst.BaseExpression | None:
    """A variable or attribute of self that holds the object made at `origin`."""
    if origin is None:
        return None
    variables = {**_around(facts, use), **use.read.env}
    for name, value in variables.items():
        if isinstance(value, Instance) and value.origin == origin:
            return cst.Name(name)
    root = code(use.receiver).split(".")[0].split("[")[0]
    for name, value in variables.items():
        if isinstance(value, UserInstance) and name in (root, "self"):
            for (cls, attr), held in facts.interpreter.known.attrs.items():
                if cls is value.cls.node and isinstance(held, Instance):
                    if held.origin == origin or ("attr", cls, attr) == origin:
                        return cst.Attribute(cst.Name(name), cst.Name(attr))
    for name, value in facts.interpreter.known.globals.items():
        if name in variables or not isinstance(value, Instance):
            continue
        if value.origin == origin or ("global", name) == origin:
            function = facts.tree.function(use.node)
            # a function that uses variables of the module, as it does with the context's
            shared = root in facts.interpreter.known.globals and root not in variables
            if function is None or shared or name in facts.tree.names(function):
                return cst.Name(name)
    return None


def _around(facts: Facts, use: Use) -> dict[str, Value]:
    """The variables of the functions around the one of a use that are set once, before it is
    defined, and that it does not hide.
    """
    found: dict[str, Value] = {}
    hidden: set[str] = set()
    inner = facts.tree.function(use.node)
    while inner is not None and (outer := facts.tree.function(inner)) is not None:
        hidden.update(assigned(inner))
        order = facts.tree.order
        names = [n for n in walk(outer) if isinstance(n, cst.Name) and order[n] < order[inner]]
        before = {n.value for n in names} - hidden
        again = [name for name, times in Counter(assigned(outer)).items() if times > 1]
        for name, value in facts.interpreter.known.exits.get(outer, {}).items():
            if name in before.difference(again):
                found.setdefault(name, value)
        inner = outer
    return found


def name_for(facts: Facts, index: cst.BaseExpression, use: Use) -> cst.BaseExpression | None:
    """An expression in scope that already is the name of the binding `index`; None if there is
    none.
    """
    value = facts.value(index)
    if is_text(value):
        return index
    if isinstance(index, cst.Call) and isinstance(index.func, cst.Attribute):
        if index.func.attr.value == "get_binding_index" and len(index.args) == 1:
            return index.args[0].value
    if isinstance(index, cst.Subscript) and facts.kind(index.value) == "ICudaEngine":
        inner = index.slice[0].slice
        if isinstance(inner, cst.Index) and is_text(facts.value(inner.value)):
            return inner.value
    poly = poly_of(value)
    if poly is None:
        return None
    for name, held in use.read.env.items():
        if isinstance(held, TensorName) and held.index == poly and not held.added:
            if _is_of(facts, held, poly, use):
                return cst.Name(name)
    (single,) = poly.atoms if len(poly.atoms) == 1 else (None,)
    if single is not None and single.role == "index" and poly.terms == {(single,): 1}:
        text = single.key[1]  # type: ignore[index]
        if isinstance(text, str):
            return cst.SimpleString(facts.quoted(text))
        if isinstance(text, Variable) and _still_holds(facts, text, index, use):
            return cst.Name(text.name)
    return None


def _is_of(facts: Facts, name: TensorName, index: Poly, use: Use) -> bool:
    """Whether a name is one of the engine that a use is about; in a loop over the bindings of
    the one engine at hand, that is taken for granted.
    """
    receiver = facts.value(use.receiver) if use.receiver is not None else UNKNOWN
    engine = None
    if isinstance(receiver, Instance):
        of_context = receiver.cls == "IExecutionContext"
        engine = receiver.owner if of_context else receiver.origin
    if engine is None or name.engine is None:
        return bool(index.atoms)
    return engine == name.engine


def _still_holds(facts: Facts, variable: Variable, index: cst.BaseExpression, use: Use) -> bool:
    """Whether a variable holds the name that had this index: it is set in one place only, or
    the index was asked for in the same round of the loop that goes over names with it.
    """
    if variable.name not in use.read.env or use.read.env[variable.name] != variable.value:
        return False
    scope = facts.tree.function(use.node) or facts.module
    if sum(name == variable.name for name in assigned(scope)) <= 1:
        return True
    loop = next((up for up in facts.tree.loops(use.node) if _sets(up, variable.name)), None)
    if not isinstance(loop, cst.For) or variable.name in assigned(loop.body):
        return False
    if not isinstance(index, cst.Name) or list(assigned(loop.body)).count(index.value) != 1:
        return False
    blocks = {up for up in facts.tree.ancestors(use.node) if isinstance(up, cst.IndentedBlock)}
    return any(
        isinstance(line, cst.SimpleStatementLine)
        and facts.tree.order[line] < facts.tree.order[use.node]
        and index.value in assigned(line)
        for block in blocks
        for line in block.body
        if loop in facts.tree.ancestors(line)
    )


def _sets(loop: cst.For | cst.While, name: str) -> bool:
    return isinstance(loop, cst.For) and any(
        isinstance(n, cst.Name) and n.value == name for n in walk(loop.target)
    )
