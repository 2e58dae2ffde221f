"""Report uses of the parser's map of refittable weights.

What changed: `OnnxParser.get_refit_map` is gone since TensorRT 8.0.

Before:

    weights, layers, roles = parser.get_refit_map()

After: (not rewritten)

Not rewritten when: always. `Refitter.get_all_weights` returns the names of the weights, and
`set_named_weights` sets them. `OnnxParserRefitter` refits an engine from a whole ONNX file.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT510",
    "Map of refittable weights",
    Safety.MANUAL,
    members=("OnnxParser.get_refit_map",),
    manual={
        "OnnxParser.get_refit_map": "take the names from Refitter.get_all_weights and pass "
        "them to set_named_weights, or refit from an ONNX file with trt.OnnxParserRefitter"
    },
)
RULE.check = explain_members(RULE)
