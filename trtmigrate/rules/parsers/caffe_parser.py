"""Report the uses of the Caffe parser, which has no successor.

What changed: `CaffeParser`, its plugin factories, `IBlobNameToTensor`, `FieldMap`, `FieldType`,
`FieldCollection` and `shutdown_protobuf_library` are gone since TensorRT 9.0 together with their
library (deprecated in 7.0).

Before:

    parser = trt.CaffeParser()
    tensors = parser.parse("deploy.prototxt", "net.caffemodel", network, trt.float32)
    network.mark_output(tensors.find("prob"))

After: (not rewritten)

Not rewritten when: always. Convert the model to ONNX and read it with `OnnxParser`.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members, members_of
from trtmigrate.rules.base import Rule

_FACTORY = "plugin factories are gone; OnnxParser finds plugins in the registry by their names"
_FIELDS = "it described fields of Caffe plugins; use PluginField and PluginFieldCollection"
_PARSER = "convert the model to ONNX and make trt.OnnxParser(network, logger) instead"
_PARSE = (
    'convert the model to ONNX, call parse_from_file("model.onnx") of trt.OnnxParser(network, '
    "logger) and stop if it returns False; it marks the outputs of the model"
)
RULE = Rule(
    "TRT502",
    "Caffe parser",
    Safety.MANUAL,
    members=members_of(
        "CaffeParser",
        "ICaffePluginFactory",
        "ICaffePluginFactoryExt",
        "ICaffePluginFactoryV2",
        "IBlobNameToTensor",
        "FieldCollection",
        "FieldMap",
        "FieldType",
        "shutdown_protobuf_library",
    ),
    manual={
        "CaffeParser": _PARSER,
        "CaffeParser.parse": _PARSE,
        "CaffeParser.parse_buffer": _PARSE,
        "CaffeParser.parse_binary_proto": "it read a mean image: keep the mean in a NumPy file",
        "CaffeParser.plugin_factory": _FACTORY,
        "CaffeParser.plugin_factory_ext": _FACTORY,
        "CaffeParser.plugin_factory_v2": _FACTORY,
        "ICaffePluginFactory": _FACTORY,
        "ICaffePluginFactoryExt": _FACTORY,
        "ICaffePluginFactoryV2": _FACTORY,
        "IBlobNameToTensor": "OnnxParser marks the outputs of the model; for another tensor, look "
        "for its name among the outputs of network.get_layer(i)",
        "FieldCollection": _FIELDS,
        "FieldMap": _FIELDS,
        "FieldType": _FIELDS,
        "shutdown_protobuf_library": "it belonged to the Caffe and UFF parsers; remove the call",
    },
)
RULE.check = explain_members(RULE)
