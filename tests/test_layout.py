"""How changed statements are laid out: as their file is, and the same to Python."""

from __future__ import annotations

import ast
import itertools
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trtmigrate.layout.logical_lines import logical_lines
from trtmigrate.layout.style import laid_out, laid_out_alike
from trtmigrate.layout.wrapping import Style, Token, delimiters

LONG = "x" * 60


def laid(before: str, after: str, width: int = 60, aligned: bool = False) -> str:
    return laid_out(dedent(before), dedent(after), Style(width, "    ", aligned))


def style_of(text: str, width: int | None = None) -> Style:
    """How a file of this text is laid out."""
    return laid_out_alike(text, text, width)[1]


def new(after: str, width: int = 60, aligned: bool = False) -> str:
    """The layout of statements that were not there before."""
    return laid("pass\n", after, width, aligned)


# --- width ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("longest", "width"),
    [(50, 88), (76, 79), (79, 79), (80, 80), (84, 88), (95, 100), (118, 120), (150, 160)],
)
def test_width_is_the_usual_one_that_the_file_is_kept_to(longest: int, width: int) -> None:
    text = "".join(f"{'y' * (longest - 4)} = {n}\n" for n in range(9))
    assert style_of(text).width == width


def test_one_line_that_is_too_long_is_no_sign() -> None:
    text = "".join(f"{'y' * 74} = {n}\n" for n in range(9))
    assert style_of(text + f"{'z' * 130} = 1\n").width == 79


def test_two_lines_near_79_are_no_sign_of_79() -> None:
    text = "".join(f"{'y' * 74} = {n}\n" for n in range(2)) + "x = 1\n" * 9
    assert style_of(text).width == 88


@pytest.mark.parametrize(("longest", "width"), [(84, 88), (90, 100), (110, 120), (134, 88)])
def test_one_longer_line_of_a_short_file_is_a_sign(longest: int, width: int) -> None:
    text = "".join(f"{'y' * 50} = {n}\n" for n in range(9))
    assert style_of(text + f"{'z' * (longest - 4)} = 1\n").width == width


def test_one_longer_line_beside_many_of_88_is_no_sign() -> None:
    text = "".join(f"{'y' * 83} = {n}\n" for n in range(9))
    assert style_of(text + f"{'z' * 91} = 1\n").width == 88


def test_comments_and_long_texts_are_no_sign_of_the_width() -> None:
    text = f"x = 1  # {LONG} {LONG}\nprint('{LONG} {LONG}')\n" * 9
    assert style_of(text).width == 88


def test_known_width_counts() -> None:
    assert style_of("x = 1\n", 72).width == 72


SET = "config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, 1 << 28)"
BROKEN = "config.set_memory_pool_limit(\n    trt.MemoryPoolType.WORKSPACE, 1 << 28\n)"


def test_comment_breaks_a_statement_where_it_breaks_others() -> None:
    before = f"f(\n    {'a' * 60}\n)  # why it is so\nworkspace = 1 << 28  # 256 MiB\n"
    after = before.replace("workspace = 1 << 28", SET)
    expected = before.replace("workspace = 1 << 28", BROKEN)
    assert laid_out_alike(before, after, 72)[0] == expected


def test_comment_breaks_no_statement_where_others_are_longer_with_theirs() -> None:
    before = f"f({'a' * 60})  # why it is so\nworkspace = 1 << 28  # 256 MiB\n"
    after = before.replace("workspace = 1 << 28", SET)
    assert laid_out_alike(before, after, 72)[0] == after


def test_comment_of_a_file_of_unknown_width_breaks_no_statement() -> None:
    after = f"{SET}  # this is how much it may take\n"
    assert (
        laid_out_alike("workspace = 1 << 28  # this is how much it may take\n", after)[0] == after
    )


@pytest.mark.parametrize(
    "after", [f"x = {'a' * 50}  # why it is so\n", f"if f({'a' * 50}):  # why it is so\n    pass\n"]
)
def test_comment_breaks_no_statement_without_brackets(after: str) -> None:
    assert laid_out_alike("pass\n", after, 60)[0] == after


# --- too long ---------------------------------------------------------------------------------


def test_arguments_go_on_one_line_of_their_own() -> None:
    assert new("context.set_tensor_address(engine.get_tensor_name(i), bindings[i])\n") == (
        "context.set_tensor_address(\n    engine.get_tensor_name(i), bindings[i]\n)\n"
    )


