"""Drop the division of a number of bindings by the number of optimization profiles.

What changed: `num_bindings` counted the bindings of all optimization profiles, so programs divided
it, and what they derived from it, by the number of profiles. `num_io_tensors`, which replaces it
since TensorRT 10.0, counts one profile.

Before:

    per_profile = engine.num_bindings // engine.num_optimization_profiles

After:

    per_profile = engine.num_io_tensors

Not rewritten when: it is not known what a reader of the undivided number does with it, or that the
divisor is the number of profiles. Then `num_io_tensors` is multiplied by the number of profiles,
and the division stays.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.dropped_division import drop_division
from trtmigrate.rewrites.profiles.totals import totals_of
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import dotted

RULE = Rule("TRT111", "Number of bindings of one profile", Safety.SAFE)
_KINDS = (cst.BinaryOperation, cst.AugAssign, cst.Call)
MEMBER = "ICudaEngine.num_bindings"
MESSAGE = (
    "num_io_tensors counts the tensors of one profile; the division by the number of profiles is "
    "not needed"
)


@RULE.scans
def profile_division(facts: Facts) -> Iterator[Proposal]:
    order = facts.tree.order
    totals = totals_of(facts)
    divisions = sorted(totals.divisions, key=lambda d: order[d])
    divisions = [d for d in divisions if isinstance(d, _KINDS)]
    removed = {s for d in divisions if (s := _division_in_place(d, divisions, facts)) is not None}
    told: set[cst.CSTNode] = set()
    for division in divisions:
        group = totals.groups[division]
        statement = facts.tree.small_statement(division)
        if statement in removed:
            if statement not in told:
                told.add(statement)
                edit = Edit(remove=(statement,))
                yield Proposal(division, MEMBER, MESSAGE, Safety.SAFE, edit, group=group)
        else:
            whole, kept = drop_division(division, facts)
            edit = Edit({whole: kept})
            yield Proposal(division, MEMBER, MESSAGE, Safety.SAFE, edit, group=group)


def _division_in_place(
    division: cst.CSTNode, divisions: list[cst.CSTNode], facts: Facts
) -> cst.BaseSmallStatement | None:
    """Return the statement around a division that only divides variables in place: `n = n // p`."""
    statement = facts.tree.small_statement(division)
    if statement is division:
        return statement
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0].target
    pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]] = [(target, statement.value)]
    if isinstance(target, cst.Tuple) and isinstance(statement.value, cst.Tuple):
        sides = zip(target.elements, statement.value.elements, strict=False)
        pairs = [(a.value, b.value) for a, b in sides]
    for name, value in pairs:
        if value not in divisions or not isinstance(value, cst.BinaryOperation):
            return None
        if dotted(name) is None or dotted(value.left) != dotted(name):
            return None
    return statement
