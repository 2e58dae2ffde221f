"""Comments that ask to leave something alone, and what looks like one and is not."""

from __future__ import annotations

import textwrap

import pytest

from trtmigrate.sources.suppress import suppressions


def covered(text: str, code: str = "TRT101") -> list[int]:
    """The lines on which this code is not wanted; the text starts on line 1."""
    text = textwrap.dedent(text).lstrip("\n")
    found = suppressions(text)
    return [n for n in range(1, text.count("\n") + 2) if found.covers(n, code)]


def test_comment_behind_code_covers_its_line() -> None:
    assert covered("a\nb  # trtmigrate: ignore\nc\n") == [2]


@pytest.mark.parametrize("codes", ["TRT101", "TRT1", "TRT", "TRT2, TRT101", " TRT101 , "])
def test_code_or_prefix_in_the_brackets_counts(codes: str) -> None:
    assert covered(f"a  # trtmigrate: ignore[{codes}]\n") == [1]


@pytest.mark.parametrize("codes", ["TRT102", "TRT1011", "", "101"])
def test_other_codes_in_the_brackets_do_not_count(codes: str) -> None:
    assert covered(f"a  # trtmigrate: ignore[{codes}]\n") == []


def test_two_directives_behind_one_line_both_count() -> None:
    text = "a  # trtmigrate: ignore[TRT1]  # trtmigrate: ignore[TRT2]\n"
    assert covered(text, "TRT101") == covered(text, "TRT201") == [1]


def test_comment_beside_another_comment_counts() -> None:
    assert covered("a  # noqa: E501  # trtmigrate: ignore\n") == [1]


def test_comment_anywhere_in_a_call_over_several_lines_covers_all_of_it() -> None:
    for marks in (("  # trtmigrate: ignore", "", ""), ("", "  # trtmigrate: ignore", "")):
        assert covered("f({}\n  a,{}\n){}\nb\n".format(*marks)) == [1, 2, 3]
    assert covered("f(\n  # trtmigrate: ignore\n  a,\n)\nb\n") == [1, 2, 3, 4]


def test_comment_behind_a_loop_head_does_not_cover_the_loop() -> None:
    assert covered("for b in engine:  # trtmigrate: ignore\n    f(b)\n") == [1]


def test_comment_above_a_loop_covers_the_whole_loop() -> None:
    text = """
        # trtmigrate: ignore
        for b in engine:
            f(b)

            g(b)
        h()
    """
    assert covered(text) == [1, 2, 3, 4, 5]


def test_comment_above_the_first_statement_of_a_block_covers_that_statement() -> None:
    assert covered("if x:\n    # trtmigrate: ignore\n    a\n    b\n") == [2, 3]


def test_comment_above_a_decorated_function_covers_decorators_and_body() -> None:
    text = "# trtmigrate: ignore\n@a\n@b\ndef f():\n    g()\nh()\n"
    assert covered(text) == [1, 2, 3, 4, 5]


def test_comment_behind_else_covers_its_line() -> None:
    assert covered("if a:\n    b\nelse:  # trtmigrate: ignore\n    c\n") == [3]


def test_lines_are_counted_with_every_kind_of_newline() -> None:
    assert suppressions("a\r\nb\rc  # trtmigrate: ignore\nd\x0c\n").covers(3, "TRT101")


@pytest.mark.parametrize(
    "text",
    [
        "s = '# trtmigrate: ignore'\n",
        's = """\n# trtmigrate: skip-file\n"""\n',
        "a  # trtmigrate: ignored\n",
        "a  # trtmigrate: ignore-this\n",
        "a  # trtmigrate: skip\n",
        "a  # xtrtmigrate: ignore\n",
        "",
    ],
)
def test_what_only_looks_like_a_directive_does_nothing(text: str) -> None:
    assert suppressions(text) == suppressions("")


def test_skip_file_on_a_line_of_its_own_skips_the_file() -> None:
    assert suppressions("import a\n\n# trtmigrate: skip-file\n").skip_file


def test_skip_file_behind_code_does_not() -> None:
    assert not suppressions("import a  # trtmigrate: skip-file\n").skip_file


def test_skip_file_counts_in_a_file_that_does_not_parse() -> None:
    assert suppressions("# trtmigrate: skip-file\nprint 'python 2'\nx = (\n").skip_file
