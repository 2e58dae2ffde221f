"""Report members of TensorRT 4 to 7 whose successors take other arguments.

What changed: TensorRT 5.0 removed `IExecutionContext.enqueue` and the engine's
`get_binding_dimensions` and `get_binding_data_type`, 8.0 the engine's `max_workspace_size`.

Before:

    def shape_of(engine: trt.ICudaEngine):
        return engine.get_binding_dimensions(0)

After: (not rewritten)

Not rewritten when: always. The successors take the name of a tensor where the old members took an
index or a list of addresses; `max_workspace_size` of an engine has none.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members
from trtmigrate.rules.base import Rule

_MANUAL = {
    "IExecutionContext.enqueue": "set the address of each I/O tensor with set_tensor_address, then "
    "call execute_async_v3(stream)",
    "ICudaEngine.get_binding_dimensions": "get_tensor_shape(name) returns the shape",
    "ICudaEngine.get_binding_data_type": "get_tensor_dtype(name) returns the type",
    "ICudaEngine.max_workspace_size": "an engine does not know its workspace limit; "
    "for the memory that it needs, read device_memory_size (device_memory_size_v2 from 10.1)",
}
RULE = Rule(
    "TRT513",
    "Members of TensorRT 4 to 7",
    Safety.MANUAL,
    members=tuple(_MANUAL),
    manual=_MANUAL,
)
RULE.check = explain_members(RULE)
