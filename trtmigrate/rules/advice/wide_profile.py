"""Advise several profiles instead of one with a very wide range.

What changed: nothing. TensorRT picks one set of kernels for the whole range of an optimization
profile, tuned for its optimum. If sizes span orders of magnitude, several profiles are faster.

Before:

    profile.set_shape("x", (1, 3, 224, 224), (8, 3, 224, 224), (512, 3, 224, 224))

After: (not rewritten)

Not rewritten when: always.

Safety: manual; it is advice and counts only where it is selected.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Instance, Items
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument

RULE = Rule("TRT903", "Very wide optimization profile", Safety.MANUAL)
MEMBER = "IOptimizationProfile.set_shape"
WIDE = 256  # from the smallest to the largest size of one dimension
MESSAGE = (
    "one dimension spans a factor of {}; split the range into several profiles, each with its own "
    "optimum"
)


@RULE.scans
def wide_profile(facts: Facts) -> Iterator[Proposal]:
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        owner = read.owner
        if read.member != "set_shape" or not isinstance(call, cst.Call) or read.dead:
            continue
        if not isinstance(owner, Instance) or owner.cls != "IOptimizationProfile":
            continue
        low, high = argument(call, 1, "min"), argument(call, 3, "max")
        if low is None or high is None:
            continue
        spans = [
            b // a
            for a, b in zip(_numbers(low.value, facts), _numbers(high.value, facts), strict=False)
            if a > 0
        ]
        if spans and max(spans) >= WIDE:
            message = MESSAGE.format(max(spans))
            yield Proposal(read.node, MEMBER, message, Safety.MANUAL, advice=True)


def _numbers(node: cst.BaseExpression, facts: Facts) -> list[int]:
    value = facts.value(node)
    items = value.items if isinstance(value, Items) else None
    numbers = [i.value for i in items or () if isinstance(i, Const) and isinstance(i.value, int)]
    return numbers if items is not None and len(numbers) == len(items) else []
