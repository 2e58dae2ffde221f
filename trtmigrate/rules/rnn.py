"""Name the uses of the RNN layers, which have to be built as loops.

What changed: `add_rnn_v2`, `IRNNv2Layer` and the enums `RNNOperation`, `RNNDirection`,
`RNNInputMode` and `RNNGateType` are gone since TensorRT 10.0 (deprecated in 7.2), `add_rnn` and
`IRNNLayer` since 8.0.

Before:

    rnn = network.add_rnn_v2(data, 1, 128, 32, trt.RNNOperation.LSTM)
    rnn.set_weights_for_gate(0, trt.RNNGateType.INPUT, True, weights)

After: (not rewritten)

Not rewritten when: always. The recurrence is written with `network.add_loop()` from matrix
multiplications and activations, or the model is exported to ONNX, whose LSTM, GRU and RNN operators
`OnnxParser` turns into loops.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rules._explain import explains, members_of
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
RULE.check = explains(RULE)
