"""Syntax from text with holes: parentheses exactly where Python needs them."""

from __future__ import annotations

import ast

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trtmigrate.syntax.templates import expression, precedence, small_statement, statements


def text(template: str, *parts: str) -> str:
    return cst.Module([]).code_for_node(expression(template, *parts))


@pytest.mark.parametrize(
    ("template", "parts", "expected"),
    [
        ("{}.name", ("a + b",), "(a + b).name"),
        ("{}.name", ("a.b",), "a.b.name"),
        ("{}.name", ("f(x)",), "f(x).name"),
        ("{}.name", ("a if b else c",), "(a if b else c).name"),
        ("{}.name", ("lambda: x",), "(lambda: x).name"),
        ("{}[0]", ("a or b",), "(a or b)[0]"),
        ("f({})", ("a + b",), "f(a + b)"),
        ("f({})", ("a if b else c",), "f(a if b else c)"),
        ("f({}, {})", ("a", "lambda: x"), "f(a, lambda: x)"),
        ("{} == 1", ("a + b",), "a + b == 1"),
        ("{} == 1", ("not a",), "(not a) == 1"),
        ("{} == 1", ("a or b",), "(a or b) == 1"),
        ("{} == 1", ("a == b",), "(a == b) == 1"),
        ("not {}", ("a == b",), "not a == b"),
        ("not {}", ("a and b",), "not (a and b)"),
        ("{} and {}", ("a or b", "c"), "(a or b) and c"),
        ("{} and {}", ("a", "not b"), "a and not b"),
        ("{} or {}", ("a and b", "c"), "a and b or c"),
        ("{} * {}", ("a + b", "c"), "(a + b) * c"),
        ("{} - {}", ("a", "b - c"), "a - (b - c)"),
        ("{} - {}", ("a - b", "c"), "a - b - c"),
        ("-{}", ("a + b",), "-(a + b)"),
        ("[{} for i in {}]", ("a if b else c", "x or y"), "[a if b else c for i in x or y]"),
        ("all({}) and {}", ("[x]", "a or b"), "all([x]) and (a or b)"),
        ("f({})", ("(a := 1)",), "f((a := 1))"),
        ("{}.name", ("(a + b)",), "(a + b).name"),
    ],
)
def test_hole_gets_the_parentheses_it_needs(
    template: str, parts: tuple[str, ...], expected: str
) -> None:
    assert text(template, *parts) == expected


def test_parenthesised_expression_is_an_atom() -> None:
    assert precedence(cst.parse_expression("(a or b)")) > precedence(cst.parse_expression("a ** b"))


def test_statements_are_filled_in_order() -> None:
    lines = statements("for i in range({}.n):\n    {}.set({}[i])\n", "e", "c", "b")
    assert "".join(cst.Module([]).code_for_node(line) for line in lines) == (
        "for i in range(e.n):\n    c.set(b[i])\n"
    )


def test_small_statement_is_one_of_its_kind() -> None:
    line = small_statement("{}.limit = {}", "config", "1 << 30")
    assert isinstance(line, cst.Assign)


def test_filled_node_is_the_node_itself() -> None:
    node = cst.Name("engine")
    filled = expression("{}.num_io_tensors", node)
    assert isinstance(filled, cst.Attribute) and filled.value is node


OPERANDS = st.sampled_from(
    ["a", "a.b", "f(x)", "a[0]", "a + b", "a * b", "-a", "a ** b", "not a", "a and b", "a or b"]
    + ["a == b", "a if b else c", "lambda: a", "[a]", "(a, b)", "a | b", "a << b", "a in b"]
)
TEMPLATES = st.sampled_from(
    [
        "{}.x",
        "{}[0]",
        "{}(1)",
        "f({})",
        "{} == 1",
        "1 == {}",
        "not {}",
        "-{}",
        "{} and b",
        "a and {}",
    ]
    + [
        "{} or b",
        "{} * 2",
        "2 * {}",
        "{} - 1",
        "1 - {}",
        "[{}]",
        "{} if a else b",
        "a if {} else b",
    ]
    + ["a if b else {}", "lambda: {}", "[x for x in y if {}]", "2 ** {}", "{} ** 2"]
)


class Flat(ast.NodeTransformer):
    """`(a and b) and c` is `a and b and c`, which Python parses into another tree."""

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        first = node.values[0]
        if isinstance(first, ast.BoolOp) and type(first.op) is type(node.op):
            node.values[:1] = first.values
        return node


def meaning(source: str) -> str:
    return ast.dump(Flat().visit(ast.parse(source)))


@given(TEMPLATES, OPERANDS)
def test_filled_template_means_what_full_parentheses_mean(template: str, operand: str) -> None:
    wanted = template.replace("{}", f"({operand})")
    assert meaning(text(template, operand)) == meaning(wanted)
