"""Read the dynamic range of a tensor as a property.

What changed: `ITensor.get_dynamic_range()` is gone since TensorRT 8.0. It returned one number, the
largest absolute value, and -1 where no range was set. The property `dynamic_range`, there since
5.1, is the pair (min, max), or None. Both are gone in TensorRT 11.

Before:

    data = network.add_input("data", trt.float32, (1, 8))
    limit = data.get_dynamic_range()

After:

    data = network.add_input("data", trt.float32, (1, 8))
    limit = max(map(abs, data.dynamic_range))

Not rewritten when: the method is passed on as a value.

Safety: review, because a tensor without a range has None now.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT409", "Dynamic range of a tensor", Safety.REVIEW, members=("ITensor.get_dynamic_range",)
)
MESSAGE = (
    "get_dynamic_range() is gone; it gave the largest absolute value, and dynamic_range is the "
    "pair (min, max), or None if no range is set"
)


@RULE.checks
def get_dynamic_range(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(use.node, use.member, f"{MESSAGE}: read it where the value is needed")
    new = expression("max(map(abs, {}.dynamic_range))", use.receiver)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, Edit({use.call: new}))
