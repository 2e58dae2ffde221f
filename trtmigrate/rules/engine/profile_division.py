"""Drop the division of a number of bindings by the number of optimization profiles.

What changed: `num_bindings` counted the bindings of all optimization profiles, so programs divided
it, and what they derived from it, by the number of profiles. `num_io_tensors`, which replaces it
since TensorRT 10.0, counts one profile.

Before:

    per_profile = engine.num_bindings // engine.num_optimization_profiles

After:

    per_profile = engine.num_io_tensors

Not rewritten when: what is divided is no number of bindings.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

RULE = Rule("TRT111", "Number of bindings of one profile", Safety.SAFE)
MEMBER = "ICudaEngine.num_bindings"
MESSAGE = "num_io_tensors counts the tensors of one profile; the division by their number goes"


@RULE.scans
def profile_division(facts: Facts) -> Iterator[Proposal]:
    divisions = [d for d in facts.profile_divisions if not facts.is_dead(d)]
    removed = {s for d in divisions if (s := _pointless(d, facts)) is not None}
    told: set[cst.CSTNode] = set()
    for division in divisions:
        statement = facts.tree.small_statement(division)
        if statement in removed:
            if statement not in told:
                told.add(statement)
                yield Proposal(division, MEMBER, MESSAGE, Safety.SAFE, Edit(remove=(statement,)))
        elif isinstance(division, cst.BinaryOperation):
            yield Proposal(division, MEMBER, MESSAGE, Safety.SAFE, Edit({division: division.left}))


def _pointless(division: cst.CSTNode, facts: Facts) -> cst.BaseSmallStatement | None:
    """The statement around a division, if it only divides variables in place: `n = n // p`."""
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
        if value not in facts.profile_divisions:
            return None
        if not isinstance(value, cst.BinaryOperation) or code(value.left) != code(name):
            return None
    return statement
