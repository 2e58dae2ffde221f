"""Create a context without device memory by its allocation strategy.

What changed: `create_execution_context_without_device_memory` is gone since TensorRT 11.0; since
10.0 `create_execution_context` takes a strategy.

Before:

    context = engine.create_execution_context_without_device_memory()

After:

    context = engine.create_execution_context(trt.ExecutionContextAllocationStrategy.USER_MANAGED)

Not rewritten when: the method is passed on as a value.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT612",
    "Context without device memory",
    Safety.SAFE,
    members=("ICudaEngine.create_execution_context_without_device_memory",),
)
MESSAGE = (
    "create_execution_context_without_device_memory is gone; call create_execution_context with "
    "trt.ExecutionContextAllocationStrategy.USER_MANAGED"
)


@RULE.checks
def user_managed_context(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(use.node, use.member, MESSAGE)
    trt, imports = tensorrt_name(use, facts)
    strategy = f"{trt}.ExecutionContextAllocationStrategy.USER_MANAGED"
    new = expression(f"{{}}.create_execution_context({strategy})", use.receiver)
    edit = Edit({use.call: new}, imports_tensorrt=imports)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
