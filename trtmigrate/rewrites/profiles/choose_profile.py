"""Choose an optimization profile on a stream instead of setting an attribute."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.streams import find_stream, write_wait
from trtmigrate.rewrites.profiles.tensor_counts import is_zero
from trtmigrate.syntax.templates import expression

MEMBER = "IExecutionContext.active_optimization_profile"
MESSAGE = (
    "active_optimization_profile can only be read now; set the profile with "
    "set_optimization_profile_async(profile, stream)"
)
NO_STREAM = (
    "no stream and no CUDA library is in scope here; pass the stream of the execution, and "
    "synchronize it before another stream uses the context"
)


def choose_profile(
    statement: cst.BaseSmallStatement, profile: cst.BaseExpression, use: Use, facts: Facts
) -> Proposal:
    """Replace a statement that sets the profile of a context."""
    stream = find_stream(use, facts)
    call = expression(
        "{}.set_optimization_profile_async({}, {})",
        use.receiver,
        profile,
        stream if stream is not None else cst.Integer("0"),
    )
    changes: dict[cst.CSTNode, cst.CSTNode] = {statement: cst.Expr(call)}
    if stream is not None:
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit(changes))
    message = f"{MESSAGE}; no stream is in scope here, so stream 0 is used"
    wait = write_wait(use, facts)
    if not wait and not is_zero(profile):
        return manual(use.node, use.member, f"{MESSAGE}; {NO_STREAM}")
    if wait:
        message += " and the device is synchronized"
    edit = Edit(changes, after={statement: wait} if wait else {})
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
