"""Do not divide the number of I/O tensors by the number of optimization profiles.

What changed: `num_io_tensors`, which replaces `num_bindings`, counts the tensors of one profile.
Code that was migrated by hand often still divides it by the number of profiles, which gives 0 or
too few as soon as there are several.

Before:

    per_profile = engine.num_io_tensors // engine.num_optimization_profiles

After:

    per_profile = engine.num_io_tensors

Not rewritten when: the number is divided in place (`n //= profiles`) or was multiplied before, or
it is not known that the divisor is the number of profiles.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.polynomials import atom
from trtmigrate.facts.domain.values import Number
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.dropped_division import drop_division
from trtmigrate.rules.base import Rule

RULE = Rule("TRT115", "Number of I/O tensors divided by profiles", Safety.SAFE)
MEMBER = "ICudaEngine.num_io_tensors"
MESSAGE = (
    "num_io_tensors counts the tensors of one profile: do not divide it by the number of profiles"
)


@RULE.scans
def tensor_count_division(facts: Facts) -> Iterator[Proposal]:
    for node in facts.tree.of_kind(cst.BinaryOperation):
        if not isinstance(node.operator, (cst.FloorDivide, cst.Divide)) or facts.is_dead(node):
            continue
        if _is(node.left, "tensors", facts) and _is(node.right, "profiles", facts):
            whole, kept = drop_division(node, facts)
            yield Proposal(node, MEMBER, MESSAGE, Safety.SAFE, Edit({whole: kept}))


def _is(node: cst.BaseExpression, role: str, facts: Facts) -> bool:
    """True if a number is exactly the count of an engine in this role."""
    value = facts.value(node)
    return isinstance(value, Number) and value.poly == atom(role, value.engine)
