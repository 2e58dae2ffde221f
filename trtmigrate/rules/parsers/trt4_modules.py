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

`import tensorrt.infer as trt` and `import tensorrt.legacy as trt` import the package itself, and so
does `from tensorrt.infer import Logger`.

Not rewritten when: the code uses the module itself, imports it in another form, or uses a member of
it whose successor is used in another way.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code

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
        "infer": "use the classes of the package itself (trt.Logger, trt.Builder, trt.Runtime)",
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
        message = f"{gone}; {RULE.reason(use.member)}"
        edit = _import_package(use, facts) if use.member in ("infer", "legacy") else None
        if edit is not None:
            return Proposal(use.node, use.member, message, Safety.SAFE, edit)
        return manual(use.node, use.member, message)
    message = f"{gone}; use trt.{new}"
    if not isinstance(use.node, cst.Attribute):
        return manual(use.node, use.member, message)
    trt, imports = tensorrt_name(use, facts)
    edit = Edit({use.node: expression(f"{trt}.{new}")}, imports_tensorrt=imports)
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)


def _import_package(use: AnyUse, facts: Facts) -> Edit | None:
    """Return the edit that imports the package itself: `import tensorrt as trt`, or the names that
    the target has from `tensorrt`; None for other forms of import.
    """
    statement = facts.tree.small_statement(use.node)
    if isinstance(statement, cst.Import) and isinstance(use.node, cst.ImportAlias):
        whole = (f"tensorrt.{use.member}", f"tensorrt.legacy.{use.member}")
        is_whole = code(use.node.name) in whole
        return Edit({use.node.name: cst.Name("tensorrt")}) if is_whole else None
    if not isinstance(statement, cst.ImportFrom) or statement.module is not use.node:
        return None
    if isinstance(statement.names, cst.ImportStar):
        return None
    kept = all(api.exists("", code(alias.name), facts.release) for alias in statement.names)
    return Edit({use.node: cst.Name("tensorrt")}) if kept else None
