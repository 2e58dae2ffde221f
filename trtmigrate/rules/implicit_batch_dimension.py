"""Stop asking an engine whether its batch dimension is implicit.

What changed: `ICudaEngine.has_implicit_batch_dimension` was always False since TensorRT 10.0 and is
gone since 11.0.

Before:

    if engine.has_implicit_batch_dimension:
        shape = (batch_size, *shape)
    if not engine.has_implicit_batch_dimension and dynamic:
        context.set_input_shape("input", shape)

After:

    if dynamic:
        context.set_input_shape("input", shape)

Not rewritten when: never, except as `getattr` with a default, which goes on to work.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.edits import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules._flags import probed
from trtmigrate.rules._fold import folded
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT614",
    "Whether the batch dimension is implicit",
    Safety.SAFE,
    members=("ICudaEngine.has_implicit_batch_dimension",),
)
MESSAGE = "has_implicit_batch_dimension is gone; the batch dimension is always explicit"


@RULE.checks
def implicit_batch_dimension(use: Use, facts: Facts) -> Proposal:
    guard = probed(use, MESSAGE)
    if guard is not None:
        return guard
    assert isinstance(use.node, cst.BaseExpression)
    edit = folded(use.node, False, facts.tree)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
