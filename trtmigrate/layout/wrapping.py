"""Breaks a logical line that is too long over several lines, within its brackets.

The layout is that of the common formatters: what is in the brackets goes on a line of its own or,
where that is not enough, each element does, with a comma after the last. In a program that keeps
continuation lines below the opening bracket, so do these lines.
"""

from __future__ import annotations

import itertools
import keyword
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

TAB = 4  # columns

_OPENING = "([{"
_CLOSING = ")]}"
_COMPREHENSION, COMMA, _TERNARY, _LOGIC, _STRINGS = 20, 18, 16, 14, 12
_OPERATORS = {"or": _LOGIC, "and": _LOGIC, "|": 9, "^": 8, "&": 7, "<<": 6, ">>": 6}
_OPERATORS |= dict.fromkeys(["in", "is", "<", ">", "==", "!=", "<=", ">="], 10)
_OPERATORS |= {"+": 5, "-": 5, "*": 4, "/": 4, "//": 4, "%": 4, "@": 4}
_HEADERS = frozenset(
    "if elif else while for async with try except finally match case def class".split()
)
_ASSIGNS = {"=", "+=", "-=", "*=", "/=", "//=", "%=", "|=", "&=", "^=", ">>=", "<<=", "@=", "**="}


@dataclass(frozen=True)
class Token:
    """A piece of a logical line, with the blanks that stand before it when both are on one line."""

    text: str
    gap: str = ""
    magic: bool = False  # a comma before a closing bracket on the next line: keeps its lines apart

    @property
    def is_string(self) -> bool:
        return self.text[-1] in "\"'"

    @property
    def is_comment(self) -> bool:
        return self.text[0] == "#"

    @property
    def ends_value(self) -> bool:
        """True if an operator after it has two operands."""
        word = self.text[-1]
        if word in _CLOSING or word in "\"'" or self.text == "...":
            return True
        is_word = word.isalnum() or word == "_" or (word == "." and self.text != ".")
        return is_word and (not keyword.iskeyword(self.text) or self.text[0].isupper())


Tokens = Sequence[Token]
Line = tuple[str, Tokens]  # the indentation, and what stands there


@dataclass(frozen=True)
class Style:
    width: int  # columns
    unit: str  # of indentation
    aligned: bool = False  # continuation lines start below what follows the opening bracket
    comments: bool = False  # a comment after the code counts to the width


def text_of(tokens: Tokens) -> str:
    return "".join(t.gap + t.text for t in tokens)[len(tokens[0].gap) :] if tokens else ""


def columns(text: str) -> int:
    return len(text.expandtabs(TAB))


def wrapped(tokens: Tokens, indent: str, style: Style) -> list[str]:
    """The lines of a statement, or of the header of one, within the width where that can be."""
    return [margin + text_of(line) for margin, line in _Wrapper(style).statement(tokens, indent)]


def wrapped_element(tokens: Tokens, indent: str, style: Style) -> list[str]:
    """The same for an element between brackets that has a line of its own."""
    return [margin + text_of(line) for margin, line in _Wrapper(style).element(tokens, indent)]


def pairs(tokens: Tokens) -> dict[int, int]:
    """The positions of the opening brackets, and of the closing one of each."""
    found, stack = {}, []
    for position, token in enumerate(tokens):
        if token.text in _OPENING:
            stack.append(position)
        elif token.text in _CLOSING and stack:
            found[stack.pop()] = position
    return found


def has_room_to_break(tokens: Tokens) -> bool:
    """True if something stands between brackets."""
    return any(stop > start + 1 for start, stop in pairs(tokens).items())


def outer(tokens: Tokens) -> Iterator[tuple[int, Token]]:
    """The tokens that are in no bracket; of a bracketed part, only the closing bracket."""
    match = pairs(tokens)
    position = 0
    while position < len(tokens):
        position = match.get(position, position)
        yield position, tokens[position]
        position += 1


