"""Translate the budget for streamed weights, where 0 has the opposite meaning now.

What changed: `weight_streaming_budget` and `minimum_weight_streaming_budget` are gone since
TensorRT 11.0. In the old property 0 switched streaming off and -1 let TensorRT choose; in
`weight_streaming_budget_v2` (10.1) 0 streams as much as possible, and the size of the
weights switches it off. The minimum budget is 0.

Before:

    engine = runtime.deserialize_cuda_engine(plan)
    engine.weight_streaming_budget = 0
    engine.weight_streaming_budget = -1
    engine.weight_streaming_budget = 1 << 30
    least = engine.minimum_weight_streaming_budget

After:

    engine = runtime.deserialize_cuda_engine(plan)
    engine.weight_streaming_budget_v2 = engine.streamable_weights_size
    engine.weight_streaming_budget_v2 = engine.get_weight_streaming_automatic_budget()
    engine.weight_streaming_budget_v2 = 1 << 30
    least = 0

Not rewritten when: the code reads the property, or assigns a value that is no constant.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Const
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.assignments import find_assignment
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import walk

RULE = Rule(
    "TRT613",
    "Budget for streamed weights",
    Safety.SAFE,
    members=("ICudaEngine.weight_streaming_budget", "ICudaEngine.minimum_weight_streaming_budget"),
    becomes={"ICudaEngine.weight_streaming_budget": "ICudaEngine.weight_streaming_budget_v2"},
)
MESSAGE = (
    "weight_streaming_budget is gone; set weight_streaming_budget_v2: 0 streams all weights now, "
    "streamable_weights_size streams none, and get_weight_streaming_automatic_budget() replaces -1"
)


@RULE.checks
def weight_streaming(use: Use, facts: Facts) -> Proposal:
    guard = report_probe(use, MESSAGE)
    if guard is not None:
        return guard
    if use.name == "minimum_weight_streaming_budget":
        edit = Edit({use.node: cst.Integer("0")})
        return Proposal(
            use.node,
            use.member,
            "minimum_weight_streaming_budget is gone; the minimum is 0",
            Safety.SAFE,
            edit,
        )
    assign = find_assignment(use, facts)
    value = facts.value(assign.value) if assign is not None else None
    if assign is None or not isinstance(use.node, cst.Attribute):
        return manual(use.node, use.member, MESSAGE)
    if any(
        isinstance(part, cst.Name) for part in walk(assign.value)
    ):  # a parameter, whose value here is only its default
        return manual(use.node, use.member, MESSAGE)
    if not isinstance(value, Const) or not isinstance(value.value, int) or value.value < -1:
        return manual(use.node, use.member, MESSAGE)
    edits: dict[cst.CSTNode, cst.CSTNode] = {use.node.attr: cst.Name("weight_streaming_budget_v2")}
    engine = use.receiver.deep_clone()
    if value.value == 0:
        edits[assign.value] = expression("{}.streamable_weights_size", engine)
    elif value.value == -1:
        edits[assign.value] = expression("{}.get_weight_streaming_automatic_budget()", engine)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit(edits))
