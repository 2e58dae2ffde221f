"""Ask for the shape range of an input by name first, profile second.

What changed: `ICudaEngine.get_profile_shape(profile_index, binding)` is gone since TensorRT 10.0;
its successor `get_tensor_profile_shape(name, profile_index)` takes the same two in the other order.

Before:

    low, best, high = engine.get_profile_shape(0, "input")

After:

    low, best, high = engine.get_tensor_profile_shape("input", 0)

Not rewritten when: it is not known whether the binding is an index or a name, or the arguments are
unpacked.

Safety: safe; review where the profile of the index is not known, so that the index is taken modulo
the number of tensors.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import is_text
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    PASSED_ON,
    UNPACKED,
    tensor_name,
    why_no_name,
)
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument, unpacks
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT107",
    "Shape range of a profile",
    Safety.SAFE,
    members=("ICudaEngine.get_profile_shape",),
    becomes={"ICudaEngine.get_profile_shape": "ICudaEngine.get_tensor_profile_shape"},
)
MESSAGE = "get_profile_shape is gone; get_tensor_profile_shape takes the name first"


@RULE.checks
def get_profile_shape(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(use.node, use.member, f"{MESSAGE}; {PASSED_ON}")
    profile = argument(use.call, 0, "profile_index")
    binding = argument(use.call, 1, "binding")
    if profile is None or binding is None or unpacks(use.call):
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    if is_text(facts.value(profile.value)) and profile.keyword is None:
        return _half_renamed(use, binding.value, facts)
    named = tensor_name(binding.value, use, facts)
    if named is None:
        return manual(use.node, use.member, f"{MESSAGE}; {why_no_name(binding.value, use, facts)}")
    new = expression("{}.get_tensor_profile_shape({}, {})", use.receiver, named.node, profile.value)
    if profile.keyword is not None:
        new = expression(
            "{}.get_tensor_profile_shape(name={}, profile_index={})",
            use.receiver,
            named.node,
            profile.value,
        )
    return Proposal(
        use.node, use.member, MESSAGE, Safety.SAFE, Edit({use.call: new}, lookups=named.lookups)
    )


def _half_renamed(use: CallUse, profile: cst.BaseExpression, facts: Facts) -> Proposal:
    """The arguments are already those of the successor, `get_profile_shape(name, 0)`."""
    if is_text(facts.value(profile)):
        return manual(use.node, use.member, f"{MESSAGE}, and then the index of the profile")
    edit = Edit(rename_member(use, "get_tensor_profile_shape"))
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
