"""Advise that contexts can share an optimization profile.

What changed: up to TensorRT 8.5 every execution context needed its own optimization profile. From
8.6 on contexts can share a profile with `PreviewFeature.PROFILE_SHARING_0806`, and from 10.0 on
they always can.

Before:

    contexts = [engine.create_execution_context() for _ in range(2)]
    for k, context in enumerate(contexts):
        context.set_optimization_profile_async(k, streams[k])

After: (not rewritten)

Not rewritten when: always. The code does not show whether the profiles differ for another reason.

Safety: manual; it is advice and counts only where it is selected.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Number
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

RULE = Rule("TRT901", "One profile for several contexts", Safety.MANUAL)
MEMBER = "IExecutionContext.set_optimization_profile_async"
MESSAGE = "from TensorRT 10 on, contexts can share a profile; you do not need one per context"


@RULE.scans
def profile_sharing(facts: Facts) -> Iterator[Proposal]:
    made = [r for r in facts.reads.values() if r.member == "create_execution_context"]
    in_rounds = [r for r in made if facts.is_made_again(r.node)]
    if not in_rounds and len(made) < 2:
        return
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "set_optimization_profile_async" or not isinstance(call, cst.Call):
            continue
        if call.args and _counts(call.args[0].value, facts) and facts.tree.loops(call):
            yield Proposal(read.node, MEMBER, MESSAGE, Safety.MANUAL, advice=True)
            return


def _counts(node: cst.BaseExpression, facts: Facts) -> bool:
    """True if the profile is the counter of a loop: one for each context."""
    value = facts.value(node)
    return isinstance(value, Number) and value.poly is not None and value.poly.constant is None
