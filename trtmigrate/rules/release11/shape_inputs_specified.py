"""Ask `infer_shapes` for missing inputs instead of `all_shape_inputs_specified`.

What changed: `IExecutionContext.all_shape_inputs_specified` is gone since TensorRT 11.0; it
belonged to `set_shape_input`, which is gone since 10.0. `infer_shapes` returns the names of the
inputs that are missing.

Before:

    assert context.all_shape_inputs_specified
    if not context.all_shape_inputs_specified:
        print("missing")

After:

    assert not context.infer_shapes()
    if context.infer_shapes():
        print("missing")

Not rewritten when: never.

Safety: review. `infer_shapes` looks at the shapes of all inputs, and raises if they contradict each
other.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.missing_shapes import ask_for_missing_shapes
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT615",
    "Whether all shape inputs are set",
    Safety.REVIEW,
    members=("IExecutionContext.all_shape_inputs_specified",),
)
MESSAGE = (
    "all_shape_inputs_specified is gone; infer_shapes returns the names of all inputs that lack a "
    "shape or a value, and raises if shapes contradict each other"
)


@RULE.checks
def shape_inputs_specified(use: Use, facts: Facts) -> Proposal:
    assert isinstance(use.node, cst.BaseExpression)
    edit = ask_for_missing_shapes(use.node, use.receiver, facts)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
