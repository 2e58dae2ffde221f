"""Remove the settings of a configuration that only calibration used.

What changed: `set_calibration_profile`, `get_calibration_profile`, `quantization_flags`, the
methods that set, get and clear such a flag, and `QuantizationFlag` are gone since TensorRT 11.0,
together with calibration.

Before:

    config.add_optimization_profile(profile)
    config.set_calibration_profile(profile)
    config.set_quantization_flag(trt.QuantizationFlag.CALIBRATE_BEFORE_FUSION)

After:

    config.add_optimization_profile(profile)

`get_quantization_flag(...)` becomes False.

Not rewritten when: the code uses another result, or keeps the flag in a variable.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import AnyUse, CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.assignments import remove_assignment
from trtmigrate.rewrites.removal.calls import remove_call
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rewrites.removal.last_values import is_read_elsewhere
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT608",
    "Configuration of calibration and implicit quantization",
    Safety.SAFE,
    members=(
        "IBuilderConfig.set_calibration_profile",
        "IBuilderConfig.get_calibration_profile",
        "IBuilderConfig.quantization_flags",
        "IBuilderConfig.set_quantization_flag",
        "IBuilderConfig.get_quantization_flag",
        "IBuilderConfig.clear_quantization_flag",
        "QuantizationFlag",
        "QuantizationFlag.CALIBRATE_BEFORE_FUSION",
    ),
    manual={
        "IBuilderConfig.get_calibration_profile": "nothing takes the profile that it returned",
        "QuantizationFlag": "remove it together with the call that takes it",
    },
)
MESSAGE = "{} is gone together with calibration; quantization is explicit in the model"


@RULE.checks_imports_too
def calibration_settings(use: AnyUse, facts: Facts) -> Proposal | None:
    message = MESSAGE.format(use.name)
    edit = _edit(use, facts)
    if edit is not None:
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    if use.member == "QuantizationFlag" and use.context == "load":
        if isinstance(facts.tree.parent(use.node), cst.Attribute):
            return None  # the enumerator has a finding of its own
    return manual(use.node, use.member, f"{message}: remove this use")


def _edit(use: AnyUse, facts: Facts) -> Edit | None:
    if isinstance(use, CallUse):
        if use.name == "get_quantization_flag":
            return fold_condition(use.call, False, facts.tree)
        return remove_call(use.call, facts)
    target = facts.tree.parent(use.node)
    statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else target
    if isinstance(statement, (cst.Assign, cst.AugAssign)) and isinstance(use, Use):
        if use.context == "store" and not is_read_elsewhere(use, facts):
            return remove_assignment(use, facts)
    return None
