"""Make a call fit what the target takes by one change: swap, convert or rename an argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Lookup, Proposal
from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.domain.values import is_number, is_text
from trtmigrate.findings import Safety
from trtmigrate.rewrites.arguments.arrays import library_of_array
from trtmigrate.rewrites.arguments.fit import bind, refused
from trtmigrate.rewrites.tensor_names.name_of_binding import tensor_name
from trtmigrate.syntax.templates import expression

ADDRESS_OF = {"torch": "{}.data_ptr()", "cupy": "{}.data.ptr"}
OF_TENSORS = ("ICudaEngine", "IExecutionContext")

Bound = Mapping[api.Parameter, cst.Arg]


def repair_call(use: CallUse, facts: Facts) -> Proposal | None:
    """Propose the one change that makes a refused call fit; None if there is no such change."""
    return _swap(use, facts) or _convert(use, facts) or _rename(use, facts)


def bind_arguments(use: CallUse, facts: Facts) -> Bound | None:
    """Return the arguments by parameter, if one overload takes as many with these keywords."""
    cls = use.member.rpartition(".")[0]
    found = [bind(use.call, o) for o in api.overloads(cls, use.name, facts.release)]
    fitting = [b for b in found if b is not None]
    return fitting[0] if fitting else None


def list_names(parameters: Iterable[api.Parameter]) -> str:
    """Return `(name, profile_index)`."""
    return f"({', '.join(p.name for p in parameters)})"


def is_order_unclear(bound: Bound, facts: Facts) -> bool:
    """True for two numbers of which either may be the profile."""
    return any(p.name == "profile_index" for p in bound) and all(
        is_number(facts.value(arg.value)) for arg in bound.values()
    )


def _swap(use: CallUse, facts: Facts) -> Proposal | None:
    """Swap the arguments of `get_tensor_profile_shape(0, "x")`, whose predecessor took the profile
    first.
    """
    if len(use.call.args) != 2 or any(arg.keyword is not None for arg in use.call.args):
        return None
    bound = bind_arguments(use, facts)
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
    message = f"{use.name} takes {list_names(bound)}, in this order"
    if not certain:
        message = f"{message}; the second argument is taken for the name"
    first, second = (text.with_changes(value=number.value), number.with_changes(value=text.value))
    edit = Edit({text: first, number: second})
    return Proposal(use.node, use.member, message, Safety.SAFE if certain else Safety.REVIEW, edit)


def _convert(use: CallUse, facts: Facts) -> Proposal | None:
    """Give a name for an index, and the address for a tensor."""
    bound = bind_arguments(use, facts)
    if bound is None or is_order_unclear(bound, facts):
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
    message = f"{use.name} takes {list_names(bound)}; {'; '.join(messages)}"
    edit = Edit(changes, lookups=tuple(lookups))
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)


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
