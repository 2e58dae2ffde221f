"""Find shapes of tensors that a program puts behind a batch size, or multiplies by one.

With an implicit batch dimension, the shape of a tensor lacks it, so programs add it to the shape,
`(batch_size, *shape)`, or to its volume, `trt.volume(shape) * batch_size`. On the target, the shape
has the batch dimension itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.syntax.calls import argument, calls_function
from trtmigrate.syntax.scopes import home, is_target
from trtmigrate.syntax.tree import code

TWICE = (
    "take away the batch size that the code puts in front of this shape, or multiplies it by, "
    "because the shape has the batch dimension itself since TensorRT 10"
)
_EXECUTE_BATCHES = frozenset({"execute", "execute_async", "enqueue"})
_VOLUMES = frozenset({"volume", "prod"})  # functions that give the number of elements of a shape
# Methods and functions that take the extents of a shape one by one.
_TAKE_EXTENTS = frozenset({"reshape", "view", "empty", "zeros", "ones"})


def gets_batch_in_front(use: Use, facts: Facts) -> bool:
    """True if a program that executes with a batch size puts one before the shape that it gets."""
    if not _executes_batches(facts) or not isinstance(use.whole, cst.BaseExpression):
        return False
    places = list(places_of_shape(use.whole, facts))
    return any(_is_behind_extent(place, facts) or _is_multiplied(place, facts) for place in places)


@once_per_file
def _executes_batches(facts: Facts) -> bool:
    return any(use.name in _EXECUTE_BATCHES and not use.read.dead for use in facts.uses)


@once_per_file
def _batch_sizes(facts: Facts) -> frozenset[str]:
    """Return the last names of what the executions get as their batch size."""
    found = set()
    for use in facts.uses:
        if use.name in _EXECUTE_BATCHES and not use.read.dead and isinstance(use, CallUse):
            given = argument(use.call, 0, "batch_size")
            if given is not None and isinstance(given.value, (cst.Name, cst.Attribute)):
                found.add(code(given.value).rpartition(".")[2])
    return frozenset(found)


def _is_multiplied(shape: cst.BaseExpression, facts: Facts) -> bool:
    """True for `trt.volume(shape) * batch_size`, with the batch size of an execution."""
    arg = facts.tree.parent(shape)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or code(call.func).rpartition(".")[2] not in _VOLUMES:
        return False
    whole: cst.CSTNode = call
    while isinstance(product := facts.tree.parent(whole), cst.BinaryOperation):
        if not isinstance(product.operator, cst.Multiply):
            return False
        for factor in (product.left, product.right):
            if factor is not whole and code(factor).rpartition(".")[2] in _batch_sizes(facts):
                return True
        whole = product
    return False


def places_of_shape(shape: cst.BaseExpression, facts: Facts) -> Iterator[cst.BaseExpression]:
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
