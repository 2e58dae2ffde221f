"""Report calls of methods that the base class of output allocators no longer has.

What changed: since TensorRT 10.0 `IOutputAllocator` itself has no `reallocate_output`,
`notify_shape` and `tensorrt_version`. Overrides in a subclass are called as before.

Before:

    class Allocator(trt.IOutputAllocator):
        def notify_shape(self, name, shape):
            super().notify_shape(name, shape)

After: (not rewritten)

Not rewritten when: always. The methods of the base class did nothing useful: remove the call.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members
from trtmigrate.rules.base import Rule

_BASE = "the base class has no such method; remove the call of it from the subclass"
RULE = Rule(
    "TRT506",
    "Methods of the base of output allocators",
    Safety.MANUAL,
    members=(
        "IOutputAllocator.reallocate_output",
        "IOutputAllocator.notify_shape",
        "IOutputAllocator.tensorrt_version",
    ),
    manual={
        "IOutputAllocator": _BASE,
        "IOutputAllocator.tensorrt_version": "an allocator has no release of its own; read "
        "trt.__version__",
    },
)
RULE.check = explain_members(RULE)
