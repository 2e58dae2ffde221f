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
default values fails when it is imported. Quantize the model with ModelOpt, whose data loader
replaces `get_batch`, then delete the calibrator.

Safety: manual; safe where an assignment of None is removed.
"""

from __future__ import annotations

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.assignments import find_assignment, is_none
from trtmigrate.rewrites.removal.statements import remove_statement
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import runs_at_import

CLASSES = (
    "CalibrationAlgoType",
    "IInt8Calibrator",
    "IInt8EntropyCalibrator",
    "IInt8EntropyCalibrator2",
    "IInt8LegacyCalibrator",
    "IInt8MinMaxCalibrator",
)
INSTEAD = "quantize the model with ModelOpt (explicit Q/DQ nodes) and delete the calibrator"
RULE = Rule(
    "TRT607",
    "Calibration in the builder",
    Safety.MANUAL,
    members=(
        "IBuilderConfig.int8_calibrator",
        *CLASSES,
        *(
            f"{cls}.{name}"
            for cls in CLASSES
            for name in sorted(api.members(cls))
            if name[0] != "_"
        ),
    ),
    manual=dict.fromkeys(("IBuilderConfig.int8_calibrator", *CLASSES), INSTEAD),
)


@RULE.checks_imports_too
def calibration(use: AnyUse, facts: Facts) -> Proposal:
    message = f"{use.name} is gone: {INSTEAD}"
    guard = report_probe(use, message)
    if guard is not None:
        return guard
    assign = find_assignment(use, facts)
    if assign is not None and is_none(assign.value):  # not a parameter whose default is None
        message = "int8_calibrator is gone: a config has no calibrator to unset"
        edit = remove_statement(assign, facts)
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    if runs_at_import(use.node, facts.tree):
        message = f"{use.name} is gone, and the import of this module fails: {INSTEAD}"
    return manual(use.node, use.member, message)
