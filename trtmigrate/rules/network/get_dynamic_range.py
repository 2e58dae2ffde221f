"""Read the dynamic range of a tensor as a property.

What changed: `ITensor.get_dynamic_range()` is gone since TensorRT 8.0; the property `dynamic_range`
has been there since 5.1. Both are gone in TensorRT 11.

Before:

    data = network.add_input("data", trt.float32, (1, 8))
    low, high = data.get_dynamic_range()

After:

    data = network.add_input("data", trt.float32, (1, 8))
    low, high = data.dynamic_range

Not rewritten when: the method is passed on as a value.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT409", "Dynamic range of a tensor", Safety.SAFE, members=("ITensor.get_dynamic_range",)
)
MESSAGE = "get_dynamic_range() is gone; dynamic_range is a property"


@RULE.checks
def get_dynamic_range(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(use.node, use.member, f"{MESSAGE}: read it where the value is needed")
    new = expression("{}.dynamic_range", use.receiver)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit({use.call: new}))
