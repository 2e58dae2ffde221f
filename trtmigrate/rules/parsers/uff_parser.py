"""Report the uses of the UFF parser, which has no successor.

What changed: `UffParser` and `UffInputOrder` are gone since TensorRT 9.0 together with their
library (deprecated in 7.0). TensorFlow models have to be exported to ONNX.

Before:

    parser = trt.UffParser()
    parser.register_input("Input", (3, 300, 300))
    parser.parse("model.uff", network)

After: (not rewritten)

Not rewritten when: always. Export the model to ONNX (tf2onnx) and read it with `OnnxParser`. The
ONNX file names its inputs and outputs.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members, members_of
from trtmigrate.rules.base import Rule

_FACTORY = "plugin factories are gone; OnnxParser finds plugins in the registry by their names"
_PARSER = "export the model to ONNX (tf2onnx) and make trt.OnnxParser(network, logger) instead"
_PARSE = (
    'export the model to ONNX (tf2onnx), call parse_from_file("model.onnx") of '
    "trt.OnnxParser(network, logger) and stop if it returns False; it marks the outputs of the "
    "model"
)
RULE = Rule(
    "TRT501",
    "UFF parser",
    Safety.MANUAL,
    members=members_of("UffParser", "UffInputOrder"),
    manual={
        "UffParser": _PARSER,
        "UffParser.parse": _PARSE,
        "UffParser.parse_buffer": _PARSE,
        "UffParser.register_input": "an ONNX file names its inputs; for another shape, set "
        "network.get_input(i).shape after parsing",
        "UffParser.register_output": "an ONNX file names its outputs; "
        "remove the call, or choose others with network.mark_output and unmark_output",
        "UffParser.plugin_factory": _FACTORY,
        "UffParser.plugin_factory_ext": _FACTORY,
        "UffInputOrder": "an ONNX file fixes the order of its dimensions; for another one, export "
        "the model with it or add a shuffle layer",
    },
)
RULE.check = explain_members(RULE)