def test_arguments_that_do_not_fit_go_on_a_line_each_with_a_last_comma() -> None:
    assert new(f"print('{'a' * 30}', engine.get_tensor_shape(name), other)\n") == (
        f"print(\n    '{'a' * 30}',\n    engine.get_tensor_shape(name),\n    other,\n)\n"
    )


def test_comprehension_breaks_before_for_and_if() -> None:
    after = "names = [one for one in engine if engine.get_tensor_mode(one) == INPUT]\n"
    assert new(after, 50) == (
        "names = [\n    one\n    for one in engine\n"
        "    if engine.get_tensor_mode(one) == INPUT\n]\n"
    )


def test_generator_alone_in_a_call_gets_no_comma() -> None:
    after = "n = sum(engine.get_tensor_mode(name) == INPUT for name in tensor_names)\n"
    assert new(after, 50) == (
        "n = sum(\n    engine.get_tensor_mode(name) == INPUT\n    for name in tensor_names\n)\n"
    )


def test_conditions_get_parentheses() -> None:
    after = "if engine.get_tensor_mode(name) == INPUT and -1 in engine.shape(name):\n    pass\n"
    assert new(after) == (
        "if (\n    engine.get_tensor_mode(name) == INPUT\n"
        "    and -1 in engine.shape(name)\n):\n    pass\n"
    )


def test_conditional_value_gets_parentheses() -> None:
    after = "engine = runtime.deserialize_cuda_engine(plan, more) if plan else None\n"
    assert new(after, 68) == (
        "engine = (\n    runtime.deserialize_cuda_engine(plan, more) if plan else None\n)\n"
    )


def test_suite_on_the_line_of_its_header_goes_below() -> None:
    after = "if not engine.num_io_tensors: raise ValueError('no tensors at all')\n"
    assert new(after) == (
        "if not engine.num_io_tensors:\n    raise ValueError('no tensors at all')\n"
    )


def test_aligned_file_gets_aligned_lines() -> None:
    after = "context.set_tensor_address(engine.get_tensor_name(i), bindings[i])\n"
    assert new(after, aligned=True) == (
        f"context.set_tensor_address(engine.get_tensor_name(i),\n{' ' * 27}bindings[i])\n"
    )
    aligned = "f(a,\n  b)\nf(c,\n  d)\nf(\n    e\n)\n"
    assert style_of(aligned).aligned and not style_of("f(\n    e\n)\n").aligned


def test_arguments_on_lines_of_their_own_are_not_aligned() -> None:
    exploded = "f(\n    a,\n    b,\n    c,\n)\n"
    assert not style_of(exploded).aligned
    assert not style_of("x = [\n    1,\n    2,\n    3,\n]\n").aligned


def test_arguments_below_the_first_are_aligned_beside_exploded_calls() -> None:
    text = "f(a,\n  b,\n  c)\n" + "g(\n    a,\n    b,\n    c,\n)\n"
    assert style_of(text).aligned


def test_tabs_indent_what_is_broken() -> None:
    style = style_of("if a:\n\tb()\n")
    after = f"if a:\n\tb(c.get_tensor_name(i), bindings[i], {LONG})\n"
    assert "\n\tb(\n\t\tc.get_tensor_name(i)," in laid_out("if a:\n\tb()\n", after, style)


def test_one_long_element_of_several_lines_is_broken_alone() -> None:
    before = "d = {\n    'a': old(1),  # first\n    'b': 2,\n}\n"
    after = (
        "d = {\n    'a': newer_name(engine.get_tensor_name(first), more, most),  # first\n"
        "    'b': 2,\n}\n"
    )
    assert laid(before, after) == (
        "d = {\n    'a': newer_name(\n        engine.get_tensor_name(first), more, most\n"
        "    ),  # first\n    'b': 2,\n}\n"
    )


def test_carriage_returns_stay() -> None:
    after = "context.set_tensor_address(engine.get_tensor_name(i), bindings[i])\r\n"
    assert laid_out("pass\r\n", after, Style(60, "    ")) == (
        "context.set_tensor_address(\r\n    engine.get_tensor_name(i), bindings[i]\r\n)\r\n"
    )


