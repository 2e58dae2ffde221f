"""Show control characters of paths and sources instead of letting a terminal obey them."""

from __future__ import annotations

import re

# C0, DEL and C1; marks that reorder text; separators that some readers take for line ends; halves
# of surrogate pairs, which stand for bytes that are no text.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str, *, keep: str = "") -> str:
    """Return the text on one line, with escapes in place of the characters that a terminal obeys.

    `keep` lists the characters that stay.
    """
    return _UNSAFE.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def visible_lines(text: str) -> str:
    """Return a text of several lines, with escapes in each; tabs and line ends stay."""
    return "\n".join(
        visible(line.removesuffix("\r"), keep="\t") + "\r" * line.endswith("\r")
        for line in text.split("\n")
    )


def _escape(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    number = ord(character)
    return short.get(character) or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")
