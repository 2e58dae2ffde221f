"""Make the expression of a tensor name for a binding index."""

from __future__ import annotations

from dataclasses import dataclass, replace

import libcst as cst

from trtmigrate.editing.edit import Lookup
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.facts.domain.polynomials import Poly
from trtmigrate.facts.domain.values import carries_suffix, poly_of
from trtmigrate.rewrites.profiles.offsets import (
    FEWEST_TENSORS,
    is_before_last,
    is_behind_all,
    is_modulo,
    strip_profile,
)
from trtmigrate.rewrites.profiles.tensor_counts import tensors_of_one_profile
from trtmigrate.rewrites.tensor_names.engine_loops import may_name_other_profile, need_plain_name
from trtmigrate.rewrites.tensor_names.suffix_text import remove_suffix
from trtmigrate.rewrites.tensor_names.suffixed_names import split_suffixed_name
from trtmigrate.syntax.calls import argument as argument
from trtmigrate.syntax.calls import unpacks as unpacks
from trtmigrate.syntax.current_binding import current_binding
from trtmigrate.syntax.scopes import binders, home
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code, dotted, walk

# Sums, as the roles in each product, that are at most the number of tensors.
_COUNTS = ([["tensors"]], [["inputs"]], [["outputs"]], [["inputs"], ["outputs"]])
_OF_ALL_PROFILES = [["profiles", "tensors"]]


@dataclass(frozen=True)
class Named:
    """The expression of a tensor name, and the look-up in it, if there is one."""

    node: cst.BaseExpression
    lookups: tuple[Lookup, ...] = ()
    certain: bool = True  # False: the profile of the index is not known
    exists: bool = True  # False: the code does not show that there is a tensor at the index


def tensor_name(index: cst.BaseExpression, use: Use, facts: Facts) -> Named | None:
    """Return the tensor name for an argument of the binding API.

    Methods of a context took an index, methods of an engine an index or a name. None if it is not
    known which of the two the argument is.
    """
    named = facts.name_for(index, use)
    if named is not None:
        given = _given(named, use, facts)
        if may_name_other_profile(given, facts):
            return None
        need_plain_name(given, facts)
        return Named(_plain(named, facts) if facts.several_profiles else named)
    takes_only_indexes = facts.kind(use.receiver) == "IExecutionContext" if use.receiver else False
    if not facts.is_index(index) and not takes_only_indexes:
        return None
    return look_up(index, use, facts)


def _given(name: cst.BaseExpression, use: Use, facts: Facts) -> cst.CSTNode:
    """Return the node in the program that has the value of a name at hand."""
    set_by = None
    if isinstance(name, cst.Name) and name not in facts.values:
        set_by = current_binding(name.value, use.node, facts.tree)
    return set_by if set_by is not None else name


def _plain(name: cst.BaseExpression, facts: Facts) -> cst.BaseExpression:
    """Return a name without the profile that the program puts on it."""
    short = remove_suffix(name)
    if short is not None or not carries_suffix(facts.value(name)):
        return short if short is not None else name
    parts = split_suffixed_name(name, facts)
    if parts is not None and not parts.remove:
        return parts.name
    return expression('{}.split(" [profile")[0]', name)


def name_at(index: cst.BaseExpression, use: Use, facts: Facts) -> Named:
    """Return `engine.get_tensor_name(index)` for an index within one profile."""
    engine = facts.engine_of(use)
    node = expression("{}.get_tensor_name({})", engine, index)
    return Named(node, (Lookup(node, engine, index, use.node),))


def all_names(use: Use, facts: Facts) -> Named:
    """Return the list of all tensor names of the engine."""
    engine = facts.engine_of(use)
    counter = "index" if "i" in facts.tree.names(engine) else "i"
    listed = f"[{{}}.get_tensor_name({counter}) for {counter} in range({{}}.num_io_tensors)]"
    node = expression(listed, engine, engine.deep_clone())
    return Named(node, (Lookup(node, engine, None, use.node),))


def again(named: Named) -> Named:
    """Return a copy of a name, to write it a second time."""
    copies = {one.node: one.node.deep_clone() for one in named.lookups}
    lookups = tuple(replace(one, node=copies[one.node]) for one in named.lookups)
    node = copies.get(named.node)
    return Named(node if node is not None else named.node.deep_clone(), lookups, named.certain)


