"""Pieces of a program that stand in line or in a function, a method or a closure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.generator.choices import Choices
from tests.generator.text import Lines, indented

LOCALS = ("memory", "first", "feed", "bindings")  # variables of a run that pieces share


@dataclass(frozen=True)
class Piece:
    """A step of a run; `result` is the expression that it gives."""

    name: str
    lines: Lines
    result: str = ""
    made: tuple[str, ...] = ()  # the shared variables that it binds itself

    @property
    def parameters(self) -> list[str]:
        text = "\n".join([*self.lines, self.result])
        return [n for n in LOCALS if n not in self.made and re.search(rf"(?<![.$\w]){n}\b", text)]

    @property
    def body(self) -> Lines:
        return [*self.lines, *([f"return {self.result}"] if self.result else [])]


@dataclass(frozen=True)
class Place:
    """Where functions of a program stand: how one is written and called."""

    prefix: str  # of all that a runner keeps
    owner: str = ""  # the first parameter
    caller: str = ""  # what a call has in front of the name

    def head(self, name: str, parameters: list[str]) -> str:
        return f"def {name}({', '.join([*([self.owner] if self.owner else []), *parameters])}):"

    def call(self, name: str, arguments: list[str]) -> str:
        own = [self.owner] if self.owner and not self.caller else []
        return f"{self.caller}{name}({', '.join([*own, *arguments])})"

    def roles(self, names: tuple[str, ...]) -> Mapping[str, str]:
        return {name: f"{self.prefix}{name}" for name in names}


METHODS = Place("self.", "self", "self.")
FUNCTIONS = Place("runner.", "runner")
CLOSURES = Place("")


class Assembly:
    """The steps of a run, of which some are functions of their own."""

    def __init__(self, c: Choices, place: Place) -> None:
        self._c, self.place = c, place
        self.functions: dict[str, Lines] = {}
        self.pieces: dict[str, Piece] = {}

    def step(self, piece: Piece, target: str = "") -> Lines:
        """The lines that run a piece, and give its result to a variable."""
        stands = self._c.pick(f"{piece.name} stands", ["in line", "in a function"])
        keep = f"{target} = " if target else ""
        if stands == "in line" or not (piece.lines or piece.result):
            kept = f"{keep}{piece.result}"
            return [*piece.lines, *([kept] if keep and target != piece.result else [])]
        self.functions[piece.name] = self.function(piece)
        self.pieces[piece.name] = piece
        return [keep + self.place.call(piece.name, piece.parameters)]

    def function(self, piece: Piece) -> Lines:
        return [self.place.head(piece.name, piece.parameters), *indented(piece.body), ""]
