"""Comments of a text, and those that a rewritten text lost."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterator

_MAYBE_COMMENT = re.compile(r"#[^\r\n]*")


def lost_comments(
    before: str, after: str, dropped: Collection[str] = ()
) -> Iterator[tuple[int, str]]:
    """Yield the line in `before` and the text of each comment that `after` does not have.

    A comment counts as often as it is written. A comment in `dropped` may go, however often.
    """
    if not _tails(before) - _tails(after):
        return  # every comment reaches to the end of its line, so none is lost
    missing = Counter(text for _, text in comments(before))
    missing -= Counter(text for _, text in comments(after))
    allowed = {text.strip() for text in dropped}
    for line, text in reversed(list(comments(before))):  # of equal comments the last are reported
        if missing[text] and text not in allowed:
            missing[text] -= 1
            yield line, text


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the stripped text of each comment, in order."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(lines).readline))
    except (SyntaxError, tokenize.TokenError):
        return  # a text that does not compile is refused for that
    for token in tokens:
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.strip()


def _tails(text: str) -> Counter[str]:
    """Count the rests of lines that start at a `#`, of comments and of strings."""
    return Counter(tail.strip() for tail in _MAYBE_COMMENT.findall(text))
