"""Name the uses of the RNN layers, which have to be built as loops.

What changed: `add_rnn_v2`, `IRNNv2Layer` and the enums `RNNOperation`, `RNNDirection`,
`RNNInputMode` and `RNNGateType` are gone since TensorRT 10.0 (deprecated in 7.2), `add_rnn` and
`IRNNLayer` since 8.0.

Before:

    rnn = network.add_rnn_v2(data, 1, 128, 32, trt.RNNOperation.LSTM)
    rnn.set_weights_for_gate(0, trt.RNNGateType.INPUT, True, weights)

After: (not rewritten)

A branch `if layer.type == trt.LayerType.RNN_V2` goes: no network has such layers.

Not rewritten when: always else. The recurrence is written with `network.add_loop()` from matrix
multiplications and activations, or the model is exported to ONNX, whose LSTM, GRU and RNN operators
`OnnxParser` turns into loops.

Safety: manual; review where a branch goes.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explains, members_of
from trtmigrate.rewrites.removal.layer_type import without_branch
from trtmigrate.rules.base import Rule

_LOOP = (
    "build the recurrence with network.add_loop() (ILoop), or export the model to ONNX, whose RNN "
    "operators OnnxParser turns into loops"
)
_GATES = "the weights of a gate become constants that the body of the loop multiplies with"
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
        "LayerType.RNN_V2": "no network has such layers any more; remove the branch",
        "LayerType.RNN": "no network has such layers any more; remove the branch",
        **dict.fromkeys(_OWNERS, _LOOP),
        "RNNGateType": _GATES,
        "IRNNv2Layer.set_weights_for_gate": _GATES,
        "IRNNv2Layer.set_bias_for_gate": _GATES,
    },
)
_ADDS = ("INetworkDefinition.add_rnn_v2", "INetworkDefinition.add_rnn")
_explain = explains(RULE)


@RULE.checks
def rnn(use: Use, facts: Facts) -> Proposal | None:
    edit = without_branch(use, facts) if use.member.startswith("LayerType.") else None
    if edit is not None:
        message = f"no network has layers of {use.member} any more"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    added = next((other for other in facts.uses if other.member in _ADDS), None)
    if added is not None and use.member not in _ADDS:
        return manual(use.node, use.member, f"{use.member} goes with {added.name}, see there")
    return _explain(use, facts)
