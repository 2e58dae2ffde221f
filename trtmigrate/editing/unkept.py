"""Form feeds and backslashes that LibCST does not keep.

LibCST drops a form feed at the start of a line of code and a backslash that stands alone above a
statement, and does not read the backslash as the first line of a block. Each is moved to a place
where LibCST keeps it, and back again. No line changes its number.
"""

from __future__ import annotations

import ast
import re
import warnings

from trtmigrate.editing.statement_lines import Lines, statement_lines

_BACKSLASH = "# __trtmigrate_backslash__"
_FEED = "\f\t\f"  # at the end of the line above
_FEED_LINE = re.compile(re.escape(_FEED) + r"(\r\n|\r|\n)")
_BACKSLASH_LINE = re.compile(rf"^([ \t\f]*){_BACKSLASH}(?=\r|\n|$)", re.MULTILINE)
_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def hidden(text: str) -> str:
    """Return a text with what LibCST does not keep where it does, or without it."""
    text = text.removeprefix("\f")
    if ("\f" not in text and "\\" not in text) or _FEED in text or _BACKSLASH in text:
        return text
    rows = _ROW.findall(text)
    lines = statement_lines("\n".join(row.rstrip("\r\n") for row in rows))
    if lines is None:
        return text
    _hide_backslashes(rows, lines)
    _hide_feeds(rows, lines)
    return "".join(rows)


def shown(text: str, original: str) -> str:
    """Return a text with what was hidden in the original; without the backslashes if it would not
    compile with them.
    """
    first = "\f" if original.startswith("\f") else ""
    return first + _with_lines_shown(text)


def _with_lines_shown(text: str) -> str:
    if _FEED not in text and _BACKSLASH not in text:
        return text
    text = _FEED_LINE.sub(lambda match: match[1] + "\f", text)
    with_backslashes = _BACKSLASH_LINE.sub(lambda match: match[1] + "\\", text)
    if with_backslashes == text or _dumped(with_backslashes) == _dumped(text):
        return with_backslashes
    return re.sub(rf"^[ \t\f]*{_BACKSLASH}(\r\n|\r|\n)", "", text, flags=re.MULTILINE)


def _hide_backslashes(rows: list[str], lines: Lines) -> None:
    end = 0
    for statement in lines.statements:
        row = statement.first - 1
        while row >= end and rows[row].strip() == "\\":
            rows[row] = rows[row].replace("\\", _BACKSLASH)
            row -= 1
        end = statement.last + 1


def _hide_feeds(rows: list[str], lines: Lines) -> None:
    for statement in lines.statements:
        first = statement.first
        if first and rows[first].startswith("\f"):
            rows[first] = rows[first][1:]
            above = rows[first - 1]
            body = above.rstrip("\r\n")
            rows[first - 1] = body + _FEED + above[len(body) :]


def _dumped(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, MemoryError):
        return None
