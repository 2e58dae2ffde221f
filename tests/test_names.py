"""Tensor names are fetched once where a scope needs them again and again."""

from __future__ import annotations

from textwrap import dedent, indent

from trtmigrate import migrate_source
from trtmigrate.editing.free_names import free_name

FETCH = "tensor_names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]"


def body(source: str) -> str:
    """The migrated body of a function of an engine and its context."""
    head = "import tensorrt as trt\n\n\ndef f(engine: trt.ICudaEngine, x):\n"
    program = head + indent(dedent(source).strip("\n") + "\n", "    ")
    after = migrate_source(program).after
    assert after is not None
    assert migrate_source(after).after == after
    return dedent(after.removeprefix(head))


def test_two_names_are_looked_up_where_they_are_needed() -> None:
    after = body("""
        print(engine.get_binding_shape(0))
        print(engine.get_binding_shape(1))
    """)
    assert "tensor_names" not in after and after.count("engine.get_tensor_name(") == 2


def test_three_names_are_fetched_once() -> None:
    after = body("""
        first = engine.get_binding_shape(0)
        second = engine.get_binding_shape(1)
        return first, second, engine.get_binding_dtype(1)
    """)
    assert after.count(FETCH) == 1
    assert after.count("get_tensor_name(") == 1
    assert after.splitlines()[0] == FETCH


def test_name_of_a_round_is_fetched_in_the_round() -> None:
    after = body("""
        for i in range(engine.num_bindings):
            print(engine.get_binding_shape(i), engine.get_binding_dtype(i))
    """)
    assert after == dedent("""\
        for i in range(engine.num_io_tensors):
            name = engine.get_tensor_name(i)
            print(engine.get_tensor_shape(name), engine.get_tensor_dtype(name))
    """)


def test_one_look_up_of_a_round_stays_where_it_is() -> None:
    after = body("""
        for i in range(engine.num_bindings):
            print(engine.get_binding_shape(i))
    """)
    assert "name =" not in after and "engine.get_tensor_name(i)" in after


def test_name_that_the_loop_already_has_is_used() -> None:
    after = body("""
        for i in range(engine.num_bindings):
            label = engine.get_binding_name(i)
            print(label, engine.get_binding_shape(i), engine.get_binding_dtype(i))
    """)
    assert "engine.get_tensor_shape(label)" in after and after.count("get_tensor_name(") == 1


def test_taken_name_is_not_taken_again() -> None:
    after = body("""
        name = x
        for i in range(engine.num_bindings):
            print(name, engine.get_binding_shape(i), engine.get_binding_dtype(i))
    """)
    assert "    tensor_name = engine.get_tensor_name(i)\n" in after
    assert "name,\n        engine.get_tensor_shape(tensor_name),\n" in after


def test_taken_list_name_is_not_taken_again() -> None:
    after = body("""
        tensor_names = x
        a = engine.get_binding_shape(0), engine.get_binding_shape(1)
        return tensor_names, a, engine.get_binding_dtype(1)
    """)
    assert "io_tensor_names = [" in after
    assert after.startswith("tensor_names = x\n")


def test_loop_that_changes_its_counter_keeps_its_look_ups() -> None:
    after = body("""
        for i in range(engine.num_bindings):
            print(engine.get_binding_shape(i))
            i = i + 1
            print(engine.get_binding_shape(i))
    """)
    assert "    name = engine.get_tensor_name(i)\n" not in after


def test_names_are_fetched_before_the_loop_not_in_it() -> None:
    after = body("""
        for k in x:
            print(engine.get_binding_shape(0), engine.get_binding_shape(1))
            print(engine.get_binding_dtype(0))
    """)
    assert after.splitlines()[0] == FETCH
    assert after.splitlines()[1] == "for k in x:"


def test_engine_made_in_the_loop_has_its_names_fetched_in_it() -> None:
    program = dedent("""\
        import tensorrt as trt

        runtime = trt.Runtime(trt.Logger())
        for path in ("a", "b"):
            engine = runtime.deserialize_cuda_engine(open(path, "rb").read())
            print(engine.get_binding_shape(0), engine.get_binding_shape(1))
            print(engine.get_binding_dtype(0))
    """)
    after = migrate_source(program).after
    assert after is not None
    lines = after.splitlines()
    assert lines[5] == "    " + FETCH


def test_branches_share_the_names_fetched_before_them() -> None:
    after = body("""
        if x:
            a = engine.get_binding_shape(0), engine.get_binding_shape(1)
        else:
            a = engine.get_binding_shape(1)
        return a
    """)
    assert after.splitlines()[:2] == [FETCH, "if x:"]


def test_functions_do_not_share_their_names() -> None:
    program = dedent("""\
        import tensorrt as trt


        def f(engine: trt.ICudaEngine):
            return engine.get_binding_shape(0), engine.get_binding_shape(1)


        def g(engine: trt.ICudaEngine):
            return engine.get_binding_shape(0)
    """)
    after = migrate_source(program).after
    assert after is not None and "tensor_names" not in after


def test_free_name_goes_through_its_candidates_and_then_counts() -> None:
    taken = {"name", "tensor_name"}
    assert free_name(taken, "name", "tensor_name") == "tensor_name2"
    assert free_name(taken, "name", "tensor_name") == "tensor_name3"
    assert free_name(taken, "label") == "label"
    assert "label" in taken
