"""Where a node stands: its parents, statement, block and scope in one parsed module."""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import libcst as cst

from trtmigrate.syntax.codegen import Pieces, code_of, pieces_of
from trtmigrate.syntax.parts import PARTS

Scope = cst.Module | cst.FunctionDef | cst.ClassDef | cst.Lambda
Loop = cst.For | cst.While
Try = cst.Try | cst.TryStar
Node = TypeVar("Node", bound=cst.CSTNode)

_EMPTY = cst.Module([])
# Classes are compared where every node is looked at: `isinstance` is slow, as the base is abstract.
_LEAVES = frozenset({cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.FormattedStringText})
_INNER_SCOPES = frozenset({cst.FunctionDef, cst.ClassDef, cst.Lambda})
_SCOPES = _INNER_SCOPES | {cst.Module}
_SETTERS = frozenset({cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr})


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Return the nodes directly below `node`, in the order of the source."""
    below: list[cst.CSTNode] = []
    if node.__class__ in _LEAVES:
        return below
    for value in PARTS[node.__class__](node):  # type: ignore[misc]
        kind = value.__class__
        if kind is list or kind is tuple:
            below += [item for item in value if PARTS[item.__class__]]
        elif PARTS[kind]:
            below.append(value)
    return below


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield `node` and everything below it, outermost first, in the order of the source."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack += children(top)[::-1]


def walk_scope(scope: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield everything that runs in a scope itself, not in a function, class or lambda in it."""
    stack = children(scope)[::-1]
    while stack:
        top = stack.pop()
        yield top
        if top.__class__ not in _INNER_SCOPES:
            stack += children(top)[::-1]


def code(node: cst.CSTNode) -> str:
    """Return the source text of a node."""
    if type(node) is cst.Name and not node.lpar:
        return node.value
    if type(node) is cst.Attribute and _is_plain(node):
        return f"{code(node.value)}.{node.attr.value}"
    return code_of(node, _EMPTY)


def _is_plain(node: cst.Attribute) -> bool:
    """True if there is nothing but a dot between what an attribute consists of."""
    dot = node.dot
    spaced = isinstance(dot, cst.Dot) and not (
        dot.whitespace_before.empty and dot.whitespace_after.empty
    )
    return not (spaced or node.lpar or node.attr.lpar)


def dotted(node: cst.CSTNode) -> str | None:
    """Return `a.b.c` for a plain chain of names; None for anything else."""
    if type(node) is cst.Name:
        return node.value
    if type(node) is cst.Attribute:
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
    """Yield the names and attributes that a scope sets, once for each place."""
    for _, name in setters(scope):
        yield name


def setters(scope: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, str]]:
    """Yield the places where a scope or statement sets names and attributes, each with its target
    as text.
    """
    for node in (scope, *walk_scope(scope)):
        if node.__class__ in _SETTERS:
            for name in _targets(node.target):
                yield node, name
        elif type(node) is cst.AsName:
            yield node, code(node.name)


def _targets(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, (cst.Name, cst.Attribute)):
        yield code(node)
    elif isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from _targets(element.value)


