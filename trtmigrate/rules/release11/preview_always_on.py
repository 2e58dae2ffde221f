"""Drop preview features that became the rule.

What changed: `PreviewFeature.PROFILE_SHARING_0806` is always on since TensorRT 10.0, multi-device
execution (`MULTIDEVICE_RUNTIME_10_16`) is no preview since 11.0; both names are gone in 11.0.

Before:

    config.set_preview_feature(trt.PreviewFeature.PROFILE_SHARING_0806, True)
    if config.get_preview_feature(trt.PreviewFeature.PROFILE_SHARING_0806):
        print("shared")

After:

    print("shared")

Not rewritten when: the feature is kept in a list or a variable.

Safety: safe; review where the feature was switched off.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.flags import method_call, probed, without_call
from trtmigrate.rewrites.removal.fold import folded
from trtmigrate.rewrites.tensor_names.name_of_binding import argument
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

RULE = Rule(
    "TRT618",
    "Preview feature that is always on",
    Safety.SAFE,
    members=("PreviewFeature.PROFILE_SHARING_0806", "PreviewFeature.MULTIDEVICE_RUNTIME_10_16"),
)


@RULE.checks
def preview_always_on(use: Use, facts: Facts) -> Proposal:
    message = f"PreviewFeature.{use.name} is gone; it is always on"
    guard = probed(use, message)
    if guard is not None:
        return guard
    edit: Edit | None = None
    safety = Safety.SAFE
    setter = method_call(use, facts, "set_preview_feature")
    if setter is not None:
        enable = argument(setter, 1, "enable")
        if enable is None or code(enable.value) != "True":
            safety = Safety.REVIEW
        edit = without_call(setter, facts.tree)
    getter = method_call(use, facts, "get_preview_feature")
    if getter is not None:
        edit = folded(getter, True, facts.tree)
    if edit is None:
        return manual(use.node, use.member, f"{message}: drop it here")
    return Proposal(use.node, use.member, message, safety, edit)
