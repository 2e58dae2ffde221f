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
from trtmigrate.facts.domain.polynomials import Atom, Poly, atom
from trtmigrate.facts.domain.values import Instance, Number, Span, poly_of
from trtmigrate.rewrites.profiles.totals import counts_one
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import assigned, walk_scope


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
    own = [a for a in _addends(index) if not is_offset_variable(a, facts)]
    if len(own) < len(list(_addends(index))):
        return within_profile(own[0], use, facts) if len(own) == 1 else Offset(_added(own))
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
    """The number of I/O tensors, where the module builds its one network in plain sight, executes
    with a literal list that is padded, or chooses profile k and the offset k * n side by side.
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
    lengths = lengths or set(_by_choices(facts))
    return lengths.pop() if len(lengths) == 1 else None


def _by_choices(facts: Facts) -> Iterator[int]:
    """`offset = 4` in the block that chooses profile 2, where `offset` is added to indexes: two
    tensors.
    """
    for read in facts.reads.values():
        if read.member == "set_optimization_profile_async":
            call = facts.tree.parent(read.node)
            chosen = call.args[0].value if isinstance(call, cst.Call) and call.args else None
        elif read.member == "active_optimization_profile":
            statement = facts.tree.small_statement(read.node)
            stored = isinstance(facts.tree.parent(read.node), cst.AssignTarget)
            chosen = statement.value if stored and isinstance(statement, cst.Assign) else None
        else:
            continue
        if not isinstance(chosen, cst.Integer) or chosen.evaluated_value == 0:
            continue
        line = facts.tree.small_statement(read.node)
        for name, value in _literals_beside(line, facts):
            if value % chosen.evaluated_value == 0 and value and _is_added(name, line, facts):
                yield value // chosen.evaluated_value


def _literals_beside(node: cst.CSTNode | None, facts: Facts) -> Iterator[tuple[str, int]]:
    """The integers that variables are set to in the block of a statement."""
    for line in (facts.tree.block(node) or ()) if node is not None else ():
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.Assign) and isinstance(small.value, cst.Integer):
                for target in small.targets:
                    if isinstance(target.target, cst.Name):
                        yield target.target.value, small.value.evaluated_value


_ADDRESSED = ("set_binding_shape", "set_shape_input", "get_binding_shape")


def _is_added(name: str, node: cst.CSTNode | None, facts: Facts) -> bool:
    """Whether a variable is a whole addend of the indexes that a context is given."""
    scope = facts.tree.function(node) if node is not None else None
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member not in _ADDRESSED or not isinstance(call, cst.Call) or not call.args:
            continue
        if facts.tree.function(call) is scope:
            addends = _addends(call.args[0].value)
            if any(isinstance(a, cst.Name) and a.value == name for a in addends):
                return True
    return False


def is_offset_variable(node: cst.BaseExpression, facts: Facts) -> bool:
    """Whether a variable only ever is a literal multiple of the number of tensors: where the
    bindings of a profile begin.
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
    receiver = facts.value(use.receiver)
    if isinstance(receiver, Instance):
        origins |= {receiver.owner, receiver.origin}
    for name, held in use.read.env.items():
        if isinstance(held, Number) and any(held.poly == atom("tensors", o) for o in origins):
            return cst.Name(name)
    return expression("{}.num_io_tensors", engine.deep_clone())


def _is_short(counter: Atom, facts: Facts) -> bool:
    """Whether a loop goes over the tensors of one profile at most."""
    length = facts.rounds_of(counter)
    if length is None:
        return False
    if not isinstance(length, Poly):
        return False
    if any(a.role == "profiles" for a in length.atoms):
        loop = getattr(counter, "key", None)
        iterated = getattr(loop, "iter", None)
        return iterated is not None and counts_one(iterated, facts)
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


def offset_of(
    index: cst.BaseExpression, facts: Facts
) -> tuple[cst.BaseExpression | None, cst.CSTNode] | None:
    """The profile part of a binding index, None where it has none, and where it is evaluated; None
    where the index cannot be followed.
    """
    parts: list[cst.BaseExpression] = []
    where: cst.CSTNode = index
    for addend in _addends(index):
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
        if poly is None or any(a.role in ("other", "index") for a in poly.atoms):
            if poly is None or not _is_multiple(poly):
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


def _is_multiple(poly: Poly) -> bool:
    return poly.without("tensors") is not None


def _loop_of(node: cst.BaseExpression, facts: Facts) -> cst.Call | None:
    """The `range(...)` of the loop around a node whose counter it is."""
    if not isinstance(node, cst.Name):
        return None
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.For) and isinstance(up.target, cst.Name):
            if up.target.value == node.value:
                counts = isinstance(up.iter, cst.Call) and isinstance(facts.value(up.iter), Span)
                return up.iter if counts and isinstance(up.iter, cst.Call) else None
    return None
