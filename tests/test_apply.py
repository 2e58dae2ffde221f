"""Edits of the syntax tree: what is put in and taken out, and what stays around it."""

from __future__ import annotations

from textwrap import dedent
from typing import TypeVar

import libcst as cst
import pytest

from trtmigrate.editing.apply import Applier
from trtmigrate.editing.edit import Edit
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import Tree, walk

Node = TypeVar("Node", bound=cst.CSTNode)


def parsed(source: str) -> cst.Module:
    return cst.parse_module(dedent(source).lstrip("\n"))


def applied(module: cst.Module, *edits: Edit) -> str:
    after = module.visit(Applier(edits, Tree(module))).code
    compile(after, "<after>", "exec")
    return after


def small(module: cst.Module, text: str) -> cst.BaseSmallStatement:
    """The small statement that reads `text`."""
    (found,) = [
        n
        for n in walk(module)
        if isinstance(n, cst.BaseSmallStatement) and module.code_for_node(n).rstrip("; ") == text
    ]
    return found


def only(module: cst.Module, cls: type[Node]) -> Node:
    (found,) = [n for n in walk(module) if isinstance(n, cls)]
    return found


def test_statement_put_before_goes_between_the_blank_lines_and_the_comment() -> None:
    module = parsed("""
        first()

        # run it
        run()  # now
    """)
    edit = Edit(before={small(module, "run()"): statements("bind()\n")})
    assert applied(module, edit) == "first()\n\nbind()\n# run it\nrun()  # now\n"


def test_statement_put_after_leaves_the_comment_at_its_line() -> None:
    module = parsed("""
        # complete
        done()  # here
        more()
    """)
    edit = Edit(after={small(module, "done()"): statements("bind()\n")})
    assert applied(module, edit) == "# complete\ndone()  # here\nbind()\nmore()\n"


def test_statement_put_before_a_compound_one() -> None:
    module = parsed("""
        a()
        # hot loop
        for i in x:
            run()
    """)
    edit = Edit(before={only(module, cst.For): statements("bind()\n")})
    assert applied(module, edit) == "a()\nbind()\n# hot loop\nfor i in x:\n    run()\n"


def test_statement_put_after_a_compound_one() -> None:
    module = parsed("""
        for i in x:
            run()
        more()
    """)
    edit = Edit(after={only(module, cst.For): statements("bind()\n")})
    assert applied(module, edit) == "for i in x:\n    run()\nbind()\nmore()\n"


def test_statement_put_into_a_suite_comes_first() -> None:
    module = parsed("""
        for i in x:
            # explains a
            a()
    """)
    edit = Edit(prepend={only(module, cst.For).body: statements("first()\n")})
    assert applied(module, edit) == "for i in x:\n    first()\n    # explains a\n    a()\n"


def test_line_of_several_statements_is_taken_apart() -> None:
    module = parsed("a(); run(); b()  # all\n")
    edit = Edit(before={small(module, "run()"): statements("bind()\n")})
    assert applied(module, edit) == "a()\nbind()\nrun(); b()  # all\n"


def test_one_line_suite_becomes_a_block_where_a_loop_goes_in() -> None:
    module = parsed("if x: run()\nelse: stop()\n")
    loop = statements("for i in y:\n    bind(i)\n")
    edit = Edit(before={small(module, "run()"): loop})
    assert applied(module, edit) == (
        "if x:\n    for i in y:\n        bind(i)\n    run()\nelse: stop()\n"
    )


def test_one_line_suite_keeps_its_comment_when_it_becomes_a_block() -> None:
    module = parsed("if x: run()  # go\n")
    edit = Edit(before={small(module, "run()"): statements("bind()\n")})
    assert applied(module, edit) == "if x:\n    bind()\n    run()  # go\n"


def test_removed_statement_of_a_one_line_suite_leaves_pass() -> None:
    module = parsed("for x in y: gone()\n")
    assert applied(module, Edit(remove=(small(module, "gone()"),))) == "for x in y: pass\n"


