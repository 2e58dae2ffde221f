"""Find shapes of tensors that a program puts behind a batch size.

With an implicit batch dimension, the shape of a tensor lacks it, so programs add it to the shape:
`(batch_size, *shape)`. On the target, the shape has the batch dimension itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.scopes import home, is_target

TWICE = (
    "take away the batch size that the code puts in front of this shape, because the shape has the "
    "batch dimension itself since TensorRT 10"
)
_EXECUTE_BATCHES = frozenset({"execute", "execute_async", "enqueue"})
# Methods and functions that take the extents of a shape one by one.
_TAKE_EXTENTS = frozenset({"reshape", "view", "empty", "zeros", "ones"})


def gets_batch_in_front(use: Use, facts: Facts) -> bool:
    """True if a program that executes with a batch size puts one before the shape that it gets."""
    if not _executes_batches(facts) or not isinstance(use.whole, cst.BaseExpression):
        return False
    return any(_is_behind_extent(place, facts) for place in _places_of(use.whole, facts))


@once_per_file
def _executes_batches(facts: Facts) -> bool:
    return any(use.name in _EXECUTE_BATCHES and not use.read.dead for use in facts.uses)


def _places_of(shape: cst.BaseExpression, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield the shape with the `tuple(...)` or `list(...)` around it, and the reads of a variable
    that holds it.
    """
    whole = _outermost(shape, facts)
    yield whole
    statement = facts.tree.parent(whole)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return
    target = statement.targets[0].target
    if isinstance(target, cst.Name):
        for read in mentions_in(facts, home(target, facts.tree), [target.value]):
            if not is_target(read, facts.tree):
                yield _outermost(read, facts)


def _outermost(shape: cst.BaseExpression, facts: Facts) -> cst.BaseExpression:
    arg = facts.tree.parent(shape)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if isinstance(call, cst.Call) and calls_function(call, "tuple", "list"):
        return _outermost(call, facts)
    return shape


def _is_behind_extent(shape: cst.BaseExpression, facts: Facts) -> bool:
    """True for `(n,) + shape`, `[n] + shape`, `(n, *shape)` and `x.reshape(n, *shape)`."""
    parent = facts.tree.parent(shape)
    if isinstance(parent, cst.BinaryOperation):
        is_sum = isinstance(parent.operator, cst.Add) and parent.right is shape
        in_front = parent.left
        return (
            is_sum and isinstance(in_front, (cst.Tuple, cst.List)) and len(in_front.elements) == 1
        )
    around = facts.tree.parent(parent) if parent is not None else None
    if isinstance(parent, cst.StarredElement) and isinstance(around, (cst.Tuple, cst.List)):
        return len(around.elements) == 2 and around.elements[1] is parent
    if isinstance(parent, cst.Arg) and parent.star == "*" and isinstance(around, cst.Call):
        takes = isinstance(around.func, cst.Attribute) and around.func.attr.value in _TAKE_EXTENTS
        return takes and len(around.args) == 2 and around.args[1] is parent
    return False