def delimiters(tokens: Tokens) -> tuple[int, list[int]]:
    """The loosest kind of joint between the parts of an expression, and where a new line starts if
    they are put apart: after commas, before operators.
    """
    found: dict[int, list[int]] = {}
    targets = 0  # `for`s without their `in`
    in_lambda = ""  # "lambda" among its parameters, ":" after them
    rest = list(outer(tokens))
    for number, (position, token) in enumerate(rest):
        text = token.text
        previous = rest[number - 1][1] if number else None
        if in_lambda and (text == ":" or (in_lambda == "lambda" and text != "lambda")):
            in_lambda = ":" if text == ":" else in_lambda
        elif text == "lambda":
            in_lambda = text
        elif text == "for":
            targets += 1
            in_lambda = ""
            start = position - (previous is not None and previous.text == "async")
            if start:
                found.setdefault(_COMPREHENSION, []).append(start)
        elif text == ",":
            in_lambda = ""
            if not targets and position + 1 < len(tokens):
                found.setdefault(COMMA, []).append(position + 1)
        elif text == "in" and targets:
            targets -= 1
        elif not in_lambda and previous is not None:
            kind = _kind_of_joint(token, previous, rest[number + 1 :])
            if kind is not None:
                found.setdefault(kind, []).append(position)
    loosest = max(found, default=0)
    return loosest, found.get(loosest, [])


def _kind_of_joint(token: Token, previous: Token, rest: Sequence[tuple[int, Token]]) -> int | None:
    """Return what kind of joint a token begins; None if it begins none."""
    if token.text == "if":
        return _TERNARY if _has_else(rest) else _COMPREHENSION
    if token.text == "else":
        return _TERNARY
    if token.is_string and previous.is_string:
        return _STRINGS
    if token.text == "not" and rest and rest[0][1].text == "in":
        return _OPERATORS["in"]
    if token.text in _OPERATORS and previous.ends_value:
        return _OPERATORS[token.text]
    return None


def _has_else(rest: Sequence[tuple[int, Token]]) -> bool:
    depth = 0
    for _, token in rest:
        if token.text in (",", "for"):
            return False
        if token.text == "if":
            depth += 1
        elif token.text == "else":
            if not depth:
                return True
            depth -= 1
    return False


