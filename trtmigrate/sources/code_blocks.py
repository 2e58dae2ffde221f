"""The blocks of Python in a document: where they stand, and their code without what surrounds it.

Markdown has fenced blocks, reStructuredText has directives and lines with prompts, and a docstring
can have all of them. Each statement behind a prompt is a block of its own, because the lines of its
output stand between it and the next one.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trtmigrate.sources.places import Place

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_PYTHON = r"(?:python3?|py3?|pycon|ipython3?)"
# These are matched against lines without their ends.
_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}(?=[^`]*$)|~{3,})[ \t]*(?P<info>.*)")
_PYTHON_INFO = re.compile(
    rf"\{{?\.?{_PYTHON}(?![\w+-])|\{{(?:code|code-block|code-cell|sourcecode)\}}[ \t]+{_PYTHON}\b",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    r"(?P<margin>[ \t]*)\.\.[ \t]+(?P<kind>code|code-block|sourcecode|testcode)::[ \t]*"
    r"(?P<language>.*?)[ \t]*"
)
_OPTION = re.compile(r"[ \t]+:[\w-]+:")
_PROMPT = re.compile(r"(?P<margin>[ \t]*)>>> ")
_COMMENT = re.compile(
    r"[ \t]*(?:<!--[ \t]*trtmigrate:[ \t]*(skip-file|ignore)[ \t]*-->"
    r"|\.\.[ \t]+trtmigrate:[ \t]*(skip-file|ignore))[ \t]*"
)
_CONTINUED = re.compile(r"(?P<margin>[ \t]*)\.\.\.(?: |$)")


@dataclass(frozen=True)
class Line:
    """A line of a file, with its end."""

    number: int  # from 1
    start: int  # in the text of the file
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def row(self) -> str:
        return self.text.rstrip("\r\n")

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class Block:
    """Code in a document, with the same text before each of its lines."""

    number: int  # among the blocks of the document, from 1
    lines: tuple[Line, ...]
    margin: str  # the indentation of the block in the document
    source: str
    prompts: bool = False
    output: str = ""  # the lines that the session shows below the statement

    @property
    def start(self) -> int:
        return self.lines[0].start

    @property
    def end(self) -> int:
        return self.lines[-1].end + len(self.output)

    def place(self, line: int, file_lines: Sequence[int]) -> Place:
        """Return the place of a line of the source."""
        prompt = len(">>> ") if self.prompts else 0
        return Place(self.lines[0].number + line - 1, margin=len(self.margin) + prompt)

    def shown(self, source: str) -> str:
        """Return the source itself: the diff of a document shows the lines of the document."""
        return source

    def with_source(self, after: str, text: str) -> str:
        """Return the lines of the document with another source; lines that stay are as they were.

        A statement that is gone takes its prompt and its output with it.
        """
        old = [line[0] for line in _LINE.finditer(self.source)]
        new = [line[0] for line in _LINE.finditer(after)]
        if self.prompts:
            if not after.strip():
                return ""
            shown = "".join(self.margin + row for row in _behind_prompts(after, new))
            return shown + self.output
        shown = ""
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for tag, i, j, k, end in matcher.get_opcodes():
            if tag == "equal":
                shown += "".join(line.text for line in self.lines[i:j])
            else:
                shown += "".join(self.margin + row if row.strip() else row for row in new[k:end])
        return shown


@dataclass(frozen=True)
class Syntax:
    """What starts a block of code in a kind of document."""

    fences: bool = False
    directives: bool = False
    prompts: bool = False  # outside of fences and directives


def lines_of(text: str, start: int = 0, end: int | None = None, number: int = 1) -> list[Line]:
    """Return the lines of a part of a text; `number` is that of the first line."""
    found = _LINE.finditer(text, start, len(text) if end is None else end)
    return [Line(at, line.start(), line[0]) for at, line in enumerate(found, number)]


def code_blocks(lines: Sequence[Line], syntax: Syntax) -> Iterator[Block]:
    """Yield the blocks of Python in order, numbered from 1, but for those that a comment above asks
    to leave alone.
    """
    wanted = (part for at, part in _passages(lines, syntax) if not _is_ignored(lines, at))
    blocks = (block for part in wanted for block in _blocks(part))
    for number, block in enumerate(blocks, start=1):
        yield replace(block, number=number)


def is_skipped(lines: Sequence[Line]) -> bool:
    """True if a comment asks to leave the whole document alone."""
    return any(_said_in_comment(line.row) == "skip-file" for line in lines)


def _is_ignored(lines: Sequence[Line], at: int) -> bool:
    above = next((line for line in reversed(lines[:at]) if not line.is_blank), None)
    return above is not None and _said_in_comment(above.row) == "ignore"


def _said_in_comment(row: str) -> str:
    found = _COMMENT.fullmatch(row)
    return "" if found is None else found[1] or found[2]


def _passages(lines: Sequence[Line], syntax: Syntax) -> Iterator[tuple[int, Sequence[Line]]]:
    """Yield the lines of each stretch of Python, and where it begins, its opening included."""
    at = 0
    while at < len(lines):
        row, begin = lines[at].row, at
        if syntax.fences and (fence := _FENCE.match(row)):
            end = _fence_end(lines, at + 1, fence["fence"])
            content = lines[at + 1 : end]
            language = fence["info"].strip()
            if _PYTHON_INFO.match(language) or (not language and _has_prompts(content)):
                yield begin, _without_options(content) if "{" in language else content
            at = end + 1
        elif syntax.directives and (directive := _DIRECTIVE.fullmatch(row)):
            start, at = _content_of_directive(lines, at + 1, directive["margin"])
            if re.fullmatch(rf"{_PYTHON}?", directive["language"], re.IGNORECASE):
                yield begin, lines[start:at]
        elif syntax.prompts and _PROMPT.match(row):
            while at < len(lines) and not lines[at].is_blank:
                at += 1
            yield begin, lines[begin:at]
        else:
            at += 1


def _fence_end(lines: Sequence[Line], at: int, fence: str) -> int:
    """Return the number of the line that closes a fence, or of the line after the last one."""
    closing = re.compile(rf"[ \t]*{fence[0]}{{{len(fence)},}}[ \t]*")
    while at < len(lines) and closing.fullmatch(lines[at].row) is None:
        at += 1
    return at


def _without_options(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of a directive in a fence below its options (`:name: value`)."""
    at = 0
    while at < len(lines) and re.match(r":[\w-]+:", lines[at].text):
        at += 1
    return lines[at:]


