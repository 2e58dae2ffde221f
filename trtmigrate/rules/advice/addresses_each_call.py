"""Advise setting addresses once where a function sets them in every call.

What changed: a context keeps the addresses that `set_tensor_address` sets, until other ones are
set. Where the code does not prove that the buffers stay, an execution is rewritten to set all
addresses in every call, which costs some microseconds on the host.

Before:

    def do_inference(context, bindings, stream):
        context.execute_async_v2(bindings=bindings, stream_handle=stream.handle)

After: (what TRT203 writes; the advice stands at the execution)

    def do_inference(context, bindings, stream):
        for i in range(context.engine.num_io_tensors):
            context.set_tensor_address(context.engine.get_tensor_name(i), bindings[i])
        context.execute_async_v3(stream_handle=stream.handle)

Not rewritten when: always. The code does not show whether the buffers stay.

Nothing is said where the function makes or changes its list, or where its callers in the file make
a list for one call. A class and the functions of a module get one advice each.

Safety: manual; it is advice and counts only where it is selected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.changes import changes_in
from trtmigrate.facts.executions import Execution, executions_of
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import members_in, mentions_in
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.executed_lists import (
    attribute_of,
    given_by_callers,
    has_one_list,
)
from trtmigrate.rewrites.addresses.named_executions import takes_names
from trtmigrate.rewrites.addresses.restored_attributes import is_attribute
from trtmigrate.rewrites.addresses.set_in_init import changed_elsewhere
from trtmigrate.rewrites.addresses.set_once import UNSETTLING, is_set_once
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, dotted

RULE = Rule("TRT904", "Addresses set in every call", Safety.MANUAL)
MEMBER = "IExecutionContext.set_tensor_address"
OF_CALLERS = (
    "the addresses are set in every call of {}, because a caller may bring another list; if the "
    "buffers stay, set them once, where the context and the buffers are made, and not here"
)
OF_SELF = (
    "the addresses are set in every call of {}, because the code does not prove that the buffers "
    "of {} stay; if they do, set them once, at the end of __init__, and not here"
)


@RULE.scans
def addresses_each_call(facts: Facts) -> Iterator[Proposal]:
    found: dict[tuple[cst.CSTNode, str], list[Execution]] = defaultdict(list)
    for execution in sorted(executions_of(facts), key=lambda one: facts.tree.order[one.call]):
        scope = facts.tree.scope(execution.call)
        if isinstance(scope, cst.FunctionDef) and takes_names(facts, execution):
            message = _of_callers(execution, scope, facts) or _of_self(execution, scope, facts)
            if message and not is_set_once(execution, facts):
                found[facts.tree.class_of(scope) or facts.module, message].append(execution)
    for (_, message), executions in found.items():
        scopes = [facts.tree.function(one.call) for one in executions]
        names = list(dict.fromkeys(scope.name.value for scope in scopes if scope is not None))
        said = " and ".join(names if len(names) < 3 else [names[0], f"{len(names) - 1} others"])
        text = message.replace("{}", said)
        node = executions[0].use.node
        yield Proposal(node, MEMBER, text, Safety.MANUAL, advice=True, remains=True)


def _of_callers(execution: Execution, function: cst.FunctionDef, facts: Facts) -> str | None:
    """Return the advice for a function that gets context and list from callers that repeat it."""
    names = {code(execution.context), code(execution.listed)}
    if not names <= {p.name.value for p in function.params.params}:
        return None
    if not has_one_list(execution.context, facts) or not _are_left_alone(names, function, facts):
        return None
    given = given_by_callers(execution, function, facts)
    again = not given or any(_comes_again(context, listed, facts) for context, listed in given)
    return OF_CALLERS if again else None


def _are_left_alone(names: set[str], function: cst.FunctionDef, facts: Facts) -> bool:
    """True if a function neither changes what it is given nor gives it another name."""
    if next(members_in(facts, function, UNSETTLING), None) is not None:
        return False
    mentions = list(mentions_in(facts, function.body, names))
    aliased = any(isinstance(facts.tree.parent(node), cst.Assign) for node in mentions)
    return not aliased and all(not _changes(function.body, name, facts) for name in names)


def _comes_again(context: cst.Arg | None, listed: cst.Arg | None, facts: Facts) -> bool:
    """True if a call is made again with the same context and list, as far as can be seen."""
    if context is None or listed is None or not has_one_list(context.value, facts):
        return False
    if dotted(context.value) is None or dotted(listed.value) is None:
        return False
    names = [attribute_of(arg.value, facts) for arg in (context, listed)]
    cls = facts.tree.class_of(listed)
    if cls is not None and all(map(is_attribute, names)) and not _runs_once(listed, cls, facts):
        if all(_is_made_in_set_up(name, cls, facts) for name in names):
            return True
    return any(
        not any(_changes(loop, name, facts) for name in names) for loop in facts.tree.loops(listed)
    )


def _of_self(execution: Execution, function: cst.FunctionDef, facts: Facts) -> str | None:
    """Return the advice for a method whose context and list are made by `__init__` alone."""
    cls = facts.tree.class_of(function)
    listed = execution.listed
    parts = listed.elements if isinstance(listed, (cst.List, cst.Tuple)) else [cst.Element(listed)]
    lists = [attribute_of(part.value, facts) for part in parts]
    names = [attribute_of(execution.context, facts), *lists]
    if cls is None or not all(map(is_attribute, names)) or _runs_once(execution.call, cls, facts):
        return None
    if not has_one_list(execution.context, facts) or changed_elsewhere(facts, cls, names):
        return None
    if next(members_in(facts, cls, UNSETTLING), None) is not None:
        return None
    if not all(_is_made_in_set_up(name, cls, facts) for name in names):
        return None
    return OF_SELF.format("{}", " and ".join(dict.fromkeys(lists)))


@once_per_file
def _set_up_of(facts: Facts, cls: cst.ClassDef) -> set[cst.FunctionDef | None]:
    """Return `__init__` and the methods that the class calls from there alone."""
    methods = {s.name.value: s for s in cls.body.body if isinstance(s, cst.FunctionDef)}
    found: set[cst.FunctionDef | None] = set()
    new = {methods.pop("__init__", None)} - {None}
    while new:
        found |= new
        new = set()
        for name, method in methods.items():
            calls = [facts.tree.function(n) for n in mentions_in(facts, cls, (f"self.{name}",))]
            if calls and method not in found and found.issuperset(calls):
                new.add(method)
    return found


def _runs_once(node: cst.CSTNode, cls: cst.ClassDef, facts: Facts) -> bool:
    return facts.tree.function(node) in _set_up_of(facts, cls)


def _is_made_in_set_up(name: str, cls: cst.ClassDef, facts: Facts) -> bool:
    changes = [facts.tree.function(change) for change in _changes(cls, name, facts)]
    return bool(changes) and _set_up_of(facts, cls).issuperset(changes)


def _changes(area: cst.CSTNode, name: str, facts: Facts) -> list[cst.CSTNode]:
    """Return what changes a variable, but not the calls that may change what they are given."""
    found = changes_in(facts, area, (name,))
    return [change for change in found if not isinstance(facts.tree.parent(change), cst.Arg)]
