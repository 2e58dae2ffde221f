"""The indentation that all lines of a cell have: IPython removes it before it runs the cell."""

from __future__ import annotations

import difflib
import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def margin_of(source: str) -> str:
    """Return the indentation of the first line that is not blank: IPython removes it from every
    line that begins with it.
    """
    first = next((line for line in _LINE.findall(source) if line.strip()), "")
    return first[: len(first) - len(first.lstrip(" \t"))]


def without_margin(source: str, margin: str) -> str:
    """Return the source as IPython runs it."""
    return "".join(line.removeprefix(margin) for line in _LINE.findall(source))


def with_margin(after: str, source: str, margin: str) -> str:
    """Return a rewritten cell with the indentation of its source: a line that is as before is
    written as it was. Every other one gets the margin, which IPython removes again, unless it is in
    the place of lines without it.
    """
    was = _LINE.findall(source)
    new = _LINE.findall(after)
    run = [line.removeprefix(margin) for line in was]
    written: list[str] = []
    for kind, i, j, k, end in difflib.SequenceMatcher(None, run, new, False).get_opcodes():
        if kind == "equal":
            written += was[i:j]
        else:
            bare = any(line.strip() and not line.startswith(margin) for line in was[i:j])
            before = "" if bare else margin
            written += [before + line if line.strip() else line for line in new[k:end]]
    return "".join(written)
