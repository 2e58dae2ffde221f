"""Decide from its bytes whether a file can concern any rule: other files are not even decoded.

The words come from the rules and the api data (`gate_words`, generated), so that a run in which no
file passes loads neither. A *decisive* word (`num_bindings`) lets a file through by itself. A
*common* word (`name`, `padding`) counts only in a file that has to do with TensorRT: it mentions
TensorRT, or it imports a module of the same run that imports tensorrt.
"""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass

from trtmigrate.sources.gate_words import COMMON, DECISIVE, PHRASES, TARGETS
from trtmigrate.sources.kinds import is_notebook

_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_TO_WORDS = bytes(byte if byte in _WORD_BYTES else ord(" ") for byte in range(256))
_BETWEEN_WORDS = re.compile(rb"[^A-Za-z0-9_]")
_CHUNK = 1 << 20  # bytes that are split into words at a time, to bound the memory

_ALL_DECISIVE = frozenset(word.encode() for word in DECISIVE)
# How files name TensorRT, in lower case.
_LONG_NAMES = (b"tensorrt", b"pycuda", b"cudart", b"nvinfer")
_SHORT_NAME = re.compile(rb"(?<!s)trt")  # `strtobool` is of strings
_IMPORT_OF_TENSORRT = re.compile(rb"\b(?:from|import)\b[^\n]*\btensorrt\b")
_REQUIREMENTS = re.compile(
    rb"(?i)tensorrt|nvinfer|uff|graphsurgeon|pyindex|cuda[-_.]+(?:python|bindings)"
)
_ESCAPE_OR_QUOTE = re.compile(rb'\\u([0-9a-fA-F]{4})|\\(.)|"')  # of JSON
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Interest(enum.IntEnum):
    """How much a file concerns the rules."""

    NONE = 0
    IF_TENSORRT = 1  # only if it has to do with TensorRT, which its own text does not say
    SURE = 2


@dataclass(frozen=True)
class _Words:
    """What one target makes the gate look for."""

    decisive: frozenset[bytes]
    phrases: tuple[tuple[bytes, frozenset[bytes]], ...]  # each with its words
    all: frozenset[bytes]  # decisive and common words, and those of the phrases


def searchable(data: bytes, path: str) -> bytes:
    """Return the bytes of a file for the other functions of this module to look at.

    A notebook has its lines in strings of JSON: they become lines, without their escapes.
    """
    return _ESCAPE_OR_QUOTE.sub(_unescaped, data) if is_notebook(path) else data


def interest(data: bytes, target: str) -> Interest:
    """Return how much a Python file concerns the rules of a target. Raises ValueError for a target
    that is not known.
    """
    words = _words(target)
    found = _words_in(data, words.all)
    if not found:
        return Interest.NONE
    if found & words.decisive or any(
        parts <= found and phrase in data for phrase, parts in words.phrases
    ):
        return Interest.SURE
    common = any(word in COMMON and COMMON[word] <= _index(target) for word in map(_text, found))
    if not common:
        return Interest.NONE
    return Interest.SURE if _mentions_tensorrt(data) else Interest.IF_TENSORRT


def has_decisive_word(data: bytes) -> bool:
    """True if a file has a word that concerns the rules of some target wherever it stands."""
    return bool(_words_in(data, _ALL_DECISIVE))


def decisive_words(text: str, target: str) -> list[tuple[int, str]]:
    """Return the words of a text that concern the rules wherever they stand, each with its place
    in the text, from 0.
    """
    decisive = _words(target).decisive
    found = ((match.start(), match[0]) for match in re.finditer(r"[A-Za-z0-9_]+", text))
    return [(start, word) for start, word in found if word.encode() in decisive]


def requirements_matter(data: bytes) -> bool:
    """True if a file of requirements can name anything that is known of TensorRT or CUDA."""
    return data.startswith(_UTF_16_MARKS) or _REQUIREMENTS.search(data) is not None


def imports_tensorrt(data: bytes) -> bool:
    """True if a file seems to import tensorrt."""
    return b"tensorrt" in data and _IMPORT_OF_TENSORRT.search(data) is not None


def _mentions_tensorrt(data: bytes) -> bool:
    lower = data.lower()
    if any(word in lower for word in _LONG_NAMES):
        return True
    return b"trt" in lower and _SHORT_NAME.search(lower) is not None


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        number = int(found[1], 16)
        return bytes([number]) if number < 128 else b" "
    if found[2] in (b'"', b"\\", b"/"):
        return found[2]
    return b"\n"  # the end of a line, a blank, or the start or end of a string


def _words_in(data: bytes, wanted: frozenset[bytes]) -> set[bytes]:
    """Return which of the words stand in the data."""
    if len(data) <= _CHUNK:
        return set(wanted.intersection(data.translate(_TO_WORDS).split()))
    found: set[bytes] = set()
    start = 0
    while start < len(data):
        between = _BETWEEN_WORDS.search(data, start + _CHUNK, start + 2 * _CHUNK)
        # A word of more than a chunk is none of ours: it may be cut.
        end = start + 2 * _CHUNK if between is None else between.start()
        found |= wanted.intersection(data[start:end].translate(_TO_WORDS).split())
        start = end
    return found


@functools.cache
def _words(target: str) -> _Words:
    index = _index(target)
    decisive = frozenset(word.encode() for word, since in DECISIVE.items() if since <= index)
    common = frozenset(word.encode() for word, since in COMMON.items() if since <= index)
    phrases = tuple(
        (phrase.encode(), frozenset(phrase.encode().translate(_TO_WORDS).split()))
        for phrase in PHRASES
    )
    return _Words(decisive, phrases, decisive.union(common, *(parts for _, parts in phrases)))


def _index(target: str) -> int:
    """Return the number of the release that a target means, from the oldest known one."""
    if target in TARGETS:
        return TARGETS[target]
    from trtmigrate.api.release import as_release, releases  # lazily: loads the api data

    return releases().index(as_release(target))


def _text(word: bytes) -> str:
    return word.decode("ascii", "replace")
