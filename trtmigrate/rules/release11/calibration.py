"""Name what is left of calibration, which a person has to move out of the program.

What changed: calibration in the builder is gone since TensorRT 11.0: `config.int8_calibrator`, the
calibrator classes and `CalibrationAlgoType`. A model is quantized before it is built: it has
explicit Q/DQ nodes.

Before:

    config = builder.create_builder_config()
    config.int8_calibrator = None

After:

    config = builder.create_builder_config()

Not rewritten when: there is a calibrator. As base classes and default values the classes and the
enum fail when the module is imported. Quantize the model with ModelOpt (its data loader takes the
place of `get_batch`), then delete the calibrator.

Safety: manual; dropping the assignment of None is safe.
"""

from __future__ import annotations

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.module_queries import runs_at_import
from trtmigrate.rewrites.removal.flags import probed
from trtmigrate.rewrites.removal.properties import plain_store
from trtmigrate.rewrites.removal.statements import without
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

CLASSES = (
    "CalibrationAlgoType",
    "IInt8Calibrator",
    "IInt8EntropyCalibrator",
    "IInt8EntropyCalibrator2",
    "IInt8LegacyCalibrator",
    "IInt8MinMaxCalibrator",
)
INSTEAD = "quantize the model with ModelOpt (explicit Q/DQ nodes) and drop the calibrator"
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
    guard = probed(use, message)
    if guard is not None:
        return guard
    assign = plain_store(use, facts)
    if assign is not None and code(assign.value) == "None":  # not a default that is None
        message = "there is no calibrator to be unset any more"
        edit = without(assign, facts.tree)
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    if runs_at_import(use.node, facts.tree):
        message = f"{use.name} is gone, importing this module fails: {INSTEAD}"
    return manual(use.node, use.member, message)
