"""Advise taking buffer sizes from the context where shapes are dynamic, once they are set.

What changed: an engine returns -1 for every dimension that is dynamic in the network; in 8.x it
returned the number if the profile allows only one. The context returns the shapes that are set,
and -1 before.

Before:

    context.set_input_shape("x", (1, 3))
    size = trt.volume(engine.get_tensor_shape("y"))

After: (not rewritten)

Not rewritten when: always. The code does not show whether the tensor has dynamic dimensions.

Safety: manual; it is advice and counts only where it is selected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.facts.reads import Read
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import comes_before
from trtmigrate.syntax.tree import code

RULE = Rule("TRT902", "Shape for a buffer that is not known yet", Safety.MANUAL)
MEMBER = "ICudaEngine.get_tensor_shape"
MESSAGE = (
    "the engine returns -1 for dynamic dimensions; call context.get_tensor_shape once the shapes "
    "are set"
)
OF_CONTEXT = "IExecutionContext.get_tensor_shape"
TOO_EARLY = (
    "the context returns -1 for dynamic dimensions until the shapes of its inputs are set, which "
    "this function does below: ask for the shape after that"
)
_SETTERS = ("set_binding_shape", "set_input_shape")


@RULE.scans
def engine_shape(facts: Facts) -> Iterator[Proposal]:
    setters = [read for read in facts.reads.values() if read.member in _SETTERS]
    if not setters:
        return
    for read in facts.reads.values():
        if read.member not in ("get_binding_shape", "get_tensor_shape") or read.dead:
            continue
        if not isinstance(read.owner, Instance) or not _sizes_a_buffer(read.node, facts):
            continue
        if read.owner.cls == "ICudaEngine":
            yield Proposal(read.node, MEMBER, MESSAGE, Safety.MANUAL, advice=True)
        elif read.owner.cls == "IExecutionContext" and _is_early(read, setters, facts):
            yield Proposal(read.node, OF_CONTEXT, TOO_EARLY, Safety.MANUAL, advice=True)


def _is_early(read: Read, setters: Sequence[Read], facts: Facts) -> bool:
    """True if every call that sets a shape comes after a question to the same context, within one
    function.
    """
    asked = facts.tree.statement(read.node)
    return asked is not None and all(
        setter.owner == read.owner
        and facts.tree.function(setter.node) is facts.tree.function(read.node)
        and comes_before(asked, setter.node, facts.tree)
        for setter in setters
    )


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