# --- what stays -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after",
    [
        f"x = 1\ny = {LONG}.get(a, b, c)\n",  # not changed
        "x = a.get_tensor_shape(0)\n",  # fits
        f"x = '''a\n{LONG} {LONG}''' + f(x)\n",  # text of several lines
        f"a = f(1, 2); b = {LONG}.get(a, b)\n",  # several statements
        f"x = {LONG}\n",  # nothing to break in
    ],
)
def test_stays(after: str) -> None:
    before = f"x = 0\ny = {LONG}.get(a, b, c)\n"
    assert laid(before, after) == after


def test_line_that_was_as_long_stays_on_one_line() -> None:
    before = f"size = volume(engine.get_binding_shape(binding)) * engine.max_batch_size({LONG})\n"
    after = f"size = volume(engine.get_tensor_shape(binding)) * engine.max_batch_size({LONG})\n"
    assert laid(before, after) == after


def test_context_managers_stand_below_each_other() -> None:
    after = "with make_the_plan(network, config) as plan, open(path, 'wb') as file:\n    pass\n"
    assert new(after) == dedent("""\
        with make_the_plan(network, config) as plan, \\
             open(path, 'wb') as file:
            pass
        """)


def test_context_manager_too_long_for_a_line_breaks_in_its_brackets() -> None:
    after = f"with make(network, configuration, {LONG}) as plan, lock:\n    pass\n"
    assert "\\" not in new(after)
    assert "make(\n" in new(after)


def test_breaks_of_the_author_stay() -> None:
    before = "f(engine.num_bindings,\n  1)\n"
    after = "f(engine.num_io_tensors,\n  1)\n"
    assert laid(before, after) == after


# --- broken lines -----------------------------------------------------------------------------


def test_call_that_fits_again_is_joined() -> None:
    before = "size = trt.volume(engine.get_binding_shape(\n    binding)) * engine.max_batch_size\n"
    after = "size = trt.volume(engine.get_tensor_shape(\n    binding))\n"
    assert laid(before, after) == "size = trt.volume(engine.get_tensor_shape(binding))\n"


def test_last_comma_keeps_the_lines_apart() -> None:
    before = f"f(\n    engine.get_binding_shape({LONG}),\n)\n"
    after = "f(\n    engine.get_tensor_shape(),\n)\n"
    assert laid(before, after) == after


def test_comment_between_keeps_the_lines_apart() -> None:
    before = f"f(engine.get_binding_shape({LONG}),  # why\n  1)\n"
    after = "f(engine.get_tensor_shape(),  # why\n  1)\n"
    assert laid(before, after) == after


def test_aligned_lines_move_with_their_bracket() -> None:
    before = "engine = builder.build(network,\n                       config)\n"
    after = "plan = builder.build_it(network,\n                       config)\n"
    assert laid(before, after, 36) == (
        "plan = builder.build_it(network,\n                        config)\n"
    )


def test_lines_below_an_aligned_line_move_with_it() -> None:
    before = "c = n.add(x,\n          shape=(\n              k, k),\n          bias=b)\n"
    after = "c = n.add_nd(x,\n          shape=(\n              k, k),\n          bias=b)\n"
    assert laid(before, after, 30) == (
        "c = n.add_nd(x,\n             shape=(\n                 k, k),\n             bias=b)\n"
    )


def test_closing_bracket_does_not_take_the_place_of_an_argument() -> None:
    before = "y = n.add_fully_connected(\n    x, 4,\n    kernel,\n    bias)\n"
    after = "y = n.add_elementwise(\n    x,\n    bias,\n)\n"
    assert laid(before, after, 30) == after


# --- comments ---------------------------------------------------------------------------------


def test_comment_stays_in_the_column_of_its_neighbours() -> None:
    before = "a = 1                       # one\nb = e.num_bindings          # two\n"
    after = "a = 1                       # one\nb = e.num_io_tensors          # two\n"
    assert laid(before, after) == (
        "a = 1                       # one\nb = e.num_io_tensors        # two\n"
    )


def test_comment_of_quite_another_statement_stays_in_its_column() -> None:
    before = f"a = 1{' ' * 35}# one\nb.size = 1 << 30{' ' * 24}# two\n"
    after = before.replace("b.size = 1 << 30 ", "config.set_memory(limit, 1 << 30) ")
    assert laid(before, after).splitlines()[1].index("#") == before.splitlines()[1].index("#")


