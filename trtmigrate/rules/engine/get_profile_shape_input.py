"""Ask for the value range of a shape input by its tensor name.

What changed: `ICudaEngine.get_profile_shape_input(profile_index, binding)` is gone since TensorRT
10.0. Its successor `get_tensor_profile_values(profile_index, name)` keeps the order; every release
binds its two keyword names the wrong way round, so they are given by position. It is there from
10.0 on, not in 8.5 and 8.6.

Before:

    low, best, high = engine.get_profile_shape_input(0, "shape")

After:

    low, best, high = engine.get_tensor_profile_values(0, "shape")

Not rewritten when: it is not known whether the binding is an index or a name, or the arguments are
unpacked.

Safety: review: in 8.x the old call gave wrong values for every binding but the first.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
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
    "TRT108",
    "Value range of a shape input",
    Safety.REVIEW,
    members=("ICudaEngine.get_profile_shape_input",),
    becomes={"ICudaEngine.get_profile_shape_input": "ICudaEngine.get_tensor_profile_values"},
)
MESSAGE = "get_profile_shape_input is gone; get_tensor_profile_values takes the name of the tensor"


@RULE.checks
def get_profile_shape_input(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(use.node, use.member, f"{MESSAGE}; {PASSED_ON}")
    profile = argument(use.call, 0, "profile_index")
    binding = argument(use.call, 1, "binding")
    if profile is None or binding is None or unpacks(use.call):
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    named = tensor_name(binding.value, use, facts)
    if named is None:
        return manual(use.node, use.member, f"{MESSAGE}; {why_no_name(binding.value, use, facts)}")
    new = expression(
        "{}.get_tensor_profile_values({}, {})", use.receiver, profile.value, named.node
    )
    return Proposal(
        use.node, use.member, MESSAGE, Safety.REVIEW, Edit({use.call: new}, lookups=named.lookups)
    )
