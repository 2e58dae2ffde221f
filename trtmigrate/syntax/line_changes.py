"""Compare long texts line by line, in a time that grows with their length.

`difflib` compares a line with all that are equal to it. A text that repeats its lines takes it the
cube of its length, so such a text is cut first: at the lines that stand once in both texts.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

Opcode = tuple[str, int, int, int, int]
_Line = Hashable
_Lines = Sequence[_Line]
_Block = tuple[int, int, int]  # where equal lines start in both texts, and how many there are

_MOST_PAIRS = 20_000  # of equal lines, which `difflib` compares in less than a second


def opcodes(before: _Lines, after: _Lines) -> list[Opcode]:
    """Return how `after` is made of `before`, in the form of `SequenceMatcher.get_opcodes`.

    Where a text repeats itself so much that it cannot be cut, lines count as equal only if they
    have the same place.
    """
    found: list[Opcode] = []
    i = j = 0
    for start, other, size in [*_joined(_blocks(before, after)), (len(before), len(after), 0)]:
        if i < start or j < other:
            tag = "replace" if i < start and j < other else "delete" if i < start else "insert"
            found.append((tag, i, start, j, other))
        if size:
            found.append(("equal", start, start + size, other, other + size))
        i, j = start + size, other + size
    return found


def _joined(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """Yield the blocks; those that follow each other in both texts are one."""
    i = j = size = 0
    for start, other, more in blocks:
        if (start, other) == (i + size, j + size):
            size += more
            continue
        if size:
            yield i, j, size
        i, j, size = start, other, more
    if size:
        yield i, j, size


def _blocks(before: _Lines, after: _Lines) -> Iterator[_Block]:
    if _are_soon_compared(before, after):
        yield from _compared(before, after)
        return
    i = j = 0
    for start, other in [*_landmarks(before, after), (len(before), len(after))]:
        yield from _between(before[i:start], after[j:other], i, j)
        if start < len(before) and other < len(after):
            yield start, other, 1
        i, j = start + 1, other + 1


def _between(before: _Lines, after: _Lines, i: int, j: int) -> Iterator[_Block]:
    """Yield the equal lines of two pieces, which begin at the places `i` and `j`."""
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    yield i, j, start
    if _are_soon_compared(old, new):
        for one, other, size in _compared(old, new):
            yield i + start + one, j + start + other, size
    elif len(old) == len(new):
        for n, (line, new_line) in enumerate(zip(old, new, strict=True), start):
            yield i + n, j + n, int(line == new_line)
    yield i + len(before) - end, j + len(after) - end, end


def _compared(before: _Lines, after: _Lines) -> list[_Block]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [(start, other, size) for start, other, size in matcher.get_matching_blocks()]


def _are_soon_compared(before: _Lines, after: _Lines) -> bool:
    counts = Counter(after)
    return sum(counts[line] for line in before) <= _MOST_PAIRS


def _landmarks(before: _Lines, after: _Lines) -> list[tuple[int, int]]:
    """Return the places of lines that stand once in both texts: as many as are in order."""
    once = [Counter(lines) for lines in (before, after)]
    places = {line: place for place, line in enumerate(after)}
    pairs = [
        (place, places[line])
        for place, line in enumerate(before)
        if once[0][line] == 1 and once[1][line] == 1
    ]
    return _longest_increasing(pairs)


def _longest_increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return as many of the pairs as possible whose second parts increase like their first."""
    ends: list[int] = []  # the least second part that ends a chain of each length
    last: list[int] = []  # the number of the pair that has it
    previous: list[int] = []
    for number, (_, other) in enumerate(pairs):
        length = bisect_left(ends, other)
        previous.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [other]
        last[length : length + 1] = [number]
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = previous[number]
    return chain[::-1]