class _Wrapper:
    def __init__(self, style: Style) -> None:
        self.style = style

    def fits(self, tokens: Tokens, indent: str) -> bool:
        return self.excess(tokens, indent) <= 0 and not any(t.magic for t in tokens)

    def excess(self, tokens: Tokens, indent: str) -> int:
        return columns(indent) + len(text_of(tokens)) - self.style.width

    def best(self, ways: Iterable[list[Line]]) -> list[Line]:
        """The way with the least beyond the width, then that of the fewest lines; the first of
        equals.
        """

        def cost(lines: list[Line]) -> tuple[int, int]:
            return sum(max(0, self.excess(line, indent)) for indent, line in lines), len(lines)

        return min(ways, key=cost)

    def statement(self, tokens: Tokens, indent: str) -> list[Line]:
        several = any(token.text == ";" for _, token in outer(tokens))
        if several or self.fits(tokens, indent):
            return [(indent, tokens)]
        colon = _end_of_header(tokens)
        if colon is not None and colon + 1 < len(tokens):
            head = self.statement(tokens[: colon + 1], indent)
            return head + self.statement(tokens[colon + 1 :], indent + self.style.unit)
        managers = self._managers(tokens, indent)
        if managers is not None:
            return managers
        ways = list(self._in_brackets(tokens, indent))
        for start, stop in _values(tokens):
            if pairs(tokens).get(start) == stop - 1:
                continue
            way = self._in_parentheses(tokens, start, stop, indent)
            _, places = delimiters(tokens[start:stop])
            if places:
                ways = [way]
                break
            ways.append(way)
        return self.best([*ways, [(indent, tokens)]])

    def _managers(self, tokens: Tokens, indent: str) -> list[Line] | None:
        """The context managers of a `with` below each other, which takes backslashes in Python 3.8;
        None where that is not enough.
        """
        kind, places = delimiters(tokens[1:]) if tokens[0].text == "with" else (0, [])
        if kind != COMMA:
            return None
        bounds = [0, *(place + 1 for place in places), len(tokens)]
        parts = [tokens[a:b] for a, b in itertools.pairwise(bounds)]
        below = indent + " " * len("with ")
        lines: list[Line] = [
            (below if number else indent, [*part, Token("\\", " ")])
            for number, part in enumerate(parts[:-1])
        ]
        lines.append((below, parts[-1]))
        return lines if all(self.fits(line, margin) for margin, line in lines) else None

    def element(self, tokens: Tokens, indent: str) -> list[Line]:
        """A part of an expression between brackets, which starts a line."""
        if self.fits(tokens, indent):
            return [(indent, tokens)]
        comma = tokens[-1:] if tokens[-1].text == "," else ()
        body = tokens[: len(tokens) - len(comma)]
        _, places = delimiters(body)
        if places:
            return self._apart(body, places, indent, comma)
        return self.best([*self._in_brackets(tokens, indent), [(indent, tokens)]])

    def _apart(
        self, tokens: Tokens, places: Sequence[int], indent: str, comma: Tokens = ()
    ) -> list[Line]:
        """Each part on a line of its own."""
        parts = [tokens[a:b] for a, b in itertools.pairwise([0, *places, len(tokens)])]
        parts[-1] = [*parts[-1], *comma]
        return [line for part in parts for line in self.element(part, indent)]

    def _in_brackets(self, tokens: Tokens, indent: str) -> Iterator[list[Line]]:
        """The ways to break within one outer pair of brackets, the last pair first."""
        around = dict(outer(tokens))
        words = [position for position, token in around.items() if token.text == "lambda"]
        match = [(a, b) for a, b in pairs(tokens).items() if b in around and b > a + 1]
        for start, stop in sorted(match, reverse=True):
            if words and start > words[0] and _goes_on(tokens, stop):
                continue
            if self.style.aligned:
                lines = self._aligned(tokens, start, stop, indent)
                if all(self.excess(line, margin) <= 0 for margin, line in lines):
                    yield lines
            yield self._broken(tokens, start, stop, indent)

    def _broken(self, tokens: Tokens, start: int, stop: int, indent: str) -> list[Line]:
        """The brackets at the ends of their lines, and what is in them between."""
        head, body, tail = tokens[: start + 1], tokens[start + 1 : stop], tokens[stop:]
        inner = indent + self.style.unit
        lines: list[Line] = [(inner, body)]
        if not self.fits(body, inner):
            last = body[-1].text == ","
            body = body[:-1] if last else body
            loosest, places = delimiters(body)
            if places or last:
                comma = [Token(",")] if last or loosest == COMMA else []
                lines = self._apart(body, places, inner, comma)
            else:
                lines = self.element(body, inner)
        return [(indent, head), *lines, (indent, tail)]

    def _aligned(self, tokens: Tokens, start: int, stop: int, indent: str) -> list[Line]:
        """As many parts a line as there is room for, all below the first one."""
        head, body, tail = tokens[: start + 1], tokens[start + 1 : stop], tokens[stop:]
        inner = indent + " " * len(text_of(head))
        _, places = delimiters(body)
        lines: list[list[Token]] = [[]]
        for a, b in itertools.pairwise([0, *places, len(body)]):
            part = [*body[a:b], *(tail if b == len(body) else ())]
            if lines[-1] and not self.fits([*lines[-1], *part], inner):
                lines.append([])
            lines[-1] += part
        return [(indent, [*head, *lines[0]]), *((inner, line) for line in lines[1:])]

    def _in_parentheses(self, tokens: Tokens, start: int, stop: int, indent: str) -> list[Line]:
        """The value of a statement in parentheses that it does not have yet."""
        body = [replace(tokens[start], gap=""), *tokens[start + 1 : stop]]
        opened = [*tokens[:start], Token("(", tokens[start].gap), *body, Token(")")]
        return self._broken([*opened, *tokens[stop:]], start, stop + 1, indent)


def _goes_on(tokens: Tokens, stop: int) -> bool:
    """True if anything but a comma follows."""
    return any(token.text != "," for token in tokens[stop + 1 :])


def _end_of_header(tokens: Tokens) -> int | None:
    """Where the colon of a compound statement is."""
    if tokens[0].text not in _HEADERS:
        return None
    in_lambda = False
    for position, token in outer(tokens):
        if token.text == "lambda":
            in_lambda = True
        elif token.text == ":":
            if not in_lambda:
                return position
            in_lambda = False
    return None


def _values(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """The expressions of a statement that may be put into parentheses, the last one first."""
    end = _end_of_header(tokens)
    stop = len(tokens) - tokens[-1].is_comment if end is None else end
    first = tokens[0].text
    at = {t.text: p for p, t in reversed(list(outer(tokens)))}  # where each stands first
    if first in ("if", "elif", "while", "return"):
        yield 1, stop
    elif first == "for" or (first == "async" and tokens[1].text == "for"):
        yield at["in"] + 1, stop
    elif first == "assert":
        comma = at.get(",")
        if comma is not None:
            yield comma + 1, stop
        yield 1, comma or stop
    else:
        assigns = [p for p, t in outer(tokens) if t.text in _ASSIGNS]
        if assigns and end is None:
            yield assigns[-1] + 1, stop
