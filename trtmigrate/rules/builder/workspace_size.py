"""Set the workspace limit as the limit of a memory pool.

What changed: `IBuilderConfig.max_workspace_size` is gone since TensorRT 10.0 (deprecated in 8.4).
It is the limit of the pool `MemoryPoolType.WORKSPACE`, still in bytes.

Before:

    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 30
    print(config.max_workspace_size)

After:

    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, 1 << 30)
    print(config.get_memory_pool_limit(trt.MemoryPoolType.WORKSPACE))

Not rewritten when: the property is deleted, or assigned by unpacking a sequence whose elements the
statement does not show.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.property_calls import turn_into_call
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT301",
    "Workspace limit of a builder configuration",
    Safety.SAFE,
    members=("IBuilderConfig.max_workspace_size",),
    becomes={"IBuilderConfig.max_workspace_size": "IBuilderConfig.set_memory_pool_limit"},
)
MESSAGE = "max_workspace_size is gone; set the limit of MemoryPoolType.WORKSPACE"
WRITE = "{{}}.set_memory_pool_limit({trt}.MemoryPoolType.WORKSPACE, {{}})"
READ = "{{}}.get_memory_pool_limit({trt}.MemoryPoolType.WORKSPACE)"


@RULE.checks
def workspace_size(use: Use, facts: Facts) -> Proposal:
    trt, imports = tensorrt_name(use, facts)
    edit = turn_into_call(use, facts, WRITE.format(trt=trt), READ.format(trt=trt))
    if edit is None:
        return manual(
            use.node,
            use.member,
            f"{MESSAGE}; this form cannot be rewritten automatically: assign it by itself",
        )
    edit = replace(edit, imports_tensorrt=imports)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


@RULE.scans
def workspace_size_by_name(facts: Facts) -> Iterator[Proposal]:
    """`setattr(config, "max_workspace_size", value)`."""
    member = RULE.members[0]
    if member not in facts.missing:
        return
    alias = facts.module_alias
    trt, imports = alias or "trt", alias is None
    for call in _find_setattr_calls(facts):
        new = expression(WRITE.format(trt=trt), call.args[0].value, call.args[2].value)
        edit = Edit({call: new}, imports_tensorrt=imports)
        yield Proposal(call, member, MESSAGE, Safety.SAFE, edit)


def _find_setattr_calls(facts: Facts) -> Iterator[cst.Call]:
    """Yield the calls `setattr(config, "max_workspace_size", value)`."""
    for node in facts.tree.of_kind(cst.Call):
        if calls_function(node, "setattr") and len(node.args) == 3:
            name = node.args[1].value
            if isinstance(name, cst.SimpleString) and name.raw_value == "max_workspace_size":
                if facts.kind(node.args[0].value) == "IBuilderConfig":
                    yield node
