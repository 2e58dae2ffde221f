"""Remove the question whether a network has explicit precision.

What changed: `INetworkDefinition.has_explicit_precision` is gone since TensorRT 10.0 (deprecated in
8.0). It told whether the network was created with a flag that had no effect any more.

Before:

    network = builder.create_network(flags)
    if not network.has_explicit_precision:
        print("calibrate")

After:

    network = builder.create_network(flags)
    print("calibrate")

Not rewritten when: the code does not show that the object is a network.

Safety: review. The answer was True for a network that was created with `EXPLICIT_PRECISION`.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT408",
    "Explicit precision of networks",
    Safety.REVIEW,
    members=("INetworkDefinition.has_explicit_precision",),
)
MESSAGE = (
    "has_explicit_precision is gone, and is taken as False: check that the network was not created "
    "with the flag EXPLICIT_PRECISION"
)


@RULE.checks
def has_explicit_precision(use: Use, facts: Facts) -> Proposal:
    assert isinstance(use.node, cst.BaseExpression)
    edit = fold_condition(use.node, False, facts.tree)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
