"""Comments that ask to leave something alone.

`# trtmigrate: ignore` or `# trtmigrate: ignore[TRT101, TRT2]` behind code speaks for the statement
that it stands on, all its lines included, but not for the block that the statement opens. On a line
of its own it speaks for the whole statement below. `# trtmigrate: skip-file` on a line of its own
speaks for the file. Codes can be in any case.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"#\s*trtmigrate:\s*(skip-file|ignore)(?:\[([^\]]*)\])?(?![\w\[-])")
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Ignore:
    """A comment that asks to leave findings alone, and where it stands."""

    line: int  # from 1
    column: int  # from 1
    end_column: int  # exclusive
    codes: tuple[str, ...]  # codes or prefixes, in upper case; "" stands for all of them
    lines: range  # that it speaks for

    def covers(self, line: int, code: str) -> bool:
        """True if a finding of this code that starts on this line is unwanted."""
        return line in self.lines and any(map(code.startswith, self.codes))


@dataclass(frozen=True)
class Suppressions:
    """What the comments of one file ask for."""

    skip_file: bool = False
    ignores: tuple[Ignore, ...] = ()

    def covers(self, line: int, code: str) -> bool:
        """True if a finding of this code that starts on this line is unwanted."""
        return any(ignore.covers(line, code) for ignore in self.ignores)


@dataclass(frozen=True)
class _Directive:
    word: str  # "ignore" or "skip-file"
    codes: tuple[str, ...]
    line: int
    column: int
    end_column: int
    alone: bool  # on its line, outside of brackets


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
    wanted = [directive for directive in found if directive.word == "ignore"]
    statements = _statements(lines) if wanted else []
    ignores = (
        Ignore(d.line, d.column, d.end_column, d.codes, _lines_of(d.line, d.alone, statements))
        for d in wanted
    )
    return Suppressions(any(d.word == "skip-file" and d.alone for d in found), tuple(ignores))


def _directives(lines: list[str]) -> Iterator[_Directive]:
    for line, column, comment, alone in _comments(lines):
        for match in _DIRECTIVE.finditer(comment):
            codes = ("",) if match[2] is None else tuple(_codes(match[2]))
            start, end = column + match.start(), column + match.end()
            yield _Directive(match[1], codes, line, start, end, alone)


def _codes(text: str) -> Iterator[str]:
    yield from dict.fromkeys(code for part in text.split(",") if (code := part.strip().upper()))


def _comments(lines: list[str]) -> Iterator[tuple[int, int, str, bool]]:
    """Each comment with its line and column (from 1), and whether it has that line alone, outside
    of brackets.

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
                alone = depth == 0 and not lines[line - 1][:column].strip()
                yield line, column + 1, token.string, alone
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
