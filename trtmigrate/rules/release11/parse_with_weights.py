"""Parse an ONNX model with `parse`.

What changed: `OnnxParser.parse_with_weight_descriptors` is gone since TensorRT 11.0; `parse` takes
the same model. For weights from another place, use `load_model_proto`, `load_initializer` and
`parse_model_proto`.

Before:

    parser = trt.OnnxParser(network, TRT_LOGGER)
    parser.parse_with_weight_descriptors(model)

After:

    parser = trt.OnnxParser(network, TRT_LOGGER)
    parser.parse(model)

Not rewritten when: never.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT622",
    "Parsing with weight descriptors",
    Safety.SAFE,
    members=("OnnxParser.parse_with_weight_descriptors",),
)


@RULE.checks
def parse_with_weights(use: Use, facts: Facts) -> Proposal:
    message = "parse_with_weight_descriptors is gone; parse takes the same model"
    edit = Edit(rename_member(use, "parse"))
    return report_probe(use, message) or Proposal(use.node, use.member, message, Safety.SAFE, edit)
