"""What stands at an index of a list that code writes, as text that can be compared.

Only what is written counts: a list that has a variable is looked up where the variable is set once.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trtmigrate.rewrites.addresses.rebinding import changed_by

COUNTER = "#"  # the round of a loop over tensors
_HOLE = "_entry_"
_DEPTH = 8  # of lists that are made of others


@dataclass(frozen=True)
class Index:
    """A sum of terms, each with how often it counts; `#` is the round of a loop."""

    terms: tuple[tuple[str, int], ...] = ()
    number: int = 0

    def plus(self, other: Index, sign: int = 1) -> Index:
        total = Counter(dict(self.terms))
        for term, times in other.terms:
            total[term] += sign * times
        terms = tuple(sorted((term, times) for term, times in total.items() if times))
        return Index(terms, self.number + sign * other.number)

    def __str__(self) -> str:
        return "+".join([*(f"{times}*{term}" for term, times in self.terms), str(self.number)])


ROUND = Index(((COUNTER, 1),))


@dataclass(frozen=True)
class Element:
    """An entry of a list. If what makes the list is not seen, `text` says which list it is and `at`
    is the index; otherwise `text` is the entry itself.
    """

    text: str
    at: Index | None = None


Round = Mapping[str, Element | Index]  # what the variables of a loop are in each round


@dataclass(frozen=True)
class Lists:
    """The lists of a function: what its variables are set to."""

    set_to: Mapping[str, ast.expr] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Sequence[ast.AST]) -> Lists:
        """Return what each variable of a block is set to, if nothing else changes it."""
        changes = Counter(name for node in nodes for name in changed_by(node))
        changes.update(node.arg for node in nodes if isinstance(node, ast.arg))
        made = {
            ast.unparse(node.targets[0]): node.value
            for node in nodes
            if isinstance(node, ast.Assign) and len(node.targets) == 1
            if isinstance(node.targets[0], (ast.Name, ast.Attribute))
        }
        return cls({name: value for name, value in made.items() if changes[name] == 1})

    def core(self, source: ast.expr) -> ast.expr:
        """Return a list without the zeros around it."""
        made = self._made(source)
        while (padded := _without_zeros(made, Index())) is not None:
            made = self._made(padded[0])
        return made

    def literal(self, source: ast.expr) -> list[ast.expr] | None:
        """Return the addresses that a list writes out, without the zeros around them."""
        made = self.core(source)
        if not isinstance(made, (ast.List, ast.Tuple)) or _has_star(made):
            return None
        elements = list(made.elts)
        while elements and _is_zero(elements[0]):
            del elements[0]
        while elements and _is_zero(elements[-1]):
            del elements[-1]
        return None if any(map(_is_zero, elements)) else elements

    def entry(self, source: ast.expr, at: Index, depth: int = 0) -> Element:
        """Return what stands at an index of a list."""
        made = self._made(source)
        if depth > _DEPTH:
            return Element(ast.unparse(source), at)
        if isinstance(made, (ast.List, ast.Tuple)) and not at.terms:
            if 0 <= at.number < len(made.elts) and not _has_star(made):
                return Element(ast.unparse(made.elts[at.number]))
        if isinstance(made, (ast.ListComp, ast.GeneratorExp)):
            inner = self._of_comprehension(made, at, depth)
            if inner is not None:
                return inner
        inside = _without_zeros(made, at) or _of_slice(made, at) or _of_call(made, at)
        if inside is None:
            return Element(ast.unparse(made), at)
        inner_list, place = inside
        return self.entry(inner_list, place, depth + 1) if inner_list else Element("", place)

    def _made(self, source: ast.expr) -> ast.expr:
        """Return the list that a variable is set to, if it is read plainly."""
        for _ in range(_DEPTH):
            made = self.set_to.get(ast.unparse(source))
            if not isinstance(made, (ast.List, ast.Tuple, ast.ListComp, ast.Subscript, ast.BinOp)):
                return source
            source = made
        return source

    def _of_comprehension(
        self, made: ast.ListComp | ast.GeneratorExp, at: Index, depth: int
    ) -> Element | None:
        clause = made.generators[0]
        if len(made.generators) > 1 or clause.ifs or clause.is_async:
            return None
        rounds = self.round_of(clause.target, clause.iter, at, depth + 1)
        return None if rounds is None else self.read(made.elt, rounds, depth + 1)

    def round_of(
        self, target: ast.expr, source: ast.expr, at: Index = ROUND, depth: int = 0
    ) -> dict[str, Element | Index] | None:
        """Return what the variables of a loop are in a round; None if that does not show."""
        if isinstance(target, ast.Name):
            entry = self.entry(source, at, depth)
            return {target.id: entry.at if not entry.text and entry.at is not None else entry}
        if not isinstance(target, ast.Tuple) or not isinstance(source, ast.Call):
            return None
        if not isinstance(source.func, ast.Name) or source.keywords:
            return None
        sources: list[ast.expr] = list(source.args)
        found: dict[str, Element | Index] = {}
        names = target.elts
        if source.func.id == "enumerate" and len(names) == 2 and isinstance(names[0], ast.Name):
            first = sources[1] if len(sources) == 2 else None
            found[names[0].id] = at.plus(index_of(first, {}))
            names, sources = names[1:], sources[:1]
        elif source.func.id != "zip":
            return None
        if len(names) != len(sources):
            return None
        for name, one in zip(names, sources, strict=True):
            inner = self.round_of(name, one, at, depth)
            if inner is None:
                return None
            found |= inner
        return found

    def read(self, code: ast.expr, rounds: Round, depth: int = 0) -> Element:
        """Return what an expression is in a round of the loop that it stands in."""
        if isinstance(code, ast.Name):
            known = rounds.get(code.id)
            if known is not None:
                return known if isinstance(known, Element) else Element("", known)
        if isinstance(code, ast.Subscript) and not isinstance(code.slice, (ast.Slice, ast.Tuple)):
            if not _reads(code.value, rounds):
                at = index_of(code.slice, rounds)
                if at.terms or isinstance(code.slice, ast.Constant):
                    return self.entry(code.value, at, depth + 1)
        return self._around(code, rounds, depth)

    def _around(self, code: ast.expr, rounds: Round, depth: int) -> Element:
        """Return an expression that has one entry of a list in it, as text around the entry."""
        around = _Around(rounds)
        text = ast.unparse(around.visit(copy.deepcopy(code)))
        entries = {self.read(part, rounds, depth + 1) for part in around.parts}
        if not entries:
            return Element(text)
        if len(entries) > 1 or depth > _DEPTH:
            return Element(ast.unparse(code), ROUND)
        (entry,) = entries
        return Element(text.replace(_HOLE, f"<{entry.text}>"), entry.at)


class _Around(ast.NodeTransformer):
    """Takes what reads a loop's variables out of an expression."""

    def __init__(self, rounds: Round) -> None:
        self._rounds = rounds
        self.parts: list[ast.expr] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (ast.Name, ast.Subscript)) and _reads(node, self._rounds):
            if isinstance(node, ast.Name) or not _reads(node.value, self._rounds):
                self.parts.append(node)
                return ast.Name(_HOLE)
        return self.generic_visit(node)


