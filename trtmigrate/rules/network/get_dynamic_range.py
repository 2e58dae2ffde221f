"""Read the dynamic range of a tensor as a property.

What changed: `ITensor.get_dynamic_range()` is gone since TensorRT 8.0. It gave one number: the
largest absolute value of the range, or -1 without a range. The property `dynamic_range`, which has
been there since 5.1, gives the lowest and the highest value, or None. Both are gone in TensorRT 11.

Before:

    data = network.add_input("data", trt.float32, (1, 8))
    largest = data.get_dynamic_range()

After:

    data = network.add_input("data", trt.float32, (1, 8))
    largest = max(map(abs, data.dynamic_range))

Code that unpacks the result already takes it for a pair, and gets the property as it is.

Not rewritten when: the method is passed on as a value.

Safety: review: a tensor without a range had -1, and `max(map(abs, None))` raises TypeError.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT409", "Dynamic range of a tensor", Safety.REVIEW, members=("ITensor.get_dynamic_range",)
)
MESSAGE = "get_dynamic_range() is gone; dynamic_range is a property"
ONE_NUMBER = (
    f"{MESSAGE} with the lowest and the highest value; check that the tensor has a range, because "
    "without one get_dynamic_range() gave -1 and dynamic_range is None"
)


@RULE.checks
def get_dynamic_range(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(use.node, use.member, f"{MESSAGE}: read it where the value is needed")
    if _is_taken_for_pair(use.call, facts):
        new = expression("{}.dynamic_range", use.receiver)
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit({use.call: new}))
    new = expression("max(map(abs, {}.dynamic_range))", use.receiver)
    return Proposal(use.node, use.member, ONE_NUMBER, Safety.REVIEW, Edit({use.call: new}))


def _is_taken_for_pair(call: cst.Call, facts: Facts) -> bool:
    """True for `low, high = x.get_dynamic_range()` and `x.get_dynamic_range()[0]`."""
    parent = facts.tree.parent(call)
    if isinstance(parent, cst.Assign):
        return any(isinstance(target.target, (cst.Tuple, cst.List)) for target in parent.targets)
    return isinstance(parent, cst.Subscript) and parent.value is call
