"""Do not ask whether a network has explicit precision.

What changed: `INetworkDefinition.has_explicit_precision` is gone since TensorRT 10.0 (deprecated in
8.0). It told of a creation flag that had lost its effect before.

Before:

    network = builder.create_network(flags)
    if not network.has_explicit_precision:
        print("calibrate")

After:

    network = builder.create_network(flags)
    print("calibrate")

Not rewritten when: the object cannot be told to be a network.

Safety: review. A network that was created with `EXPLICIT_PRECISION` gave True.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.fold import folded
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT408",
    "Explicit precision of networks",
    Safety.REVIEW,
    members=("INetworkDefinition.has_explicit_precision",),
)
MESSAGE = (
    "has_explicit_precision is gone; it was False unless the network was created with the flag"
)


@RULE.checks
def has_explicit_precision(use: Use, facts: Facts) -> Proposal:
    assert isinstance(use.node, cst.BaseExpression)
    edit = folded(use.node, False, facts.tree)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
