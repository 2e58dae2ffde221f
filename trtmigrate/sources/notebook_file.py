"""The cells in the text of a notebook file, each with the place that its source has in the text.

A notebook is JSON. Its text is never written anew: the source of a changed cell is replaced where
it stands, so every other character stays as it is.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trtmigrate.sources.encoding import SourceError
from trtmigrate.sources.leading_indent import margin_of, with_margin, without_margin
from trtmigrate.sources.places import Place

_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Part:
    """A string of JSON: its place in the text of the file, with the quotes, and its value."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class FileCell:
    """A cell with code, and the place of its source in the text of the file."""

    number: int  # from 1; cells of text count, too
    start: int
    end: int
    parts: tuple[Part, ...]  # of a list of strings; the only string otherwise
    is_list: bool
    language: str | None  # that an editor has noted down for this cell

    @cached_property
    def _text(self) -> str:
        return "".join(part.value for part in self.parts)

    @cached_property
    def _margin(self) -> str:
        return margin_of(self._text)

    @cached_property
    def source(self) -> str:
        return without_margin(self._text, self._margin) if self._margin else self._text

    def shown(self, source: str) -> str:
        """Return a source of the cell with the indentation that it has in the file."""
        return with_margin(source, self._text, self._margin) if self._margin else source

    def place(self, line: int, file_lines: Sequence[int]) -> Place:
        """Return the place of a line of the cell; `file_lines` holds where the file has lines."""
        at = [found.end() for found in _NEWLINE.finditer(self._text)][line - 2 : line - 1]
        rest = at[0] if at and line > 1 else 0
        margin = len(self._margin) if self._text.startswith(self._margin, rest) else 0
        where = self.start
        for part in self.parts:
            where = part.start
            if rest < len(part.value):
                break
            rest -= len(part.value)
        return Place(line, self.number, bisect.bisect_right(file_lines, where) + 1, margin)

    def with_source(self, after: str, text: str) -> str:
        """Return the JSON of another source, in the manner of this cell of the file `text`."""
        after = self.shown(after)
        if not self.is_list:
            return _dumped(after, text)
        lines = _LINE.findall(after)
        if not self.parts or not lines:
            return json.dumps(lines)
        opening = text[self.start + 1 : self.parts[0].start]
        closing = text[self.parts[-1].end : self.end - 1]
        if len(self.parts) > 1:
            separator = text[self.parts[0].end : self.parts[1].start]
        else:
            separator = f",{opening}" if opening else ", "
        return f"[{opening}{separator.join(self._strings(lines, text))}{closing}]"

    def _strings(self, lines: list[str], text: str) -> Iterator[str]:
        """Yield each line as JSON; a line that was there before is written as it was."""
        spellings = {part.value: text[part.start : part.end] for part in self.parts}
        for line in lines:
            yield spellings.get(line) or _dumped(line, text)


@dataclass(frozen=True)
class NotebookFile:
    """What is read of a notebook file."""

    cells: tuple[FileCell, ...]  # those with code
    language: str | None


def read_notebook(text: str) -> NotebookFile:
    """Return the cells of a notebook. Raises SourceError for a text that is no notebook."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"is not JSON, so it is no notebook: {error.msg}", error.lineno) from None
    except RecursionError:
        raise SourceError("is nested too deeply to be read as JSON") from None
    except ValueError as error:
        raise SourceError(f"cannot be read as JSON: {error}") from None
    _refuse_other_documents(document)
    start, _ = dict(_entries(text, _skip(text, 0)))["cells"]
    cells = []
    for number, (place, cell) in enumerate(
        zip(_items(text, start), document["cells"], strict=True), start=1
    ):
        if not isinstance(cell, dict):
            raise SourceError(f"cell {number} is no JSON object")
        if cell.get("cell_type") == "code":
            cells.append(_cell(text, place[0], number, cell))
    return NotebookFile(tuple(cells), _language(document))


def _refuse_other_documents(document: object) -> None:
    if not isinstance(document, dict):
        raise SourceError("is JSON, but no notebook: it is no object")
    version = document.get("nbformat")
    if "worksheets" in document or (isinstance(version, int) and version < 4):
        raise SourceError(
            "is a notebook of a format before 4; convert it with "
            "`jupyter nbconvert --to notebook --inplace` first"
        )
    if not isinstance(document.get("cells"), list):
        raise SourceError("is JSON, but no notebook: it has no list of cells")


def _cell(text: str, start: int, number: int, cell: dict[str, Any]) -> FileCell:
    source = cell.get("source")
    is_list = isinstance(source, list)
    strings = source if isinstance(source, list) else [source]
    if not all(isinstance(string, str) for string in strings):
        raise SourceError(f"the source of cell {number} is neither a text nor a list of texts")
    start, end = dict(_entries(text, start))["source"]
    places = _items(text, start) if is_list else [(start, end)]
    parts = tuple(Part(*place, value) for place, value in zip(places, strings, strict=True))
    return FileCell(number, start, end, parts, is_list, _cell_language(cell))


def _language(document: dict[str, Any]) -> str | None:
    """Return the language of a notebook in lower case; None if it does not say."""
    metadata = _object(document.get("metadata"))
    for table, key in (("kernelspec", "language"), ("language_info", "name")):
        name = _object(metadata.get(table)).get(key)
        if isinstance(name, str):
            return name.lower()
    return None


def _cell_language(cell: dict[str, Any]) -> str | None:
    noted = _object(_object(cell.get("metadata")).get("vscode")).get("languageId")
    return noted.lower() if isinstance(noted, str) else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


# --- places in a text that is known to be JSON ------------------------------------------------


def _entries(text: str, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each key of the object that starts here, and the place of its value."""
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # over the colon
        _, end = _DECODER.raw_decode(text, at)
        yield key, (at, end)
        at = _over_comma(text, end)


def _items(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the place of each item of the list that starts here."""
    at = _skip(text, start + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _over_comma(text, end)


def _over_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    assert found is not None
    return found.end()


def _dumped(value: str, text: str) -> str:
    """Return a string as JSON, with other letters than those of ASCII if the file has such."""
    return json.dumps(value, ensure_ascii=text.isascii())
