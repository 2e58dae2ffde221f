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

from collections.abc import Iterable, Iterator, Mapping

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Lookup, Proposal, manual
from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.domain.values import Instance, is_number, is_text
from trtmigrate.facts.executions import use_of_call
from trtmigrate.facts.models import name_hints
from trtmigrate.findings import Safety
from trtmigrate.rewrites.arguments.arrays import library_of_array
from trtmigrate.rewrites.arguments.fit import bind, fits, refused
from trtmigrate.rewrites.tensor_names.name_of_binding import tensor_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT006",
    "Arguments that the target refuses",
    Safety.REVIEW,
    gate=("set_tensor_address", "set_input_shape", "get_tensor_profile_shape"),
)
ADDRESS_OF = {"torch": "{}.data_ptr()", "cupy": "{}.data.ptr"}
OF_TENSORS = ("ICudaEngine", "IExecutionContext")
ANSWERED = "execute_async_v3"  # by a rule of its own

Bound = Mapping[api.Parameter, cst.Arg]


@RULE.scans
def refused_argument(facts: Facts) -> Iterator[Proposal]:
    gone = {use.node for use in facts.all_uses}
    for call in facts.tree.of_kind(cst.Call):
        use = _find_use(call, facts)
        if use is None or use.node in gone or use.name == ANSWERED:
            continue
        cls = use.member.rpartition(".")[0]
        if not fits(call, cls, use.name, facts):
            yield (
                _swap(use, facts) or _convert(use, facts) or _rename(use, facts) or _say(use, facts)
            )


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
    if owner.guessed and not name_hints.is_certain(read.member):
        return None
    return use_of_call(call, f"{owner.cls}.{read.member}", facts)


def _bound(use: CallUse, facts: Facts) -> Bound | None:
    """Return the arguments by parameter, if one overload takes as many with these keywords."""
    cls = use.member.rpartition(".")[0]
    found = [bind(use.call, o) for o in api.overloads(cls, use.name, facts.release)]
    fitting = [b for b in found if b is not None]
    return fitting[0] if fitting else None


def _swap(use: CallUse, facts: Facts) -> Proposal | None:
    """`get_tensor_profile_shape(0, "x")`: the method of the binding API took the profile first."""
    if len(use.call.args) != 2 or any(arg.keyword is not None for arg in use.call.args):
        return None
    bound = _bound(use, facts)
    if bound is None or {p.type for p in bound} != {"str", "int"}:
        return None
    (text,) = (arg for p, arg in bound.items() if p.type == "str")
    (number,) = (arg for p, arg in bound.items() if p.type == "int")
    profile = any(p.name == "profile_index" for p in bound)
    if not is_number(facts.value(text.value)) or is_number(facts.value(number.value)):
        return None
    certain = is_text(facts.value(number.value))
    if not certain and not profile:
        return None
    message = f"{use.name} takes {_listed(bound)}, in this order"
    if not certain:
        message = f"{message}; the second argument is taken for the name"
    first, second = (text.with_changes(value=number.value), number.with_changes(value=text.value))
    edit = Edit({text: first, number: second})
    return Proposal(use.node, use.member, message, Safety.SAFE if certain else Safety.REVIEW, edit)


def _convert(use: CallUse, facts: Facts) -> Proposal | None:
    """Give a name for an index, and the address for a tensor."""
    bound = _bound(use, facts)
    if bound is None or _is_order_unclear(bound, facts):
        return None
    changes: dict[cst.CSTNode, cst.CSTNode] = {}
    lookups: list[Lookup] = []
    messages = []
    for parameter in refused(bound, facts):
        value = bound[parameter].value
        library = library_of_array(facts.value(value))
        if parameter.type == "int" and library in ADDRESS_OF:
            changes[value] = expression(ADDRESS_OF[library], value)
            messages.append(f"{parameter.name} is an address, and this is an array of {library}")
            continue
        takes_name = parameter.name == "name" and use.member.split(".")[0] in OF_TENSORS
        named = tensor_name(value, use, facts) if takes_name else None
        if named is None or not is_number(facts.value(value)):
            return None
        changes[value] = named.node
        lookups += named.lookups
        messages.append("the number here is taken for the index of the tensor")
    message = f"{use.name} takes {_listed(bound)}; {'; '.join(messages)}"
    edit = Edit(changes, lookups=tuple(lookups))
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)


def _is_order_unclear(bound: Bound, facts: Facts) -> bool:
    """True for two numbers of which either may be the profile."""
    return any(p.name == "profile_index" for p in bound) and all(
        is_number(facts.value(arg.value)) for arg in bound.values()
    )


def _rename(use: CallUse, facts: Facts) -> Proposal | None:
    """Give the only unknown keyword the name of the only parameter that has no argument."""
    cls = use.member.rpartition(".")[0]
    for overload in api.overloads(cls, use.name, facts.release):
        rest = overload.parameters[sum(arg.keyword is None for arg in use.call.args) :]
        keywords = {arg.keyword.value: arg.keyword for arg in use.call.args if arg.keyword}
        free = [p.name for p in rest if p.name not in keywords and not p.has_default]
        unknown = [name for name in keywords if name not in {p.name for p in rest}]
        if len(free) == len(unknown) == 1:
            keyword = keywords[unknown[0]]
            edit = Edit({keyword: cst.Name(free[0])})
            message = f"{use.name} has no parameter {unknown[0]}: it takes {free[0]}"
            return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return None


def _say(use: CallUse, facts: Facts) -> Proposal:
    """Report the call, with what the method takes and what is wrong with the arguments."""
    cls = use.member.rpartition(".")[0]
    overload = api.overloads(cls, use.name, facts.release)[0]
    message = f"{use.name} takes {_listed(overload.parameters)}"
    bound = _bound(use, facts)
    if bound is None:
        return manual(use.node, use.member, f"{message}, which this call does not give")
    if _is_order_unclear(bound, facts):
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


def _listed(parameters: Iterable[api.Parameter]) -> str:
    return f"({', '.join(p.name for p in parameters)})"
