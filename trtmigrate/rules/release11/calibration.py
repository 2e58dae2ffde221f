"""Report calibration in the builder: the model has to be quantized before the build.

What changed: calibration in the builder is gone since TensorRT 11.0: `config.int8_calibrator`, the
calibrator classes and `CalibrationAlgoType`. Quantize the model before the build: it has
explicit Q/DQ nodes then.

Before:

    config = builder.create_builder_config()
    config.int8_calibrator = None

After:

    config = builder.create_builder_config()

Not rewritten when: there is a calibrator. A module that uses these names for base classes or
default values fails when it is imported. Quantize the ONNX model with
`modelopt.onnx.quantization.quantize`, whose `calibration_data` is what `get_batch` returned, then
delete the calibrator. A calibration cache counts no longer. This is said once for each class and
for each function that sets a calibrator; what else they use of calibration is noted as advice.

Safety: manual; safe where an assignment of None is removed.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.assignments import find_assignment
from trtmigrate.rewrites.removal.kept_effects import remove_but_keep_effects
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.nones import is_none
from trtmigrate.syntax.scopes import runs_at_import

CLASSES = (
    "CalibrationAlgoType",
    "IInt8Calibrator",
    "IInt8EntropyCalibrator",
    "IInt8EntropyCalibrator2",
    "IInt8LegacyCalibrator",
    "IInt8MinMaxCalibrator",
)
CONFIGURED = "IBuilderConfig.int8_calibrator"
_BASES = tuple(Ref(f"tensorrt.{cls}") for cls in CLASSES)
INSTEAD = (
    "quantize the ONNX model before the build with modelopt.onnx.quantization.quantize, which puts "
    "Q/DQ nodes into it"
)
OF_CLASS = (
    f"{INSTEAD}; give it what get_batch returns as calibration_data, and delete the class; "
    "TensorRT reads no calibration cache any more"
)
OF_CONFIG = f"{INSTEAD}, and delete the calibrator together with this line"
RULE = Rule(
    "TRT607",
    "Calibration in the builder",
    Safety.MANUAL,
    members=(
        CONFIGURED,
        *CLASSES,
        *(
            f"{cls}.{name}"
            for cls in CLASSES
            for name in sorted(api.members(cls))
            if name[0] != "_"
        ),
    ),
    manual={CONFIGURED: OF_CONFIG, **dict.fromkeys(CLASSES, INSTEAD)},
)


@RULE.checks_imports_too
def calibration(use: AnyUse, facts: Facts) -> Proposal:
    guard = report_probe(use, f"{use.name} is gone: {INSTEAD}")
    if guard is not None:
        return guard
    assign = find_assignment(use, facts)
    if assign is not None and is_none(assign.value):  # not a parameter whose default is None
        message = "int8_calibrator is gone: a config has no calibrator to unset"
        edit = remove_but_keep_effects(assign, facts)
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    told = _find_told(use, facts)
    if told is not None:
        message = f"{use.name} is gone; it goes together with {told}"
        return Proposal(use.node, use.member, message, Safety.MANUAL, advice=True)
    reason = RULE.reason(use.member)
    if _class_with_base(use, facts) is not None:
        reason = OF_CLASS
    fails = ", and the import of this module fails" if runs_at_import(use.node, facts.tree) else ""
    return manual(use.node, use.member, f"{use.name} is gone{fails}: {reason}")


def _find_told(use: AnyUse, facts: Facts) -> str | None:
    """Return what a finding of its own tells about: the calibrator around a use, or the calibrator
    that the same function uses above.
    """
    for up in facts.tree.ancestors(use.node):
        if isinstance(up, cst.ClassDef) and _is_calibrator(up, facts):
            return up.name.value if _class_with_base(use, facts) is not up else None
    function = facts.tree.function(use.node)
    if use.member != CONFIGURED or function is None:
        return None
    order = facts.tree.order
    above = any(
        other.member == CONFIGURED
        and not other.read.dead
        and order[other.node] < order[use.node]
        and facts.tree.function(other.node) is function
        for other in facts.uses
    )
    return "the calibrator above" if above else None


def _is_calibrator(cls: cst.ClassDef, facts: Facts) -> bool:
    """True if a class derives from a calibrator of TensorRT."""
    return any(facts.value(base.value) in _BASES for base in cls.bases)


def _class_with_base(use: AnyUse, facts: Facts) -> cst.ClassDef | None:
    """Return the class whose base a use is."""
    arg = facts.tree.parent(use.node)
    cls = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    return cls if isinstance(cls, cst.ClassDef) else None
