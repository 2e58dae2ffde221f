"""Name every use of an API that the target lacks and that no other rule answers for.

What changed: TensorRT 10 removed the binding API and much of the builder, TensorRT 11 weak typing
and calibration. The list of members is made from the bindings of every release.

Before:

    parser = trt.UffParser()

After: (not rewritten)

Not rewritten when: always. The finding says since when the member is gone; a person decides.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.edits import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

RULE = Rule("TRT001", "Use of a removed API that has no rewrite", Safety.MANUAL)


@RULE.checks
def removed(use: Use, facts: Facts) -> Proposal:
    missing = facts.missing[use.member]
    what = "can no longer be assigned" if use.lost_setter else "is gone"
    return manual(use.node, use.member, f"{use.member} {what} since TensorRT {missing.since}")