def index_of(code: ast.expr | None, rounds: Round) -> Index:
    """Return an index as a sum; nothing is zero."""
    if code is None:
        return Index()
    if isinstance(code, ast.Constant) and type(code.value) is int:
        return Index((), code.value)
    if isinstance(code, ast.BinOp) and isinstance(code.op, (ast.Add, ast.Sub)):
        sign = 1 if isinstance(code.op, ast.Add) else -1
        return index_of(code.left, rounds).plus(index_of(code.right, rounds), sign)
    if isinstance(code, ast.Name):
        known = rounds.get(code.id)
        if isinstance(known, Index):
            return known
    return Index(((ast.unparse(code), 1),))


def _without_zeros(made: ast.expr, at: Index) -> tuple[ast.expr, Index] | None:
    """Return the list between the zeros of a padded list, and the place in it."""
    if not isinstance(made, ast.BinOp) or not isinstance(made.op, ast.Add):
        return None
    if _zeros(made.right) is not None:
        return made.left, at
    before = _zeros(made.left)
    return None if before is None else (made.right, at.plus(before, -1))


def _zeros(made: ast.expr) -> Index | None:
    """Return how long a list of zeros is; None for another expression."""
    if isinstance(made, ast.List):
        none = made.elts and all(map(_is_zero, made.elts))
        return Index((), len(made.elts)) if none else None
    if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Mult):
        if _zeros(made.left) == Index((), 1):
            return index_of(made.right, {})
    return None


def _of_slice(made: ast.expr, at: Index) -> tuple[ast.expr, Index] | None:
    if not isinstance(made, ast.Subscript) or not isinstance(made.slice, ast.Slice):
        return None
    part = made.slice
    if part.step is None:
        return made.value, at.plus(index_of(part.lower, {}))
    backwards = part.lower is part.upper is None and ast.unparse(part.step) == "-1"
    return (made.value, Index((), -1).plus(at, -1)) if backwards else None


def _of_call(made: ast.expr, at: Index) -> tuple[ast.expr | None, Index] | None:
    """Return the list that a function of Python takes, and the place in it; None for `range`."""
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Name) or made.keywords:
        return None
    if made.func.id in ("list", "tuple") and len(made.args) == 1:
        return made.args[0], at
    if made.func.id == "reversed" and len(made.args) == 1:
        return made.args[0], Index((), -1).plus(at, -1)
    if made.func.id == "range" and len(made.args) in (1, 2):
        return None, at.plus(index_of(made.args[0] if len(made.args) == 2 else None, {}))
    return None


def _is_zero(code: ast.expr) -> bool:
    return isinstance(code, ast.Constant) and not code.value


def _has_star(made: ast.List | ast.Tuple) -> bool:
    return any(isinstance(one, ast.Starred) for one in made.elts)


def _reads(code: ast.AST, rounds: Round) -> bool:
    return any(isinstance(n, ast.Name) and n.id in rounds for n in ast.walk(code))
