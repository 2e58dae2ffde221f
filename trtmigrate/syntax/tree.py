"""Where a node stands: parents, statements, blocks and scopes of one parsed module."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from typing import TypeVar

import libcst as cst

Scope = cst.Module | cst.FunctionDef | cst.ClassDef | cst.Lambda
Loop = cst.For | cst.While
Try = cst.Try | cst.TryStar
Node = TypeVar("Node", bound=cst.CSTNode)

_EMPTY = cst.Module([])


@functools.cache
def _child_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node class that can hold code (white space and punctuation cannot)."""
    skipped: tuple[str, ...] = (
        "whitespace",
        "lpar",
        "rpar",
        "comma",
        "semicolon",
        "equal",
        "leading_lines",
        "header",
        "footer",
    )
    skipped += ("lines_after", "lbracket", "rbracket", "lbrace", "rbrace", "colon", "indent", "dot")
    return tuple(
        f.name for f in dataclasses.fields(kind) if not any(f.name.startswith(s) for s in skipped)
    )


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes directly below `node`, in the order of the source."""
    for name in _child_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (list, tuple)):
            for item in value:
                if isinstance(item, cst.CSTNode):
                    yield item


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and everything below it, outermost first, in the order of the source."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(list(children(top))))


def walk_scope(scope: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Everything that runs in this scope itself: nested functions, classes and lambdas are left
    out.
    """
    stack = list(children(scope))[::-1]
    while stack:
        top = stack.pop()
        yield top
        if not isinstance(top, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            stack.extend(reversed(list(children(top))))


def code(node: cst.CSTNode) -> str:
    """The source text of a node."""
    return _EMPTY.code_for_node(node)


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` for a plain chain of names, else None."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr.value}" if base else None
    return None


def parameters(function: cst.FunctionDef | cst.Lambda) -> Iterator[cst.Param]:
    """Yield the parameters of a function; `*args` and `**kwargs` included."""
    params = function.params
    yield from params.posonly_params
    yield from params.params
    if isinstance(params.star_arg, cst.Param):
        yield params.star_arg
    yield from params.kwonly_params
    if params.star_kwarg is not None:
        yield params.star_kwarg


def has_decorator(function: cst.FunctionDef, name: str) -> bool:
    """True if a function has the decorator `@name`."""
    return any(code(d.decorator) == name for d in function.decorators)


def assigned(scope: cst.CSTNode) -> Iterator[str]:
    """The names and attributes that a scope sets, once for each place."""
    for _, name in setters(scope):
        yield name


def setters(scope: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, str]]:
    """The places where a scope sets names and attributes, each with what it sets."""
    for node in walk_scope(scope):
        if isinstance(
            node, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr)
        ):
            for name in _targets(node.target):
                yield node, name
        elif isinstance(node, cst.AsName):
            yield node, code(node.name)


def _targets(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, (cst.Name, cst.Attribute)):
        yield code(node)
    elif isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from _targets(element.value)


class Tree:
    """Parents, order and kinds of all nodes of one module, from one walk through it."""

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.order: dict[cst.CSTNode, int] = {}  # the place of a node in the order of the source
        self._by_kind: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        stack: list[cst.CSTNode] = [module]
        while stack:
            top = stack.pop()
            self.order[top] = len(self.order)
            self._by_kind.setdefault(type(top), []).append(top)
            below = list(children(top))
            for child in below:
                self.parents[child] = top
            stack.extend(reversed(below))

    def of_kind(self, kind: type[Node]) -> list[Node]:
        """Return the nodes of exactly this class, in the order of the source."""
        return self._by_kind.get(kind, [])  # type: ignore[return-value]

    @functools.cached_property
    def prefers_double_quotes(self) -> bool:
        """True if most strings of the module, or half of them, are in double quotes."""
        quotes = [string.quote for string in self.of_kind(cst.SimpleString)]
        return quotes.count('"') >= quotes.count("'")

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around `node`, innermost first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self.parents.get(node)

    def scope(self, node: cst.CSTNode) -> Scope:
        """The function, lambda, class or module that `node` runs in."""
        for up in self.ancestors(node):
            if isinstance(up, (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Module)):
                return up
        return self.module

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function definition around `node`; lambdas and classes are looked through."""
        return next((up for up in self.ancestors(node) if isinstance(up, cst.FunctionDef)), None)

    def class_of(self, node: cst.CSTNode) -> cst.ClassDef | None:
        return next((up for up in self.ancestors(node) if isinstance(up, cst.ClassDef)), None)

    def small_statement(self, node: cst.CSTNode) -> cst.BaseSmallStatement | None:
        """The small statement (assignment, return, ...) that `node` is or is part of."""
        here: cst.CSTNode | None = node
        while here is not None and not isinstance(
            here, (cst.BaseSmallStatement, cst.BaseCompoundStatement)
        ):
            if isinstance(here, cst.Lambda):
                return None
            here = self.parents.get(here)
        return here if isinstance(here, cst.BaseSmallStatement) else None

    def statement(self, node: cst.CSTNode) -> cst.BaseStatement | cst.BaseSmallStatement | None:
        """The innermost statement, small or compound, that contains `node`."""
        if isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return node
        return next(
            (
                up
                for up in self.ancestors(node)
                if isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement))
            ),
            None,
        )

    def runs_once_with(
        self, node: cst.CSTNode, statement: cst.CSTNode, again: bool = False
    ) -> bool:
        """Whether `node` is evaluated exactly once, unconditionally, each time `statement` starts;
        with `again`, any number of times in a comprehension.

        Not so inside lambdas, comprehensions, conditional and short-circuit expressions, the test
        of a `while`, an `elif`, or after another statement of a block.
        """
        below: cst.CSTNode = node
        for up in self.ancestors(node):
            if isinstance(up, (cst.Lambda, cst.While, cst.BaseSuite, cst.Try, cst.TryStar)):
                return False
            if isinstance(up, cst.BaseComp) and not again:
                return False
            if isinstance(up, cst.IfExp) and below is not up.test:
                return False
            if isinstance(up, cst.BooleanOperation) and below is not up.left:
                return False
            if isinstance(up, cst.For) and below is not up.iter:
                return False
            if isinstance(up, cst.If):
                is_elif = isinstance(self.parents.get(up), cst.If)
                if below is not up.test or is_elif:
                    return False
            if isinstance(up, cst.Comparison) and below is not up.left and len(up.comparisons) > 1:
                return False
            if up is statement:
                return True
            below = up
        return False

    def loops(self, node: cst.CSTNode) -> list[Loop]:
        """The loops around `node` within its function, innermost first; only those whose body
        repeats it.
        """
        found: list[Loop] = []
        below: cst.CSTNode = node
        for up in self.ancestors(node):
            if isinstance(up, (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Module)):
                break
            if isinstance(up, cst.While) or (isinstance(up, cst.For) and below is up.body):
                found.append(up)
            below = up
        return found

    def block(self, statement: cst.CSTNode) -> Sequence[cst.CSTNode] | None:
        """The list of statements that a statement stands in."""
        up = self.parents.get(statement)
        if isinstance(up, cst.SimpleStatementLine):
            up = self.parents.get(up)
        if isinstance(up, (cst.IndentedBlock, cst.Module, cst.SimpleStatementSuite)):
            return up.body
        return None

    def names(self, scope: cst.CSTNode) -> set[str]:
        """Every identifier that occurs in a scope (to find one that is free)."""
        return {n.value for n in walk(scope) if isinstance(n, cst.Name)}
