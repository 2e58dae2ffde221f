"""What a program printed, line by line, without what differs between two runs by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 16 << 20  # bytes of stdout that are read
# A line of TensorRT's own logger: "[11/28/2026-10:00:00] [TRT] [W] ..."
_LOG_LINE = re.compile(r"^(\[[\d/:.-]+\]\s*)?\[(TRT|TensorRT)\]")
# What the binding API adds to a tensor's name for the second profile and those after it.
_PROFILE = re.compile(r" \[profile \d+\]")
# How TensorRT names a tensor that has no name: after its layer, which the migration may replace.
_UNNAMED = re.compile(r"\(Unnamed Layer\* \d+\) \[[^\]]*\]\w*")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")
# True, False and None count like numbers: a program prints them as the result of a check.
# A sign belongs to a number only where nothing is subtracted or joined: not in "3-1" or "a-1".
_VALUE = re.compile(
    r"(?:(?<![\w.)\]])[-+])?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\b(?:nan|inf|True|False|None)\b)"
)


@dataclass(frozen=True)
class Line:
    """One line: the values in it (numbers, True, False, None), and the text around them."""

    text: str
    words: str = field(compare=False)  # the text with "#" for each value, without spaces
    values: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True)
class Printed:
    """The stdout of one run."""

    lines: tuple[Line, ...] = ()
    cut: bool = False  # there was more than LIMIT


def read_printed(path: Path, folder: Path, release: str | None) -> Printed:
    """Return what a run printed, read from the file `path`.

    Left out are lines of TensorRT's own logger, and `` [profile 1]`` after a name. The folder that
    the program ran in, the TensorRT release, addresses (0x7f...) and the names of tensors that have
    none become fixed words.
    """
    if not path.exists():
        return Printed()
    with path.open("rb") as file:
        data = file.read(LIMIT + 1)
    text = data[:LIMIT].decode("utf-8", "replace").replace(str(folder), "FOLDER")
    if release:
        text = re.sub(rf"(?<![\w.]){re.escape(release)}(?![\w.])", "RELEASE", text)
    text = _UNNAMED.sub("UNNAMED", _PROFILE.sub("", _ADDRESS.sub("ADDRESS", text)))
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    kept = (line.rstrip() for line in lines if not _LOG_LINE.match(line))
    return Printed(tuple(as_line(line) for line in kept), len(data) > LIMIT)


def as_line(text: str) -> Line:
    """Return a line with its values taken apart, also numbers in words (fp16, 1x3x8)."""
    words = "".join(_VALUE.sub("#", text).split())
    return Line(text, words, tuple(_VALUE.findall(text)))
