"""Makes a failing text smaller: takes statements out as long as it still fails."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tests.generator.mutation import alone_on_lines, blocks, indent_of

Fails = Callable[[str], bool]


def reduced(text: str, fails: Fails, attempts: int = 80) -> str:
    """Return a smaller text that fails as well, after at most so many attempts."""
    tried = 0
    changed = True
    while changed and tried < attempts:
        changed = False
        for attempt in candidates(text):
            tried += 1
            if fails(attempt):
                text, changed = attempt, True
                break
            if tried >= attempts:
                break
    return text


def candidates(text: str) -> list[str]:
    """The text without one of its statements, the largest first."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    lines = text.splitlines(keepends=True)
    found: list[tuple[int, str]] = []
    for block in blocks(tree):
        for statement in block:
            if not alone_on_lines(lines, statement):
                continue
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(d.lineno for d in decorators)]) - 1
            last = statement.end_lineno or 0
            rest = [indent_of(lines[first]) + "pass\n"] if len(block) == 1 else []
            if len(block) == 1 and isinstance(statement, ast.Pass):
                continue
            found.append((last - first, "".join([*lines[:first], *rest, *lines[last:]])))
    return [smaller for _, smaller in sorted(found, key=lambda item: -item[0])]