class Tree:
    """Parents, order and kinds of all nodes of one module, from one walk through it."""

    def __init__(self, module: cst.Module, text: str | None = None) -> None:
        """`text` is that of the module, where it is at hand."""
        self.module = module
        self._known_text = text
        self._texts: dict[cst.CSTNode, str] = {}
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.order: dict[cst.CSTNode, int] = {}  # the place of a node in the order of the source
        parents, order = self.parents, self.order
        by_kind: defaultdict[type[cst.CSTNode], list[cst.CSTNode]] = defaultdict(list)
        stack: list[cst.CSTNode] = [module]
        while stack:
            top = stack.pop()
            order[top] = len(order)
            by_kind[top.__class__].append(top)
            if below := children(top):
                for child in below:
                    parents[child] = top
                stack += below[::-1]
        self._by_kind = dict(by_kind)

    def of_kind(self, kind: type[Node]) -> list[Node]:
        """Return the nodes of exactly this class, in the order of the source."""
        return self._by_kind.get(kind, [])  # type: ignore[return-value]

    @functools.cached_property
    def pieces(self) -> Pieces:
        """The text of the module, statement by statement."""
        return pieces_of(self.module, self._texts)

    def note_texts(self, texts: Mapping[cst.CSTNode, str]) -> None:
        """Note the texts of statements at the top of the module: they need not be made again."""
        self._texts |= texts

    @functools.cached_property
    def text(self) -> str:
        """The text of the module."""
        if self._known_text is not None:
            return self._known_text
        return "".join(text for _, text in self.pieces)

    def text_after(self, after: cst.Module) -> str:
        """Return the text of a module that edits made of this one."""
        return "".join(text for _, text in pieces_of(after, dict(self.pieces[:-1])))

    @functools.cached_property
    def _by_name(self) -> dict[str, list[cst.Name]]:
        found: dict[str, list[cst.Name]] = {}
        for name in self.of_kind(cst.Name):
            found.setdefault(name.value, []).append(name)
        return found

    @functools.cached_property
    def _by_scope(self) -> dict[tuple[cst.CSTNode, str], list[cst.Name]]:
        found: dict[tuple[cst.CSTNode, str], list[cst.Name]] = {}
        for name in self.of_kind(cst.Name):
            found.setdefault((self.scope(name), name.value), []).append(name)
        return found

    def named(self, name: str) -> list[cst.Name]:
        """Return every Name with this text, variable or not, in the order of the source."""
        return self._by_name.get(name, [])

    @functools.cached_property
    def _definitions(self) -> dict[str, list[cst.FunctionDef | cst.ClassDef]]:
        found: dict[str, list[cst.FunctionDef | cst.ClassDef]] = {}
        functions: list[cst.FunctionDef | cst.ClassDef] = [*self.of_kind(cst.FunctionDef)]
        for node in [*functions, *self.of_kind(cst.ClassDef)]:
            found.setdefault(node.name.value, []).append(node)
        return found

    def defined(self, name: str) -> list[cst.FunctionDef | cst.ClassDef]:
        """Return the functions and classes with this name."""
        return self._definitions.get(name, [])

    def named_in(self, scope: cst.CSTNode, name: str) -> list[cst.Name]:
        """Return the Names with this text in a function, lambda, class or module itself, not in
        those within it, whose own names are in themselves.
        """
        return self._by_scope.get((scope, name), [])

    @functools.cached_property
    def _scopes(self) -> dict[cst.CSTNode, Scope]:
        found: dict[cst.CSTNode, Scope] = {}
        for node, parent in self.parents.items():  # a parent stands before what is below it
            if parent.__class__ in _SCOPES:
                found[node] = parent
            else:
                found[node] = found[parent]
        return found

    @functools.cached_property
    def _ends(self) -> dict[cst.CSTNode, int]:
        """The place of the last node below each node that the source has."""
        ends = dict(self.order)
        for node, parent in reversed(self.parents.items()):
            if node in ends:  # what is read from a text, such as "trt.ICudaEngine", has no place
                ends[parent] = max(ends[parent], ends[node])
        return ends

    def is_within(self, node: cst.CSTNode, area: cst.CSTNode) -> bool:
        """True if `node` is `area` or a part of it."""
        if node not in self.order or area not in self.order:
            return node is area
        return self.order[area] <= self.order[node] <= self._ends[area]

    def part(self, nodes: Sequence[Node], area: cst.CSTNode) -> Sequence[Node]:
        """Return those of `nodes`, which are in the order of the source, that are within `area`."""
        if area is self.module or area not in self.order:
            return nodes if area is self.module else []
        place = self.order.__getitem__
        first = bisect_left(nodes, place(area), key=place)
        return nodes[first : bisect_right(nodes, self._ends[area], key=place)]

    @functools.cached_property
    def prefers_double_quotes(self) -> bool:
        """True if most strings of the module, or half of them, are in double quotes."""
        quotes = [string.quote for string in self.of_kind(cst.SimpleString)]
        return quotes.count('"') >= quotes.count("'")

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the nodes around `node`, innermost first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Return the node directly around `node`; None for the module."""
        return self.parents.get(node)

    def top_statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """Return the statement of the module itself that `node` is or is part of; for the module,
        the module.
        """
        parent = self.parents.get(node)
        while parent is not None and parent is not self.module:
            node, parent = parent, self.parents.get(parent)
        return node

    def scope(self, node: cst.CSTNode) -> Scope:
        """Return the function, lambda, class or module that `node` runs in."""
        return self._scopes.get(node, self.module)

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """Return the function definition around `node`, lambdas and classes between them or not."""
        return next((up for up in self.ancestors(node) if isinstance(up, cst.FunctionDef)), None)

    def class_of(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """Return the class definition around `node`."""
        return next((up for up in self.ancestors(node) if isinstance(up, cst.ClassDef)), None)

    def small_statement(self, node: cst.CSTNode) -> cst.BaseSmallStatement | None:
        """Return the small statement (assignment, return, ...) that `node` is or is part of."""
        here: cst.CSTNode | None = node
        while here is not None and not isinstance(
            here, (cst.BaseSmallStatement, cst.BaseCompoundStatement)
        ):
            if isinstance(here, cst.Lambda):
                return None
            here = self.parents.get(here)
        return here if isinstance(here, cst.BaseSmallStatement) else None

    def statement(self, node: cst.CSTNode) -> cst.BaseStatement | cst.BaseSmallStatement | None:
        """Return the innermost statement, small or compound, that `node` is or is part of."""
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
        """True if `node` is evaluated exactly once whenever `statement` starts.

        That does not hold within lambdas, comprehensions, conditional and short-circuit
        expressions, the test of a `while`, an `elif`, or after another statement of a block. With
        `again`, `node` may be evaluated any number of times, in a comprehension.
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
        """Return the loops around `node` in its function that repeat it, innermost first.

        The iterable of a `for` is evaluated once: that loop does not repeat it.
        """
        found: list[Loop] = []
        below: cst.CSTNode = node
        for up in self.ancestors(node):
            if up.__class__ in _SCOPES:
                break
            if type(up) is cst.While or (type(up) is cst.For and below is up.body):
                found.append(up)
            below = up
        return found

    def block(self, statement: cst.CSTNode) -> Sequence[cst.CSTNode] | None:
        """Return the list of statements that a statement stands in."""
        up = self.parents.get(statement)
        if isinstance(up, cst.SimpleStatementLine):
            up = self.parents.get(up)
        if isinstance(up, (cst.IndentedBlock, cst.Module, cst.SimpleStatementSuite)):
            return up.body
        return None

    def names(self, scope: cst.CSTNode) -> set[str]:
        """Return every identifier in a scope, to choose a name that is free."""
        return {n.value for n in walk(scope) if isinstance(n, cst.Name)}
