"""Read the size of an engine's device memory by the names that TensorRT 11 has.

What changed: `device_memory_size` and `get_device_memory_size_for_profile` are gone since TensorRT
11.0; since 10.1 the members with `_v2` take the budget for streamed weights into account.

Before:

    engine = runtime.deserialize_cuda_engine(plan)
    size = engine.device_memory_size
    largest = engine.get_device_memory_size_for_profile(0)

After:

    engine = runtime.deserialize_cuda_engine(plan)
    size = engine.device_memory_size_v2
    largest = engine.get_device_memory_size_for_profile_v2(0)

Not rewritten when: the target is TensorRT 10, whose first release has only the old names.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule

MEMBERS = ("ICudaEngine.device_memory_size", "ICudaEngine.get_device_memory_size_for_profile")
RULE = Rule(
    "TRT611",
    "Size of an engine's device memory",
    Safety.SAFE,
    members=MEMBERS,
    becomes={member: f"{member}_v2" for member in MEMBERS},
)


@RULE.checks
def device_memory(use: Use, facts: Facts) -> Proposal:
    message = f"{use.name} is gone; {use.name}_v2 returns the size in bytes"
    edit = Edit(rename_member(use, f"{use.name}_v2"))
    return report_probe(use, message) or Proposal(use.node, use.member, message, Safety.SAFE, edit)
