"""Find where the data comes from that a program gives to the device, by address or as a copy."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.callers import find_calls
from trtmigrate.facts.domain.values import Function, Ref
from trtmigrate.facts.mentions import members_in, mentions_in
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import code, parameters, walk_scope

# `x.data_ptr()`, `x.ctypes.data`, `x.data.ptr`: the address of the data of x.
_ADDRESSES = frozenset({"data_ptr", "ctypes", "__array_interface__"})
# Functions that copy to the device, and the place of the data among their arguments.
_COPIES = {
    **dict.fromkeys(("memcpy_htod", "memcpy_htod_async", "cudaMemcpy", "cudaMemcpyAsync"), 1),
    **dict.fromkeys(("cuMemcpyHtoD", "cuMemcpyHtoDAsync"), 1),
    **dict.fromkeys(("to_device", "to_gpu"), 0),
}
# Methods that put data into a list, a dictionary or a tensor.
_FILL = frozenset({"append", "extend", "insert", "update", "copy_"})
_COMPREHENSIONS = (cst.ListComp, cst.GeneratorExp, cst.SetComp)


def given_to_device(facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield the expressions that make what the device gets, or pass it on, each once."""
    seen: set[cst.CSTNode] = set()
    waiting = list(_find_given(facts))
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            waiting += _find_sources(node, facts)


def _find_given(facts: Facts) -> Iterator[cst.BaseExpression]:
    for member in members_in(facts, facts.module, _ADDRESSES):
        yield member.value
    for call in facts.tree.of_kind(cst.Call):
        place = _COPIES.get(code(call.func).rsplit(".", 1)[-1])
        given = argument(call, place, "src") if place is not None else None
        if given is not None:
            yield given.value


def _find_sources(node: cst.CSTNode, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield the expressions that the data of an expression comes from."""
    if isinstance(node, cst.Name):
        yield from _find_sources_of_variable(node, facts)
    elif isinstance(node, cst.Attribute):
        yield node.value
        for member in members_in(facts, facts.module, [node.attr.value]):
            yield from _find_stored(member, facts)
    elif isinstance(node, cst.Call):
        yield from _find_sources_of_call(node, facts)
    elif isinstance(node, cst.Subscript):
        yield node.value
    elif isinstance(node, cst.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, cst.BinaryOperation):
        yield from (node.left, node.right)
    elif isinstance(node, (cst.List, cst.Tuple, cst.Set, cst.Dict)):
        yield from (element.value for element in node.elements)
    elif isinstance(node, _COMPREHENSIONS):
        yield node.elt
    elif isinstance(node, cst.DictComp):
        yield node.value


def _find_sources_of_call(call: cst.Call, facts: Facts) -> Iterator[cst.BaseExpression]:
    called = facts.value(call.func)
    if isinstance(called, Function) and isinstance(called.node, cst.FunctionDef):
        for inner in walk_scope(called.node):
            if isinstance(inner, cst.Return) and inner.value is not None:
                yield inner.value
    elif isinstance(called, Ref) and called.name.startswith("builtins."):
        yield from (arg.value for arg in call.args)  # zip(a, b)
    elif isinstance(called, Ref):
        yield from (arg.value for arg in call.args[:1])  # numpy.reshape(a, shape)
    elif isinstance(call.func, cst.Attribute):
        yield call.func.value


def _find_sources_of_variable(variable: cst.Name, facts: Facts) -> Iterator[cst.BaseExpression]:
    scope = home(variable, facts.tree)
    if isinstance(scope, cst.FunctionDef):
        taken = [p.name.value for p in parameters(scope)]
        if variable.value in taken:
            yield from _find_arguments(scope, taken.index(variable.value), variable.value, facts)
    for mention in mentions_in(facts, scope, [variable.value]):
        yield from _find_stored(mention, facts)


def _find_arguments(
    function: cst.FunctionDef, place: int, name: str, facts: Facts
) -> Iterator[cst.BaseExpression]:
    """Yield what the calls of a function in the module give to a parameter."""
    for call in find_calls(function, facts):
        called = facts.value(call.func)
        own = place - (isinstance(called, Function) and called.bound is not None)
        given = argument(call, own, name) if own >= 0 else None
        if given is not None:
            yield given.value


def _find_stored(target: cst.BaseExpression, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield what the code around a mention of a variable or attribute puts into it."""
    below: cst.CSTNode = target
    for up in facts.tree.ancestors(target):
        if isinstance(up, cst.AssignTarget):
            statement = facts.tree.parent(up)
            if isinstance(statement, cst.Assign):
                yield statement.value
            return
        if isinstance(up, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr)):
            if up.target is below and up.value is not None:
                yield up.value
            return
        if isinstance(up, (cst.For, cst.CompFor)):
            if up.target is below:
                yield up.iter
            return
        if isinstance(up, cst.Attribute) and up.attr.value in _FILL:
            call = facts.tree.parent(up)
            if isinstance(call, cst.Call) and call.func is up:
                yield from (arg.value for arg in call.args)
            return
        if isinstance(up, cst.Arg):
            yield from _find_copied(up, facts)
            return
        if not isinstance(up, (cst.Tuple, cst.List, cst.Element, cst.Subscript)):
            return
        below = up


def _find_copied(arg: cst.Arg, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield what `np.copyto` copies into the array that is this argument of it."""
    call = facts.tree.parent(arg)
    if isinstance(call, cst.Call) and facts.value(call.func) == Ref("numpy.copyto"):
        source = argument(call, 1, "src")
        if argument(call, 0, "dst") is arg and source is not None:
            yield source.value
