"""Take the profile out of binding arithmetic.

With P optimization profiles of n I/O tensors the binding API numbers P * n bindings; `num_bindings`
counts them all and the index `n * k + i` is tensor i of profile k. The tensor API numbers n tensors
and knows one active profile.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.polynomials import Atom, Poly, number
from trtmigrate.facts.domain.values import Span, poly_of
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.rewrites.profiles.tensor_counts import (
    addends_of,
    tensor_count,
    tensors_of_one_profile,
)
from trtmigrate.rewrites.profiles.totals import counts_one
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import assigned, walk_scope

FEWEST_TENSORS = 2  # of an engine: an input and an output
UNKNOWN_PROFILE = "the profile of the index is not known, so the index is taken modulo"
BEHIND_ALL = "the index is behind those of all bindings"


@dataclass(frozen=True)
class Offset:
    """A binding index without its profile part.

    `certain` is False where the profile part is not known and a modulo takes it off.
    """

    node: cst.BaseExpression
    certain: bool = True


def strip_profile(index: cst.BaseExpression, use: Use, facts: Facts) -> Offset:
    """Return a binding index without the bindings of earlier profiles."""
    if not facts.several_profiles or is_modulo(index, facts):
        return Offset(index)
    own = [a for a in addends_of(index) if not _counts_profiles(a, facts)]
    if len(own) < len(list(addends_of(index))):
        return strip_profile(own[0], use, facts) if len(own) == 1 else Offset(_added(own))
    poly = poly_of(facts.value(index))
    if poly is None:
        return _of_unknown_profile(index, use, facts)
    part = poly.with_role("tensors")
    if not part.terms:
        if not all(is_settled(a, facts) for a in addends_of(index)):
            return _of_unknown_profile(index, use, facts)
        if poly.constant is not None:
            return _strip_literal(poly.constant, index, use, facts)
        within = all(_is_short(a, facts) for a in poly.atoms if a.role == "counter")
        multiplied = any(len(product) > 1 for product in poly.terms)  # `k * (inputs + outputs)`
        unknown = multiplied or any(a.role == "other" for a in poly.atoms)
        if within and not unknown:
            return Offset(index)
        if unknown:
            return _of_unknown_profile(index, use, facts)
        return Offset(_modulo(index, use, facts))
    if is_behind_all(poly, facts):
        facts.trail.assume(BEHIND_ALL)
        return Offset(index, certain=False)
    last = (poly - part).constant
    if last is not None and -FEWEST_TENSORS <= last < 0 and _is_multiple(part):
        if _is_tensor_count(part):
            return Offset(index)
        return Offset(expression(f"{{}} - {-last}", tensor_count(use, facts)))
    rest = _kept(index, facts)
    if rest is not None and _sum(rest, facts) == poly - part:
        return Offset(_added(rest))
    return Offset(_modulo(index, use, facts))


def _of_unknown_profile(index: cst.BaseExpression, use: Use, facts: Facts) -> Offset:
    facts.trail.assume(UNKNOWN_PROFILE)
    return Offset(_modulo(index, use, facts), certain=False)


def _counts_profiles(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for a product with the number of tensors: it is a multiple whatever the other factor."""
    if is_offset_variable(node, facts):
        return True
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, cst.Multiply):
        return False
    polys = [poly_of(facts.value(factor)) for factor in (node.left, node.right)]
    return any(p is not None and _is_tensor_count(p) for p in polys)


def _is_tensor_count(poly: Poly) -> bool:
    return {a.role for a in poly.atoms} == {"tensors"} and poly.without("tensors") == number(1)


def is_modulo(index: cst.BaseExpression, facts: Facts) -> bool:
    """True if an index is taken modulo the number of tensors already."""
    if not isinstance(index, cst.BinaryOperation) or not isinstance(index.operator, cst.Modulo):
        return False
    by = poly_of(facts.value(index.right))
    return by is not None and {a.role for a in by.atoms} == {"tensors"}


def is_before_last(poly: Poly) -> bool:
    """True for `num_io_tensors - 1` and `- 2`: every engine has so many tensors."""
    part = poly.with_role("tensors")
    last = (poly - part).constant
    return last is not None and -FEWEST_TENSORS <= last < 0 and _is_tensor_count(part)


