"""Remove preview features that became permanent.

What changed: `PreviewFeature.PROFILE_SHARING_0806` is always on since TensorRT 10.0. Multi-device
execution (`MULTIDEVICE_RUNTIME_10_16`) is no preview since 11.0. Both names are gone since 11.0.

Before:

    config.set_preview_feature(trt.PreviewFeature.PROFILE_SHARING_0806, True)
    if config.get_preview_feature(trt.PreviewFeature.PROFILE_SHARING_0806):
        print("shared")

After:

    print("shared")

Not rewritten when: the code keeps the feature in a list or a variable.

Safety: safe; review where the code switches the feature off, or the code does not show whether.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.calls import find_method_call, remove_call
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument

RULE = Rule(
    "TRT618",
    "Preview feature that is always on",
    Safety.SAFE,
    members=("PreviewFeature.PROFILE_SHARING_0806", "PreviewFeature.MULTIDEVICE_RUNTIME_10_16"),
)


@RULE.checks
def preview_always_on(use: Use, facts: Facts) -> Proposal:
    message = f"PreviewFeature.{use.name} is gone; it is always on"
    guard = report_probe(use, message)
    if guard is not None:
        return guard
    edit: Edit | None = None
    safety = Safety.SAFE
    setter = find_method_call(use, facts, "set_preview_feature")
    if setter is not None:
        enable = argument(setter, 1, "enable")
        if enable is None or not _is_true(enable.value):
            safety = Safety.REVIEW
        edit = remove_call(setter, facts)
    getter = find_method_call(use, facts, "get_preview_feature")
    if getter is not None:
        edit = fold_condition(getter, True, facts.tree)
    if edit is None:
        return manual(use.node, use.member, f"{message}: remove it here")
    return Proposal(use.node, use.member, message, safety, edit)


def _is_true(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "True"
