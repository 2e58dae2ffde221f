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
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import External, Items
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.kept_buffers import find_place_of_dictionary, name_buffer
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    UNPACKED,
    again,
    tensor_name,
    tensorrt_name,
)
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.templates import expression, small_statement

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
    holder = name_buffer(use, facts, "shape_input")
    if named is None or holder is None or not facts.tree.runs_once_with(use.call, statement):
        return manual(use.node, use.member, f"{MESSAGE}; no place in the code is known to keep it")
    loops = facts.tree.loops(use.node)
    buffer: cst.BaseExpression = cst.parse_expression(holder)
    before: dict[cst.CSTNode, tuple[cst.BaseSmallStatement, ...]] = {}
    made_at = find_place_of_dictionary(use, facts, holder) if loops else None
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
