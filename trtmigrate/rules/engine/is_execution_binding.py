"""Ask for the location of an I/O tensor instead of whether a binding needs a device pointer.

What changed: `ICudaEngine.is_execution_binding` is gone since TensorRT 10.0 and has no successor of
its own: a tensor whose location is the device needs a device pointer.

Before:

    on_device = engine.is_execution_binding(0)

After:

    on_device = engine.get_tensor_location(engine.get_tensor_name(0)) == trt.TensorLocation.DEVICE

Not rewritten when: the argument is hidden behind `*args`, or the method is passed on without being
called.

Safety: review: a tensor that was read both as a shape and as data was both kinds of binding.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import OLD_KEYWORDS
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    UNPACKED,
    tensor_name,
    tensorrt_name,
    why_no_name,
)
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT109",
    "Whether a binding needs device memory",
    Safety.REVIEW,
    members=("ICudaEngine.is_execution_binding",),
)
MESSAGE = "is_execution_binding is gone; the location of the tensor says where its memory is"


@RULE.checks
def is_execution_binding(use: Use, facts: Facts) -> Proposal:
    arg = argument(use.call, 0, *OLD_KEYWORDS) if isinstance(use, CallUse) else None
    if arg is None or not isinstance(use, CallUse):
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    named = tensor_name(arg.value, use, facts) if facts.is_index(arg.value) else None
    if named is None:
        return manual(use.node, use.member, f"{MESSAGE}; {why_no_name(arg.value, use, facts)}")
    trt, imports = tensorrt_name(use, facts)
    parent = facts.tree.parent(use.call)
    negated = isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not)
    place = parent if negated and parent is not None else use.call
    operator = "!=" if negated else "=="
    located = f"{{}}.get_tensor_location({{}}) {operator} {trt}.TensorLocation.DEVICE"
    new = expression(located, use.receiver, named.node)
    edit = Edit({place: new}, lookups=named.lookups, imports_tensorrt=imports)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