def _content_of_directive(lines: Sequence[Line], at: int, margin: str) -> tuple[int, int]:
    """Return where the content of a directive starts and ends."""
    while at < len(lines) and _OPTION.match(lines[at].text):
        at += 1
    start = at
    if at == len(lines) or not lines[at].is_blank:
        return at, at
    end = start
    while at < len(lines):
        line = lines[at].text
        indented = line.startswith(margin) and line[len(margin) : len(margin) + 1] in " \t"
        if not lines[at].is_blank:
            if not indented:
                break
            end = at + 1
        at += 1
    while start < end and lines[start].is_blank:
        start += 1
    return start, max(start, end)


def _has_prompts(lines: Sequence[Line]) -> bool:
    first = next((line for line in lines if not line.is_blank), None)
    return first is not None and _PROMPT.match(first.text) is not None


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield the block that the lines are, or the statements of the session that they show."""
    if _has_prompts(lines):
        yield from _statements(lines)
        return
    full = [line.text for line in lines if not line.is_blank]
    if full:
        margin = _common_margin(full)
        source = "".join(_without(line.text, margin) for line in lines)
        yield Block(0, tuple(lines), margin, source)


def _common_margin(rows: Sequence[str]) -> str:
    """Return the blanks that all rows start with."""
    margins = [row[: len(row) - len(row.lstrip(" \t"))] for row in rows]
    pairs = itertools.takewhile(
        lambda pair: pair[0] == pair[1], zip(min(margins), max(margins), strict=False)
    )
    return "".join(first for first, _ in pairs)


def _without(text: str, margin: str) -> str:
    return text.removeprefix(margin) if text.strip() else text.lstrip(" \t\f")


def _statements(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield each statement behind a prompt, with the output below it."""
    at = 0
    while at < len(lines):
        prompt = _PROMPT.match(lines[at].text)
        first, at = at, at + 1
        if prompt is None:
            continue
        margin = prompt["margin"]
        while at < len(lines) and _is_continued(lines[at].row, margin):
            at += 1
        end = at
        while at < len(lines) and not lines[at].is_blank and not _PROMPT.match(lines[at].text):
            at += 1
        cut = len(margin) + len(">>> ")
        source = "".join(_behind(line.text, cut) for line in lines[first:end])
        output = "".join(line.text for line in lines[end:at])
        yield Block(0, tuple(lines[first:end]), margin, source, True, output)


def _is_continued(text: str, margin: str) -> bool:
    found = _CONTINUED.match(text)
    return found is not None and found["margin"] == margin


def _behind(text: str, cut: int) -> str:
    """Return what follows the prompt; a prompt alone may lack its blank."""
    return text[cut:] if text.strip() != "..." else text[len(text.rstrip("\r\n")) :]


def _behind_prompts(source: str, rows: Sequence[str]) -> Iterator[str]:
    """Yield each line of a source behind its prompt, without blank lines between statements.

    A blank line at the end stays: it ends the block of a statement.
    """
    body = ast.parse(source).body
    last = body[-1].end_lineno or 0
    inner = {at for node in body for at in range(_first_line(node) + 1, (node.end_lineno or 0) + 1)}
    for number, row in enumerate(rows, 1):
        if row.strip():
            yield f"{'...' if number in inner else '>>>'} {row}"
        elif number in inner or number > last:
            yield f"...{row.lstrip(' ')}"


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
