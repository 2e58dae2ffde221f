"""Report the uses of the RNN layers, which have to be built as loops.

What changed: `add_rnn_v2`, `IRNNv2Layer` and the enums `RNNOperation`, `RNNDirection`,
`RNNInputMode` and `RNNGateType` are gone since TensorRT 10.0 (deprecated in 7.2), `add_rnn` and
`IRNNLayer` since 8.0.

Before:

    rnn = network.add_rnn_v2(data, 1, 128, 32, trt.RNNOperation.LSTM)
    rnn.set_weights_for_gate(0, trt.RNNGateType.INPUT, True, weights)

After: (not rewritten)

A branch `if layer.type == trt.LayerType.RNN_V2` goes: since 10.0 no network has such layers.

Not rewritten when: the program builds RNN layers. Write the recurrence with `network.add_loop()`,
matrix multiplications and activations, or export the model to ONNX: `OnnxParser` turns its LSTM,
GRU and RNN operators into loops.

Safety: manual; review where a branch goes.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members, members_of
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import walk

_LOOP = (
    "build the recurrence with network.add_loop(), or export the model to ONNX, whose RNN "
    "operators OnnxParser turns into loops"
)
_GATES = "make the weights of each gate constants, and multiply with them in the body of the loop"
_BRANCH = "since TensorRT 10.0 no network has such layers; remove the branch"
_OWNERS = ("IRNNv2Layer", "IRNNLayer", "RNNOperation", "RNNDirection", "RNNInputMode")
RULE = Rule(
    "TRT503",
    "RNN layers",
    Safety.MANUAL,
    members=(
        "INetworkDefinition.add_rnn_v2",
        "INetworkDefinition.add_rnn",
        "LayerType.RNN_V2",
        "LayerType.RNN",
        *members_of(*_OWNERS, "RNNGateType"),
    ),
    manual={
        "INetworkDefinition.add_rnn_v2": _LOOP,
        "INetworkDefinition.add_rnn": _LOOP,
        "LayerType.RNN_V2": _BRANCH,
        "LayerType.RNN": _BRANCH,
        **dict.fromkeys(_OWNERS, _LOOP),
        "RNNGateType": _GATES,
        "IRNNv2Layer.set_weights_for_gate": _GATES,
        "IRNNv2Layer.set_bias_for_gate": _GATES,
    },
)
NEVER = "since TensorRT 10.0 no network has such layers, so the branch never runs"
_ADDS = ("INetworkDefinition.add_rnn_v2", "INetworkDefinition.add_rnn")
_explain = explain_members(RULE)


@RULE.checks
def rnn(use: Use, facts: Facts) -> Proposal | None:
    edit = _remove_branch(use, facts) if use.member.startswith("LayerType.") else None
    if edit is not None:
        message = f"{use.member} is gone: {NEVER}"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    added = next((other for other in facts.uses if other.member in _ADDS), None)
    if added is not None and use.member not in _ADDS:
        message = f"{use.member} is gone: rewrite it together with the layer of {added.name}"
        return manual(use.node, use.member, message)
    return _explain(use, facts)


def _remove_branch(use: Use, facts: Facts) -> Edit | None:
    """Return the edit that removes the branch of `if x.type == trt.LayerType.KIND`; None if the
    use is no such test.
    """
    tree = facts.tree
    target = tree.parent(use.node)
    test = tree.parent(target) if isinstance(target, cst.ComparisonTarget) else None
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    if not isinstance(test.comparisons[0].operator, cst.Equal):
        return None
    if not isinstance(test.left, cst.Attribute) or test.left.attr.value != "type":
        return None
    if not _decides(test, facts):
        return None
    block = next(up for up in tree.ancestors(test) if isinstance(up, cst.If)).body
    if any(isinstance(n, cst.Yield) for n in walk(block)):  # without it, this is no generator
        return None
    return fold_condition(test, False, tree)


def _decides(test: cst.BaseExpression, facts: Facts) -> bool:
    """True if the branch of an `if` runs only where the test is true."""
    parent = facts.tree.parent(test)
    if isinstance(parent, cst.BooleanOperation) and isinstance(parent.operator, cst.And):
        return parent.left is test and _decides(parent, facts)
    return isinstance(parent, cst.If) and parent.test is test
