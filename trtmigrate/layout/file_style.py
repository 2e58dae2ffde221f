"""How a file is laid out: the width that it is kept to, its indentation, its continuation lines."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from trtmigrate.layout.logical_lines import Logical
from trtmigrate.layout.wrapping import Style, columns, has_room_to_break, text_of

WIDTHS = (79, 80, 88, 100, 120)  # what programs are usually kept to
WIDE = 160  # where nothing of that is kept to
USUAL = 88  # for a file that says nothing about its width
SIGNS = 3  # lines that end within so many columns
NEAR_WIDTH = 8  # of a width show that the file is kept to it
LONG_TEXT = 30  # columns of a string that makes its line no sign of the width


def style_of(lines: Sequence[Logical], width: int | None) -> Style:
    """Return the style of a file with these statements; `width` where it is known."""
    known = width or _width(lines)
    votes = _votes_for_comments(lines, known)
    comments = votes > 0 or (votes == 0 and width is not None)
    return Style(known, _unit(lines), _is_aligned(lines), comments)


def _width(lines: Sequence[Logical]) -> int:
    """The usual width that all lines of code are kept to. Of a width that some lines come near to,
    one line in fifty (and at least one) may be an exception; of those beyond all usual widths, one
    in twenty.

    Comments and long texts are no sign. A file of short lines says nothing about its width.
    """
    widths = [w for line in lines for w in line.code_widths(LONG_TEXT)]
    exceptions = max(1, len(widths) // 50)
    far = sum(width > WIDTHS[-1] for width in widths)
    if far > exceptions:
        return WIDE if far > max(1, len(widths) // 20) else WIDTHS[-1]
    for width in WIDTHS:
        beyond = sum(width < w <= WIDTHS[-1] for w in widths)
        is_shown = sum(width - NEAR_WIDTH < w <= width for w in widths) >= SIGNS
        if (beyond + far <= exceptions) if is_shown else (not beyond and width >= USUAL):
            return width
    return WIDTHS[-1]


def _unit(lines: Sequence[Logical]) -> str:
    """The indentation of a block within its parent: the most usual one."""
    units = Counter(
        b.indent.removeprefix(a.indent)
        for a, b in itertools.pairwise(lines)
        if b.indent.startswith(a.indent) and b.indent != a.indent
    )
    return units.most_common(1)[0][0] if units else "    "


def _is_aligned(lines: Sequence[Logical]) -> bool:
    """True if most continuation lines start below what follows the opening bracket on its line."""
    votes = 0
    for line in lines:
        for position in line.breaks:
            opening = line.opening(position)
            if opening is None:
                continue
            if position == opening + 1:
                votes -= 1
            elif opening + 1 not in line.breaks:
                votes += line.pieces[position].column == line.pieces[opening + 1].column
    return votes > 0


def _votes_for_comments(lines: Sequence[Logical], width: int) -> int:
    """Return how many statements are on several lines only because of the comment after them, less
    those that are on one line with a comment that goes beyond the width.
    """
    votes = 0
    for line in lines:
        if line.comment is None or line.has_long_strings:
            continue
        tokens = line.tokens()
        if not has_room_to_break(tokens):
            continue
        on_one_line = columns(line.indent) + len(text_of(tokens))
        if on_one_line <= width < on_one_line + len(line.ending):
            votes += 1 if line.breaks else -1
    return votes
