"""Whether a program may leave out the address of a tensor, where it stores them one by one.

A list is new in each call: an entry that is left out is None, which an execution refuses. An
address stays on the context: the execution takes that of an earlier call. The index of an unknown
name was -1, so one entry was written twice and another one left out.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.polynomials import Atom
from trtmigrate.facts.domain.values import Span, TensorName, Value, Variable, poly_of
from trtmigrate.rewrites.addresses.filled_lists import Filled, part_of
from trtmigrate.syntax.scopes import binders, is_variable
from trtmigrate.syntax.tree import walk

LEFT_OUT = (
    "check that each call stores an address for every tensor, because one that is left out keeps "
    "its address of an earlier call, where the list had an empty entry"
)
UNKNOWN_NAME = (
    "check that the engine has all these names, because set_tensor_address returns False for an "
    "unknown name, where the list kept an empty entry that the execution refused"
)


def may_name_unknown(filled: Filled, facts: Facts) -> bool:
    """True if an address is stored at the index of a name that does not come from the engine, and
    that the code does not spell out.
    """
    parts = (part_of(store) for store in filled.stores)
    polys = (poly_of(facts.value(part)) for part in parts if part is not None)
    return any(_is_of_given_name(atom) for poly in polys if poly is not None for atom in poly.atoms)


def _is_of_given_name(atom: Atom) -> bool:
    if atom.role != "index":
        return False
    name = atom.key[1]  # type: ignore[index]
    return isinstance(name, Variable) and not isinstance(name.value, TensorName)


def may_leave_out(filled: Filled, facts: Facts) -> bool:
    """True if a loop that stores addresses goes over what only this call has: a parameter, or what
    is computed of it.
    """
    around = facts.tree.loops(filled.made)
    for store in filled.stores:
        for loop in facts.tree.loops(store):
            if loop not in around and isinstance(loop, cst.For):
                if any(_belongs_to_call(part, filled, facts) for part in _iterables(loop.iter)):
                    return True
    return False


def _iterables(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield an iterable, or the parts that end the loop over it: those of `zip`."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        if node.func.value in ("zip", "enumerate"):
            for arg in node.args:
                yield from _iterables(arg.value)
            return
    yield node


def _belongs_to_call(node: cst.BaseExpression, filled: Filled, facts: Facts) -> bool:
    """True if an iterable mentions a variable of the call, and does not come from an engine."""
    if _is_counted(facts.value(node)):
        return False
    function = facts.tree.function(filled.made)
    around = facts.tree.loops(filled.made)
    of_engine = isinstance(facts.element_of(node, node), TensorName)
    for name in (n for n in walk(node) if isinstance(n, cst.Name)):
        if not is_variable(name, facts.tree) or name.value == "self":
            continue
        own = binders(name.value, function or facts.module, facts.tree)
        if function is None:
            own = [one for one in own if any(up in around for up in facts.tree.loops(one))]
        if of_engine:
            own = [one for one in own if isinstance(facts.tree.parent(one), cst.Param)]
        if own and facts.kind(name) is None:
            return True
    return False


def _is_counted(value: Value) -> bool:
    """True for a range whose length the code states or an engine gives."""
    if not isinstance(value, Span) or value.start is None or value.stop is None:
        return False
    return not any(atom.role == "other" for atom in (value.stop - value.start).atoms)
