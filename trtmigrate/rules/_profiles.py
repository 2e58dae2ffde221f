"""The profile part of binding arithmetic, which the tensor API does not want.

With P optimization profiles of n I/O tensors the binding API numbers P * n bindings; `num_bindings`
counts them all and the index `n * k + i` is tensor i of profile k. The tensor API numbers n tensors
and knows one active profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.symbols import Poly, atom
from trtmigrate.facts.tree import walk, walk_scope
from trtmigrate.facts.values import Instance, Number, Span, poly_of
from trtmigrate.templates import expression


@dataclass(frozen=True)
class Offset:
    """A binding index without its profile part; `certain` is false where that took a modulo for
    lack of facts.
    """

    node: cst.BaseExpression
    certain: bool = True


def within_profile(index: cst.BaseExpression, use: Use, facts: Facts) -> Offset:
    """What is left of a binding index within its profile."""
    if not facts.several_profiles or _is_modulo(index, facts):
        return Offset(index)
    poly = poly_of(facts.value(index))
    if poly is None:
        return Offset(_modulo(index, use, facts), certain=False)
    part = poly.with_role("tensors")
    if not part.terms:
        if poly.constant is not None:
            return Offset(_constant(poly.constant, index, use, facts))
        within = all(_is_short(a, facts) for a in poly.atoms if a.role == "counter")
        unknown = any(a.role == "other" for a in poly.atoms)
        if within and not unknown:
            return Offset(index)
        return Offset(_modulo(index, use, facts), certain=not unknown)
    rest = _kept(index, facts)
    if rest is not None and _sum(rest, facts) == poly - part:
        return Offset(_added(rest))
    return Offset(_modulo(index, use, facts))


def _is_modulo(index: cst.BaseExpression, facts: Facts) -> bool:
    """Whether an index is taken modulo the number of tensors already."""
    if not isinstance(index, cst.BinaryOperation) or not isinstance(index.operator, cst.Modulo):
        return False
    by = poly_of(facts.value(index.right))
    return by is not None and {a.role for a in by.atoms} == {"tensors"}


def _constant(number: int, index: cst.BaseExpression, use: Use, facts: Facts) -> cst.BaseExpression:
    """A literal index: an engine has two I/O tensors at least, what is higher may be of another
    profile.
    """
    if number in (0, 1):
        return index
    tensors = tensors_of_one_profile(facts)
    if tensors is None:
        return _modulo(index, use, facts)
    return index if 0 <= number < tensors else cst.Integer(str(number % tensors))


def tensors_of_one_profile(facts: Facts) -> int | None:
    """The number of I/O tensors, where the module builds its one network in plain sight, or
    executes with a literal list that is padded.
    """
    called = [
        (read.member, facts.tree.parent(read.node), facts.tree.loops(read.node))
        for read in facts.reads.values()
        if isinstance(facts.tree.parent(read.node), cst.Call)
    ]
    networks = [c for c in called if c[0] == "create_network"]
    made = [c for c in called if c[0] in ("add_input", "mark_output")]
    kinds = {c[0] for c in made}
    if len(networks) == 1 and len(kinds) == 2 and not any(loops for _, _, loops in made):
        return len(made)
    lengths = {
        sum(not is_zero(e.value) for e in arg.value.elements)
        for name, call, _ in called
        if name in ("execute_async_v2", "execute_v2") and isinstance(call, cst.Call)
        for arg in call.args[:1]
        if isinstance(arg.value, (cst.List, cst.Tuple))
        and any(is_zero(e.value) for e in arg.value.elements)
    }
    return lengths.pop() if len(lengths) == 1 else None


def is_zero(node: cst.BaseExpression) -> bool:
    """`0` and `int(0)`: no address."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "int":
        return len(node.args) == 1 and is_zero(node.args[0].value)
    return isinstance(node, cst.Integer) and node.evaluated_value == 0


def _modulo(index: cst.BaseExpression, use: Use, facts: Facts) -> cst.BaseExpression:
    return expression("{} % {}", index, tensor_count(use, facts))


