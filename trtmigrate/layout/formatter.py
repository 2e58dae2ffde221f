"""Lay changed lines out by the formatter of the project, black or ruff.

A file that the formatter leaves alone is given to it whole, so that it leaves the result alone,
too. Of any other file it gets the changed lines, or nothing where nobody has said that it is the
formatter ("ruff-clean"). What it returns is taken only if it is the same program.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from functools import cache

from trtmigrate.syntax.line_changes import opcodes

SECONDS = 20.0  # that one call may take
MOST_RANGES = 30  # calls for one file


def formatted(before: str, after: str, path: str, formatter: str) -> str:
    """Return a changed text with its changed lines as `formatter` ("black", "ruff" or "ruff-clean")
    wants them; as it is if the formatter is not installed or has nothing good to say.
    """
    name = program_name(formatter)
    program = _program(name)
    if program is None or before == after:
        return after
    if _run([program, *_ARGUMENTS[name], path, "-"], before) == before:
        result = _run([program, *_ARGUMENTS[name], path, "-"], after)
    elif name == formatter:
        result = _in_ranges(before, after, path, name, program)
    else:
        result = after
    return result if result is not None and _is_same_program(after, result) else after


def program_name(formatter: str) -> str:
    """Return how the program of a formatter is called."""
    return formatter.removesuffix("-clean")


def is_missing(formatter: str) -> bool:
    """True if the program of a formatter is not installed."""
    return _program(program_name(formatter)) is None


_ARGUMENTS = {
    "black": ("--quiet", "--stdin-filename"),
    "ruff": ("format", "--quiet", "--no-cache", "--stdin-filename"),
}


def _in_ranges(before: str, after: str, path: str, formatter: str, program: str) -> str | None:
    ranges = list(_changed(before, after))
    if len(ranges) > MOST_RANGES:
        return None
    arguments = [program, *_ARGUMENTS[formatter], path]
    if formatter == "black":
        lines = [f"--line-ranges={first}-{last}" for first, last in ranges]
        return _run([*arguments, *lines, "-"], after)
    text: str | None = after
    for first, last in reversed(ranges):  # the lines above keep their numbers
        if text is not None:
            text = _run([*arguments, "--range", f"{first}-{last + 1}", "-"], text)
    return text


def _changed(before: str, after: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of changed lines, from 1."""
    old, new = before.split("\n"), after.split("\n")
    for tag, _, _, start, stop in opcodes(old, new):
        if tag != "equal" and stop > start:
            yield start + 1, stop


@cache
def _program(formatter: str) -> str | None:
    """Return the program, which may be installed beside us or in the path."""
    own = os.path.join(os.path.dirname(sys.executable), formatter)
    found = own if os.access(own, os.X_OK) else shutil.which(formatter)
    return found if found is not None and os.path.isabs(found) else None


def _run(command: Sequence[str], text: str) -> str | None:
    """Return what a formatter makes of a text; None if it cannot."""
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=SECONDS, check=True
        )
        return done.stdout.decode()
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None


def _is_same_program(one: str, other: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError, RecursionError):
        return False