def is_behind_all(poly: Poly, facts: Facts) -> bool:
    """True for `num_bindings` and what is above it: no binding has such an index."""
    counted = ["profiles", "tensors"] if facts.several_profiles else ["tensors"]
    totals = [m for m in poly.terms if sorted(a.role for a in m) == counted]
    if len(totals) != 1 or poly.terms[totals[0]] != 1:
        return False
    rest = (poly - Poly({totals[0]: 1})).constant
    return rest is not None and rest >= 0


def _strip_literal(position: int, index: cst.BaseExpression, use: Use, facts: Facts) -> Offset:
    """Return a literal index within its profile.

    An engine has at least two I/O tensors; a higher index may belong to another profile, or to no
    binding at all.
    """
    if position in (0, 1):
        return Offset(index)
    tensors = tensors_of_one_profile(facts)
    if tensors is None:
        return _of_unknown_profile(index, use, facts)
    if 0 <= position < tensors:
        return Offset(index)
    return Offset(cst.Integer(str(position % tensors)))


def is_of_first_profile(index: cst.BaseExpression, facts: Facts) -> bool:
    """True if a binding index certainly lies within the first profile."""
    poly = poly_of(facts.value(index))
    if poly is None or not is_settled(index, facts):
        return False
    if poly.constant is not None:
        return 0 <= poly.constant < (tensors_of_one_profile(facts) or FEWEST_TENSORS)
    part = poly.with_role("tensors")
    last = (poly - part).constant
    if part.terms:
        return last is not None and -FEWEST_TENSORS <= last < 0 and _is_tensor_count(part)
    if any(a.role in ("other", "index", "profiles") for a in poly.atoms):
        return False
    return all(_is_short(a, facts) for a in poly.atoms if a.role == "counter")


def begins_first_profile(part: cst.Slice, facts: Facts) -> bool:
    """True for `[:n]`, where n is not more than the number of tensors of one profile."""
    if part.upper is None or part.step is not None:
        return False
    lower = poly_of(facts.value(part.lower)) if part.lower is not None else Poly()
    return starts_first_profile(lower, poly_of(facts.value(part.upper)))


def starts_first_profile(lower: Poly | None, upper: Poly | None) -> bool:
    """True if the indexes from `lower` up to `upper`, without it, are of the first profile."""
    if lower is None or upper is None or lower.constant is None or lower.constant < 0:
        return False
    if upper.constant is not None:
        return 0 <= upper.constant <= FEWEST_TENSORS
    counts = [len(m) == 1 and m[0].role in ("tensors", "inputs", "outputs") for m in upper.terms]
    return counts == [True] and list(upper.terms.values()) == [1]


def is_offset_variable(node: cst.BaseExpression, facts: Facts) -> bool:
    """True if every assignment sets a variable to a literal multiple of the number of tensors.

    That is where the bindings of a profile begin.
    """
    if not isinstance(node, cst.Name) or poly_of(facts.value(node)) is not None:
        return False
    scope = facts.tree.function(node) or facts.module
    if isinstance(scope, cst.FunctionDef) and node.value in {
        p.name.value for p in scope.params.params
    }:
        return False
    literals = [
        statement.value.evaluated_value
        for statement in walk_scope(scope)
        if isinstance(statement, cst.Assign) and isinstance(statement.value, cst.Integer)
        for target in statement.targets
        if isinstance(target.target, cst.Name) and target.target.value == node.value
    ]
    if not literals or len(literals) != sum(name == node.value for name in assigned(scope)):
        return False
    tensors = tensors_of_one_profile(facts)
    return tensors is not None and all(value % tensors == 0 for value in literals)


def _modulo(index: cst.BaseExpression, use: Use, facts: Facts) -> cst.BaseExpression:
    return expression("{} % {}", index, tensor_count(use, facts))


def _is_short(counter: Atom, facts: Facts) -> bool:
    """True if a loop goes over the tensors of one profile at most."""
    length = facts.rounds_of(counter)
    if length is None:
        return False
    if any(a.role == "profiles" for a in length.atoms):
        loop = getattr(counter, "key", None)
        iterated = getattr(loop, "iter", None)
        return iterated is not None and counts_one(iterated, facts)
    return all(len(m) <= 1 and abs(f) == 1 for m, f in length.terms.items() if m)


