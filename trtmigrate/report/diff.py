"""The unified diff of a file, in the form that `git apply` and `patch` take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from trtmigrate.findings import FileResult

Step = tuple[str, int, int, int, int]  # as difflib gives them

_CONTEXT = 3  # lines around a change
# Control characters, what git quotes with, and bytes of a file name that are no text.
_SPECIAL = re.compile(r'[\x00-\x1f\x7f"\\\udc80-\udcff]')


def unified_diff(file: FileResult) -> str:
    """Return the unified diff of a file; empty if the file stays as it is.

    Carriage returns are kept, because the diff would not apply without them. The diff of a notebook
    is for people: it shows the source of each cell that changes.
    """
    if file.before is None or file.after is None or not file.changed:
        return ""
    path = file.path.lstrip("/")
    if not file.cells:
        return _diff(file.before, file.after, path)
    return "".join(
        _diff(_ended(cell.before), _ended(cell.after), f"{path}:cell {cell.number}")
        for cell in file.cells
        if cell.changed
    )


def _diff(before: str, after: str, name: str) -> str:
    from trtmigrate.syntax.line_changes import opcodes  # lazily: most runs show no diff

    old, new = diff_lines(before), diff_lines(after)
    lines = [f"--- {_quote(f'a/{name}')}\n", f"+++ {_quote(f'b/{name}')}\n"]
    for hunk in _hunks(opcodes(old, new)):
        (_, i, _, j, _), (_, _, end, _, new_end) = hunk[0], hunk[-1]
        lines.append(f"@@ -{_range(i, end)} +{_range(j, new_end)} @@\n")
        for tag, i1, i2, j1, j2 in hunk:
            sign = " " if tag == "equal" else "-"
            lines += (sign + line for line in old[i1:i2])
            lines += ("+" + line for line in new[j1:j2] if tag != "equal")
    return "".join(_terminate(lines))


def _hunks(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield changes that are close together, with the lines around them."""
    hunk: list[Step] = []
    for number, step in enumerate(steps, 1):
        tag, i1, i2, j1, j2 = step
        if tag != "equal":
            hunk.append(step)
            continue
        if hunk and (number == len(steps) or i2 - i1 > 2 * _CONTEXT):
            yield [*hunk, (tag, i1, min(i2, i1 + _CONTEXT), j1, min(j2, j1 + _CONTEXT))]
            hunk = []
        hunk.append(
            (tag, max(i1, i2 - _CONTEXT), i2, max(j1, j2 - _CONTEXT), j2) if not hunk else step
        )
    if any(tag != "equal" for tag, *_ in hunk):
        yield hunk


def _range(start: int, stop: int) -> str:
    """Return lines as the head of a hunk names them; no lines by the line above them."""
    length = stop - start
    return str(start + 1) if length == 1 else f"{start + bool(length)},{length}"


def _ended(source: str) -> str:
    """Return the source of a cell with the end of its last line, which most cells leave out."""
    return source if source.endswith("\n") or not source else source + "\n"


def _quote(path: str) -> str:
    """Return a path as git writes it: in quotes, with escapes, where it has special characters."""
    quoted = _SPECIAL.sub(lambda found: "".join(f"\\{b:03o}" for b in _bytes(found[0])), path)
    return path if quoted == path else f'"{quoted}"'


def _bytes(character: str) -> bytes:
    return character.encode("utf-8", "surrogateescape")


def diff_lines(text: str) -> list[str]:
    """Split where diff tools do, after line feeds only; str.splitlines knows ten more places."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])


def _terminate(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def add_colors(diff: str) -> str:
    """Return a diff with the colors of a terminal."""
    return "".join(_color_line(line) + "\n" for line in diff.split("\n")[:-1])


def _color_line(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return f"\x1b[1m{line}\x1b[0m"
    code = {"+": 32, "-": 31, "@": 36}.get(line[:1])
    return line if code is None else f"\x1b[{code}m{line}\x1b[0m"
