"""The kinds of layers that are covered, by the name of their LayerType."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from ..release import refuse

Shape = Tuple[int, ...]
# numpy's own annotations differ from one version to the next.
Array = Any
Attributes = Dict[str, Any]


class Info(NamedTuple):
    """What is known of a tensor before anything runs.

    ``shape`` holds -1 for an unknown extent; ``value`` is there where the elements are known too,
    as those of shape tensors are.
    """

    shape: Shape
    dtype: str
    value: Optional[Array] = None

    @property
    def is_static(self) -> bool:
        return all(extent >= 0 for extent in self.shape)


# Values of more elements than this are not followed: no shape needs them.
SMALL = 64


def info_of(array: Array, dtype: str) -> Info:
    """What is known of a tensor that is there."""
    return Info(array.shape, dtype, array if array.size <= SMALL else None)


Infer = Callable[[Attributes, Sequence[Info]], List[Info]]
Compute = Callable[[Attributes, List[Array]], List[Array]]


class Operation(NamedTuple):
    infer: Infer
    compute: Compute


_OPERATIONS: Dict[str, Operation] = {}


def register(kind: str, infer: Infer, compute: Compute) -> None:
    _OPERATIONS[kind] = Operation(infer, compute)


def operation_of(kind: str) -> Operation:
    """The operation of a layer type. Raises NotImplementedError for one that is not covered."""
    if kind not in _OPERATIONS:
        refuse("layer type %s" % kind)
    return _OPERATIONS[kind]


def present(given: Sequence[Any], place: int) -> bool:
    """True if an input is there: those of layers with optional ones may end early or have gaps."""
    return len(given) > place and given[place] is not None


def like_first(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, given[0].dtype)]


def broadcast(*shapes: Shape) -> Shape:
    """The common shape of equal ranks. Raises ValueError where extents do not go together."""
    rank = max(len(shape) for shape in shapes)
    if any(len(shape) != rank for shape in shapes):
        raise ValueError("ranks differ: %s" % (shapes,))
    found = []
    for extents in zip(*shapes):
        wide = {extent for extent in extents if extent != 1}
        fixed = wide - {-1}
        if len(fixed) > 1:
            raise ValueError("shapes %s cannot be broadcast" % (shapes,))
        found.append(fixed.pop() if fixed else (-1 if wide else 1))
    return tuple(found)


def axes_of(mask: int, rank: int) -> Tuple[int, ...]:
    return tuple(axis for axis in range(rank) if mask >> axis & 1)


def as_float(array: Array) -> Array:
    """Half precision is computed in single."""
    return array.astype(np.float32) if array.dtype == np.float16 else array
