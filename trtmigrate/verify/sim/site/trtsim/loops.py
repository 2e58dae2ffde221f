"""Evaluate the loops of a network.

The nodes of a loop lie flat between the others of a graph. A step is a node, or a loop with the
steps of its body: the nodes that depend on what changes in each turn.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Sequence, Set, Union

import numpy as np

from .dtypes import to_numpy
from .ops import Info
from .ops.registry import info_of

Arrays = Dict[int, Any]
Infos = Dict[int, Info]


class Loop:
    """One loop; ``nodes`` are its boundary and its body, in order."""

    def __init__(self, number: int, nodes: List[Any]) -> None:
        self.limits = _of_kind(nodes, number, "TRIP_LIMIT")
        self.recurrences = _of_kind(nodes, number, "RECURRENCE")
        self.iterators = _of_kind(nodes, number, "ITERATOR")
        self.results = _of_kind(nodes, number, "LOOP_OUTPUT")
        self.body = steps_of([node for node in nodes if node.attributes.get("loop") != number])
        self._check()
        self.outputs = [tensor for node in self.results for tensor in node.outputs]
        made = {tensor for node in nodes for tensor in node.outputs}
        self.inputs = [tensor for node in nodes for tensor in _read(node) if tensor not in made]

    def _check(self) -> None:
        """Raise ValueError for a loop that cannot be built."""
        values = {node.outputs[0] for node in self.recurrences}
        if not self.limits:
            raise ValueError("a loop has no trip limit")
        if any(node.attributes["next"] is None for node in self.recurrences):
            raise ValueError("a recurrence has no value for the next turn")
        for node in self.results:
            if node.attributes["kind"] == "LAST_VALUE" and node.inputs[0] not in values:
                raise ValueError("the last value of a loop must be that of a recurrence")
            if node.attributes["kind"] != "LAST_VALUE" and len(node.inputs) < 2:
                raise ValueError("the result of a loop has no length")

    def expect(self, infos: Infos) -> Infos:
        """Add what is known of the results before a run. Return what is known inside."""
        inside = dict(infos)
        for step in (*self.recurrences, *self.iterators, *self.body, *self.results):
            step.expect(inside)
        infos.update((tensor, inside[tensor]) for tensor in self.outputs)
        return inside

    def run(self, arrays: Arrays, infos: Infos) -> None:
        """Do all turns, and add the results to ``arrays`` and ``infos``."""
        expected = self.expect(infos)
        state = {node.outputs[0]: arrays[node.inputs[0]] for node in self.recurrences}
        kept: Dict[int, List[Any]] = {node.outputs[0]: [] for node in self.results}
        for turn in self._turns(arrays):
            inside, known = dict(arrays), dict(expected)
            self._begin(turn, state, inside, known)
            for step in self.body:
                step.run(inside, known)
            if not all(_goes_on(node, inside) for node in self.limits):
                break
            for node in self.results:
                kept[node.outputs[0]].append(inside[node.inputs[0]])
            state = {node.outputs[0]: inside[node.attributes["next"]] for node in self.recurrences}
        for node in self.results:
            array = _result(node, state, kept[node.outputs[0]], arrays, expected)
            _keep(node.outputs[0], array, arrays, infos)

    def _turns(self, arrays: Arrays) -> Iterator[int]:
        counts = [
            int(arrays[node.inputs[0]])
            for node in self.limits
            if node.attributes["kind"] == "COUNT"
        ]
        turn = 0
        while not counts or turn < min(counts):
            yield turn
            turn += 1

    def _begin(self, turn: int, state: Arrays, arrays: Arrays, infos: Infos) -> None:
        """Add what a turn begins with."""
        for tensor, array in state.items():
            _keep(tensor, array, arrays, infos)
        for node in self.iterators:
            place = -1 - turn if node.attributes["reverse"] else turn
            array = np.take(arrays[node.inputs[0]], place, axis=node.attributes["axis"])
            _keep(node.outputs[0], array, arrays, infos)


Step = Union[Any, Loop]  # Any: a node


def steps_of(nodes: Sequence[Any]) -> List[Step]:
    """Return the steps of some nodes, each after those that it reads."""
    numbers = dict.fromkeys(n.attributes["loop"] for n in nodes if "loop" in n.attributes)
    if not numbers:
        return list(nodes)
    insides = {number: _inside(number, nodes) for number in numbers}
    boundary = {
        number: {id(n) for n in nodes if n.attributes.get("loop") == number} for number in numbers
    }
    outer = [
        number
        for number in numbers
        if not any(boundary[number] & insides[other] for other in numbers if other != number)
    ]
    steps: List[Step] = []
    taken: Set[int] = set()
    for number in outer:
        own = boundary[number] | insides[number]
        taken |= own
        steps.append(Loop(number, [node for node in nodes if id(node) in own]))
    steps += [node for node in nodes if id(node) not in taken]
    return _in_order(steps)


def _of_kind(nodes: Sequence[Any], number: int, kind: str) -> List[Any]:
    return [n for n in nodes if n.kind == kind and n.attributes["loop"] == number]


def _inside(number: int, nodes: Sequence[Any]) -> Set[int]:
    """Return the nodes of the body of a loop, by their ids."""
    found: Set[int] = set()
    pending = [
        node
        for kind in ("RECURRENCE", "ITERATOR")
        for begin in _of_kind(nodes, number, kind)
        for node in _readers(begin, nodes)
    ]
    while pending:
        node = pending.pop()
        loop = node.attributes.get("loop")
        if id(node) in found or loop == number:
            continue
        found.add(id(node))
        pending += _readers(node, nodes)
        # A loop that takes anything from this one is a part of its body, as a whole.
        pending += [] if loop is None else [n for n in nodes if n.attributes.get("loop") == loop]
    return found


def _readers(node: Any, nodes: Sequence[Any]) -> List[Any]:
    return [other for other in nodes if set(node.outputs) & set(_read(other))]


def _read(node: Any) -> List[Any]:
    """Return the tensors that a node reads in any turn."""
    following = node.attributes.get("next") if node.kind == "RECURRENCE" else None
    return list(node.inputs) if following is None else [*node.inputs, following]


def _in_order(steps: List[Step]) -> List[Step]:
    made = {tensor for step in steps for tensor in step.outputs}
    found: List[Step] = []
    left = list(steps)
    while left:
        step = next((one for one in left if not made & set(one.inputs)), None)
        if step is None:
            raise ValueError("a loop gives a value to itself without a recurrence")
        left.remove(step)
        found.append(step)
        made -= set(step.outputs)
    return found


def _goes_on(limit: Any, arrays: Arrays) -> bool:
    return limit.attributes["kind"] == "COUNT" or bool(arrays[limit.inputs[0]])


def _result(node: Any, state: Arrays, kept: List[Any], arrays: Arrays, expected: Infos) -> Any:
    """Return what a loop gives; turns that did not happen leave zeros."""
    if node.attributes["kind"] == "LAST_VALUE":
        return state[node.inputs[0]]
    axis, length = node.attributes["axis"], int(arrays[node.inputs[1]])
    one = expected[node.inputs[0]]
    shape = list(kept[0].shape if kept else one.shape)
    shape.insert(axis, length)
    found = np.zeros(shape, to_numpy(one.dtype))
    kept = kept[::-1] if node.attributes["kind"] == "REVERSE" else kept
    for place, array in enumerate(kept[:length]):
        found[(slice(None),) * axis + (place,)] = array
    return found


def _keep(tensor: int, array: Any, arrays: Arrays, infos: Infos) -> None:
    arrays[tensor], infos[tensor] = array, info_of(array, infos[tensor].dtype)
