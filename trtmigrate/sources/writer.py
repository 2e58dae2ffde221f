"""Bytes in, text out, and back without losing one; files replaced at once or not at all.

Newlines are never translated: a text holds `\\r\\n`, `\\r` and `\\n` exactly where its file does.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

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
    """Bytes that are not Python source text; `line` is 1-based, None where no line can be named."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def at(self, path: str) -> str:
        """The one-line form: `PATH:LINE: reason`."""
        return (
            f"{path}: {self.reason}" if self.line is None else f"{path}:{self.line}: {self.reason}"
        )


class WriteError(OSError):
    """The file was not replaced; it holds what it held before."""


@dataclass(frozen=True)
class Source:
    """The text of a file and what it takes to write it back."""

    text: str  # without the byte order mark, newlines as in the file
    encoding: str = "utf-8"  # as codecs names it
    bom: bool = False


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


def replace_file(path: str | os.PathLike[str], *, before: bytes, after: bytes) -> None:
    """Put `after` in the place of `before` in one step; mode bits and symlinks stay.

    Raises WriteError where the file is gone, is read-only, or no longer holds `before`.
    """
    target = Path(os.path.realpath(path))
    try:
        state = target.stat()
        # A rename asks only the directory for permission; a read-only file still means hands off.
        if not state.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise WriteError("is read-only")
        if not os.access(target, os.W_OK):
            raise WriteError("may not be written to")
        _replace(target, state, before, after)
    except WriteError:
        raise
    except OSError as error:
        raise WriteError(f"could not be written: {error.strerror or error}") from error


def _replace(target: Path, state: os.stat_result, before: bytes, after: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, stat.S_IMODE(state.st_mode))
        _keep_owner(name, state)
        if target.read_bytes() != before:
            raise WriteError("changed on disk meanwhile, not overwritten")
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _keep_owner(name: str, state: os.stat_result) -> None:
    if hasattr(os, "chown") and (state.st_uid, state.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(PermissionError):  # only root may give a file away
            os.chown(name, state.st_uid, state.st_gid)
            os.chmod(name, stat.S_IMODE(state.st_mode))  # chown clears the set-id bits


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
