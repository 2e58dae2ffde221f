"""Ask which inputs are missing instead of whether the shape inputs are set.

What changed: `IExecutionContext.all_shape_inputs_specified` is gone since TensorRT 11.0; it told
about `set_shape_input`, which went in 10.0. `infer_shapes` gives the names of the inputs that are
missing.

Before:

    assert context.all_shape_inputs_specified
    if not context.all_shape_inputs_specified:
        print("missing")

After:

    assert not context.infer_shapes()
    if context.infer_shapes():
        print("missing")

Not rewritten when: never.

Safety: review: `infer_shapes` looks at the shapes of all inputs and raises where they contradict
each other.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.missing_shapes import asked
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT615",
    "Whether all shape inputs are set",
    Safety.REVIEW,
    members=("IExecutionContext.all_shape_inputs_specified",),
)
MESSAGE = "all_shape_inputs_specified is gone; infer_shapes names the inputs that are missing"


@RULE.checks
def shape_inputs_specified(use: Use, facts: Facts) -> Proposal:
    assert isinstance(use.node, cst.BaseExpression)
    edit = asked(use.node, use.receiver, facts)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
