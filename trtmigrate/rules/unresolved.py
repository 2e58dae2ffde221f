"""Name the uses of what looks like a removed API on an object that cannot be followed.

What changed: the member is gone, if the object is TensorRT's. The facts could not tell: it comes
from another module without a clue, or the code uses it in contradictory ways.

Before:

    def input_shape(thing):
        return thing.get_binding_shape(0)

After: (not rewritten)

Not rewritten when: always. An annotation (`thing: trt.ICudaEngine`) lets the next run follow it.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate import api
from trtmigrate.edits import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

RULE = Rule("TRT003", "Possibly removed API on an unknown object", Safety.MANUAL)


@RULE.checks
def unresolved(use: Use, facts: Facts) -> Proposal:
    owners = api.owners_of(use.name, facts.target)
    member = f"{owners[0]}.{use.name}" if owners else use.name
    which = " or ".join(f"{owner}.{use.name}" for owner in owners) or use.name
    message = f"looks like {which}, but its object could not be followed; annotate it"
    return manual(use.node, member, message)