def test_comment_keeps_two_blanks_where_the_code_is_too_long_for_the_column() -> None:
    before = "a = 1               # one\nb = e.num_bindings  # two\n"
    after = "a = 1               # one\nb = e.num_io_tensors  # two\n"
    assert laid(before, after) == after


def test_comment_without_neighbours_keeps_its_distance() -> None:
    before = "b = e.num_bindings      # two\n"
    after = "b = e.num_io_tensors      # two\n"
    assert laid(before, after) == after


# --- joints -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a , b", ["a,", "b"]),
        ("a if b else c", ["a", "if b", "else c"]),
        ("a for b in c if d", ["a", "for b in c", "if d"]),
        ("a for b, c in d", ["a", "for b, c in d"]),
        ("a if b else c for d in e", ["a if b else c", "for d in e"]),
        ("lambda a, b: c , d", ["lambda a, b: c,", "d"]),
        ("lambda a: b or c", ["lambda a: b or c"]),
        ("a not in b", ["a", "not in b"]),
        ("a is not b", ["a", "is not b"]),
        ("a and not b or c", ["a", "and not b", "or c"]),
        ("- a + * b", ["- a", "+ * b"]),
        ("f ( a , b )", ["f ( a, b )"]),
    ],
)
def test_loosest_joints(text: str, parts: list[str]) -> None:
    tokens = [Token(word, " ") for word in text.split()]
    tokens = [Token(t.text, "" if t.text in ",:" else " ") for t in _split_colons(tokens)]
    _, places = delimiters(tokens)
    ends = [0, *places, len(tokens)]
    found = [
        "".join(t.gap + t.text for t in tokens[a:b]).strip() for a, b in itertools.pairwise(ends)
    ]
    assert found == parts


def _split_colons(tokens: list[Token]) -> list[Token]:
    return [
        Token(part)
        for token in tokens
        for part in token.text.replace(",", " ,").replace(":", " :").split()
    ]


# --- the same to Python -----------------------------------------------------------------------

NAMES = st.sampled_from(["a", "engine.get_tensor_name(i)", "self.context", "'text'", "1", "x[i]"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.builds("{}({}, key={})".format, st.sampled_from(["f", "o.call"]), inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({} and {})".format, inner, inner),
        st.builds("[{} for i in {} if {}]".format, inner, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("{} == {}".format, NAMES, NAMES),
        st.builds("(lambda a, b: {})".format, inner),
        st.builds("{{{}: {}, 'k': {}}}".format, NAMES, inner, inner),
        st.builds("({} - -{})".format, inner, inner),
        st.builds("f(*{}, **{})".format, inner, inner),
        st.builds("x[{}, {}:]".format, inner, inner),
        st.builds("({},)".format, inner),
    ),
    max_leaves=8,
)
STATEMENTS = st.one_of(
    st.builds("x = {}".format, EXPRESSIONS),
    st.builds("x = y = {}, {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("x[{}] += {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("return {}".format, EXPRESSIONS),
    st.builds("f({})".format, EXPRESSIONS),
    st.builds("assert {}, {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("if {}: x = {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("for i, x in {}:\n    pass".format, EXPRESSIONS),
    st.builds("while {}:\n    pass  # why".format, EXPRESSIONS),
    st.builds("with {} as x, y:\n    pass".format, EXPRESSIONS),
    st.builds("@f({})\ndef g(): return {}".format, EXPRESSIONS, EXPRESSIONS),
)


@settings(max_examples=300)
@given(st.lists(STATEMENTS, min_size=1, max_size=3), st.sampled_from([20, 40, 60]), st.booleans())
def test_layout_means_the_same(statements: list[str], width: int, aligned: bool) -> None:
    after = "\n".join(statements) + "\n"
    style = Style(width, "    ", aligned)
    result = laid_out("pass\n", after, style)
    assert ast.dump(ast.parse(result)) == ast.dump(ast.parse(after))
    assert laid_out(result, result, style) == result


def test_text_that_cannot_be_read_has_no_logical_lines() -> None:
    assert logical_lines("x = (\n") is None
    assert laid_out("pass\n", "x = (\n", Style(10, "    ")) == "x = (\n"
