"""Comments that ask to leave something alone.

`# trtmigrate: ignore` or `# trtmigrate: ignore[TRT101, TRT2]` behind code speaks for the statement
that it stands on, all its lines included, but not for the block that the statement opens. On a line
of its own it speaks for the whole statement below. `# trtmigrate: skip-file` on a line of its own
speaks for the file.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_DIRECTIVE = re.compile(r"#\s*trtmigrate:\s*(skip-file|ignore)(?:\[([^\]]*)\])?(?![\w\[-])")
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Suppressions:
    """What the comments of one file ask for; codes may be prefixes, "" stands for all of them."""

    skip_file: bool = False
    lines: Mapping[int, frozenset[str]] = field(default_factory=dict)  # by line, from 1

    def covers(self, line: int, code: str) -> bool:
        """True if a finding of this code that starts on this line is unwanted."""
        return any(code.startswith(prefix) for prefix in self.lines.get(line, ()))


@dataclass(frozen=True)
class _Statement:
    first: int  # its decorators included
    header_end: int  # the last line before its block, if it opens one
    end: int


def suppressions(text: str) -> Suppressions:
    """The suppressions of a source text, also of one that does not parse."""
    if "trtmigrate:" not in text:
        return Suppressions()
    lines = _NEWLINE.split(
        text
    )  # as the parser counts them; a lone \r ends a line, a form feed none
    found = list(_directives(lines))
    skip_file = any(what == "skip-file" and alone for what, _, _, alone in found)
    covered: dict[int, frozenset[str]] = {}
    statements = _statements(lines) if any(what == "ignore" for what, *_ in found) else []
    for what, codes, line, alone in found:
        if what == "ignore":
            for number in _lines_of(line, alone, statements):
                covered[number] = covered.get(number, frozenset()) | codes
    return Suppressions(skip_file, covered)


def _directives(lines: list[str]) -> Iterator[tuple[str, frozenset[str], int, bool]]:
    """What each comment asks for: the word, the codes, its line, whether it is alone there."""
    for line, comment, alone in _comments(lines):
        for match in _DIRECTIVE.finditer(comment):
            if match[2] is None:
                yield match[1], frozenset({""}), line, alone
            else:
                codes = (code.strip().upper() for code in match[2].split(","))
                yield match[1], frozenset(code for code in codes if code), line, alone


def _comments(lines: list[str]) -> Iterator[tuple[int, str, bool]]:
    """Each comment with its line (from 1), and whether it has that line alone, outside of brackets.

    Those up to the place where the tokens stop making sense.
    """
    source = io.StringIO("\n".join(lines) + "\n")
    depth = 0
    try:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
            elif token.type == tokenize.COMMENT:
                line, column = token.start
                yield line, token.string, depth == 0 and not lines[line - 1][:column].strip()
    except (tokenize.TokenError, SyntaxError):
        return


def _lines_of(line: int, alone: bool, statements: list[_Statement]) -> range:
    """The lines that a comment on `line` speaks for; `statements` in order, outer ones first."""
    if alone:
        below = next((s for s in statements if s.first > line), None)
        return range(line, (below.end if below else line) + 1)
    around = [s for s in statements if s.first <= line <= s.header_end]
    if around:
        return range(around[-1].first, around[-1].header_end + 1)
    return range(line, line + 1)


def _statements(lines: list[str]) -> list[_Statement]:
    try:
        tree = ast.parse("\n".join(lines) + "\n")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # a file that does not parse has no findings to suppress
    found = [_statement(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return sorted(found, key=lambda s: (s.first, -s.end))


def _statement(node: ast.stmt) -> _Statement:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    end = node.end_lineno or node.lineno
    block = getattr(node, "body", [])
    return _Statement(first, max(first, block[0].lineno - 1) if block else end, end)
