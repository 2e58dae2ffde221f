"""Report uses of `IExecutionContext.get_shape`.

What changed: `get_shape(binding)`, which returned the values of a shape tensor, is gone since
TensorRT 10.0. Read the values from the host buffer whose address was given to `set_tensor_address`.

Before:

    values = context.get_shape(1)

After: (not rewritten)

Not rewritten when: always; the buffer to read from is the program's own.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

MEMBER = "IExecutionContext.get_shape"
INSTEAD = (
    "read the values from the host buffer given to set_tensor_address (for an output, after "
    "infer_shapes())"
)
RULE = Rule(
    "TRT207", "Values of a shape tensor", Safety.MANUAL, (MEMBER,), manual={MEMBER: INSTEAD}
)


@RULE.checks
def get_shape(use: Use, facts: Facts) -> Proposal:
    return manual(use.node, use.member, f"get_shape is gone; {INSTEAD}")
