"""Where the comments go whose statements go."""

from __future__ import annotations

from textwrap import dedent, indent

import libcst as cst

from trtmigrate import migrate_source
from trtmigrate.editing.apply import Applier
from trtmigrate.editing.edit import Edit
from trtmigrate.syntax.templates import statements
from trtmigrate.syntax.tree import Tree

HEAD = "import tensorrt as trt\n\nbuilder = trt.Builder(trt.Logger())\n"


def migrated(text: str) -> str:
    result = migrate_source(HEAD + dedent(text))
    assert result.error is None
    assert result.after is not None and result.after.startswith(HEAD)
    return result.after.removeprefix(HEAD)


def test_comment_of_the_one_statement_that_goes_goes_too() -> None:
    text = """\
    config = builder.create_builder_config()

    # the largest batch
    builder.max_batch_size = 1

    config.clear_flag(trt.BuilderFlag.TF32)
    """
    after = """\
    config = builder.create_builder_config()

    config.clear_flag(trt.BuilderFlag.TF32)
    """
    assert migrated(text) == dedent(after)


def test_comment_goes_where_the_next_statement_has_its_own() -> None:
    text = """\
    # one batch at a time
    builder.max_batch_size = 1
    # the settings
    config = builder.create_builder_config()
    """
    after = """\
    # the settings
    config = builder.create_builder_config()
    """
    assert migrated(text) == dedent(after)


def test_comment_goes_at_the_end_of_a_block() -> None:
    text = """\
    def settings(config):
        config.clear_flag(trt.BuilderFlag.TF32)
        # one batch at a time
        builder.max_batch_size = 1
    """
    after = """\
    def settings(config):
        config.clear_flag(trt.BuilderFlag.TF32)
    """
    assert migrated(text) == dedent(after)


def test_comment_of_several_statements_stays_while_one_does() -> None:
    text = """\
    # settings of the builder
    builder.max_batch_size = 1
    config = builder.create_builder_config()
    """
    after = """\
    # settings of the builder
    config = builder.create_builder_config()
    """
    assert migrated(text) == dedent(after)


def test_comment_of_several_statements_goes_with_the_last_of_them() -> None:
    text = """\
    config = builder.create_builder_config()

    # nothing but sizes of batches
    builder.max_batch_size = 1
    builder.max_batch_size = 2

    print(config)
    """
    after = """\
    config = builder.create_builder_config()

    print(config)
    """
    assert migrated(text) == dedent(after)


def test_comment_that_stands_apart_stays() -> None:
    for above in ("# What follows builds the engine.\n\n", "# What follows builds it.\n#\n\n"):
        kept = above + "config = builder.create_builder_config()\n"
        text = above + "builder.max_batch_size = 1\n\nconfig = builder.create_builder_config()\n"
        assert migrated("print(1)\n" + text) == "print(1)\n" + kept


def test_head_of_a_section_task_and_code_switched_off_stay() -> None:
    for comment in (
        "# ------ build ------",
        "# TODO: larger batches",
        "# FIXME the name",
        "# builder.max_batch_size = args.batch",
        "# print(builder)",
        "#builder.strict_type_constraints = True",
        "# if args.batch:",
        "# builder.max_batch_size: int = 8",
        "# TODO: larger batches\n# when the camera has them",
        "# if args.batch:\n#     builder.max_batch_size = args.batch",
    ):
        text = f"print(1)\n{comment}\nbuilder.max_batch_size = 1\n\nprint(2)\n"
        assert migrated(text) == f"print(1)\n{comment}\n\nprint(2)\n"


def test_comment_that_shares_no_word_with_the_statement_that_goes_stays() -> None:
    for comment in ("# at most one image", "# width, height", "# one for all", "# see the manual"):
        text = f"print(1)\n\n{comment}\nbuilder.max_batch_size = 1\n\nprint(2)\n"
        assert migrated(text) == f"print(1)\n\n{comment}\n\nprint(2)\n"


def test_comment_below_a_statement_that_goes_stays() -> None:
    text = """\
    print(1)
    builder.max_batch_size = 1
    # as many as the largest batch has

    print(2)
    """
    assert migrated(text) == "print(1)\n# as many as the largest batch has\n\nprint(2)\n"


def test_comment_behind_a_statement_that_goes_stays_if_it_shares_no_word() -> None:
    text = "print(1)\nbuilder.max_batch_size = 1  # as the camera has\nprint(2)\n"
    assert migrated(text) == "print(1)\n# as the camera has\nprint(2)\n"


