"""Take classes from the package itself instead of from `trt.infer`.

What changed: TensorRT 5.0 put all classes into the package. `trt.infer`, `trt.parsers`,
`trt.utils`, `trt.lite` and `trt.legacy` are gone, and loggers, builders and runtimes are made by
their classes.

Before:

    logger = trt.infer.ConsoleLogger(trt.infer.LogSeverity.WARNING)
    builder = trt.infer.create_infer_builder(logger)

After:

    logger = trt.Logger(trt.Logger.WARNING)
    builder = trt.Builder(logger)

Not rewritten when: the code uses or imports the module itself, or a member of it whose successor is
used in another way.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

_NEW = {
    "infer.ConsoleLogger": "Logger",
    "infer.LogSeverity": "Logger",
    "infer.DataType": "DataType",
    "infer.create_infer_builder": "Builder",
    "infer.create_infer_runtime": "Runtime",
}
_ONNX = "export the model to ONNX, parse it with trt.OnnxParser and build with trt.Builder"
RULE = Rule(
    "TRT511",
    "Modules of TensorRT 4",
    Safety.SAFE,
    becomes=_NEW,
    members=(*_NEW, "infer", "infer.EntropyCalibrator", "parsers", "utils", "lite", "legacy"),
    manual={
        "infer.EntropyCalibrator": "derive from trt.IInt8EntropyCalibrator2, or quantize the model "
        "before you export it",
        "infer": "its classes are in the package itself (trt.Logger, trt.Builder, trt.Runtime)",
        "parsers": _ONNX,
        "utils": _ONNX,
        "lite": _ONNX,
        "legacy": "it was the interface of TensorRT 4; use the classes of the package itself",
    },
)


@RULE.checks_imports_too
def trt4_module(use: AnyUse, facts: Facts) -> Proposal:
    new = _NEW.get(use.member)
    gone = f"trt.{use.member} is gone since TensorRT {facts.missing[use.member].since}"
    if new is None:
        return manual(use.node, use.member, f"{gone}; {RULE.reason(use.member)}")
    message = f"{gone}; use trt.{new}"
    if not isinstance(use.node, cst.Attribute):
        return manual(use.node, use.member, message)
    trt, imports = tensorrt_name(use, facts)
    edit = Edit({use.node: expression(f"{trt}.{new}")}, imports_tensorrt=imports)
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)
