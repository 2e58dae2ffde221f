"""Find the CUDA stream in scope, and write how to wait for the device."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Statement
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import External, Ref, UserInstance, Value
from trtmigrate.facts.mentions import members_in, mentions_in
from trtmigrate.syntax.calls import argument, spread
from trtmigrate.syntax.scopes import binders
from trtmigrate.syntax.tree import code, dotted, walk

# How the stream objects of the libraries hand out their CUDA handle.
_HANDLES = {
    "pycuda.driver.Stream()": "{}.handle",
    "torch.cuda.Stream()": "{}.cuda_stream",
    "torch.cuda.current_stream()": "{}.cuda_stream",
    "cupy.cuda.Stream()": "{}.ptr",
    "cupy.cuda.stream.Stream()": "{}.ptr",
}
# How the libraries wait for the whole device.
_WAITS = {
    "cuda.cudart": "{}.cudaDeviceSynchronize()",
    "cuda.bindings.runtime": "{}.cudaDeviceSynchronize()",
    "pycuda.driver": "{}.Context.synchronize()",
    "torch": "{}.cuda.synchronize()",
    "cupy": "{}.cuda.Device().synchronize()",
}
_EXECUTIONS = {"execute_async_v2": 1, "execute_async": 2, "execute_async_v3": 0}


def find_stream(use: Use, facts: Facts) -> cst.BaseExpression | None:
    """Return the handle of the stream that the same context executes on, if its variable is set by
    then; else of the only stream in scope.
    """
    for call in _executions(code(use.receiver), use, facts):
        assert isinstance(call.func, cst.Attribute)
        arg = argument(spread(call), _EXECUTIONS[call.func.attr.value], "stream_handle")
        if arg is not None and _is_set(arg.value, use, facts):
            return arg.value.deep_clone()
    held = set(_held(use, facts))
    if len(held) == 1:
        return cst.parse_expression(held.pop())
    return None


def _executions(context: str, use: Use, facts: Facts) -> Iterator[cst.Call]:
    area: cst.CSTNode = facts.tree.scope(use.node)
    if context.startswith("self."):
        area = facts.tree.class_of(use.node) or area
    names = {context, *_other_names(context, area, facts)}
    for node in members_in(facts, area, _EXECUTIONS):
        call = facts.tree.parent(node)
        if isinstance(call, cst.Call) and call.func is node and dotted(node.value) in names:
            yield call


def _other_names(context: str, area: cst.CSTNode, facts: Facts) -> Iterator[str]:
    """Yield the variables that may hold the same context: `chosen = self.context`."""
    for node in mentions_in(facts, area, (context,)):
        statement = facts.tree.parent(node)
        if isinstance(statement, cst.Assign) and statement.value is node:
            yield from (t.target.value for t in statement.targets if isinstance(t.target, cst.Name))


def _is_set(stream: cst.BaseExpression, use: Use, facts: Facts) -> bool:
    """True if the names in an expression have their values where the use stands."""
    if isinstance(stream, cst.Integer):
        return True
    if any(isinstance(n, cst.Call) for n in walk(stream)):
        return False
    attributes = [dotted(n) for n in walk(stream) if isinstance(n, cst.Attribute)]
    if any(a is not None and a.startswith("self.") for a in attributes):
        return _set_before(stream, use, facts)
    names = {n.value for n in walk(stream) if isinstance(n, cst.Name)}
    names -= {n.attr.value for n in walk(stream) if isinstance(n, cst.Attribute)}
    return names <= set(use.read.env) and all(_is_bound(n, use, facts) for n in names)


def _is_bound(name: str, use: Use, facts: Facts) -> bool:
    """True if a variable is set before the use, not only further down in the same loop."""
    order = facts.tree.order
    stores = binders(name, facts.tree.scope(use.node), facts.tree)
    return not stores or any(order[node] < order[use.node] for node in stores)


def _set_before(stream: cst.BaseExpression, use: Use, facts: Facts) -> bool:
    """True if an attribute of self is set earlier in this method, or in `__init__`."""
    root = ".".join((dotted(stream) or code(stream)).split(".")[:2])
    function = facts.tree.function(use.node)
    cls = facts.tree.class_of(use.node)
    for node in mentions_in(facts, cls or facts.module, (root,)):
        parent = facts.tree.parent(node)
        in_tuple = isinstance(parent, cst.Element) and facts.is_target(parent)
        if isinstance(parent, (cst.AssignTarget, cst.AnnAssign)) or in_tuple:
            there = facts.tree.function(node)
            if there is function:
                return facts.tree.order[node] < facts.tree.order[use.node]
            return there is not None and there.name.value == "__init__"
    return cls is not None and bool(cls.bases)  # the base class sets it


def _held(use: Use, facts: Facts) -> Iterator[str]:
    for name, value in use.read.env.items():
        if not _is_bound(name, use, facts):
            continue
        yield from _handle(name, value)
        if isinstance(value, UserInstance):
            for attr, held in facts.attributes_of(value):
                text = f"{name}.{attr}"
                for handle in _handle(text, held):
                    if _set_before(cst.parse_expression(text), use, facts):
                        yield handle


def _handle(name: str, value: Value) -> Iterator[str]:
    if isinstance(value, External) and value.name in _HANDLES:
        yield _HANDLES[value.name].format(name)


def write_wait(use: Use, facts: Facts) -> tuple[Statement, ...]:
    """Return the statement with which the CUDA library of this module waits for the device.

    Nothing if the module imports no CUDA library that is known.
    """
    env = {**facts.module_variables, **use.read.env}
    for name, value in env.items():
        if isinstance(value, Ref) and value.name in _WAITS:
            return (cst.Expr(cst.parse_expression(_WAITS[value.name].format(name))),)
    return ()
