"""Which assignment gave a variable its value at a place: at the call `use(x)`."""

from __future__ import annotations

import textwrap

import libcst as cst
import pytest

from trtmigrate.syntax.current_binding import current_binding, has_variable, is_bound
from trtmigrate.syntax.tree import Tree


def use_in(text: str) -> tuple[cst.Name, Tree]:
    """Return the `x` of the first `use(x)`, and the tree around it."""
    tree = Tree(cst.parse_module(textwrap.dedent(text)))
    for call in tree.of_kind(cst.Call):
        if isinstance(call.func, cst.Name) and call.func.value == "use":
            read = call.args[0].value
            assert isinstance(read, cst.Name)
            return read, tree
    raise AssertionError("no use(x)")


SET_BY_ONE_PLACE = {
    "assignment": "x = 1\nuse(x)",
    "parameter": "def f(x):\n    use(x)",
    "parameter of a lambda": "f = lambda x: use(x)",
    "loop variable in its loop": "for x in y:\n    use(x)",
    "loop variable that is changed after the use": "for x in y:\n    use(x)\n    x = 1",
    "comprehension": "z = [use(x) for x in y]",
    "second loop of a comprehension": "z = [use(x) for row in y for x in row]",
    "with": "with open(y) as x:\n    pass\nuse(x)",
    "assignment in a with": "with y:\n    x = 1\nuse(x)",
    "assignment before a branch": "x = 1\nif y:\n    use(x)",
    "assignment in the test of a branch": "if (x := y) is not None:\n    use(x)",
    "the later of two assignments": "x = 1\nx = 2\nuse(x)",
    "comprehension under the same name between": "x = 1\nz = [x for x in y]\nuse(x)",
}


@pytest.mark.parametrize("text", SET_BY_ONE_PLACE.values(), ids=SET_BY_ONE_PLACE)
def test_one_place_sets_variable(text: str) -> None:
    read, tree = use_in(text)
    assert current_binding("x", read, tree) is not None
    assert is_bound("x", read, tree)


BOUND_BY_SEVERAL = {
    "both branches": "if y:\n    x = 1\nelse:\n    x = 2\nuse(x)",
    "a chain of branches": "if y:\n    x = 1\nelif z:\n    x = 2\nelse:\n    x = 3\nuse(x)",
    "a branch that leaves": (
        "def f(y):\n    if y:\n        x = 1\n    else:\n        return\n    use(x)"
    ),
    "try and its handler": "try:\n    x = 1\nexcept E:\n    x = 2\nuse(x)",
    "handler that leaves": "try:\n    x = 1\nexcept E:\n    raise\nuse(x)",
    "set again in a branch": "x = 1\nif y:\n    x = 2\nuse(x)",
    "set again in a loop": "x = 1\nfor i in y:\n    use(x)\n    x = 2",
}


@pytest.mark.parametrize("text", BOUND_BY_SEVERAL.values(), ids=BOUND_BY_SEVERAL)
def test_variable_is_bound_but_not_by_one_place(text: str) -> None:
    read, tree = use_in(text)
    assert current_binding("x", read, tree) is None
    assert is_bound("x", read, tree)


MAYBE_UNBOUND = {
    "one branch": "if y:\n    x = 1\nuse(x)",
    "loop variable after its loop": "for x in y:\n    pass\nuse(x)",
    "assignment in a loop": "for i in y:\n    x = 1\nuse(x)",
    "handler that goes on": "try:\n    x = 1\nexcept E:\n    pass\nuse(x)",
    "name of an exception after its handler": "try:\n    y()\nexcept E as x:\n    pass\nuse(x)",
    "comprehension that is over": "z = [x for x in y]\nuse(x)",
    "deleted": "x = 1\ndel x\nuse(x)",
    "right side of a condition": "if y and (x := z):\n    pass\nuse(x)",
    "assigned later": "use(x)\nx = 1",
    "lambda that runs later": "x = 1\nf = lambda: use(x)",
    "variable of another function": "def f():\n    x = 1\n\ndef g():\n    use(x)",
}


@pytest.mark.parametrize("text", MAYBE_UNBOUND.values(), ids=MAYBE_UNBOUND)
def test_variable_may_be_unbound_or_another(text: str) -> None:
    read, tree = use_in(text)
    assert current_binding("x", read, tree) is None
    assert not is_bound("x", read, tree)


def test_first_iterable_of_comprehension_sees_variable_outside() -> None:
    read, tree = use_in("x = 1\nz = [x for x in use(x)]")
    binding = current_binding("x", read, tree)
    assert binding is not None and isinstance(tree.parent(binding), cst.AssignTarget)


def test_variable_that_inner_function_changes_is_not_relied_on() -> None:
    read, tree = use_in(
        """
        def f():
            x = 1
            def g():
                nonlocal x
                x = 2
            g()
            use(x)
        """
    )
    assert current_binding("x", read, tree) is None


def test_variable_of_comprehension_is_no_variable_of_module() -> None:
    _, tree = use_in("z = [use(x) for x in y]")
    assert not has_variable("x", tree.module, tree)
    assert has_variable("z", tree.module, tree)
