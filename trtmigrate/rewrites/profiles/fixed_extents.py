"""Extents that the optimization profiles of a program fix.

In TensorRT 8, `ICudaEngine.get_binding_shape` gave the number of an extent that is open in the
network and that the profile of the binding fixes (its min is its max). `get_tensor_shape` of the
same engine gives -1: it knows no profile. So the simulator has it (tests/verify/sim/test_bindings);
this was not measured on a GPU.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Const, Instance, Items
from trtmigrate.facts.memo import once_per_file
from trtmigrate.rewrites.tensor_names.batch_in_front import places_of_shape
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.tree import code, walk

FIXED = (
    "TensorRT 8 gave the number of an extent that the optimization profile fixes, and the engine "
    "gives -1 if the network leaves it open: ask the context once the shapes are set"
)


def tests_extents(use: Use, facts: Facts) -> bool:
    """True if the program tests whether an extent of the shape is open: `shape[0] > 0`, `-1 in
    shape`, `any(n < 0 for n in shape)`.
    """
    if not isinstance(use.whole, cst.BaseExpression):
        return False
    return any(_is_tested(place, facts) for place in places_of_shape(use.whole, facts))


def _is_tested(shape: cst.BaseExpression, facts: Facts) -> bool:
    below: cst.CSTNode = shape
    for up in facts.tree.ancestors(shape):
        if isinstance(up, cst.Comparison):
            return _compares_with_open(up)
        if isinstance(up, cst.CompFor) and up.iter is below:
            comp = facts.tree.parent(up)
            inner = walk(comp) if comp is not None else ()
            return any(isinstance(n, cst.Comparison) and _compares_with_open(n) for n in inner)
        is_part = isinstance(up, (cst.Subscript, cst.Arg, cst.ComparisonTarget))
        if not is_part and not (isinstance(up, cst.Call) and code(up.func) in _PASS_ON):
            return False
        below = up
    return False


_PASS_ON = ("tuple", "list", "min", "all", "any")


def _compares_with_open(comparison: cst.Comparison) -> bool:
    sides = (comparison.left, *(target.comparator for target in comparison.comparisons))
    return any(code(side) in ("-1", "0") for side in sides)


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
