"""Build a plan where the code built an engine.

If the code only serializes the engine, the plan replaces it. Otherwise a runtime deserializes the
plan. A build that fails gives None before and after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import CallUse, Facts
from trtmigrate.rewrites.build.built_for_sure import is_built_for_sure
from trtmigrate.rewrites.build.engine_fate import (
    Fate,
    find_del,
    follow_engine,
    is_dereferenced_below,
    is_given_away,
    is_needed,
)
from trtmigrate.rewrites.build.failed_build import (
    CAUGHT,
    PASSES_NONE,
    fails_on_none,
    find_guard,
    is_caught,
    is_caught_unguarded,
    is_failure_caught,
)
from trtmigrate.rewrites.build.leaving_test import find_leaving_test
from trtmigrate.rewrites.build.runtime import deserialize
from trtmigrate.syntax.effects import has_effect
from trtmigrate.syntax.scopes import binders, comes_before, home, still_bound
from trtmigrate.syntax.templates import expression, small_statement
from trtmigrate.syntax.tree import code, walk, walk_scope

RETURNS_PLAN = "the function returns the plan now; its callers in this file only save it"
RAISES = "if the build fails, this raises TypeError now, where it gave None: test the plan for None"


@dataclass(frozen=True)
class Built:
    """The edit, and how the program behaves differently with it."""

    edit: Edit
    note: str = ""  # what a person has to check; empty if nothing


def build_plan(use: CallUse, facts: Facts, build: cst.Call) -> Built:
    """Return the edit that puts `build`, a call of `build_serialized_network`, in the place of the
    call of `use`, which returned an engine.
    """
    fate = follow_engine(use.call, facts)
    if fate.only_serialized and (not fate.functions or fate.serialized_outside(facts)):
        edit = _replace_by_plan(use.call, build, fate, facts)
        if fate.functions:
            caught = any(is_caught_unguarded(call, facts) for call in fate.serialized)
            return Built(edit, f"{RETURNS_PLAN}; {CAUGHT}" if caught else RETURNS_PLAN)
        return Built(edit, _describe_failure(fate, facts))
    edit = _deserialize_plan(use, use.call, build, fate, facts)
    in_place = use.call in edit.replace and not edit.before and not edit.after
    nested = in_place and not isinstance(facts.tree.statement(use.call), cst.With)
    if nested and is_caught(use.call, facts):
        return Built(edit, CAUGHT)
    return Built(edit, RAISES if nested and fate.none_matters else "")


# the code only serializes the engine


def _describe_failure(fate: Fate, facts: Facts) -> str:
    """Say what the program does otherwise if the build fails; empty if it raises as before."""
    doubtful = [call for call in fate.serialized if not _is_sure(call, fate, facts)]
    if not all(fails_on_none(serialize, facts) for serialize in doubtful):
        return PASSES_NONE
    caught = any(is_caught_unguarded(call, facts) for call in doubtful)
    return CAUGHT if caught else ""


def _is_sure(serialize: cst.Call, fate: Fate, facts: Facts) -> bool:
    """True if the code has tested that the engine is not None where it serializes it."""
    assert isinstance(serialize.func, cst.Attribute)
    return is_built_for_sure(serialize.func.value, fate, facts)


def _replace_by_plan(call: cst.Call, build: cst.Call, fate: Fate, facts: Facts) -> Edit:
    changes: dict[cst.CSTNode, cst.CSTNode] = {call: build}
    removed: list[cst.CSTNode] = []
    for (scope, name), places in fate.variables.items():
        kept = _find_plan_variable(scope, name, fate, facts)
        new = kept[0] if kept is not None else _name_plan(name, facts.tree.names(scope))
        if kept is not None:
            removed.append(kept[1])
        for node in places:
            deletes = find_del(node, facts) if kept is not None else None
            if deletes is None:
                changes[node] = cst.Name(new)
            elif deletes.target is node:
                removed.append(deletes)
            else:
                changes[deletes] = _without(node, deletes)
    for serialize in fate.serialized:
        if facts.tree.statement(serialize) not in removed:
            assert isinstance(serialize.func, cst.Attribute)
            changes[serialize] = serialize.func.value
    edit = Edit(changes, remove=tuple(removed))
    for serialize in _first_serialized(fate, facts):
        is_sure = _is_sure(serialize, fate, facts)
        guard = find_guard(serialize, removed, facts) if not is_sure else None
        if guard is not None:
            edit = replace(
                edit,
                before={**edit.before, **guard.before},
                after={**edit.after, **guard.after},
            )
    return edit


def _without(node: cst.CSTNode, deletes: cst.Del) -> cst.Del:
    """Return a `del` of several variables without one of them."""
    assert isinstance(deletes.target, cst.Tuple)
    left = [element for element in deletes.target.elements if element.value is not node]
    if len(left) == 1:
        return deletes.with_changes(target=left[0].value)
    left[-1] = left[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return deletes.with_changes(target=deletes.target.with_changes(elements=left))


def _first_serialized(fate: Fate, facts: Facts) -> Iterator[cst.Call]:
    """Yield the calls of serialize() that no other call certainly runs before."""
    for call in fate.serialized:
        made = [facts.tree.statement(other) for other in fate.serialized if other is not call]
        same = (one for one in made if one is not None and _is_in_same_scope(one, call, facts))
        if not any(comes_before(one, call, facts.tree) for one in same):
            yield call


def _is_in_same_scope(one: cst.CSTNode, other: cst.CSTNode, facts: Facts) -> bool:
    return home(one, facts.tree) is home(other, facts.tree)


def _find_plan_variable(
    scope: cst.CSTNode, name: str, fate: Fate, facts: Facts
) -> tuple[str, cst.CSTNode] | None:
    """Return the variable of `plan = engine.serialize()`, and that statement, which can go."""
    for serialize in fate.serialized:
        statement = facts.tree.parent(serialize)
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            continue
        target = statement.targets[0].target
        assert isinstance(serialize.func, cst.Attribute)
        if not isinstance(target, cst.Name) or code(serialize.func.value) != name:
            continue
        if (
            home(statement, facts.tree) is scope
            and len(binders(target.value, scope, facts.tree)) == 1
        ):
            if not _is_assigned_again(scope, name, fate, facts):
                return target.value, statement
    return None


def _is_assigned_again(scope: cst.CSTNode, name: str, fate: Fate, facts: Facts) -> bool:
    """True if several builds assign the variable: their plans must not overwrite each other."""
    return sum(t.value == name and facts.tree.scope(t) is scope for t in fate.targets) > 1


def _name_plan(name: str, taken: set[str]) -> str:
    """Return `plan` for `engine` and `trt_plan` for `trt_engine`; keep a name that fits a plan."""
    if re.search(r"serial|plan|bytes|buf", name) or "engine" not in name:
        return name
    for new in (name.replace("engine", "plan"), f"serialized_{name}"):
        if new not in taken:
            return new
    return name


# the code uses the engine


def _deserialize_plan(
    use: CallUse, call: cst.Call, build: cst.Call, fate: Fate, facts: Facts
) -> Edit:
    statement = facts.tree.statement(call)
    scope = home(call, facts.tree)
    plan = free_name(facts.tree.names(scope), "plan", "serialized_engine")
    if isinstance(statement, cst.Assign) and statement.value is call:
        if len(statement.targets) == 1:
            return _split_assignment(use, statement, build, fate, facts, plan)
    make = deserialize(cst.Name(plan), use, facts)
    is_entered = isinstance(facts.tree.parent(call), cst.WithItem)  # `with None` raises as well
    if fate.none_matters and not (is_entered and not is_caught(call, facts)):
        make = expression(f"{{}} if {plan} else None", make)
    if isinstance(statement, cst.Return) and statement.value is call:
        first = small_statement(f"{plan} = {{}}\n", build)
        return Edit({statement: first}, after={statement: (statement.with_changes(value=make),)})
    if statement is not None and _can_go_before(call, statement, facts):
        first = small_statement(f"{plan} = {{}}\n", build)
        changes: dict[cst.CSTNode, cst.CSTNode] = {call: make}
        if isinstance(statement, cst.With):
            changes.update(_reuse_plan(statement, fate, facts, plan))
        return Edit(changes, before={statement: (first,)})
    return Edit({call: deserialize(build, use, facts)})


def _can_go_before(call: cst.Call, statement: cst.CSTNode, facts: Facts) -> bool:
    """True if the call may run right before the statement that it is part of."""
    if isinstance(statement, cst.With):
        return statement.items[0].item is call
    order, around = facts.tree.order, set(facts.tree.ancestors(call))
    runs_earlier = any(
        isinstance(node, (cst.Call, cst.Await, cst.Yield, cst.NamedExpr))
        and order[node] < order[call]
        and node not in around
        and has_effect(node)
        for node in walk(statement)
    )
    return not runs_earlier and facts.tree.runs_once_with(call, statement)


def _reuse_plan(
    made: cst.CSTNode, fate: Fate, facts: Facts, plan: str
) -> dict[cst.CSTNode, cst.CSTNode]:
    """Replace `engine.serialize()` by the plan, where the engine certainly is that of the plan and
    has the weights of the build.
    """
    changes: dict[cst.CSTNode, cst.CSTNode] = {}
    for serialize in fate.serialized:
        assert isinstance(serialize.func, cst.Attribute)
        engine = serialize.func.value
        if not isinstance(engine, cst.Name) or home(serialize, facts.tree) is not home(
            made, facts.tree
        ):
            continue
        if is_given_away(serialize, made, facts):
            continue
        if still_bound(engine.value, made, serialize, facts.tree):
            changes[serialize] = cst.Name(plan)
    return changes


def _split_assignment(
    use: CallUse, statement: cst.Assign, build: cst.Call, fate: Fate, facts: Facts, plan: str
) -> Edit:
    """Turn `engine = builder.build_engine(...)` into two assignments: plan and engine."""
    target = statement.targets[0].target
    caught = is_failure_caught(statement.targets[0], facts)
    again: dict[cst.CSTNode, cst.CSTNode] = {}
    removed: tuple[cst.CSTNode, ...] = ()
    if not caught:
        plan, again, removed = _reuse_plan_of(statement, fate, facts, plan)
    changes: dict[cst.CSTNode, cst.CSTNode] = {
        **again,
        target: cst.Name(plan),
        statement.value: build,
    }
    make = deserialize(cst.Name(plan), use, facts)
    guard, tested = find_leaving_test(statement, target, facts)
    if guard is not None and tested is not None:
        changes[tested] = cst.Name(plan)
        after: cst.CSTNode = guard
    else:
        after = statement
        may_be_none = fate.none_matters or not is_needed(statement, target, fate, facts)
        if caught or (may_be_none and not is_dereferenced_below(statement, target, facts)):
            make = expression(f"{{}} if {plan} else None", make)
    engine = small_statement("{} = {}\n", target.deep_clone(), make)
    return Edit(changes, after={after: (engine,)}, remove=removed)


def _reuse_plan_of(
    made: cst.Assign, fate: Fate, facts: Facts, plan: str
) -> tuple[str, dict[cst.CSTNode, cst.CSTNode], tuple[cst.CSTNode, ...]]:
    """Return the variable of the plan of an engine that is assigned, the changes that use it in
    place of `engine.serialize()`, and the assignments that it makes pointless.
    """
    target = made.targets[0].target
    if not isinstance(target, cst.Name):
        return plan, _reuse_plan_of_attribute(made, target, facts, plan), ()
    scope = home(made, facts.tree)
    kept = _find_plan_variable(scope, target.value, fate, facts)
    if kept is not None and any(is_given_away(n, made, facts) for n in fate.serialized):
        kept = None
    only = len(binders(target.value, scope, facts.tree)) == 1
    if kept is None or not only or not comes_before(made, kept[1], facts.tree):
        return plan, _reuse_plan(made, fate, facts, plan), ()
    again = _reuse_plan(made, fate, facts, kept[0])
    again = {node: new for node, new in again.items() if facts.tree.statement(node) is not kept[1]}
    return kept[0], again, (kept[1],)


def _reuse_plan_of_attribute(
    made: cst.Assign, target: cst.BaseExpression, facts: Facts, plan: str
) -> dict[cst.CSTNode, cst.CSTNode]:
    """Replace `self.engine.serialize()` by the plan, in the function that builds it."""
    scope, text = home(made, facts.tree), code(target)
    stores = [
        node
        for node in walk_scope(scope)
        if isinstance(node, cst.AssignTarget) and code(node.target) == text
    ]
    if len(stores) != 1:
        return {}
    return {
        node: cst.Name(plan)
        for node in walk_scope(scope)
        if isinstance(node, cst.Call)
        and code(node.func) == f"{text}.serialize"
        and comes_before(made, node, facts.tree)
        and not is_given_away(node, made, facts)
    }
