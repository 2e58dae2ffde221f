"""Remove `destroy()`: Python frees the objects of TensorRT.

What changed: `destroy()` is gone since TensorRT 5.0; Python frees an object when
nothing refers to it any more.

Before:

    def release(context: trt.IExecutionContext, engine: trt.ICudaEngine):
        context.destroy()
        engine.destroy()
        print("done")

After:

    def release(context: trt.IExecutionContext, engine: trt.ICudaEngine):
        print("done")

Not rewritten when: the call is part of another statement.

Safety: review. Python frees the object with its last reference, which may be later.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.kept_effects import remove_but_keep_effects
from trtmigrate.rules.base import Rule

_LOST = api.missing_in(str(api.releases()[-1]))
RULE = Rule(
    "TRT512",
    "Destroying objects",
    Safety.REVIEW,
    members=tuple(path for path in _LOST if path.endswith(".destroy")),
)
MESSAGE = "destroy() is gone; Python frees the object when nothing refers to it any more"


@RULE.checks
def destroy(use: Use, facts: Facts) -> Proposal:
    statement = facts.tree.parent(use.whole)
    if not isinstance(use, CallUse) or not isinstance(statement, cst.Expr):
        return manual(use.node, use.member, f"{MESSAGE}; remove the call")
    edit = remove_but_keep_effects(statement, facts)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
