"""What a program does where a build fails: `engine.serialize()` raised, a plan is only None."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.facts import Facts
from trtmigrate.rewrites.build.engine_fate import acts_between, runs_with
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.scopes import binders, home, loads
from trtmigrate.syntax.templates import statements
from trtmigrate.syntax.tree import code, walk, walk_scope

PASSES_NONE = (
    "if the build fails, this passes None on, where engine.serialize() raised AttributeError: test "
    "the plan for None"
)
CAUGHT = (
    "if the build fails, this does not raise the AttributeError that the code catches: catch the "
    "other exception, too, or test the plan for None"
)
_NEEDS_PLAN = ("write", "write_bytes", "deserialize_cuda_engine")
_NEEDS_BYTES = ("bytes", "bytearray", "memoryview", "len")


def fails_on_none(serialize: cst.CSTNode, facts: Facts) -> bool:
    """True if the program raises where it uses the plan of a failed build, as
    `engine.serialize()` did; also if a guard has to do it.
    """
    parent = facts.tree.parent(serialize)
    return isinstance(parent, (cst.Attribute, cst.Expr, cst.Assign)) or _needs_plan(
        serialize, facts
    )


def find_guard(serialize: cst.Call, kept: Collection[cst.CSTNode], facts: Facts) -> Edit | None:
    """Return the edit that raises where `x = engine.serialize()` raised after a failed build; None
    if the program raises anyway before it does anything else.

    It raises AttributeError, as before, where the program catches it. `kept` are the assignments
    that go because their variable gets the plan at the build.
    """
    made = facts.tree.parent(serialize)
    if not isinstance(made, cst.Assign):
        return None
    target = made.targets[0].target
    error = "AttributeError" if is_caught(serialize, facts) else "RuntimeError"
    raises_itself = isinstance(target, cst.Name) and _fails_at_once(target.value, made, facts)
    if raises_itself and error == "RuntimeError":
        return None
    assert isinstance(serialize.func, cst.Attribute)
    plan = serialize.func.value
    if isinstance(plan, cst.Name) and _is_entered(plan, facts):
        return None  # `with None` raises
    if made in kept:
        return Edit(before={made: _raise_for(target, error, facts)})
    if isinstance(plan, cst.Name):
        return Edit(before={made: _raise_for(plan, error, facts)})
    return Edit(after={made: _raise_for(target.deep_clone(), error, facts)})


def _is_entered(variable: cst.Name, facts: Facts) -> bool:
    """True if nothing but `with ... as` binds a variable."""
    binding = binders(variable.value, home(variable, facts.tree), facts.tree)
    around = [facts.tree.parent(facts.tree.parent(node) or node) for node in binding]
    return bool(around) and all(isinstance(up, cst.WithItem) for up in around)


def _raise_for(plan: cst.BaseExpression, error: str, facts: Facts) -> tuple[Statement, ...]:
    text = facts.quoted("failed to build the engine")
    return statements(f"if {{}} is None:\n    raise {error}({text})\n", plan)


def is_caught_unguarded(serialize: cst.Call, facts: Facts) -> bool:
    """True if the code catches the AttributeError of a call that `find_guard` does not guard."""
    guarded = isinstance(facts.tree.parent(serialize), cst.Assign)
    return not guarded and is_caught(serialize, facts)


def is_failure_caught(target: cst.AssignTarget, facts: Facts) -> bool:
    """True if the code catches AttributeError where it uses the engine of an assignment."""
    name = code(target.target)
    return any(
        code(node.value) == name and is_caught(node, facts)
        for node in walk_scope(home(target, facts.tree))
        if isinstance(node, cst.Attribute)
    )


def is_caught(call: cst.CSTNode, facts: Facts) -> bool:
    """True if the code around a call catches AttributeError by its name, in its function or where
    the module calls that.
    """
    below = call
    for up in facts.tree.ancestors(call):
        if isinstance(up, cst.FunctionDef):
            return up.name.value in _names_called_under_handlers(facts)
        if isinstance(up, cst.Try) and below is up.body:
            if any(_catches(handler, facts) for handler in up.handlers):
                return True
        below = up
    return False


def _names_called_under_handlers(facts: Facts) -> set[str]:
    """Return the names of the functions that code with a handler of AttributeError may call."""
    found: set[str] = set()
    new = {
        name
        for tried in facts.tree.of_kind(cst.Try)
        if any(_catches(handler, facts) for handler in tried.handlers)
        for name in _names_called(tried.body)
    }
    while new:
        found |= new
        bodies = [f.body for f in facts.tree.of_kind(cst.FunctionDef) if f.name.value in new]
        new = {name for body in bodies for name in _names_called(body)} - found
    return found


def _names_called(body: cst.CSTNode) -> Iterator[str]:
    for node in walk(body):
        if isinstance(node, cst.Call):
            yield code(node.func).rpartition(".")[2]


def _catches(handler: cst.ExceptHandler, facts: Facts) -> bool:
    kind = handler.type
    types = [e.value for e in kind.elements] if isinstance(kind, cst.Tuple) else [kind]
    return any(isinstance(t, cst.Name) and t.value == "AttributeError" for t in types)


def _fails_at_once(name: str, made: cst.Assign, facts: Facts) -> bool:
    """True if the program does nothing between the assignment of a plan and the place where None
    raises.
    """
    scope, order = home(made, facts.tree), facts.tree.order
    below = [read for read in loads(name, scope, facts.tree) if order[read] > order[made]]
    first = min(below, key=order.__getitem__, default=None)
    if first is None or not _needs_plan(first, facts) or not runs_with(first, made, facts):
        return False
    return not acts_between(made, first, facts)


def _needs_plan(node: cst.CSTNode, facts: Facts) -> bool:
    """True if the place of a plan raises for None: `file.write(plan)`, `bytes(plan)`."""
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Attribute):
        return True
    call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
    return calls_method(call, *_NEEDS_PLAN) or calls_function(call, *_NEEDS_BYTES)
