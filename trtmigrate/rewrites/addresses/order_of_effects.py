"""Tell what a statement evaluates before the list of addresses that an execution gets."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.effects import has_effect
from trtmigrate.facts import Facts
from trtmigrate.facts.executions import Execution
from trtmigrate.facts.reachability import is_of_library
from trtmigrate.syntax.tree import code, walk

STREAM_FIRST = (
    "the program evaluates the stream before the list of addresses, and both may change something: "
    "assign the stream to a variable first, and then set the addresses"
)


def may_change_before(execution: Execution, statement: cst.CSTNode, facts: Facts) -> bool:
    """True if the statement of an execution calls something before it evaluates the list, and the
    call may change the list or execute with the context.
    """
    names = {
        code(node)
        for part in (execution.listed, execution.use.receiver)
        for node in walk(part)
        if isinstance(node, (cst.Name, cst.Attribute))
    }
    for call in _calls_before(execution, statement, facts):
        given = any(code(node) in names for node in walk(call))
        if has_effect(call) and (given or not is_of_library(facts, call, facts.value(call.func))):
            return True
    return False


def _calls_before(execution: Execution, statement: cst.CSTNode, facts: Facts) -> Iterator[cst.Call]:
    """Yield the calls beside an execution that a statement evaluates before its list."""
    order, around = facts.tree.order, set(facts.tree.ancestors(execution.call))
    own = {*walk(execution.call)}
    for node in walk(statement):
        if isinstance(node, cst.Call) and node not in around and node not in own:
            if order[node] < order[execution.call] and not facts.is_target(node):
                yield node


def is_evaluated_first(stream: cst.Arg, bindings: cst.Arg, call: cst.Call) -> bool:
    """True if a call evaluates the stream before the list, and both may change something."""
    if stream not in call.args or bindings not in call.args:
        return False
    first = call.args.index(stream) < call.args.index(bindings)
    return first and has_effect(stream.value) and has_effect(bindings.value)
