"""What is known of executions, of the places that change a list, and of what others can reach."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.changes import changes_in
from trtmigrate.facts.executions import executions_of
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.facts.reachability import foreign_calls_in, is_closed, is_private
from trtmigrate.syntax.tree import code, walk

HEAD = "import tensorrt as trt\n"


def facts_of(source: str) -> Facts:
    return Facts(cst.parse_module(HEAD + source), "10")


def function(facts: Facts, name: str) -> cst.FunctionDef:
    return next(
        n for n in walk(facts.module) if isinstance(n, cst.FunctionDef) and n.name.value == name
    )


def test_execution_knows_its_context_its_list_and_where_the_list_is_made() -> None:
    facts = facts_of(
        "def f(context: trt.IExecutionContext, p, s):\n"
        "    listed = [p]\n"
        "    context.execute_async_v2(listed, s)\n"
        "    context.execute_v2([p])\n"
    )
    first, second = executions_of(facts)
    assert (first.context_name, code(first.listed)) == ("context", "listed")
    assert [code(made) for made in first.made] == ["listed = [p]"]
    assert not first.synchronous and second.synchronous
    assert second.made == ()


def test_executions_are_worked_out_once() -> None:
    facts = facts_of("def f(c: trt.IExecutionContext, b, s):\n    c.execute_async_v2(b, s)\n")
    assert executions_of(facts) is executions_of(facts)


def test_method_of_another_library_is_no_execution() -> None:
    facts = facts_of("import sqlite3\nsqlite3.connect('x').execute_v2([1])\n")
    assert executions_of(facts) == ()


def test_name_of_a_member_is_no_mention_of_a_variable() -> None:
    facts = facts_of("def f(x, y):\n    x.y = y\n    return x.y\n")
    assert len(list(mentions_in(facts, function(facts, "f").body, ("y",)))) == 1
    assert len(list(mentions_in(facts, facts.module, ("x.y",)))) == 2


def test_functions_that_call_each_other_are_followed_once() -> None:
    facts = facts_of(
        "def f(x):\n    g(x)\n\n\ndef g(x):\n    f(x)\n\n\ndef h(x):\n    x.append(1)\n    f(x)\n"
    )
    changed = list(changes_in(facts, function(facts, "h"), ("x",)))
    assert len(changed) == 1


def test_list_that_is_made_here_and_stays_here_is_private() -> None:
    facts = facts_of("def f(p):\n    x = [p]\n    print(len(x))\n    return 1\n")
    assert is_private(facts, "x", function(facts, "f"))


def test_list_that_is_a_parameter_or_is_handed_on_is_not_private() -> None:
    for body in ("pass", "x = [1]\n    keep(x)", "x = [1]\n    p.x = x", "x = [1]\n    y = [x]"):
        facts = facts_of(f"def f(p{', x' if body == 'pass' else ''}):\n    {body}\n")
        assert not is_private(facts, "x", function(facts, "f")), body


def test_only_calls_of_what_is_not_seen_are_foreign() -> None:
    facts = facts_of(
        "import time\n\n\ndef inner(a):\n    a.tick()\n\n\n"
        "def f(a, s):\n    time.time()\n    print(1)\n    s.synchronize()\n    inner(a)\n"
    )
    calls = list(foreign_calls_in(facts, function(facts, "f")))
    assert [code(call) for call in calls] == ["a.tick()"]


def test_public_attribute_is_closed_only_in_a_script_that_makes_the_object() -> None:
    source = "class A:\n    def __init__(self):\n        self.x = []\n"
    for end, closed in (("", False), ('\nif __name__ == "__main__":\n    A()\n', True)):
        facts = facts_of(source + end)
        cls = next(n for n in walk(facts.module) if isinstance(n, cst.ClassDef))
        assert is_closed(facts, cls, "x") is closed
        assert is_closed(facts, cls, "_x")