def look_up(index: cst.BaseExpression, use: Use, facts: Facts) -> Named:
    """Return `engine.get_tensor_name(index)` for a binding index, without its profile part."""
    offset = strip_profile(index, use, facts)
    if offset.node is not index:
        at_hand = facts.name_for(offset.node, use)
        if at_hand is not None and not carries_suffix(facts.value(at_hand)):
            return Named(at_hand, (), offset.certain)
    named = name_at(offset.node, use, facts)
    lookups = () if _may_name_nothing(offset.node, facts) else named.lookups
    exists = offset.node is not index or is_modulo(index, facts) or _is_within(index, facts)
    return Named(named.node, lookups, offset.certain, exists)


def _may_name_nothing(index: cst.BaseExpression, facts: Facts) -> bool:
    """True if an index may be -1, as that of an unknown name, or is behind the last binding.

    An engine gives None there; a list gives its last name, or raises.
    """
    poly = poly_of(facts.value(index))
    if poly is None:
        return _is_asked_index(index, facts)
    if is_behind_all(poly, facts):
        return True
    if poly.constant is not None:
        return poly.constant < 0
    return any(atom.role == "index" for atom in poly.atoms)


def _is_within(index: cst.BaseExpression, facts: Facts) -> bool:
    """True if the code shows that every engine has a tensor at an index."""
    poly = poly_of(facts.value(index))
    if poly is None:
        return False
    if poly.constant is not None:
        return 0 <= poly.constant < (tensors_of_one_profile(facts) or FEWEST_TENSORS)
    if is_before_last(poly):
        return True
    counters = [one for one in poly.atoms if one.role == "counter"]
    rounds = facts.rounds_of(counters[0]) if len(counters) == 1 else None
    if rounds is None:
        return False
    counter = Poly({(counters[0],): 1})
    start = poly - counter
    if any(factor < 0 or any(a.role == "other" for a in m) for m, factor in start.terms.items()):
        return False
    return counters[0] not in start.atoms and _is_count(start + rounds, facts)


def _is_count(poly: Poly, facts: Facts) -> bool:
    """True if a number is at most that of the tensors, or of the bindings of several profiles."""
    if poly.constant is not None:
        return poly.constant <= (tensors_of_one_profile(facts) or FEWEST_TENSORS)
    if set(poly.terms.values()) != {1}:
        return False
    counted = sorted(sorted(one.role for one in product) for product in poly.terms)
    return counted in _COUNTS or (counted == _OF_ALL_PROFILES and not facts.several_profiles)


def _is_asked_index(index: cst.BaseExpression, facts: Facts) -> bool:
    """True if a variable in an index has the index of a name on one of several ways."""
    for name in (n for n in walk(index) if isinstance(n, cst.Name)):
        for bound in binders(name.value, home(index, facts.tree), facts.tree):
            target = facts.tree.parent(bound)
            statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
            if isinstance(statement, cst.Assign):
                given = poly_of(facts.value(statement.value))
                if given is not None and any(atom.role == "index" for atom in given.atoms):
                    return True
    return False


def why_no_name(index: cst.BaseExpression, use: Use, facts: Facts) -> str:
    """Return why `tensor_name` finds none for an argument, and what to write."""
    if facts.name_for(index, use) is not None:
        return MAY_BE_OF_OTHER
    written = code(index)
    if dotted(index) is None or _is_loop_variable(index, facts):
        advice = f"write int({written}) or str({written}), whichever it is"
    else:
        advice = f"annotate it ({written}: int, or {written}: str)"
    return f"it is not known whether the argument is a binding index or a tensor name: {advice}"


def _is_loop_variable(node: cst.BaseExpression, facts: Facts) -> bool:
    """True if a name is bound by a loop or comprehension around it, where it has no annotation."""
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.FunctionDef, cst.Lambda)):
            return False
        loops: list[cst.For | cst.CompFor] = [up] if isinstance(up, cst.For) else []
        if isinstance(up, cst.BaseComp):
            clause: cst.CompFor | None = up.for_in
            while clause is not None:
                loops.append(clause)
                clause = clause.inner_for_in
        if any(code(name) == code(node) for loop in loops for name in walk(loop.target)):
            return True
    return False


def tensorrt_name(use: AnyUse, facts: Facts) -> tuple[str, bool]:
    """Return the name of the tensorrt module in the code, and True if it has to be imported."""
    alias = facts.alias(use)
    return (alias, False) if alias is not None else ("trt", True)


MAY_BE_OF_OTHER = (
    "the name may be that of a binding of another profile: pass a name from "
    "engine.get_tensor_name(i), and keep the profile beside it"
)
PROFILE_UNKNOWN = (
    "the name carries a profile, and it is not known which one: pass the name without "
    "` [profile k]`, and keep the profile beside it"
)
PASSED_ON = "the method is passed on without being called: pass a lambda that calls its successor"
UNPACKED = "the arguments are unpacked from a sequence: pass them one by one"
