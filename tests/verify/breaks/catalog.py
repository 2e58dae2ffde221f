"""All breaks, and how a program is broken with each."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.verify.breaks import broken
from tests.verify.breaks.broken import (  # noqa: F401  (each lists its breaks)
    addresses,
    builds,
    copies,
    executions,
    profiles,
    queries,
    shapes,
    tricks,
)
from tests.verify.breaks.broken.common import BREAKS, Break

PATH = Path(broken.__file__).parents[1]  # where a broken program finds the functions


class NotApplicableError(Exception):
    """A program has no call that a break replaces."""


class _Replaced(ast.NodeTransformer):
    """Puts a function of the breaks in the place of every call of some names."""

    def __init__(self, calls: tuple[str, ...], function: str) -> None:
        self.calls, self.function, self.count = calls, function, 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value=owner, attr=name) if name in self.calls:
                pass
            case ast.Name(id=name) if name in self.calls:
                owner = ast.parse("__import__('builtins')", mode="eval").body
            case _:
                return node
        self.count += 1
        function = ast.parse(f"broken.{self.function}", mode="eval").body
        return ast.Call(function, [owner, ast.Constant(name), *node.args], node.keywords)


def break_program(source: str, one: Break) -> str:
    """Return a program with a break in it. Raise NotApplicableError if no call is replaced."""
    tree = ast.parse(source)
    replaced = _Replaced(one.calls, one.function)
    replaced.visit(tree)
    if not replaced.count:
        raise NotApplicableError(f"no call of {' or '.join(one.calls)}")
    module = one.function.partition(".")[0]
    tree.body.insert(1, ast.parse(f"import broken.{module}").body[0])  # behind the docstring
    return ast.unparse(ast.fix_missing_locations(tree))


__all__ = ["BREAKS", "PATH", "Break", "NotApplicableError", "break_program"]
