"""What rules share: arguments of a call, tensor names for binding indexes."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.edit import Lookup
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.facts.domain.values import carries_suffix, poly_of
from trtmigrate.rewrites.profiles.offsets import strip_profile
from trtmigrate.rewrites.profiles.totals import may_name_other_profile
from trtmigrate.rewrites.tensor_names.suffix_text import without_suffix
from trtmigrate.rewrites.tensor_names.suffixed_names import split_suffixed_name
from trtmigrate.syntax.calls import argument as argument
from trtmigrate.syntax.calls import unpacks as unpacks
from trtmigrate.syntax.current_binding import current_binding
from trtmigrate.syntax.templates import expression


@dataclass(frozen=True)
class Named:
    """A tensor name as an expression, and the look-up that it costs, if any."""

    node: cst.BaseExpression
    lookups: tuple[Lookup, ...] = ()
    certain: bool = True  # false: the profile part of the index could not be followed


def tensor_name(index: cst.BaseExpression, use: Use, facts: Facts) -> Named | None:
    """The tensor name for what the old API was given: an index or, on an engine, an index or a
    name.

    None where it cannot be told which of the two it is.
    """
    named = facts.name_for(index, use)
    if named is not None and _may_name_other_profile(named, use, facts):
        return None
    if named is not None:
        plain = _plain(named, facts) if facts.several_profiles else named
        return Named(plain) if plain is not None else None
    takes_only_indexes = facts.kind(use.receiver) == "IExecutionContext" if use.receiver else False
    if not facts.is_index(index) and not takes_only_indexes:
        return None
    return look_up(index, use, facts)


def _may_name_other_profile(name: cst.BaseExpression, use: Use, facts: Facts) -> bool:
    """True if a name at hand may be that of a binding of a further profile."""
    set_by = None
    if isinstance(name, cst.Name) and name not in facts.values:
        set_by = current_binding(name.value, use.node, facts.tree)
    return may_name_other_profile(set_by if set_by is not None else name, facts)


def _plain(name: cst.BaseExpression, facts: Facts) -> cst.BaseExpression | None:
    """A name without the profile that the program puts on it; None where that cannot be
    followed.
    """
    short = without_suffix(name)
    if short is not None or not carries_suffix(facts.value(name)):
        return short if short is not None else name
    parts = split_suffixed_name(name, facts)
    return parts.name if parts is not None and not parts.remove else None


def name_at(index: cst.BaseExpression, use: Use, facts: Facts) -> Named:
    """`engine.get_tensor_name(index)` for an index within one profile."""
    engine = facts.engine_of(use)
    node = expression("{}.get_tensor_name({})", engine, index)
    return Named(node, (Lookup(node, engine, index, use.node),))


def all_names(use: Use, facts: Facts) -> Named:
    """The list of all tensor names of the engine."""
    engine = facts.engine_of(use)
    counter = "index" if "i" in facts.tree.names(engine) else "i"
    listed = f"[{{}}.get_tensor_name({counter}) for {counter} in range({{}}.num_io_tensors)]"
    node = expression(listed, engine, engine.deep_clone())
    return Named(node, (Lookup(node, engine, None, use.node),))


def again(named: Named) -> Named:
    """The same name once more."""
    copies = {one.node: one.node.deep_clone() for one in named.lookups}
    lookups = tuple(
        Lookup(copies[one.node], one.engine, one.index, one.at) for one in named.lookups
    )
    node = copies.get(named.node)
    return Named(node if node is not None else named.node.deep_clone(), lookups, named.certain)


def look_up(index: cst.BaseExpression, use: Use, facts: Facts) -> Named:
    """`engine.get_tensor_name(index)` for a binding index, its profile part stripped."""
    offset = strip_profile(index, use, facts)
    if offset.node is not index:
        at_hand = facts.name_for(offset.node, use)
        if at_hand is not None and not carries_suffix(facts.value(at_hand)):
            return Named(at_hand, (), offset.certain)
    named = name_at(offset.node, use, facts)
    lookups = () if _may_be_negative(offset.node, facts) else named.lookups
    return Named(named.node, lookups, offset.certain)


def _may_be_negative(index: cst.BaseExpression, facts: Facts) -> bool:
    """True if an index may be -1, for which a list gives its last name and an engine gives none.

    The index of an unknown name is -1.
    """
    poly = poly_of(facts.value(index))
    if poly is None:
        return False
    if poly.constant is not None:
        return poly.constant < 0
    return any(atom.role == "index" for atom in poly.atoms)


def tensorrt_name(use: AnyUse, facts: Facts) -> tuple[str, bool]:
    """How the code calls the tensorrt module, and whether it has to be imported first."""
    alias = facts.alias(use)
    return (alias, False) if alias is not None else ("trt", True)


NOT_FOLLOWED = "whether the argument is a binding index or a name could not be followed"
UNPACKED = "the arguments are unpacked from a sequence, so they cannot be told apart"
