"""Give a method the arguments that the target takes.

What changed: the tensor API takes names where the binding API took indexes, and addresses where it
took lists of them. Code that was migrated by hand often has the new method with the old arguments,
which raises TypeError: an index in place of a name, the arguments of `get_profile_shape` in their
old order, an array in place of its address, a keyword of the old method.

Before:

    context.set_input_shape(0, (1, 3))
    low, opt, high = engine.get_tensor_profile_shape(0, "input")

After:

    context.set_input_shape(engine.get_tensor_name(0), (1, 3))
    low, opt, high = engine.get_tensor_profile_shape("input", 0)

A tensor of torch gives its address with `data_ptr()`, an array of CuPy with `.data.ptr`.

Not rewritten when: no single change of this kind makes the call fit. The message says what the
method takes. Nothing is reported where the type of an argument is not known.

Safety: review: a number is taken for the index of the tensor. Safe where two arguments of known
types only change places.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.facts.executions import use_of_call
from trtmigrate.facts.models import name_hints
from trtmigrate.findings import Safety
from trtmigrate.rewrites.arguments.arrays import library_of_array
from trtmigrate.rewrites.arguments.fit import fits, refused
from trtmigrate.rewrites.arguments.repairs import (
    bind_arguments,
    is_order_unclear,
    list_names,
    repair_call,
)
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT006",
    "Arguments that the target refuses",
    Safety.REVIEW,
    gate=("set_tensor_address", "set_input_shape", "get_tensor_profile_shape"),
)
ANSWERED = "execute_async_v3"  # by a rule of its own


@RULE.scans
def refused_argument(facts: Facts) -> Iterator[Proposal]:
    gone = {use.node for use in facts.all_uses}
    for call in facts.tree.of_kind(cst.Call):
        use = _find_use(call, facts)
        if use is None or use.node in gone or use.name == ANSWERED:
            continue
        cls = use.member.rpartition(".")[0]
        if not fits(call, cls, use.name, facts):
            yield repair_call(use, facts) or _say(use, facts)


def _find_use(call: cst.Call, facts: Facts) -> CallUse | None:
    """Return the call of a method on an object of TensorRT."""
    if not isinstance(call.func, cst.Attribute):
        return None
    read = facts.reads.get(call.func)
    owner = facts.value(call.func.value)
    if read is None or read.dead or not isinstance(owner, Instance):
        return None
    if facts.is_own(read.member, call.func.value):
        return None
    if owner.guessed and not name_hints.is_rare(read.member):
        return None
    return use_of_call(call, f"{owner.cls}.{read.member}", facts)


def _say(use: CallUse, facts: Facts) -> Proposal:
    """Report the call, with what the method takes and what is wrong with the arguments."""
    cls = use.member.rpartition(".")[0]
    overload = api.overloads(cls, use.name, facts.release)[0]
    message = f"{use.name} takes {list_names(overload.parameters)}"
    bound = bind_arguments(use, facts)
    if bound is None:
        return manual(use.node, use.member, f"{message}, which this call does not give")
    if is_order_unclear(bound, facts):
        message = f"{message}, in this order, and the name of the tensor instead of its index"
        return manual(use.node, use.member, message)
    wrong = [_say_what_is_wrong(p, bound[p], facts) for p in refused(bound, facts)]
    return manual(use.node, use.member, f"{message}; {'; '.join(wrong)}")


def _say_what_is_wrong(parameter: api.Parameter, arg: cst.Arg, facts: Facts) -> str:
    value = facts.value(arg.value)
    if parameter.type == "str":
        return f"{parameter.name} is a string: pass the name"
    if library_of_array(value) == "numpy":
        return (
            f"{parameter.name} is an address of device memory: copy the array to the device and "
            "pass the address there"
        )
    return f"{parameter.name} is an integer, and this is a string, a list or an array"
