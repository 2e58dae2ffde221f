"""Assignments whose every reader went with the edits go too, and no others."""

from __future__ import annotations

from textwrap import dedent, indent

from trtmigrate import migrate_source

HEAD = "import tensorrt as trt\n\n\ndef f(engine: trt.ICudaEngine, context, x):\n"


def body(source: str) -> str:
    program = HEAD + indent(dedent(source).strip("\n") + "\n", "    ")
    after = migrate_source(program).after
    assert after is not None
    return dedent(after.removeprefix(HEAD))


def test_index_that_only_served_tensorrt_goes() -> None:
    after = body("""
        index = engine.get_binding_index("images")
        context.set_binding_shape(index, x)
    """)
    assert after == 'context.set_input_shape("images", x)\n'


def test_index_that_is_still_read_stays() -> None:
    after = body("""
        index = engine.get_binding_index("images")
        context.set_binding_shape(index, x)
        print(index)
    """)
    assert "index = " in after and "print(index)" in after


def test_comment_above_what_goes_stays() -> None:
    after = body("""
        # the first input
        index = engine.get_binding_index("images")
        context.set_binding_shape(index, x)
    """)
    assert after == '# the first input\ncontext.set_input_shape("images", x)\n'


def test_variable_that_nobody_read_before_stays() -> None:
    after = body("""
        unused = 3
        return engine.num_bindings
    """)
    assert after.startswith("unused = 3\n")


def test_attribute_of_self_stays() -> None:
    program = dedent("""\
        import tensorrt as trt


        class Net:
            def __init__(self, engine: trt.ICudaEngine):
                self.context = engine.create_execution_context()
                self.index = engine.get_binding_index("images")

            def reshape(self, shape):
                self.context.set_binding_shape(self.index, shape)
    """)
    after = migrate_source(program).after
    assert after is not None and "self.index = " in after


def test_call_with_an_effect_stays() -> None:
    after = body("""
        index = x.pop()
        context.set_binding_shape(index, (1, 3))
        return 0
    """)
    assert "x.pop()" in after


def test_class_variable_stays() -> None:
    program = dedent("""\
        import tensorrt as trt


        class Net:
            index = 0

            def reshape(self, context: trt.IExecutionContext, shape):
                context.set_binding_shape(self.index, shape)
    """)
    after = migrate_source(program).after
    assert after is not None and "    index = 0\n" in after


def test_list_of_addresses_that_the_call_needed_stays_where_it_is_read() -> None:
    after = body("""
        bindings = [int(d) for d in x]
        context.execute_async_v2(bindings, 0)
    """)
    assert "bindings[i]" in after and after.startswith("bindings = ")


def test_variable_of_the_same_name_in_another_method_does_not_keep_it() -> None:
    program = dedent("""\
        import tensorrt as trt


        class Net:
            def __init__(self, engine: trt.ICudaEngine):
                self.engine = engine
                self.context = engine.create_execution_context()
                for i in range(engine.num_bindings):
                    print(i)

            def reshape(self, shape):
                i = self.engine.get_binding_index("images")
                self.context.set_binding_shape(i, shape)
    """)
    after = migrate_source(program).after
    assert after is not None
    assert after.split("def reshape")[1].strip().splitlines()[1:] == [
        '        self.context.set_input_shape("images", shape)'
    ]


def test_several_targets_go_if_one_lost_its_reader_and_the_other_never_had_one() -> None:
    after = body("""
        index, other = engine.get_binding_index("images"), 3
        context.set_binding_shape(index, x)
    """)
    assert after == 'context.set_input_shape("images", x)\n'


def test_several_targets_stay_if_one_is_still_read() -> None:
    after = body("""
        index, other = engine.get_binding_index("images"), 3
        context.set_binding_shape(index, x)
        print(other)
    """)
    assert "index, other = " in after
