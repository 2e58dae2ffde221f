"""Give `execute_async_v3` its stream alone, and its addresses by name.

What changed: `execute_async_v3(stream_handle)`, there since TensorRT 8.5, takes no list of
addresses. Code that was migrated by hand often has the new method with the arguments of
`execute_async_v2`, which raises TypeError, or sets no address at all, so that every execution
fails.

Before:

    context.execute_async_v3(bindings=[int(d_input), int(d_output)], stream_handle=stream.handle)

After:

    context.set_tensor_address(engine.get_tensor_name(0), int(d_input))
    context.set_tensor_address(engine.get_tensor_name(1), int(d_output))
    context.execute_async_v3(stream_handle=stream.handle)

If the code around the call sets the addresses by name, the list only goes.

Not rewritten when: the call has no stream, or a third argument; or the file makes the context and
nowhere sets an address: the message says where to.

Safety: review where the list only goes; otherwise as for `execute_async_v2`.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Function, Instance, Method, Ref
from trtmigrate.facts.executions import (
    BY_NAME,
    executed_by_name,
    execution_at,
    list_given,
    use_of_call,
)
from trtmigrate.facts.mentions import members_in
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.set_addresses import (
    FROM_ACTIVE,
    NOT_FOLLOWED,
    set_addresses_before,
)
from trtmigrate.rewrites.addresses.set_by_program import (
    SETTERS,
    execute_by_name,
    sets_addresses_itself,
)
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import unpacks

RULE = Rule(
    "TRT210",
    "Execution by name with a list of addresses",
    Safety.SAFE,
    group="context",
    gate=("execute_async_v3",),
)
MESSAGE = "execute_async_v3 takes the stream alone"
NO_STREAM = "this call does not show which argument is the stream: pass it as stream_handle"
NO_ADDRESS = (
    "nothing sets an address on this context: call set_tensor_address(name, address) for each I/O "
    "tensor before it executes"
)


@RULE.scans
def execute_async_v3(facts: Facts) -> Iterator[Proposal]:
    for call in executed_by_name(facts):
        listed = list_given(call, facts)
        if listed is not None:
            yield _drop_list(call, listed, facts)
        elif _has_no_address(call, facts):
            yield manual(call.func, BY_NAME, NO_ADDRESS)


def _drop_list(call: cst.Call, listed: cst.Arg, facts: Facts) -> Proposal:
    rest = [arg for arg in call.args if arg is not listed]
    if len(rest) != 1 or unpacks(call):
        return manual(call.func, BY_NAME, f"{MESSAGE}; {NO_STREAM}")
    use = use_of_call(call, BY_NAME, facts)
    execute = execute_by_name(use, rest[0])
    if sets_addresses_itself(use, facts):
        message = f"{MESSAGE}; the code around it sets the addresses by name already"
        return Proposal(call.func, BY_NAME, message, Safety.REVIEW, Edit({call: execute}))
    message = f"{MESSAGE}; set the addresses by name"
    execution = execution_at(facts, call)
    edited = set_addresses_before(execution, facts, execute) if execution is not None else None
    if edited is None:
        return manual(call.func, BY_NAME, f"{message}; {NOT_FOLLOWED}")
    edit, certain = edited
    message = message if certain else f"{message}; {FROM_ACTIVE}"
    safety = Safety.SAFE if certain else Safety.REVIEW
    return Proposal(call.func, BY_NAME, message, safety, edit)


def _has_no_address(call: cst.Call, facts: Facts) -> bool:
    """True if the file makes the context, keeps it to itself and sets no address anywhere."""
    assert isinstance(call.func, cst.Attribute)
    context = facts.value(call.func.value)
    if not isinstance(context, Instance) or context.guessed or context.origin is None:
        return False
    if any(_may_set(node.value) for node in facts.tree.of_kind(cst.SimpleString)):
        return False
    if next(members_in(facts, facts.module, SETTERS), None) is not None:
        return False
    cls = facts.tree.class_of(call)
    if cls is not None and cls.bases:
        return False
    return _is_made_here(context, facts) and not _is_given_away(context, facts)


def _may_set(text: str) -> bool:
    """True for a string that names a method which sets addresses: `getattr(context, name)`."""
    return any(method in text for method in SETTERS)


def _is_made_here(context: Instance, facts: Facts) -> bool:
    return any(
        facts.value(made) == context
        for made in facts.method_calls("ICudaEngine", "create_execution_context")
    )


def _is_given_away(context: Instance, facts: Facts) -> bool:
    """True if code of other files may get the context, or the object that holds it."""
    for node, value in facts.values.items():
        is_self = isinstance(node, cst.Name) and node.value == "self"
        if not is_self and value != context:
            continue
        arg = facts.tree.parent(node)
        around = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else arg
        if isinstance(around, cst.Return) and not is_self:
            return True
        if isinstance(arg, cst.Arg) and isinstance(around, cst.Call):
            func = facts.value(around.func)
            own = isinstance(func, (Function, Method))
            if not own and not (isinstance(func, Ref) and func.name.startswith("builtins.")):
                return True
    return False
