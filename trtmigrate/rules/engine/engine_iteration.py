"""Go over the names of the I/O tensors where an engine has several optimization profiles.

What changed: `for name in engine` still works in TensorRT 10, by accident, and gives every name
once. In 8.x it gave the bindings of all optimization profiles, those of the later ones with `
[profile k]` appended.

Before:

    for binding in engine:
        print(binding)
    context.set_optimization_profile_async(1, stream)

After:

    tensor_names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    for binding in tensor_names:
        print(binding)
    context.set_optimization_profile_async(1, stream)

Not rewritten when: the code shows no sign of several profiles; there the engine gives the same
names in every release.

Safety: review: the loop goes round once for each tensor, not once for each tensor and profile.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Lookup, Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule("TRT112", "Loop over the bindings of an engine", Safety.REVIEW)
MESSAGE = "an engine gave the bindings of all profiles; the names of its I/O tensors come once"


@RULE.scans
def engine_iteration(facts: Facts) -> Iterator[Proposal]:
    if not facts.several_profiles:
        return
    for node, value in facts.values.items():
        if not isinstance(value, Instance) or value.cls != "ICudaEngine":
            continue
        parent = facts.tree.parent(node)
        if not isinstance(parent, (cst.For, cst.CompFor)) or parent.iter is not node:
            continue
        if facts.is_dead(node) or not isinstance(node, cst.BaseExpression):
            continue
        listed = "[{}.get_tensor_name(i) for i in range({}.num_io_tensors)]"
        names = expression(listed, node.deep_clone(), node.deep_clone())
        edit = Edit({node: names}, lookups=(Lookup(names, node, None, node),))
        yield Proposal(node, "ICudaEngine.__len__", MESSAGE, Safety.REVIEW, edit)