def _kept(index: cst.BaseExpression, facts: Facts) -> list[cst.BaseExpression] | None:
    """Return the addends of an index without those that count bindings of earlier profiles."""
    kept = []
    for addend in addends_of(index):
        poly = poly_of(facts.value(addend))
        if poly is None:
            return None
        part = poly.with_role("tensors")
        if part.terms and part != poly:
            return None
        if not part.terms and poly.constant != 0:
            kept.append(addend)
    return kept


def _sum(addends: list[cst.BaseExpression], facts: Facts) -> Poly:
    total = Poly()
    for addend in addends:
        total = total + (poly_of(facts.value(addend)) or Poly())
    return total


def _added(addends: list[cst.BaseExpression]) -> cst.BaseExpression:
    if not addends:
        return cst.Integer("0")
    total = addends[0]
    for addend in addends[1:]:
        total = cst.BinaryOperation(total, cst.Add(), addend)
    return total


def offset_of(
    index: cst.BaseExpression, facts: Facts
) -> tuple[cst.BaseExpression | None, cst.CSTNode] | None:
    """Return the profile part of a binding index (None for profile 0) and where it is evaluated.

    None if the index cannot be followed.
    """
    parts: list[cst.BaseExpression] = []
    where: cst.CSTNode = index
    for addend in addends_of(index):
        poly = poly_of(facts.value(addend))
        if is_offset_variable(addend, facts):
            parts.append(addend)
            continue
        loop = _loop_of(addend, facts)
        if loop is not None and (poly is None or poly.with_role("tensors").terms):
            begin = offset_of(loop.args[0].value, facts) if len(loop.args) == 2 else None
            if begin is None:
                return None
            parts += [begin[0]] if begin[0] is not None else []
            where = begin[1]
            continue
        if poly is None or not _is_followed(addend, poly, facts):
            return None
        if poly.with_role("tensors").terms:
            if not _is_multiple(poly):
                return None
            parts.append(addend)
        elif poly.constant is not None and poly.constant > 1:
            tensors = tensors_of_one_profile(facts)
            if tensors is None:
                return None
            if poly.constant >= tensors:
                parts.append(cst.Integer(str(poly.constant - poly.constant % tensors)))
    return (_added(parts) if parts else None), where


def _is_followed(addend: cst.BaseExpression, poly: Poly, facts: Facts) -> bool:
    """True if the profile part of an addend is known: it is not an assumed constant, and its
    counters do not run into the next profile.
    """
    if not is_settled(addend, facts):
        return False
    if not all(_is_short(a, facts) for a in poly.atoms if a.role == "counter"):
        return False
    unknown = any(a.role in ("other", "index") for a in poly.atoms)
    return not unknown or _is_multiple(poly)


def is_settled(node: cst.BaseExpression, facts: Facts) -> bool:
    """True unless a variable is taken for a constant that not every assignment gives it.

    The default of a parameter is such a constant: a caller may pass another number.
    """
    poly = poly_of(facts.value(node))
    if not isinstance(node, cst.Name) or poly is None or poly.constant is None:
        return True
    scope = facts.tree.function(node) or facts.module
    for mention in mentions_in(facts, scope, (node.value,)):
        parent = facts.tree.parent(mention)
        if isinstance(parent, cst.Param) and parent.name is mention:
            return False
        statement = facts.tree.parent(parent) if isinstance(parent, cst.AssignTarget) else None
        if isinstance(statement, cst.Assign) and poly_of(facts.value(statement.value)) != poly:
            return False
        if isinstance(parent, cst.AugAssign) and parent.target is mention:
            return False
    return True


def _is_multiple(poly: Poly) -> bool:
    return poly.without("tensors") is not None


def _loop_of(node: cst.BaseExpression, facts: Facts) -> cst.Call | None:
    """Return the `range(...)` of the loop whose counter `node` is."""
    if not isinstance(node, cst.Name):
        return None
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.For) and isinstance(up.target, cst.Name):
            if up.target.value == node.value:
                counts = isinstance(up.iter, cst.Call) and isinstance(facts.value(up.iter), Span)
                return up.iter if counts and isinstance(up.iter, cst.Call) else None
    return None
