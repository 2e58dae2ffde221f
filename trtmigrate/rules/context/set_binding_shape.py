"""Set the shape of an input by name.

What changed: `IExecutionContext.set_binding_shape(binding, shape)` is gone since TensorRT 10.0;
`set_input_shape(name, shape)` takes the name of the input and returns the same bool.

Before:

    context.set_binding_shape(0, (1, 3, 224, 224))

After:

    context.set_input_shape(engine.get_tensor_name(0), (1, 3, 224, 224))

Not rewritten when: the arguments are hidden behind `*args`, or the method is passed on (other than
to `map` with indexes and shapes).

Safety: safe; review where the profile of the index is not known, so that the index is taken modulo
the number of tensors.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import Items, Span
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import ask_by_name
from trtmigrate.rewrites.tensor_names.name_of_binding import PASSED_ON, look_up
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import unpacks
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT202",
    "Shape of an input",
    Safety.SAFE,
    group="context",
    holds_object=True,  # the two APIs do not see what the other one sets
    members=("IExecutionContext.set_binding_shape",),
    becomes={"IExecutionContext.set_binding_shape": "IExecutionContext.set_input_shape"},
)

MESSAGE = "set_binding_shape is gone; set_input_shape takes the name of the I/O tensor"
REFUSED = (
    "the program tests the result, which was False for the index of a profile that is not active; "
    "by name, the shape is that of the active profile"
)


@RULE.checks
def set_binding_shape(use: Use, facts: Facts) -> Proposal:
    if isinstance(use, CallUse):
        return ask_by_name(use, facts, "set_input_shape", refused=REFUSED)
    return _passed_on(use, facts)


def _passed_on(use: Use, facts: Facts) -> Proposal:
    """`map(context.set_binding_shape, indexes, shapes)`; any other use is left."""
    call = _map_of(use, facts)
    if call is None or not isinstance(facts.value(call.args[1].value), (Span, Items)):
        return manual(use.node, use.member, f"{MESSAGE}; {PASSED_ON}")
    taken = facts.tree.names(call)
    index, shape = free_name(taken, "i", "index"), free_name(taken, "shape", "size")
    named = look_up(cst.Name(index), use, facts)
    call_by_name = f"lambda {index}, {shape}: {{}}.set_input_shape({{}}, {shape})"
    edit = Edit({use.node: expression(call_by_name, use.receiver, named.node)})
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


def _map_of(use: Use, facts: Facts) -> cst.Call | None:
    """Return the call of `map` that a method is passed to together with two iterables."""
    arg = facts.tree.parent(use.node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Name) or unpacks(call):
        return None
    mapped = call.func.value == "map" and len(call.args) == 3 and call.args[0] is arg
    return call if mapped else None
