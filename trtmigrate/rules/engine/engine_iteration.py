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
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Lookup, Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.totals import group_of_names, totals_of
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

MEMBER = "ICudaEngine.__len__"
RULE = Rule("TRT112", "Loop over the bindings of an engine", Safety.REVIEW)
MESSAGE = "a loop over an engine gave the bindings of all profiles; the list has each tensor once"

CONFLICT = (
    "a loop over an engine gives the names of one profile now, but the program divides their "
    "number by the number of profiles or reads one at the index of another profile: write the loop "
    "for one profile"
)


@RULE.scans
def engine_iteration(facts: Facts) -> Iterator[Proposal]:
    totals = totals_of(facts)
    for engine in totals.loops:
        if engine in totals.conflicts:
            yield replace(manual(engine, MEMBER, CONFLICT), group=group_of_names(engine))
            continue
        listed = "[{}.get_tensor_name(i) for i in range({}.num_io_tensors)]"
        names = expression(listed, engine.deep_clone(), engine.deep_clone())
        edit = Edit({_whole(engine, facts): names}, lookups=(Lookup(names, engine, None, engine),))
        group = totals.groups.get(engine, group_of_names(engine))
        yield Proposal(engine, MEMBER, MESSAGE, Safety.REVIEW, edit, group=group)


def _whole(engine: cst.BaseExpression, facts: Facts) -> cst.CSTNode:
    """Return the expression to replace by a list of names: the engine, or `list(engine)`."""
    arg = facts.tree.parent(engine)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if isinstance(call, cst.Call) and facts.value(call.func) == Ref("builtins.list"):
        return call
    return engine
