"""Tell what code outside of sight can reach: a variable, an attribute of a class."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    External,
    Function,
    Instance,
    Items,
    Method,
    Number,
    Ref,
    Span,
    Table,
    Text,
    UserClass,
    Value,
)
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.syntax.tree import walk

if TYPE_CHECKING:
    from trtmigrate.facts import Facts

# Methods of arrays, tensors, streams and events; none of them calls back into a program.
_OF_LIBRARIES = frozenset(
    """
    astype contiguous copy copy_ cpu cuda data_ptr detach format item numpy ravel record reshape
    squeeze synchronize to tobytes tolist unsqueeze wait_event wait_stream
    """.split()
)
_LIBRARIES = frozenset("builtins cuda cupy cv2 numpy nvtx PIL pycuda tensorrt torch tqdm".split())
_PLAIN = (Const, Text, Number, Items, Span, Table, External, Instance)


@once_per_file
def is_private(facts: Facts, name: str, scope: cst.CSTNode) -> bool:
    """True if only the code of a function or module can reach what its variable holds.

    The variable is no parameter, it is made here, and it is neither stored elsewhere nor given to
    code that cannot be seen.
    """
    places = list(mentions_in(facts, scope, (name,)))
    made = [node for node in places if _is_made(facts, node)]
    return bool(made) and not any(_escapes(facts, node, scope) for node in places)


def foreign_calls_in(facts: Facts, area: cst.CSTNode) -> Iterator[cst.Call]:
    """Yield the calls that may run code which cannot be seen, also by way of functions here."""
    for node in code_run_in(facts, area):
        if isinstance(node, cst.Call):
            value = facts.value(node.func)
            if not isinstance(value, Function) and not is_of_library(facts, node, value):
                yield node


def code_run_in(facts: Facts, area: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield the nodes of an area, and of the functions here that it calls, also indirectly."""
    seen: set[cst.CSTNode] = set()
    areas = [area]
    while areas:
        for node in walk(areas.pop()):
            yield node
            value = facts.value(node.func) if isinstance(node, cst.Call) else None
            if isinstance(value, Function) and value.node not in seen:
                seen.add(value.node)
                areas.append(value.node.body)


@once_per_file
def is_closed(facts: Facts, cls: cst.ClassDef, attribute: str) -> bool:
    """True if only this module can reach an attribute of the objects of a class.

    No other file of the run uses the attribute, and: the attribute or the class is private by its
    name, the class is defined in a function, or the module is a script that makes the objects
    itself.
    """
    if facts.outside.reaches(attribute):
        return False
    if attribute.startswith("_") or cls.name.value.startswith("_"):
        return True
    if facts.tree.function(cls) is not None:
        return True
    return _is_script(facts) and any(
        isinstance(node, cst.Call) and facts.value(node.func) == UserClass(cls)
        for node in facts.tree.order
    )


@once_per_file
def is_shared(facts: Facts, cls: cst.ClassDef, attribute: str) -> bool:
    """True if code outside the class may know the object that an attribute of `self` holds.

    A method returns or hands on the object, or it is a parameter of the method that stores it.
    """
    return any(
        _is_known_elsewhere(facts, node) for node in mentions_in(facts, cls, (f"self.{attribute}",))
    )


def _is_known_elsewhere(facts: Facts, node: cst.CSTNode) -> bool:
    """True if a mention of an attribute gives its object away, or gets an object of others."""
    function = facts.tree.function(node)
    parent = facts.tree.parent(node)
    if function is None or isinstance(parent, cst.Return) or _escapes(facts, node, function):
        return True
    statement = facts.tree.parent(parent) if isinstance(parent, cst.AssignTarget) else None
    if not isinstance(statement, cst.Assign) or not isinstance(statement.value, cst.Name):
        return False
    source = statement.value
    places = mentions_in(facts, function, (source.value,))
    return any(place is not source and _escapes(facts, place, function) for place in places)


@once_per_file
def _is_script(facts: Facts) -> bool:
    """True if a module does its work when it is run: a block or a call beside its definitions."""
    for statement in facts.module.body:
        if isinstance(statement, (cst.If, cst.For, cst.While, cst.With)):
            return True
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            call = small.value if isinstance(small, cst.Expr) else None
            if isinstance(call, cst.Call) and isinstance(facts.value(call.func), Function):
                return True
    return False


def _is_made(facts: Facts, node: cst.CSTNode) -> bool:
    """True if a mention of a variable gives it a new object."""
    target = facts.tree.parent(node)
    if isinstance(target, cst.Element) and facts.is_target(target):
        statement = facts.tree.small_statement(node)
        value = statement.value if isinstance(statement, cst.Assign) else None
    elif isinstance(target, (cst.AssignTarget, cst.AnnAssign)):
        statement = facts.tree.small_statement(node)
        is_assigned = isinstance(statement, (cst.Assign, cst.AnnAssign))
        value = statement.value if is_assigned else None  # type: ignore[union-attr]
    else:
        return isinstance(target, cst.AsName)
    return isinstance(value, (cst.List, cst.ListComp, cst.Tuple, cst.BinaryOperation, cst.Call))


def _escapes(facts: Facts, node: cst.CSTNode, scope: cst.CSTNode) -> bool:
    """True if a mention of a variable may make its object known elsewhere."""
    parent = facts.tree.parent(node)
    if isinstance(parent, (cst.Param, cst.NameItem)):
        return facts.tree.function(node) is scope or isinstance(parent, cst.NameItem)
    if isinstance(parent, cst.Arg) and parent.keyword is not node:
        call = facts.tree.parent(parent)
        return isinstance(call, cst.Call) and _keeps_argument(facts, call)
    if isinstance(parent, cst.Element) and facts.is_target(parent):
        return False
    kept = (cst.Element, cst.StarredElement, cst.DictElement, cst.Yield, cst.NamedExpr, cst.From)
    if isinstance(parent, kept):
        return True
    if isinstance(parent, cst.Assign):
        plain = all(isinstance(t.target, cst.Name) for t in parent.targets)
        return parent.value is node and not plain  # a further name is looked at elsewhere
    return False


def _keeps_argument(facts: Facts, call: cst.Call) -> bool:
    """True if a call may keep an argument for later."""
    value = facts.value(call.func)
    if not isinstance(value, Function):
        return not is_of_library(facts, call, value)
    if not isinstance(value.node, cst.FunctionDef):
        return True
    names = [p.name.value for p in walk(value.node.params) if isinstance(p, cst.Param)]
    for node in mentions_in(facts, value.node.body, names):
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.Arg):
            inner = facts.tree.parent(parent)
            known = facts.value(inner.func) if isinstance(inner, cst.Call) else UNKNOWN
            if not isinstance(inner, cst.Call) or not is_of_library(facts, inner, known):
                return True
        elif isinstance(parent, (cst.Assign, cst.Element, cst.DictElement, cst.Yield)):
            return True
    return False


def is_of_library(facts: Facts, call: cst.Call, function: Value) -> bool:
    """True if a called function belongs to Python, TensorRT or another library."""
    if isinstance(function, Method):
        return True
    if isinstance(function, (Ref, External)):
        root = function.name.split(".")[0]
        return root in _LIBRARIES or root in sys.stdlib_module_names
    if not isinstance(call.func, cst.Attribute):
        return False
    owner = facts.value(call.func.value)
    return isinstance(owner, _PLAIN) or call.func.attr.value in _OF_LIBRARIES