def test_comment_behind_a_statement_that_goes_goes_if_it_shares_a_word() -> None:
    for comment in ("# batches of the camera", "# noqa: E501", "# type: ignore", "# args.batch"):
        text = f"print(1)\nbuilder.max_batch_size = 1  {comment}\nprint(2)\n"
        assert migrated(text) == "print(1)\nprint(2)\n"


def test_comment_of_more_than_three_lines_stays() -> None:
    for lines in (3, 4):
        comment = "# one batch of the builder\n" * lines
        kept = comment if lines > 3 else ""
        text = f"print(1)\n\n{comment}builder.max_batch_size = 1\n\nprint(2)\n"
        assert migrated(text) == f"print(1)\n\n{kept}" + "\n" * bool(kept) + "print(2)\n"


def test_task_behind_a_statement_that_goes_stays() -> None:
    text = "print(1)\nbuilder.max_batch_size = 1  # TODO: larger batches\nprint(2)\n"
    assert migrated(text) == "print(1)\n# TODO: larger batches\nprint(2)\n"


def test_comment_on_what_goes_and_on_what_stays_stays() -> None:
    text = """\
    # batch and workspace
    builder.max_batch_size = 1
    builder.workspace = 2
    """
    assert migrated(text) == "# batch and workspace\nbuilder.workspace = 2\n"


def test_comment_on_what_goes_alone_is_not_left_above_the_next_statement() -> None:
    text = """\
    # The batch of the builder is that of the calibrator.
    builder.max_batch_size = 1
    config = builder.create_builder_config()
    """
    assert migrated(text) == "config = builder.create_builder_config()\n"


def test_code_switched_off_below_a_statement_that_goes_stays_whole() -> None:
    for comment in ("# config.int8_mode = True", "# if visualize:\n#     show(builder)"):
        text = f"print(1)\nbuilder.max_batch_size = 1\n{comment}\n\nprint(2)\n"
        assert migrated(text) == f"print(1)\n{comment}\n\nprint(2)\n"


def test_words_that_could_be_code_are_a_comment() -> None:
    for comment in ("# batch", "# batch, size", "# batch: fixed", "# builder for all"):
        text = f"print(1)\n\n{comment}\nbuilder.max_batch_size = 1\n\nprint(2)\n"
        assert migrated(text) == "print(1)\n\nprint(2)\n"


def test_comment_below_that_is_above_another_statement_stays() -> None:
    text = """\
    print(1)
    builder.max_batch_size = 1
    # the second
    print(2)
    """
    assert migrated(text) == "print(1)\n# the second\nprint(2)\n"


def test_comment_below_a_list_of_addresses_stays() -> None:
    text = """\
    def run(engine: trt.ICudaEngine, context, buffers, stream, k):
        n = engine.num_bindings // engine.num_optimization_profiles
        context.set_optimization_profile_async(k, stream)
        # the buffers of this profile
        addresses = [0] * (k * n) + [int(b) for b in buffers]
        # zero for the profiles that are not in use

        context.execute_async_v2(addresses, stream)
    """
    after = migrated(text)
    both = "    # the buffers of this profile\n    # zero for the profiles that are not in use\n\n"
    assert both + "    for i, b in" in after


def test_comment_of_a_statement_that_moves_moves_with_it() -> None:
    body = """\
    builder.max_workspace_size = 1 << 30

    # how it is built
    config = builder.create_builder_config()

    engine = builder.build_serialized_network(network, config)
    """
    after = """\
    # how it is built
    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, 1 << 30)

    engine = builder.build_serialized_network(network, config)
    """
    head = "def build(network):\n"
    lines = indent(dedent(body), "    ").replace("    \n", "\n")
    expected = indent(dedent(after), "    ").replace("    \n", "\n")
    assert migrated(head + lines) == head + expected


def test_comment_above_what_takes_the_place_of_a_statement_stays() -> None:
    module = cst.parse_module("print(1)\n# all of them\nb = [1, 2]\n# in order\n\nrun(b)\n")
    line = module.body[1]
    assert isinstance(line, cst.SimpleStatementLine)
    (made,) = line.body
    edit = Edit(before={made: statements("set(1)\nset(2)\n")}, remove=(made,))
    after = module.visit(Applier([edit], Tree(module))).code
    assert after == "print(1)\n# all of them\nset(1)\nset(2)\n# in order\n\nrun(b)\n"


def test_what_is_put_before_a_statement_goes_below_a_note_on_the_one_above() -> None:
    module = cst.parse_module("a()\n# note on a\n\n# note on b\nb()\n")
    line = module.body[1]
    assert isinstance(line, cst.SimpleStatementLine)
    edit = Edit(before={line.body[0]: statements("new()\n")})
    after = module.visit(Applier([edit], Tree(module))).code
    assert after == "a()\n# note on a\n\nnew()\n# note on b\nb()\n"
