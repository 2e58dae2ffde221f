"""Find where the addresses of the active profile begin in a list for all profiles.

With profile k chosen, the binding API reads the addresses of its n tensors at `k * n` of the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.changes import rebound_in, runs_between
from trtmigrate.facts.domain.polynomials import Poly
from trtmigrate.facts.domain.values import Instance, Number, poly_of
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.profile_switches import ACTIVE, ProfileSwitch, switches_in
from trtmigrate.rewrites.profiles.offsets import offset_of
from trtmigrate.rewrites.profiles.tensor_counts import is_zero, tensor_count
from trtmigrate.syntax.scopes import comes_before
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code, walk


@dataclass(frozen=True)
class Start:
    """The position of the first address of the active profile; None for 0.

    `certain` is False if the program has no expression for it, so that the context is asked.
    """

    node: cst.BaseExpression | None
    certain: bool = True


@once_per_file
def _switches_of(facts: Facts) -> tuple[ProfileSwitch, ...]:
    return tuple(switches_in(facts.tree))


def start_of_profile(use: Use, facts: Facts, padded: bool) -> Start:
    """Return where the addresses begin that the execution `use` reads from a list.

    `padded` tells that the list visibly has zeros for other profiles.
    """
    every = _switches_of(facts)
    if all(s.to_first for s in every) and (every or not padded):
        return Start(None)
    own = [s for s in every if _is_before(s.node, use, facts) and s.is_of(use.receiver)]
    last = max(own, key=lambda s: facts.tree.order[s.node], default=None)
    found = _by_shapes(use, last, facts)
    if found is None and last is not None:
        found = _by_switch(use, last, facts)
    if found is None:
        found = _by_reading(use, last, facts)
    if found is not None:
        return found
    return Start(start_of_active(use, facts), certain=False)


def start_of_active(use: Use, facts: Facts) -> cst.BaseExpression:
    """Return the position of the first address of the profile that the context has when asked."""
    return expression(f"{{}}.{ACTIVE} * {{}}", use.receiver, tensor_count(use, facts))


def start_of_stored(
    index: cst.BaseExpression, at: cst.CSTNode, use: Use, facts: Facts
) -> Start | None:
    """Return where the profile of a binding index at `at` begins.

    None if the context of `use` was not given that profile before, or if it cannot be followed.
    """
    every = _switches_of(facts)
    own = [s for s in every if _is_before(s.node, use, facts) and s.is_of(use.receiver)]
    last = max(own, key=lambda s: facts.tree.order[s.node], default=None)
    offset = offset_of(index, facts)
    if offset is None:
        return None
    part, where = offset
    if last is None:
        first = part is None and all(s.to_first for s in every)
        return Start(None) if first else None
    statement = facts.tree.statement(last.node)
    if statement is None or not comes_before(statement, at, facts.tree):
        return None
    if part is None or last.to_first:
        return Start(None) if part is None and last.to_first else None
    if last.profile is None or any(isinstance(n, cst.Call) for n in walk(last.profile)):
        return None
    poly = poly_of(facts.value(part))
    by = poly.without("tensors") if poly is not None else None
    if by is None or not _is(by, last.profile, facts):
        return None
    held = _still_holds(last.profile, statement, use, facts)
    return Start(part) if held and _still_holds(part, where, use, facts) else None


def shows_active_profile(index: cst.BaseExpression, use: Use, facts: Facts) -> bool:
    """True if the code shows that a binding index is one of the active profile of a context."""
    if not _switches_of(facts) and not _is_made_here(use.receiver, facts):
        return False  # whoever made the context may have chosen a profile
    stored = start_of_stored(index, use.node, use, facts)
    if stored is not None:
        return stored.certain
    offset, start = offset_of(index, facts), start_of_profile(use, facts, padded=False)
    if offset is None or not start.certain:
        return False
    part = offset[0]
    if part is None or start.node is None:
        return part is start.node
    return code(part) == code(start.node)


def _is_made_here(context: cst.BaseExpression, facts: Facts) -> bool:
    value = facts.value(context)
    return isinstance(value, Instance) and isinstance(value.origin, cst.Call)


def _is_before(node: cst.CSTNode, use: Use, facts: Facts) -> bool:
    same = facts.tree.function(node) is facts.tree.function(use.node)
    return same and facts.tree.order[node] < facts.tree.order[use.node]


def _is_of_context(node: cst.CSTNode, use: Use) -> bool:
    """True if a member belongs to the context that executes."""
    return isinstance(node, cst.Attribute) and code(node.value) == code(use.receiver)


def _by_shapes(use: Use, last: ProfileSwitch | None, facts: Facts) -> Start | None:
    """Return the profile part of the indexes with which the context is given its shapes.

    A context only takes shapes of its active profile.
    """
    found: dict[str, cst.BaseExpression | None] = {}
    for read in facts.reads.values():
        if read.member not in ("set_binding_shape", "set_shape_input") or read.dead:
            continue
        if not _is_before(read.node, use, facts) or not _is_of_context(read.node, use):
            continue
        if last is not None and facts.tree.order[read.node] < facts.tree.order[last.node]:
            continue
        call = facts.tree.parent(read.node)
        if not isinstance(call, cst.Call) or not call.args:
            return None
        index = call.args[0].value
        offset = offset_of(index, facts)
        if offset is None:
            continue
        part, where = offset
        if part is not None and not _still_holds(part, where, use, facts):
            return None
        found[code(part) if part is not None else "0"] = part
    if len(found) != 1:
        return None
    (part,) = found.values()
    if part is None:
        return Start(None)
    return Start(_variable_for(poly_of(facts.value(part)), use) or part.deep_clone())


def _by_switch(use: Use, last: ProfileSwitch, facts: Facts) -> Start | None:
    """Return the start from the profile that was chosen."""
    statement = facts.tree.statement(last.node)
    if statement is None or not comes_before(statement, use.node, facts.tree):
        return None
    if last.profile is None:
        return None
    return _times_tensors(last.profile, statement, use, facts)


def _by_reading(use: Use, last: ProfileSwitch | None, facts: Facts) -> Start | None:
    """Return the start from `k = context.active_optimization_profile`."""
    for read in facts.reads.values():
        if (
            read.member != ACTIVE
            or not _is_before(read.node, use, facts)
            or not _is_of_context(read.node, use)
        ):
            continue
        statement = facts.tree.parent(read.node)
        if not isinstance(statement, cst.Assign) or statement.value is not read.node:
            continue
        if last is not None and facts.tree.order[read.node] < facts.tree.order[last.node]:
            continue
        variable = statement.targets[0].target
        if isinstance(variable, cst.Name) and comes_before(statement, use.node, facts.tree):
            return _times_tensors(variable, read.node, use, facts)
    return None


def _times_tensors(
    profile: cst.BaseExpression, where: cst.CSTNode, use: Use, facts: Facts
) -> Start | None:
    if is_zero(profile):
        return Start(None)
    if any(isinstance(n, cst.Call) for n in walk(profile)):
        return None
    if not _still_holds(profile, where, use, facts):
        return None
    variable = _offset_variable(profile, use, facts)
    if variable is not None:
        return Start(variable)
    return Start(expression("{} * {}", profile.deep_clone(), tensor_count(use, facts)))


def _offset_variable(
    profile: cst.BaseExpression, use: Use, facts: Facts
) -> cst.BaseExpression | None:
    """Return a variable in scope that holds `profile * n`."""
    for name, held in use.read.env.items():
        if not isinstance(held, Number) or held.poly is None or held.is_float:
            continue
        by = held.poly.without("tensors")
        if by is not None and _is(by, profile, facts):
            return cst.Name(name)
    return None


def _is(number: Poly, profile: cst.BaseExpression, facts: Facts) -> bool:
    """True if a number is that of a profile, by its value or by the expression it came from."""
    poly = poly_of(facts.value(profile))
    if poly is not None:
        return number == poly
    if len(number.atoms) != 1 or number != Poly({tuple(number.atoms): 1}):
        return False
    (single,) = number.atoms
    node = single.key[1] if isinstance(single.key, tuple) else None
    return isinstance(node, cst.CSTNode) and code(node) == code(profile)


def _variable_for(poly: Poly | None, use: Use) -> cst.BaseExpression | None:
    if poly is None:
        return None
    for name, held in use.read.env.items():
        if isinstance(held, Number) and held.poly == poly and not held.is_float:
            return cst.Name(name)
    return None


def _still_holds(node: cst.BaseExpression, where: cst.CSTNode, use: Use, facts: Facts) -> bool:
    """True if the names in an expression have the same values at the execution as at `where`."""
    scope = facts.tree.function(use.node) or facts.module
    names = {code(n) for n in walk(node) if isinstance(n, (cst.Name, cst.Attribute))}
    if any(isinstance(n, cst.Call) for n in walk(node)):
        return False
    return not any(
        runs_between(facts, change, where, use.node) for change in rebound_in(facts, scope, names)
    )