def tensor_count(use: Use, facts: Facts) -> cst.BaseExpression:
    """The number of I/O tensors of one profile: a variable that holds it, or
    `engine.num_io_tensors`.
    """
    engine = facts.engine_of(use)
    value = facts.value(engine)
    origins = {value.origin} if isinstance(value, Instance) else set()
    assert use.receiver is not None
    receiver = facts.value(use.receiver)
    if isinstance(receiver, Instance):
        origins |= {receiver.owner, receiver.origin}
    for name, held in use.read.env.items():
        if isinstance(held, Number) and any(held.poly == atom("tensors", o) for o in origins):
            return cst.Name(name)
    return expression("{}.num_io_tensors", engine.deep_clone())


def _is_short(counter: object, facts: Facts) -> bool:
    """Whether a loop goes over the tensors of one profile at most."""
    length = facts.interpreter.lengths.get(counter)  # type: ignore[call-overload]
    if length is None:
        return False
    if not isinstance(length, Poly):
        return False
    if any(a.role == "profiles" for a in length.atoms):
        loop = getattr(counter, "key", None)
        iterated = getattr(loop, "iter", None)
        return iterated is not None and is_scaled(iterated, facts)
    return all(len(m) <= 1 and abs(f) == 1 for m, f in length.terms.items() if m)


def _addends(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from _addends(node.left)
        yield from _addends(node.right)
    else:
        yield node


def _kept(index: cst.BaseExpression, facts: Facts) -> list[cst.BaseExpression] | None:
    """The addends of an index without those that only count bindings of earlier profiles."""
    kept = []
    for addend in _addends(index):
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


def profile_of(index: cst.BaseExpression, facts: Facts) -> Poly | None:
    """The number of the profile that a binding index belongs to; None where it is the first or
    unknown.
    """
    poly = poly_of(facts.value(index))
    if poly is None:
        return None
    part = poly.with_role("tensors")
    return part.without("tensors") if part.terms else None


# totals over all profiles that the code divides


def is_scaled(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether every total over all profiles in an expression is one that the edits bring down to
    one profile, because the code divides it by their number.
    """
    found = False
    for part in walk(node):
        if isinstance(part, cst.Name) and _is_total(part, facts):
            found = True
            if part.value not in divided_names(part, facts):
                return False
        if isinstance(part, cst.Attribute) and part.attr.value == "num_bindings":
            found = True
            if not is_divided(part, facts):
                return False
    return found


def _is_total(node: cst.CSTNode, facts: Facts) -> bool:
    return facts.interpreter.is_over_profiles(facts.value(node))


def is_divided(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether what is counted here is divided by the number of profiles, at once or by way of
    variables.
    """
    for up in facts.tree.ancestors(node):
        if up in facts.interpreter.profile_divisions or _goes_over_profiles(up, facts):
            return True
        if isinstance(up, (cst.Assign, cst.AugAssign)):
            targets = [t.target for t in up.targets] if isinstance(up, cst.Assign) else [up.target]
            names = {n.value for t in targets for n in walk(t) if isinstance(n, cst.Name)}
            return bool(names & divided_names(up, facts))
    return False


def _goes_over_profiles(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether a loop goes over the profiles already: within, one profile is meant at a time."""
    if not isinstance(node, cst.For):
        return False
    value = facts.value(node.iter)
    if not isinstance(value, Span) or value.stop is None:
        return False
    return value.stop == atom("profiles", value.engine)


def divided_names(node: cst.CSTNode, facts: Facts) -> set[str]:
    """The variables of the scope of `node` that hold totals and are divided later on."""
    scope = facts.tree.function(node) or facts.module
    divided: set[str] = set()
    for division in facts.interpreter.profile_divisions:
        if (facts.tree.function(division) or facts.module) is not scope:
            continue
        left = division.left if isinstance(division, cst.BinaryOperation) else None
        if isinstance(division, cst.AugAssign):
            left = division.target
        if left is not None:
            divided |= {
                n.value for n in walk(left) if isinstance(n, cst.Name) and _is_total(n, facts)
            }
    while True:
        more = set(divided)
        for statement in walk_scope(scope):
            if isinstance(statement, cst.Assign):
                targets = {
                    n.value for t in statement.targets for n in walk(t) if isinstance(n, cst.Name)
                }
                if targets & divided:
                    more |= {
                        n.value
                        for n in walk(statement.value)
                        if isinstance(n, cst.Name) and _is_total(n, facts)
                    }
        if more == divided:
            return divided
        divided = more
