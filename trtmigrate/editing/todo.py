"""Comments at what is left for a person: `# TODO(trtmigrate): TRT207 get_shape is gone; ...`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from trtmigrate.findings import Finding

MARK = "# TODO(trtmigrate):"


def with_todos(text: str, left: Iterable[Finding]) -> str:
    """The text with a comment above each statement that a finding, placed in this very text, is
    about.

    A comment that stands there already is not written again.
    """
    lines = re.split(r"(?<=\n)", text)
    starts = list(_statement_lines(text))
    wanted: dict[int, list[str]] = {}
    for finding in left:
        line = max((s for s in starts if s <= finding.line), default=finding.line)
        wanted.setdefault(line, []).append(f"{MARK} {finding.code} {finding.message}")
    for line in sorted(wanted, reverse=True):
        statement = lines[line - 1]
        indent = statement[: len(statement) - len(statement.lstrip())]
        newline = "\r\n" if statement.endswith("\r\n") else "\n"
        there = set(_comments_above(lines, line))
        new = [c for c in dict.fromkeys(wanted[line]) if c not in there]
        lines[line - 1 : line - 1] = [f"{indent}{comment}{newline}" for comment in new]
    return "".join(lines)


def _statement_lines(text: str) -> Iterator[int]:
    """The first lines of all statements; none where this Python cannot read the text."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            yield node.lineno


def _comments_above(lines: list[str], line: int) -> Iterator[str]:
    position = line - 2
    while position >= 0 and lines[position].lstrip().startswith("#"):
        yield lines[position].strip()
        position -= 1
