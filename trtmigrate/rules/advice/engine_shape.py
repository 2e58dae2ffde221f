"""Advise taking buffer sizes from the context where shapes are dynamic.

What changed: an engine returns -1 for every dimension that is dynamic in the network; in 8.x it
returned the number if the profile allows only one. The context returns the shapes that are set.

Before:

    context.set_input_shape("x", (1, 3))
    size = trt.volume(engine.get_tensor_shape("y"))

After: (not rewritten)

Not rewritten when: always. The code does not show whether the tensor has dynamic dimensions.

Safety: manual; it is advice and counts only where it is selected.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

RULE = Rule("TRT902", "Shape of the engine for a buffer", Safety.MANUAL)
MEMBER = "ICudaEngine.get_tensor_shape"
MESSAGE = (
    "the engine returns -1 for dynamic dimensions; call context.get_tensor_shape once the shapes "
    "are set"
)


@RULE.scans
def engine_shape(facts: Facts) -> Iterator[Proposal]:
    members = {r.member for r in facts.reads.values()}
    if not members & {"set_binding_shape", "set_input_shape"}:
        return
    for read in facts.reads.values():
        if read.member not in ("get_binding_shape", "get_tensor_shape") or read.dead:
            continue
        if isinstance(read.owner, Instance) and read.owner.cls == "ICudaEngine":
            if _sizes_a_buffer(read.node, facts):
                yield Proposal(read.node, MEMBER, MESSAGE, Safety.MANUAL, advice=True)


def _sizes_a_buffer(node: cst.CSTNode, facts: Facts) -> bool:
    """True if the shape goes straight into `trt.volume`, `np.empty` or a similar call."""
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.BaseStatement, cst.BaseSmallStatement)):
            return False
        if isinstance(up, cst.Call):
            last = code(up.func).rpartition(".")[2]
            if last in ("volume", "empty", "zeros", "prod", "pagelocked_empty"):
                return True
    return False
