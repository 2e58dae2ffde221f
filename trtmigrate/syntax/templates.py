"""Make syntax from text with holes; nodes in holes get parentheses where Python needs them."""

from __future__ import annotations

import functools
import re

import libcst as cst

from trtmigrate.syntax.tree import code

_OPEN = 0
_ATOM = 20
_OPERATORS: dict[type[cst.CSTNode], int] = {
    cst.Or: 4,
    cst.And: 5,
    cst.BitOr: 8,
    cst.BitXor: 9,
    cst.BitAnd: 10,
    cst.LeftShift: 11,
    cst.RightShift: 11,
    cst.Add: 12,
    cst.Subtract: 12,
    cst.Multiply: 13,
    cst.MatrixMultiply: 13,
    cst.Divide: 13,
    cst.FloorDivide: 13,
    cst.Modulo: 13,
    cst.Power: 15,
}


def precedence(node: cst.CSTNode) -> int:
    """Return how tightly an expression binds; in its own parentheses it binds like an atom."""
    if getattr(node, "lpar", None):
        return _ATOM
    if isinstance(node, (cst.NamedExpr, cst.Yield, cst.GeneratorExp)):
        return 0
    if isinstance(node, cst.Tuple):
        return 0
    if isinstance(node, cst.Lambda):
        return 2
    if isinstance(node, cst.IfExp):
        return 3
    if isinstance(node, (cst.BooleanOperation, cst.BinaryOperation)):
        return _OPERATORS[type(node.operator)]
    if isinstance(node, cst.UnaryOperation):
        return 6 if isinstance(node.operator, cst.Not) else 14
    if isinstance(node, cst.Comparison):
        return 7
    if isinstance(node, cst.Await):
        return 16
    return _ATOM


def required(parent: cst.CSTNode, child: cst.CSTNode) -> int:
    """Return the least precedence that a child of `parent` needs to go without parentheses."""
    if isinstance(parent, cst.Attribute):
        return _ATOM
    if isinstance(parent, cst.Call):
        return _ATOM if child is parent.func else _OPEN
    if isinstance(parent, cst.Subscript):
        return _ATOM if child is parent.value else _OPEN
    if isinstance(parent, (cst.BooleanOperation, cst.BinaryOperation)):
        own = _OPERATORS[type(parent.operator)]
        if isinstance(parent.operator, cst.Power):  # binds to the right, and less than a sign there
            return own + 1 if child is parent.left else 14
        return own + (child is parent.right)
    if isinstance(parent, cst.UnaryOperation):
        return 6 if isinstance(parent.operator, cst.Not) else 14
    if isinstance(parent, (cst.Comparison, cst.ComparisonTarget)):
        return 8
    if isinstance(parent, cst.IfExp):
        return 4 if child is not parent.orelse else 3
    if isinstance(parent, cst.Await):
        return _ATOM
    if isinstance(parent, (cst.CompIf, cst.CompFor)):
        return 4
    if isinstance(parent, (cst.Lambda, cst.Element, cst.Arg, cst.DictElement)):
        return 1
    if isinstance(parent, (cst.StarredElement, cst.StarredDictElement)):
        return 8
    return _OPEN


def parenthesized(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression in one more pair of parentheses."""
    return node.with_changes(
        lpar=[cst.LeftParen(), *node.lpar], rpar=[*node.rpar, cst.RightParen()]
    )


def fitted(node: cst.CSTNode, parent: cst.CSTNode, child: cst.CSTNode) -> cst.CSTNode:
    """Return `node`, with parentheses if it needs them in the place of `child` in `parent`."""
    if isinstance(node, cst.BaseExpression) and precedence(node) < required(parent, child):
        return parenthesized(node)
    if isinstance(node, cst.Integer) and isinstance(parent, cst.Attribute) and not node.lpar:
        return parenthesized(node)  # `1.real` is no number and no attribute
    return node


def parentheses_go(
    original: cst.BaseExpression, new: cst.BaseExpression, parent: cst.CSTNode
) -> bool:
    """True if the parentheses of `original` have no purpose around `new`: they held its operators
    together, or its lines, and `new` has neither.
    """
    if "\n" in code(new) or any("#" in code(p) for p in (*original.lpar, *original.rpar)):
        return False
    if not precedence(new) or _touches_word(original, parent):
        return False
    if isinstance(parent, cst.Attribute) and isinstance(new, cst.BaseNumber):
        return False
    bare = original.with_changes(lpar=(), rpar=())
    if precedence(bare) < _ATOM <= precedence(new):
        return True
    held_lines = "\n" in code(original) and isinstance(parent, _LINE_HOLDERS)
    return held_lines and precedence(new) >= required(parent, original)


_LINE_HOLDERS = (cst.Assign, cst.AugAssign, cst.Arg, cst.BinaryOperation, cst.Return, cst.If)


def _touches_word(node: cst.CSTNode, parent: cst.CSTNode) -> bool:
    """True if no blank stands between a node and the word beside it: `return(x)`."""
    text = re.escape(code(node))
    return re.search(rf"\w{text}|{text}\w", code(parent)) is not None


@functools.lru_cache(maxsize=512)
def _parsed(text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)


class _Filler(cst.CSTTransformer):
    def __init__(self, nodes: tuple[cst.BaseExpression, ...]) -> None:
        super().__init__()
        self.nodes = nodes
        self.parents: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.parents.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        self.parents.pop()
        if isinstance(original_node, cst.Name):
            hole = re.fullmatch(r"_hole_(\d+)", original_node.value)
            if hole is not None:
                node = self.nodes[int(hole[1])]
                if self.parents:
                    return fitted(node, self.parents[-1], original_node)
                return node
        return updated_node


def _with_holes(template: str) -> str:
    numbers = iter(range(100))
    return re.sub(r"\{\}", lambda _: f"_hole_{next(numbers)}", template)


def _nodes(parts: tuple[cst.BaseExpression | str, ...]) -> tuple[cst.BaseExpression, ...]:
    return tuple(cst.parse_expression(p) if isinstance(p, str) else p for p in parts)


def expression(template: str, *parts: cst.BaseExpression | str) -> cst.BaseExpression:
    """Return an expression from text; each `{}` is filled with a node or with source text."""
    tree = _parsed(_with_holes(template)).deep_clone()
    filled = tree.visit(_Filler(_nodes(parts)))
    assert isinstance(filled, cst.BaseExpression)
    return filled


def statements(
    template: str, *parts: cst.BaseExpression | str, config: cst.PartialParserConfig | None = None
) -> tuple[cst.BaseStatement, ...]:
    """Return statements from a block of text; each `{}` is filled as in `expression`."""
    module = cst.parse_module(_with_holes(template), config or cst.PartialParserConfig())
    filled = module.visit(_Filler(_nodes(parts)))
    return tuple(s for s in filled.body if isinstance(s, cst.BaseStatement))


def small_statement(template: str, *parts: cst.BaseExpression | str) -> cst.BaseSmallStatement:
    """Return one small statement from text, to take the place of another."""
    (line,) = statements(template, *parts)
    assert isinstance(line, cst.SimpleStatementLine)
    return line.body[0]
