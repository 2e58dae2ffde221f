"""Note the uses of a removed API that the target never reaches.

What changed: nothing to do. Programs that run on several releases test `trt.__version__` or
`hasattr(engine, "num_io_tensors")`, or catch AttributeError; the branch for the old release is
right as it is.

Before:

    if hasattr(engine, "num_io_tensors"):
        count = engine.num_io_tensors
    else:
        count = engine.num_bindings

After: (not rewritten)

Not rewritten when: always. It is advice: it counts neither as left nor for the exit code.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.edits import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

RULE = Rule("TRT002", "Removed API behind a test of the release", Safety.MANUAL, advice=True)


@RULE.checks
def guarded(use: Use, facts: Facts) -> Proposal:
    how = (
        "is only probed"
        if use.context == "probe"
        else "is behind a test of the release or of the API"
    )
    member = use.member.removeprefix("?.")
    message = f"{use.name} {how}; left as it is"
    return Proposal(use.node, member, message, Safety.MANUAL, advice=True)
