"""Set addresses by name and execute with `execute_async_v3`.

What changed: `IExecutionContext.execute_async_v2(bindings, stream_handle)` and the implicit-batch
`execute_async(batch_size, bindings, stream_handle)` are gone since TensorRT 10.0. The context
keeps the addresses that `set_tensor_address` sets until they are set again; `execute_async_v3` only
takes the stream.

Before:

    context.execute_async_v2(bindings=[int(d_input), int(d_output)], stream_handle=stream.handle)

After:

    context.set_tensor_address(engine.get_tensor_name(0), int(d_input))
    context.set_tensor_address(engine.get_tensor_name(1), int(d_output))
    context.execute_async_v3(stream_handle=stream.handle)

Addresses that do not change are set once: before the loop, or in `__init__` where the list is
complete.

A call without a list, in code that sets the addresses by name already, only gets the new name.

A method that is passed on becomes a function: `run = context.execute_async_v2` becomes
`def run(bindings, stream_handle): ...`.

Not rewritten when: the arguments are hidden behind `*args`; a method is passed on where there is no
room for a function, or where the variable may hold another context when it is called; there is
neither a list nor an address that is set by name; or the program evaluates the stream before the
list, and both may change something.

Safety: safe; review for `execute_async`, whose batch size meant something only with implicit batch,
for a call without a list, and where a call may leave out the address of a tensor.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import Items
from trtmigrate.facts.executions import execution_at, methods_passed_on
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.order_of_effects import STREAM_FIRST, is_evaluated_first
from trtmigrate.rewrites.addresses.passed_on import write_passed_on
from trtmigrate.rewrites.addresses.set_addresses import (
    FROM_ACTIVE,
    NOT_FOLLOWED,
    set_addresses_before,
)
from trtmigrate.rewrites.addresses.set_by_program import (
    NO_LIST,
    execute_by_name,
    is_no_list,
    is_single_address,
    sets_addresses_itself,
)
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument, spread, unpacks
from trtmigrate.syntax.nones import is_none

RULE = Rule(
    "TRT203",
    "Asynchronous execution",
    Safety.SAFE,
    group="context",
    holds_object=True,  # the two APIs do not see what the other one sets
    members=(
        "IExecutionContext.execute_async_v2",
        "IExecutionContext.execute_async",
    ),
    becomes=dict.fromkeys(
        ("IExecutionContext.execute_async_v2", "IExecutionContext.execute_async"),
        "IExecutionContext.set_tensor_address, IExecutionContext.execute_async_v3",
    ),
)
PASSED_ON = (
    "the method is passed on without being called: pass a function that sets the addresses and "
    "calls execute_async_v3"
)
NO_STREAM = "this call has no stream: pass stream_handle"


@RULE.checks
def execute_async(use: Use, facts: Facts) -> Proposal:
    message = f"{use.name} is gone; set addresses by name and call execute_async_v3(stream)"
    if not isinstance(use, CallUse):
        return _pass_on(use, message, facts)
    call = use.call
    implicit = use.name == "execute_async"
    without_list = _stream_without_list(use, implicit, facts)
    if without_list is not None and sets_addresses_itself(use, facts):
        message = f"{message}; the code around it sets the addresses by name already"
        edit = Edit({call: execute_by_name(use, without_list)})
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    given = spread(call)
    bindings = argument(given, int(implicit), "bindings")
    stream = argument(given, 1 + implicit, "stream_handle")
    consumed = argument(given, 2 + implicit, "input_consumed")
    if unpacks(given):
        return manual(use.node, use.member, f"{message}; {UNPACKED}")
    if bindings is None or is_single_address(bindings.value, facts):
        return manual(use.node, use.member, f"{message}; {NO_LIST}")
    if stream is None:
        return manual(use.node, use.member, f"{message}; {NO_STREAM}")
    if is_evaluated_first(stream, bindings, given):
        return manual(use.node, use.member, f"{message}; {STREAM_FIRST}")
    execute = execute_by_name(use, stream)
    execution = execution_at(facts, call)
    edited = set_addresses_before(execution, facts, execute) if execution is not None else None
    if edited is None:
        return manual(use.node, use.member, f"{message}; {NOT_FOLLOWED}")
    edit, certain = edited
    safety = Safety.SAFE
    if not certain:
        message += f"; {FROM_ACTIVE}"
        safety = Safety.REVIEW
    if implicit:
        message += "; the batch size is part of the input shape now"
        safety = Safety.REVIEW
    if consumed is not None and not is_none(consumed.value):
        message += "; pass the handle of the event to set_input_consumed_event instead"
        return manual(use.node, use.member, message)
    return Proposal(use.node, use.member, message, safety, edit)


def _pass_on(use: Use, message: str, facts: Facts) -> Proposal:
    """Pass on a function that sets the addresses and executes."""
    written = write_passed_on(use, facts) if use in methods_passed_on(facts) else None
    if written is None:
        return manual(use.node, use.member, f"{message}; {PASSED_ON}")
    edit, certain = written
    if certain:
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    return Proposal(use.node, use.member, f"{message}; {FROM_ACTIVE}", Safety.REVIEW, edit)


def _stream_without_list(use: CallUse, implicit: bool, facts: Facts) -> cst.Arg | None:
    """Return the stream of a call that gives no list of addresses, or an empty one."""
    call = use.call
    if unpacks(call):
        return None
    bindings = argument(call, int(implicit), "bindings")
    stream = argument(call, 1 + implicit, "stream_handle")
    if stream is not None:
        return stream if bindings is None or is_no_list(bindings.value, facts) else None
    if bindings is None or bindings.keyword is not None or len(call.args) != 1:
        return None
    return bindings if not isinstance(facts.value(bindings.value), Items) else None