def test_one_of_two_statements_of_a_one_line_suite_is_removed() -> None:
    module = parsed("if x: gone(); stays()\n")
    assert applied(module, Edit(remove=(small(module, "gone()"),))) == "if x: stays()\n"


def test_emptied_block_gets_pass() -> None:
    module = parsed("""
        for x in y:
            gone()
        after()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == "for x in y:\n    pass\nafter()\n"


def test_emptied_if_goes_with_its_test() -> None:
    module = parsed("""
        before()
        if x and not y.z:
            gone()
        after()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == "before()\nafter()\n"


def test_emptied_if_whose_test_calls_something_stays() -> None:
    module = parsed("""
        if ask():
            gone()
    """)
    assert applied(module, Edit(remove=(small(module, "gone()"),))) == "if ask():\n    pass\n"


def test_emptied_if_whose_test_only_reads_goes() -> None:
    module = parsed("""
        if kind.lower() == "fp16" and isinstance(x, int):
            gone()
        after()
    """)
    assert applied(module, Edit(remove=(small(module, "gone()"),))) == "after()\n"


def test_emptied_if_takes_the_comments_right_above_it() -> None:
    module = parsed("""
        before()

        # heading

        # those that are gone
        if x:
            # how
            gone()
        after()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == "before()\n\n# heading\n\nafter()\n"


def test_test_of_an_emptied_branch_is_negated_for_the_other() -> None:
    module = parsed("""
        # why
        if x == 1:
            gone()
        else:
            stays()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == "# why\nif x != 1:\n    stays()\n"


def test_emptied_branch_of_exclusive_comparisons_goes() -> None:
    module = parsed("""
        if x == "a":
            gone()
        elif x == "b":
            stays()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == 'if x == "b":\n    stays()\n'


@pytest.mark.parametrize("test", ['y == "b"', 'x == "a"', 'x != "b"', "x == b"])
def test_emptied_branch_before_another_test_stays(test: str) -> None:
    module = parsed(f"""
        if x == "a":
            gone()
        elif {test}:
            stays()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == f'if x == "a":\n    pass\nelif {test}:\n    stays()\n'


def test_emptied_loop_goes() -> None:
    module = parsed("""
        for i in range(x.y):
            gone()
        after([i for i in z])
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == "after([i for i in z])\n"


@pytest.mark.parametrize("head", ["for i in ask()", "for i in iterator", "while x"])
def test_emptied_loop_that_does_something_stays(head: str) -> None:
    module = parsed(f"""
        {head}:
            gone()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == f"{head}:\n    pass\n"


def test_emptied_loop_whose_variable_is_read_later_stays() -> None:
    module = parsed("""
        for i in range(3):
            gone()
        print(i)
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == "for i in range(3):\n    pass\nprint(i)\n"


def renamed(text: str) -> str:
    """The program with `old` replaced by `new` everywhere."""
    module = parsed(text)
    names = [n for n in walk(module) if isinstance(n, cst.Name) and n.value == "old"]
    return applied(module, *(Edit({name: cst.Name("new")}) for name in names))


def test_branches_that_become_equal_are_one() -> None:
    text = """
        # why
        if x:
            old(1)
            last()
        else:
            new(1)
            last()
        after()
    """
    assert renamed(text) == "# why\nnew(1)\nlast()\nafter()\n"


def test_elif_that_becomes_equal_to_else_goes() -> None:
    text = """
        if x:
            first()
        elif y:
            old()
        else:
            new()
    """
    assert renamed(text) == "if x:\n    first()\nelse:\n    new()\n"


def test_conditional_expression_of_equal_sides_is_one() -> None:
    assert renamed("z = 2 * (old + 1 if x else new + 1)\n") == "z = 2 * (new + 1)\n"


def test_branches_that_were_equal_before_stay() -> None:
    text = "if x:\n    old()\nelse:\n    old()\n"
    assert renamed(text) == text.replace("old", "new")


def test_equal_branches_of_a_test_that_calls_something_stay() -> None:
    text = "if ask():\n    old()\nelse:\n    new()\n"
    assert renamed(text) == text.replace("old", "new")


def test_equal_branches_with_comments_of_their_own_stay() -> None:
    text = "if x:\n    # one\n    old()\nelse:\n    # other\n    new()\n"
    assert renamed(text) == text.replace("old", "new")


def test_assignment_to_itself_goes() -> None:
    assert renamed("new = old\nold = other\nx = x\n") == "new = other\nx = x\n"


def test_emptied_elif_and_else_go() -> None:
    module = parsed("""
        if x:
            stays()
        elif y:
            gone()
    """)
    assert applied(module, Edit(remove=(small(module, "gone()"),))) == "if x:\n    stays()\n"


def test_if_that_only_passed_before_stays() -> None:
    module = parsed("""
        if x:
            pass
        gone()
    """)
    assert applied(module, Edit(remove=(small(module, "gone()"),))) == "if x:\n    pass\n"


def test_comment_above_a_removed_statement_is_kept() -> None:
    module = parsed("""
        a()
        # why
        gone()
        b()
    """)
    assert applied(module, Edit(remove=(small(module, "gone()"),))) == "a()\n# why\nb()\n"


def test_comment_above_the_last_statement_of_a_block_goes_with_it() -> None:
    module = parsed("""
        if x:
            a()
            # those that are gone
            gone()
    """)
    removed = applied(module, Edit(remove=(small(module, "gone()"),)))
    assert removed == "if x:\n    a()\n"


def test_whole_file_can_be_removed() -> None:
    module = parsed("gone()\n")
    assert not applied(module, Edit(remove=(small(module, "gone()"),))).strip()


def test_replacements_nest() -> None:
    module = parsed("f(g(x))\n")
    outer, inner = [n for n in walk(module) if isinstance(n, cst.Call)]
    edits = (
        Edit({outer: expression("h({})", outer.args[0].value)}),
        Edit({inner: expression("k({})", inner.args[0].value)}),
    )
    assert applied(module, *edits) == "h(k(x))\n"


def test_statement_put_in_twice_by_two_edits_is_put_in_once() -> None:
    module = parsed("run()\n")
    shared = statements("bind()\n")
    run = small(module, "run()")
    assert applied(module, Edit(before={run: shared}), Edit(before={run: shared})) == (
        "bind()\nrun()\n"
    )


@pytest.mark.parametrize(
    ("source", "new", "expected"),
    [
        ("x.y\n", "a + b", "(a + b).y\n"),
        ("not x\n", "a == b", "not a == b\n"),
        ("z = x * 2\n", "a + b", "z = (a + b) * 2\n"),
        ("f(x)\n", "a or b", "f(a or b)\n"),
        ("z = (x)\n", "a or b", "z = (a or b)\n"),
        ("f'{x}'\n", "a + b", "f'{a + b}'\n"),
    ],
)
def test_replacement_gets_parentheses_where_it_needs_them(
    source: str, new: str, expected: str
) -> None:
    module = cst.parse_module(source)
    (name,) = [n for n in walk(module) if isinstance(n, cst.Name) and n.value == "x"]
    assert applied(module, Edit({name: cst.parse_expression(new)})) == expected


def test_replaced_statement_keeps_its_semicolon() -> None:
    module = parsed("a = 1; b()\n")
    edit = Edit({small(module, "a = 1"): cst.Expr(cst.parse_expression("set_a(1)"))})
    assert applied(module, edit) == "set_a(1); b()\n"


def test_nothing_to_do_changes_nothing() -> None:
    module = parsed("""
        if x: a(); b()   # odd   spacing
        class  C : pass
    """)
    assert applied(module) == module.code
