"""Ask `infer_shapes` whether all shapes are set.

What changed: `IExecutionContext.all_binding_shapes_specified` is still there in TensorRT 10 and 11,
but its documentation says that it does not see shapes set by `set_input_shape`: it stays False
for an engine with dynamic inputs. (If all inputs are static, it is True from the start.)
`infer_shapes()` returns the names of the inputs whose shape is missing, none for a static engine.

Before:

    context.set_binding_shape(0, (1, 3))
    assert context.all_binding_shapes_specified

After:

    context.set_input_shape(engine.get_tensor_name(0), (1, 3))
    assert not context.infer_shapes()

Code that sets the shapes by name already is rewritten, too.

Not rewritten when: the module sets no shape, and no values of a shape input.

Safety: review: `infer_shapes` raises where the shapes contradict each other, and reads the values
of shape inputs.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.missing_shapes import ask_for_missing_shapes
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT208",
    "Whether all shapes are set",
    Safety.REVIEW,
    group="context",
    holds_object=True,  # the two APIs do not see what the other one sets
    gate=("all_binding_shapes_specified", "all_shape_inputs_specified"),
)
MEMBER = "all_binding_shapes_specified"
# Each property, and the methods whose effect it no longer sees once the module uses names: shapes
# that follow from the values of shape inputs are set only together with these.
FED_BY = {
    MEMBER: {"set_binding_shape", "set_shape_input"},
    "all_shape_inputs_specified": {"set_shape_input"},
}


@RULE.scans
def all_binding_shapes_specified(facts: Facts) -> Iterator[Proposal]:
    set_by_index = {use.name for use in facts.uses if not use.read.dead}
    set_by_name = any(facts.method_calls("IExecutionContext", "set_input_shape"))
    for read in facts.reads.values():
        if read.dead or read.member not in FED_BY:
            continue
        asked = set_by_name and read.member == MEMBER and _is_asked(read.node, facts)
        if not asked and not FED_BY[read.member] & set_by_index:
            continue
        if not isinstance(read.node, cst.Attribute) or not isinstance(read.owner, Instance):
            continue
        if f"IExecutionContext.{read.member}" in facts.missing:
            continue  # TensorRT 11: the rule for the removed property answers
        message = (
            f"{read.member} does not see the shapes of dynamic inputs that are set by name; ask "
            "infer_shapes() for missing shapes"
        )
        member = f"IExecutionContext.{read.member}"
        yield Proposal(
            read.node,
            member,
            message,
            Safety.REVIEW,
            ask_for_missing_shapes(read.node, read.node.value, facts),
        )


def _is_asked(node: cst.CSTNode, facts: Facts) -> bool:
    """True unless the answer is only shown: an argument of a call, or a part of a text."""
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.Call, cst.FormattedStringExpression)):
            return False
        if isinstance(up, (cst.BaseStatement, cst.BaseSmallStatement)):
            return True
    return False
