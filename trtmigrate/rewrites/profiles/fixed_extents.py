"""Extents that the optimization profiles of a program fix.

In TensorRT 8, `ICudaEngine.get_binding_shape` gave the number of an extent that is open in the
network and that the profile of the binding fixes (its min is its max). `get_tensor_shape` of the
same engine gives -1: it knows no profile (measured on 8.6.0).
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Instance, Items
from trtmigrate.facts.memo import once_per_file
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.tree import code

FIXED = (
    "TensorRT 8 gave the number of an extent that the optimization profile fixes, and the engine "
    "gives -1 if the network leaves it open: ask the context once the shapes are set"
)


@once_per_file
def may_fix_extents(facts: Facts) -> bool:
    """True if the program has several profiles, or makes a profile that allows one batch size."""
    return facts.several_profiles or any(
        _same(low.value, high.value, facts) for low, high in _limits(facts)
    )


def _limits(facts: Facts) -> Iterator[tuple[cst.Arg, cst.Arg]]:
    """Yield the smallest and the largest shape of each `profile.set_shape(name, min, opt, max)`."""
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "set_shape" or not isinstance(call, cst.Call) or read.dead:
            continue
        if isinstance(read.owner, Instance) and read.owner.cls == "IOptimizationProfile":
            low, high = argument(call, 1, "min"), argument(call, 3, "max")
            if low is not None and high is not None:
                yield low, high


def _same(low: cst.BaseExpression, high: cst.BaseExpression, facts: Facts) -> bool:
    """True if both shapes have the same first extent: the others seldom differ."""
    first = [_first_extent(node, facts) for node in (low, high)]
    if None not in first:
        return first[0] == first[1]
    return code(low) == code(high)


def _first_extent(node: cst.BaseExpression, facts: Facts) -> object:
    value = facts.value(node)
    first = value.items[0] if isinstance(value, Items) and value.items else None
    return first.value if isinstance(first, Const) else None
