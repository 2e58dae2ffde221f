"""The unified diff of a file, in the form that `git apply` and `patch` take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtmigrate.findings import FileResult

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
    import difflib  # lazily: most runs show no diff

    old, new = _quote(f"a/{name}"), _quote(f"b/{name}")
    lines = difflib.unified_diff(diff_lines(before), diff_lines(after), old, new, lineterm="\n")
    return "".join(_terminate(lines))


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


def _terminate(lines: Iterator[str]) -> Iterator[str]:
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
