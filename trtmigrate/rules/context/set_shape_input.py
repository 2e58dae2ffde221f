"""Pass the values of a shape input in a host buffer.

What changed: `IExecutionContext.set_shape_input(binding, values)`, which copied the values, is gone
since TensorRT 10.0. A shape input has an address like any other tensor, but in host memory; the
values are read when the context executes, so the buffer has to live until then.

Before:

    context.set_shape_input(engine.get_binding_index("shape"), [2, 3])
    context.execute_async_v2(bindings, stream)

After:

    shape_input = np.array([2, 3], dtype=trt.nptype(engine.get_tensor_dtype("shape")))
    context.set_tensor_address("shape", shape_input.ctypes.data)
    for i in range(engine.num_io_tensors):
        if engine.get_tensor_location(engine.get_tensor_name(i)) == trt.TensorLocation.DEVICE:
            context.set_tensor_address(engine.get_tensor_name(i), bindings[i])
    context.execute_async_v3(stream)

Not rewritten when: the context executes in another function, where the buffer would be gone; or the
call is part of a lambda, a comprehension or a condition that does not always run.

Safety: review: the buffer must not be changed before the execution has read it.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import External, Items
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    UNPACKED,
    again,
    tensor_name,
    tensorrt_name,
)
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.templates import expression, small_statement
from trtmigrate.syntax.tree import code, walk

RULE = Rule(
    "TRT206",
    "Values of a shape input",
    Safety.REVIEW,
    group="context",
    holds_object=True,  # the two APIs do not see what the other one sets
    members=("IExecutionContext.set_shape_input",),
)
MESSAGE = (
    "set_shape_input is gone; put the values into a host array, pass its address to "
    "set_tensor_address, and keep the array until the execution is over"
)


@RULE.checks
def set_shape_input(use: Use, facts: Facts) -> Proposal:
    index = argument(use.call, 0, "binding") if isinstance(use, CallUse) else None
    values = argument(use.call, 1, "shape") if isinstance(use, CallUse) else None
    statement = facts.tree.statement(use.node)
    if not isinstance(use, CallUse) or index is None or values is None or statement is None:
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    named = tensor_name(index.value, use, facts)
    holder = _holder(use, facts)
    if named is None or holder is None or not facts.tree.runs_once_with(use.call, statement):
        return manual(use.node, use.member, f"{MESSAGE}; no place in the code is known to keep it")
    loops = facts.tree.loops(use.node)
    buffer: cst.BaseExpression = cst.parse_expression(holder)
    before: dict[cst.CSTNode, tuple[cst.BaseSmallStatement, ...]] = {}
    made_at = _made_at(use, facts, holder) if loops else None
    if loops and made_at is None:
        return manual(use.node, use.member, f"{MESSAGE}; no place in the code is known to keep it")
    if made_at is not None:
        before[made_at] = (small_statement("{} = {}", buffer, "{}"),)
        buffer = expression("{}[{}]", buffer, index.value.deep_clone())
    trt, imports = tensorrt_name(use, facts)
    numpy = facts.alias(use, "numpy")
    once_more = again(named)
    engine = facts.engine_of(use).deep_clone()
    dtype = expression(f"{trt}.nptype({{}}.get_tensor_dtype({{}}))", engine, once_more.node)
    array = f"{{}} = {numpy or 'np'}.array({{}}, dtype={{}})"
    made = small_statement(array, buffer, _listed(values.value, facts), dtype)
    before[statement] = (*before.get(statement, ()), made)
    call = expression(
        "{}.set_tensor_address({}, {}.ctypes.data)", use.receiver, named.node, buffer.deep_clone()
    )
    edit = Edit(
        {use.call: call},
        before,
        lookups=named.lookups + once_more.lookups,
        imports_tensorrt=imports,
        imports_numpy=numpy is None,
    )
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)


def _listed(values: cst.BaseExpression, facts: Facts) -> cst.BaseExpression:
    """Return values that NumPy can make an array of, also if they are a tensor on the device."""
    value = facts.value(values)
    made_by_numpy = isinstance(value, External) and value.name.startswith("numpy.")
    if isinstance(value, Items) or made_by_numpy or isinstance(values, (cst.List, cst.Tuple)):
        return values
    return expression("[int(value) for value in {}]", values)


def _made_at(use: Use, facts: Facts, holder: str) -> cst.CSTNode | None:
    """Return the statement before which the dictionary of buffers is made.

    It has to live as long as the context keeps the addresses. None if the context outlives the
    function and a round of the loop may skip the call.
    """
    loops = facts.tree.loops(use.node)
    always = True
    for up in facts.tree.ancestors(use.node):
        if up in loops or isinstance(up, cst.FunctionDef):
            break
        always = always and not isinstance(up, (cst.If, cst.Try, cst.Match))
    if always or facts.tree.function(use.node) is None:
        return loops[-1]
    cls = facts.tree.class_of(use.node)
    if not holder.startswith("self.") or cls is None:
        return None
    methods = [s for s in cls.body.body if isinstance(s, cst.FunctionDef)]
    init = next((m for m in methods if m.name.value == "__init__"), None)
    first = init.body.body[0] if init is not None else None
    return first.body[0] if isinstance(first, cst.SimpleStatementLine) else None


def _holder(use: Use, facts: Facts) -> str | None:
    """Return the variable that keeps the buffer, local or of self."""
    scope = facts.tree.function(use.node) or facts.module
    plural = "s" if facts.tree.loops(use.node) else ""
    if use.receiver is not None and code(use.receiver).startswith("self."):
        cls = facts.tree.class_of(use.node)
        if cls is not None and _executes(cls, use):
            return "self." + _numbered(f"shape_input{plural}", use, facts, cls)
        return None
    if _executes(scope, use):
        return _numbered(f"shape_input{plural}", use, facts, scope)
    return None


def _numbered(name: str, use: Use, facts: Facts, area: cst.CSTNode) -> str:
    """Return a free name; each call in the area has its own, so that all buffers live."""
    taken = facts.tree.names(area)
    calls = [u.node for u in facts.uses if u.member == use.member]
    calls = [n for n in calls if any(up is area for up in facts.tree.ancestors(n))]
    calls.sort(key=lambda n: facts.tree.order[n])
    found = ""
    for call in calls:
        found = free_name(taken, name)
        if call is use.node:
            break
    return found


def _executes(area: cst.CSTNode, use: Use) -> bool:
    return any(
        isinstance(n, cst.Attribute)
        and n.attr.value.startswith("execute")
        and code(n.value) == code(use.receiver)
        for n in walk(area)
    )
