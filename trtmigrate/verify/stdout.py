"""Compare what BEFORE and AFTER print: the second verdict beside the tensors."""

from __future__ import annotations

import difflib
import enum
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from trtmigrate.verify.difference import Tolerance
from trtmigrate.verify.printed import Line, Printed

ALIGNED = 2000  # lines up to which lines are matched by their text, else by their place

Pair = tuple[int | None, int | None]  # the places of two lines; None: there is no such line


class Outcome(enum.Enum):
    """The verdict on what was printed."""

    SAME = "same"
    OTHER_TEXT = "other text"  # told, and not a difference
    DIFFERENT = "different"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True)
class LineDifference:
    """One line that differs; None where a side has no such line."""

    line: int  # counted from 1 on the side that has it, BEFORE first
    before: str | None
    after: str | None
    counts: bool  # true if it makes the verdict "different"


@dataclass(frozen=True)
class StdoutResult:
    """The comparison of what two programs print."""

    outcome: Outcome = Outcome.NOT_COMPARED
    lines: int = 0  # that were compared
    differences: tuple[LineDifference, ...] = ()
    reason: str = ""  # why nothing was compared, or what was left out


def compare_stdout(
    before: Printed,
    after: Printed,
    mode: str,
    tolerance: Tolerance,
    again: Callable[[], Printed | None],
) -> StdoutResult:
    """Compare line by line.

    In the mode "numbers" a value that differs (a number, True, False or None), or a line with
    values that only one side has, is a difference; other text is only told. In the mode "exact" any
    other line is a difference.

    `again` runs BEFORE a second time. It is asked only if something differs: a line that differs
    between the two runs of BEFORE (a time, an address) says nothing about AFTER.
    """
    if mode == "off":
        return StdoutResult(reason="--stdout off")
    count = max(len(before.lines), len(after.lines))
    cut = "only the first 16 MiB were compared" if before.cut or after.cut else ""
    pairs = list(_pairs(before.lines, after.lines))
    found = list(_differences(before, after, pairs, mode, tolerance, {}))
    if not found:
        return StdoutResult(Outcome.SAME, count, (), cut)
    if any(one.counts for one in found):
        second = again()
        if second is None or len(second.lines) != len(before.lines):
            why = "BEFORE prints other lines in each run"
            return StdoutResult(Outcome.NOT_COMPARED, 0, (), why)
        varying = _varying(before, second)
        found = list(_differences(before, after, pairs, mode, tolerance, varying))
        if varying:
            more = f"{len(varying)} lines of BEFORE change from run to run and were not compared"
            cut = "; ".join(filter(None, (cut, more)))
    outcome = Outcome.OTHER_TEXT if found else Outcome.SAME
    if any(one.counts for one in found):
        outcome = Outcome.DIFFERENT
    return StdoutResult(outcome, count, tuple(found), cut)


def _pairs(old: tuple[Line, ...], new: tuple[Line, ...]) -> Iterator[Pair]:
    """Match lines: equal ones at both ends, then by the text around their values."""
    head = 0
    while head < min(len(old), len(new)) and old[head].words == new[head].words:
        yield head, head
        head += 1
    tail = 0
    most = min(len(old), len(new)) - head
    while tail < most and old[-1 - tail].words == new[-1 - tail].words:
        tail += 1
    yield from _match(old, new, head, tail)
    for back in range(tail, 0, -1):
        yield len(old) - back, len(new) - back


def _match(old: tuple[Line, ...], new: tuple[Line, ...], head: int, tail: int) -> Iterator[Pair]:
    """Match the lines between `head` and `tail` lines that are matched already."""
    mine, others = range(head, len(old) - tail), range(head, len(new) - tail)
    if max(len(mine), len(others)) > ALIGNED:
        yield from zip_longest(mine, others)
        return
    matcher = difflib.SequenceMatcher(
        None, [old[i].words for i in mine], [new[i].words for i in others], autojunk=False
    )
    for _, first, last, begin, end in matcher.get_opcodes():
        yield from zip_longest(mine[first:last], others[begin:end])


def _varying(first: Printed, second: Printed) -> dict[int, set[int] | None]:
    """Return the lines that differ between two runs: which of their values, or None for all."""
    found: dict[int, set[int] | None] = {}
    for place, (one, other) in enumerate(zip(first.lines, second.lines, strict=True)):
        if one.words != other.words:
            found[place] = None
        elif one.values != other.values:
            pairs = zip(one.values, other.values, strict=True)
            found[place] = {value for value, (a, b) in enumerate(pairs) if a != b}
    return found


def _differences(
    before: Printed,
    after: Printed,
    pairs: list[Pair],
    mode: str,
    tolerance: Tolerance,
    varying: dict[int, set[int] | None],
) -> Iterator[LineDifference]:
    for i, j in pairs:
        old = before.lines[i] if i is not None else None
        new = after.lines[j] if j is not None else None
        left_out = varying.get(i, set()) if i is not None else set()
        if old == new or left_out is None:
            continue
        values = _other_values(old, new, left_out, tolerance)
        if not values and left_out and old and new and old.words == new.words:
            continue
        if old and new and old.words == new.words and not values and mode != "exact":
            continue  # other spaces, "1.0" for "1", or within the tolerance
        place = i if i is not None else j
        assert place is not None
        mine, other = (line.text if line else None for line in (old, new))
        yield LineDifference(place + 1, mine, other, values or mode == "exact")


def _other_values(
    old: Line | None, new: Line | None, left_out: set[int], tolerance: Tolerance
) -> bool:
    """True if the values in two lines differ, apart from those at the places `left_out`."""
    mine, others = old.values if old else (), new.values if new else ()
    if len(mine) != len(others):
        return True
    pairs = enumerate(zip(mine, others, strict=True))
    return any(place not in left_out and not _equal(a, b, tolerance) for place, (a, b) in pairs)


def _equal(old: str, new: str, tolerance: Tolerance) -> bool:
    if old == new:
        return True
    if {old, new} & {"True", "False", "None"}:
        return False
    a, b = float(old), float(new)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(b - a) <= tolerance.atol + tolerance.rtol * abs(a)
