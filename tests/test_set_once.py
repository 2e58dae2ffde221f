"""Addresses are set once where they provably do not change, and before each call elsewhere."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from trtmigrate import migrate_source

SET = "set_tensor_address("
HEAD = "import tensorrt as trt\n\n\ndef f(context: trt.IExecutionContext, bindings, stream, x):\n"


def function(source: str) -> list[str]:
    """The lines of the migrated body of a function, without their indentation of four."""
    program = HEAD + indent(dedent(source).strip("\n") + "\n", "    ")
    after = migrate_source(program).after
    assert after is not None
    assert migrate_source(after).after == after
    assert "execute_async_v2" not in after
    return [line[4:] for line in after.removeprefix(HEAD).splitlines()]


def depth_of_setting(lines: list[str]) -> list[int]:
    """The indentation of each statement that sets addresses, in levels."""
    return [(len(line) - len(line.lstrip())) // 4 for line in lines if SET in line]


def test_fixed_list_is_set_before_the_loop() -> None:
    lines = function("""
        for _ in range(10):
            context.execute_async_v2(bindings, stream)
    """)
    assert depth_of_setting(lines) == [1]
    assert lines[2] == "for _ in range(10):"


def test_fixed_list_is_set_before_the_outermost_loop() -> None:
    lines = function("""
        while True:
            for _ in range(10):
                context.execute_async_v2(bindings, stream)
    """)
    assert lines[2] == "while True:"


CHANGES = {
    "element assigned": "bindings[0] = int(x)",
    "list assigned": "bindings = [int(x), 2]",
    "list appended to": "bindings.append(int(x))",
    "list extended": "bindings += [1]",
    "slice assigned": "bindings[:1] = [int(x)]",
    "element deleted": "del bindings[0]",
    "element assigned with another": "bindings[0], y = int(x), 1",
    "another context": "context = x.create_execution_context()",
    "handed to an unknown function": "refill(bindings)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_list_that_changes_in_the_loop_is_set_in_it(change: str) -> None:
    lines = function(f"""
        for _ in range(10):
            {change}
            context.execute_async_v2(bindings, stream)
    """)
    (depth,) = depth_of_setting(lines)
    assert depth >= 2


HARMLESS = {
    "read": "print(bindings[0])",
    "measured": "n = len(bindings)",
    "looped over": "for b in bindings: print(b)",
    "given to a method of TensorRT": "context.execute_v2(bindings)",
    "another list changed": "other = []; other.append(1)",
}


@pytest.mark.parametrize("line", HARMLESS.values(), ids=HARMLESS.keys())
def test_list_that_is_only_read_is_set_before_the_loop(line: str) -> None:
    lines = function(f"""
        for _ in range(10):
            {line}
            context.execute_async_v2(bindings, stream)
    """)
    assert depth_of_setting(lines) == [1]


def test_list_that_changes_under_another_name_is_set_in_the_loop() -> None:
    lines = function("""
        alias = bindings
        for _ in range(10):
            alias[0] = int(x)
            context.execute_async_v2(bindings, stream)
    """)
    assert depth_of_setting(lines) == [2]


def test_list_that_an_inner_function_changes_is_set_in_the_loop() -> None:
    lines = function("""
        def refill():
            bindings[0] = int(x)

        for _ in range(10):
            refill()
            context.execute_async_v2(bindings, stream)
    """)
    assert depth_of_setting(lines) == [2]


def test_context_that_another_function_executes_is_set_in_the_loop() -> None:
    program = dedent("""\
        import tensorrt as trt


        def warm(context, other, stream):
            context.execute_async_v2(other, stream)


        def run(context: trt.IExecutionContext, bindings, other, stream):
            for _ in range(10):
                warm(context, other, stream)
                context.execute_async_v2(bindings, stream)
    """)
    after = migrate_source(program).after
    assert after is not None
    assert SET in after.split("warm(context, other, stream)\n")[1]


def test_two_calls_with_one_list_set_it_once() -> None:
    lines = function("""
        context.execute_async_v2(bindings, stream)
        context.execute_async_v2(bindings, stream)
    """)
    assert len(depth_of_setting(lines)) == 1


def test_two_loops_with_one_list_set_it_once_before_the_first() -> None:
    lines = function("""
        for _ in range(10):
            context.execute_async_v2(bindings, stream)
        for _ in range(100):
            context.execute_async_v2(bindings, stream)
    """)
    assert depth_of_setting(lines) == [1]
    assert lines[2] == "for _ in range(10):"


def test_address_that_a_function_gives_is_set_in_the_loop() -> None:
    program = dedent("""\
        import tensorrt as trt


        def f(plan, stream, x):
            engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan)
            context = engine.create_execution_context()
            for _ in range(10):
                context.execute_async_v2([address_of(x)], stream)
    """)
    after = migrate_source(program).after
    assert after is not None
    assert after.index("for _ in range(10)") < after.index("address_of(x)") < after.index(SET)


def test_list_changed_between_two_calls_is_set_twice() -> None:
    lines = function("""
        context.execute_async_v2(bindings, stream)
        bindings[0] = int(x)
        context.execute_async_v2(bindings, stream)
    """)
    assert len(depth_of_setting(lines)) == 2


def test_two_lists_by_turns_are_set_each_time() -> None:
    lines = function("""
        for _ in range(10):
            context.execute_async_v2(bindings, stream)
            context.execute_async_v2(x, stream)
    """)
    assert depth_of_setting(lines) == [2, 2]


def test_call_in_one_branch_does_not_count_for_the_other() -> None:
    lines = function("""
        if x:
            context.execute_async_v2(bindings, stream)
        else:
            context.execute_async_v2(bindings, stream)
    """)
    assert len(depth_of_setting(lines)) == 2


def detector(init: str, other: str = "", outside: str = "", name: str = "_Detector") -> str:
    program = dedent("""\
        import tensorrt as trt


        class {name}:
            def __init__(self, engine: trt.ICudaEngine, pointers):
                self.engine = engine
                self.context = engine.create_execution_context()
        {init}
            def detect(self, stream):
                return self.context.execute_async_v2(self.bindings, stream)
        {other}{outside}
    """).format(
        init=indent(dedent(init).strip("\n") + "\n", "        "),
        other="\n" + indent(dedent(other).strip("\n") + "\n", "    ") if other else "",
        outside=outside,
        name=name,
    )
    after = migrate_source(program).after
    assert after is not None and "execute_async_v2" not in after
    assert migrate_source(after).after == after
    return after


def set_in_init(after: str) -> bool:
    return SET in after.split("def detect")[0] and SET not in after.split("def detect")[1]


def test_list_complete_in_init_is_set_there() -> None:
    assert set_in_init(detector("self.bindings = [int(p) for p in pointers]"))


def test_list_complete_in_a_line_of_init_with_other_statements_is_set_there() -> None:
    after = detector("self.bindings = [int(p) for p in pointers]; self.ready = True")
    assert set_in_init(after)
    assert after.index("int(p)") < after.index(SET) < after.index("self.ready")


def test_list_filled_by_a_loop_of_init_is_set_after_it() -> None:
    after = detector("""
        self.bindings = []
        for p in pointers:
            self.bindings.append(int(p))
        print("ready")
    """)
    assert set_in_init(after)
    assert after.index("append(int(p))") < after.index(SET) < after.index('print("ready")')


def test_list_of_a_class_with_other_special_methods_above_init_is_set_in_init() -> None:
    program = dedent("""\
        import tensorrt as trt


        class _Detector:
            def __call__(self, stream):
                self.context.execute_async_v2(self.bindings, stream)

            def __init__(self, engine: trt.ICudaEngine, pointers):
                self.context = engine.create_execution_context()
                self.bindings = [int(p) for p in pointers]
    """)
    after = migrate_source(program).after
    assert after is not None
    assert SET not in after.split("def __init__")[0] and SET in after.split("def __init__")[1]


def test_context_that_a_method_takes_into_a_variable_is_set_in_init() -> None:
    program = dedent("""\
        import tensorrt as trt


        class _Detector:
            def __init__(self, runtime: trt.Runtime, plan, pointers):
                self.context = runtime.deserialize_cuda_engine(plan).create_execution_context()
                self.bindings = [int(p) for p in pointers]

            def detect(self, stream):
                context = self.context
                context.execute_async_v2(self.bindings, stream)
    """)
    after = migrate_source(program).after
    assert after is not None and set_in_init(after)
    assert "self.context.engine.get_tensor_name(i)" in after


def test_list_that_a_function_of_the_module_only_reads_is_set_in_init() -> None:
    outside = (
        "\n\ndef show(addresses):\n    for address in addresses:\n        print(hex(address))\n"
    )
    init = "self.bindings = [int(p) for p in pointers]\nshow(self.bindings)"
    assert set_in_init(detector(init, outside=outside))


OTHERS = {
    "element assigned in a method": "def swap(self, p):\n    self.bindings[0] = p",
    "list assigned in a method": "def swap(self, p):\n    self.bindings = p",
    "list emptied in a method": "def swap(self, p):\n    self.bindings.clear()",
    "context assigned in a method": (
        "def again(self):\n    self.context = self.engine.create_execution_context()"
    ),
    "another list on the same context": (
        "def warm(self, other, stream):\n    self.context.execute_async_v2(other, stream)"
    ),
}


@pytest.mark.parametrize("method", OTHERS.values(), ids=OTHERS.keys())
def test_list_or_context_used_otherwise_in_the_class_is_not_set_in_init(method: str) -> None:
    assert not set_in_init(detector("self.bindings = list(pointers)", method))


def test_list_changed_from_outside_is_not_set_in_init() -> None:
    outside = "\n\ndef swap(detector, p):\n    detector.bindings[0] = p\n"
    assert not set_in_init(detector("self.bindings = list(pointers)", outside=outside))


def test_list_made_under_a_condition_is_not_set_after_the_condition_alone() -> None:
    after = detector("""
        if pointers:
            self.bindings = list(pointers)
        else:
            self.bindings = [0]
    """)
    init = after.split("def detect")[0]
    assert SET not in init or init.index("self.bindings = [0]") < init.index(SET)


COMPLETE = "self.bindings = list(pointers)"


def test_public_list_of_a_module_that_others_import_is_not_set_in_init() -> None:
    assert not set_in_init(detector(COMPLETE, name="Detector"))


def test_private_attributes_of_a_public_class_are_set_in_init() -> None:
    after = migrate_source(
        dedent("""\
        import tensorrt as trt


        class Detector:
            def __init__(self, engine: trt.ICudaEngine, pointers):
                self._context = engine.create_execution_context()
                self._bindings = list(pointers)

            def detect(self, stream):
                self._context.execute_async_v2(self._bindings, stream)
        """)
    ).after
    assert after is not None and set_in_init(after)


def test_list_of_a_script_that_makes_the_object_itself_is_set_in_init() -> None:
    outside = '\n\nif __name__ == "__main__":\n    Detector(make(), [1, 2]).detect(0)\n'
    assert set_in_init(detector(COMPLETE, outside=outside, name="Detector"))


def test_list_of_a_script_that_never_makes_the_object_is_not_set_in_init() -> None:
    outside = '\n\nif __name__ == "__main__":\n    print("a library")\n'
    assert not set_in_init(detector(COMPLETE, outside=outside, name="Detector"))


def test_parameter_is_set_in_the_loop_beside_code_that_cannot_be_seen() -> None:
    lines = function("""
        for _ in range(10):
            x.refresh()
            context.execute_async_v2(bindings, stream)
    """)
    assert depth_of_setting(lines) == [2]


def test_parameter_is_set_before_a_loop_that_only_calls_libraries() -> None:
    lines = function("""
        for _ in range(10):
            print(len(bindings))
            context.execute_async_v2(bindings, stream)
            stream.synchronize()
    """)
    assert depth_of_setting(lines) == [1]


def test_own_list_and_context_are_set_before_a_loop_with_any_calls() -> None:
    lines = function("""
        mine = [int(x), 2]
        for _ in range(10):
            stream.refresh()
            context.execute_async_v2(mine, stream)
    """)
    assert depth_of_setting(lines) == [2]
    lines = function("""
        engine = trt.Runtime(None).deserialize_cuda_engine(x)
        own = engine.create_execution_context()
        mine = [int(p) for p in bindings]
        for _ in range(10):
            x.refresh()
            own.execute_async_v2(mine, stream)
    """)
    assert depth_of_setting(lines) == [1]


def test_own_list_that_was_handed_on_is_set_in_the_loop() -> None:
    lines = function("""
        engine = trt.Runtime(None).deserialize_cuda_engine(x)
        own = engine.create_execution_context()
        mine = [int(p) for p in bindings]
        feeder = x.Feeder(mine)
        for _ in range(10):
            feeder.next()
            own.execute_async_v2(mine, stream)
    """)
    assert depth_of_setting(lines) == [2]
