"""Decode the bytes of a source to text, and encode the text back without losing a byte.

Newlines are never translated: a text holds `\\r\\n`, `\\r` and `\\n` exactly where its file does.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_NEWLINE = re.compile(rb"\r\n|\r|\n")
_FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16: it starts with the same two bytes
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class SourceError(ValueError):
    """Bytes that are no source text; `line` is 1-based, None where no line can be named. In a
    notebook it is the place in a cell, as text.
    """

    def __init__(self, reason: str, line: int | str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def at(self, path: str) -> str:
        """The one-line form: `PATH:LINE: reason`."""
        return (
            f"{path}: {self.reason}" if self.line is None else f"{path}:{self.line}: {self.reason}"
        )


@dataclass(frozen=True)
class Source:
    """The text of a file and what it takes to write it back."""

    text: str  # without the byte order mark, newlines as in the file
    encoding: str = "utf-8"  # as codecs names it
    bom: bool = False

    @property
    def is_utf8(self) -> bool:
        return codecs.lookup(self.encoding).name == "utf-8"


def decode(data: bytes) -> Source:
    """Decode source bytes as Python does (PEP 263, UTF-8 byte order mark, UTF-8 otherwise).

    Raises SourceError for bytes that Python would not read either, and for the rare encodings whose
    text does not encode to the same bytes again.
    """
    for mark, name in _FOREIGN_MARKS:
        if data.startswith(mark):
            raise SourceError(f"is {name}, which Python does not read as source", 1)
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    if b"\0" in body:
        raise SourceError("source code cannot contain NUL bytes", _line_at(body, body.index(b"\0")))
    encoding = _declared_encoding(body, bom)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = _line_at(body, error.start)
        byte = body[error.start]
        hint = "" if _cookie(body) else " and no encoding is declared (PEP 263)"
        raise SourceError(f"byte 0x{byte:02x} is not {encoding}{hint}", line) from None
    if text.startswith("\ufeff") or encode(text, Source(text, encoding)) != body:
        raise SourceError(f"does not survive decoding and encoding as {encoding}")
    return Source(text, encoding, bom)


def encode(text: str, source: Source) -> bytes:
    """The bytes of `text` in the manner of `source`, the file that it came from.

    Raises SourceError where the encoding of the file cannot express the text.
    """
    try:
        body = text.encode(source.encoding)
    except UnicodeEncodeError as error:
        line = _line_at(text[: error.start].encode("utf-8", "surrogatepass"))
        raise SourceError(f"the result does not fit its encoding {source.encoding}", line) from None
    return codecs.BOM_UTF8 + body if source.bom else body


def _declared_encoding(body: bytes, bom: bool) -> str:
    cookie = _cookie(body)
    if cookie is None:
        return "utf-8"
    line, declared = cookie
    try:
        info = codecs.lookup(declared)
        b"x".decode(declared)  # refuses the codecs that are not text (hex, zlib, rot13)
    except (LookupError, UnicodeError):
        raise SourceError(f"unknown encoding: {declared}", line) from None
    if info.name == "utf-8-sig":
        return "utf-8"
    if bom and info.name != "utf-8":
        raise SourceError(f"has a UTF-8 byte order mark and declares {declared}", line)
    return info.name


def _cookie(body: bytes) -> tuple[int, str] | None:
    """The line (1 or 2) and name of the encoding that the file declares."""
    for number, line in enumerate(_NEWLINE.split(body, maxsplit=2)[:2], start=1):
        if match := _COOKIE.match(line):
            return number, match[1].decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _line_at(body: bytes, position: int | None = None) -> int:
    return len(_NEWLINE.findall(body if position is None else body[:position])) + 1
