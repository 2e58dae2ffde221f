"""Comments that an edit lost are written again, at the place that they were about."""

from __future__ import annotations

from textwrap import dedent

import pytest

from trtmigrate.editing.comment_rescue import with_lost_comments


def rescued(before: str, after: str, *may_go: str) -> str:
    return with_lost_comments(dedent(before), dedent(after), may_go)


def test_comment_within_a_call_goes_above_the_statement_in_its_indentation() -> None:
    before = """\
    def f(x):
        set_shape(  # once
            x
        )
    """
    after = """\
    def f(x):
        x.shape = 1
    """
    assert rescued(before, after) == dedent("""\
    def f(x):
        # once
        x.shape = 1
    """)


def test_comments_of_one_statement_keep_their_order() -> None:
    before = "f(  # first\n    # second\n    a,  # third\n)\n"
    assert rescued(before, "g(a)\n") == "# first\n# second\n# third\ng(a)\n"


def test_comments_go_to_the_statements_that_have_the_words_of_their_lines() -> None:
    before = "run(\n    buffers,  # of the device\n    stream,  # not blocking\n)\n"
    after = "for b in buffers:\n    give(b)\nstart(stream)\n"
    expected = "# of the device\nfor b in buffers:\n    give(b)\n# not blocking\nstart(stream)\n"
    assert rescued(before, after) == expected


def test_comment_of_a_decorated_function_goes_above_the_decorators() -> None:
    before = "@one\n@two\ndef f(  # old\n    a\n):\n    pass\n"
    after = "@one\n@two\ndef f(a, b):\n    pass\n"
    assert rescued(before, after) == "# old\n" + after


def test_comment_of_a_branch_goes_above_its_line() -> None:
    before = "if a:\n    f()\nelif (  # small\n    b.x\n):\n    g()\n"
    after = "if a:\n    f()\nelif b.y:\n    g()\n"
    assert rescued(before, after) == "if a:\n    f()\n# small\nelif b.y:\n    g()\n"


def test_comment_without_a_statement_stays_in_its_block() -> None:
    before = """\
    def f():
        a()
        if x:  # rarely
            b(1)

    c()
    """
    after = """\
    def f():
        a()

    c()
    """
    assert rescued(before, after) == "def f():\n    a()\n    # rarely\n\nc()\n"


def test_comment_of_an_inner_block_that_is_gone_is_not_indented_deeper_than_what_is_there() -> None:
    before = "def f():\n    a()\n    if x:\n        b(1)  # rarely\n"
    assert rescued(before, "def f():\n    a()\n") == "def f():\n    a()\n    # rarely\n"


def test_first_statement_of_a_block_that_is_gone_leaves_its_comment_in_the_block() -> None:
    before = "def f():\n    first()  # at once\n    a()\n"
    assert rescued(before, "def f():\n    a()\n") == "def f():\n    # at once\n    a()\n"


def test_comment_between_two_comments_goes_between_them() -> None:
    before = "# one\nif a:\n    b()\n# two\nelif c:\n    d()\n# three\nelse:\n    e()\n"
    after = "# one\n# three\ne()\n"
    assert rescued(before, after) == "# one\n# two\n# three\ne()\n"


def test_comment_that_may_go_is_not_written_again() -> None:
    before = "a()  # one\nb()  # two\n"
    assert rescued(before, "c()\n", "# one") == "# two\nc()\n"


def test_comment_may_go_as_often_as_it_is_named() -> None:
    before = "a(1)  # same\nb(2)  # same\n"
    assert rescued(before, "b(2)\n", "# same") == "# same\nb(2)\n"
    assert rescued(before, "b(2)\n", "# same", "# same") == "b(2)\n"


def test_of_equal_comments_the_lost_one_is_written_again() -> None:
    before = "a(  # x\n  1)\nb()\nc()  # x\n"
    assert rescued(before, "a(2)\nb()\nc()  # x\n") == "# x\na(2)\nb()\nc()  # x\n"


def test_directive_goes_behind_the_statement() -> None:
    before = "f(  # noqa: E501\n    a)\n"
    assert rescued(before, "g(a)\n") == "g(a)  # noqa: E501\n"
    assert rescued(before, "g(a)  # ok\n") == "# noqa: E501\ng(a)  # ok\n"


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_are_those_of_the_file(newline: str) -> None:
    before = newline.join(["x = 1", "f(  # why", "    a)", ""])
    after = newline.join(["x = 1", "g(a)", ""])
    assert with_lost_comments(before, after) == newline.join(["x = 1", "# why", "g(a)", ""])


def test_other_line_ends_of_a_mixed_file_stay() -> None:
    assert with_lost_comments("x = 1\nf(  # why\n    a)\r\n", "x = 1\ng(a)\r\n") == (
        "x = 1\n# why\ng(a)\r\n"
    )


def test_file_without_a_last_line_end() -> None:
    assert rescued("a()\nif x:\n    b()  # why", "a()") == "a()\n# why\n"
    assert rescued("a()\nf(  # why\n    b)", "a()\nf(b)") == "a()\n# why\nf(b)"


def test_comment_does_not_go_between_a_backslash_and_its_line() -> None:
    before = "def f():\n\\\n    return g(  # why\n        a)\n"
    after = "def f():\n\\\n    return h(a)\n"
    assert rescued(before, after) == "def f():\n    # why\n\\\n    return h(a)\n"


def test_string_with_a_hash_is_no_comment() -> None:
    before = 'f("""\n# no comment\n""", 1)\n'
    assert rescued(before, "g(1)\n") == "g(1)\n"


def test_comment_is_not_written_into_a_string_or_a_call() -> None:
    before = 'a("""\n# text\n""")\nf(  # why\n    b)\n'
    after = 'a("""\n# text\n""")\ng(\n    b,\n    """\n""",\n)\n'
    assert rescued(before, after) == after.replace("g(\n", "# why\ng(\n")


def test_text_that_kept_its_comments_stays() -> None:
    after = "g(a)  # why\n"
    assert rescued("f(  # why\n    a)\n", after) == after


def test_text_that_is_not_python_stays() -> None:
    assert rescued("f(  # why\n a)\n", "g(\n") == "g(\n"
