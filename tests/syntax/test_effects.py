"""What is pure, and what has to stay of an expression whose value nobody needs."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate.syntax.effects import can_repeat, effectful_parts, has_effect, leaves_arguments
from trtmigrate.syntax.tree import code


def parse(text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "8",
        "a.b[c]",
        "1 << 30",
        "max(1, len(names))",
        "int(args.batch)",
        "name.lower().startswith('x')",
        "[n for n in names if n]",
        "sorted(names, key=lambda n: n.lower())",
        "next(n for n in names if n.startswith('x'))",
    ],
)
def test_expression_that_only_computes_has_no_effect(text: str) -> None:
    assert not has_effect(parse(text))
    assert effectful_parts(parse(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "f()",
        "round_up(8)",
        "names.pop()",
        "max(1, f())",
        "(n := 1)",
        "print(1)",
        "next(sizes)",
        "[f(n) for n in x]",
    ],
)
def test_call_of_an_unknown_function_is_an_effect(text: str) -> None:
    assert has_effect(parse(text))


def test_method_is_pure_only_if_the_caller_says_so() -> None:
    assert has_effect(parse("engine.get_tensor_name(0)"))
    assert not has_effect(parse("engine.get_tensor_name(0)"), ["get_tensor_name"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("f(x)", ["f(x)"]),
        ("max(1, f(x))", ["f(x)"]),
        ("f(1) + 2 * g(3)", ["f(1)", "g(3)"]),
        ("-f(x).size", ["f(x)"]),
        ("f(x) if a else 1", ["f(x) if a else 1"]),
        ("a and f(x)", ["a and f(x)"]),
        ("max(f(n) for n in x)", ["max(f(n) for n in x)"]),
        ("min(x, key=lambda n: f(n))", ["min(x, key=lambda n: f(n))"]),
        ("max(*f(x))", ["max(*f(x))"]),
        ("max(n := 1, 2)", ["max(n := 1, 2)"]),
    ],
)
def test_part_with_an_effect_stays_and_the_computation_around_it_goes(
    text: str, parts: list[str]
) -> None:
    assert [code(part) for part in effectful_parts(parse(text))] == parts


def test_function_that_fills_its_argument_does_not_leave_it_alone() -> None:
    assert not leaves_arguments("fill")
    assert not leaves_arguments("next")


def test_builtin_that_reads_or_prints_leaves_its_arguments_alone() -> None:
    assert leaves_arguments("builtins.len")
    assert leaves_arguments("print")


@pytest.mark.parametrize("text", ["name", "names[0]", "f'x{i}'", "str(i)"])
def test_expression_that_only_reads_can_be_repeated(text: str) -> None:
    assert can_repeat(parse(text))


@pytest.mark.parametrize("text", ["f()", "names.pop()", "next(names)", "(n := f)"])
def test_expression_that_gives_another_value_each_time_cannot_be_repeated(text: str) -> None:
    assert not can_repeat(parse(text))
