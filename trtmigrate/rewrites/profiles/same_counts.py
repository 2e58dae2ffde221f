"""Read a result again: does every number still count what it counted?

The facts of the text before and of the result are compared. They are worked out by the interpreter
and not by the decisions of `count_flow`, so they show where a decision was wrong:

- a variable holds the same number, or the number of one profile in place of that of all;
- a number that leaves the arithmetic (it is printed, returned, compared, stored, given to a call)
  is the same number;
- a loop that goes over one profile now does not take its counter for a binding of all profiles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.polynomials import Atom, Poly
from trtmigrate.facts.domain.values import Number, Ref
from trtmigrate.rewrites.profiles.profile_count import profiles_added
from trtmigrate.syntax.scopes import is_within_target
from trtmigrate.syntax.tree import code, walk

Terms = frozenset[tuple[tuple[str, ...], int]]
Place = tuple[str, ...]  # the functions around a node, and what the node is there

_COUNTS = {"tensors", "profiles", "inputs", "outputs"}
_TAKES_APART = (cst.FloorDivide, cst.Divide, cst.Modulo, cst.Multiply)
# Functions that a number goes on through; what comes out is looked at in its turn.
_PASSING = frozenset(
    """
    builtins.divmod builtins.enumerate builtins.float builtins.int builtins.len builtins.list
    builtins.sum builtins.tuple builtins.zip numpy.array numpy.count_nonzero numpy.floor_divide
    numpy.sum
    """.split()
)


def changed_counts(before: Facts, after: Facts) -> Iterator[str]:
    """Yield what is wrong with the numbers of a result, as the end of a sentence."""
    if profiles_added(before) == 1:
        return  # all counts are those of one profile
    yield from _changed_variables(before, after)
    yield from _changed_outcomes(before, after)
    yield from _misread_loops(before, after)


def _terms(poly: Poly | None) -> Terms | None:
    """Return a number as the roles that it is a sum of products of: which engine does not count."""
    if poly is None:
        return None
    return frozenset((tuple(sorted(a.role for a in m)), f) for m, f in poly.terms.items())


def _is_count(terms: Terms | None) -> bool:
    """True if a number is made of numbers of tensors and profiles, and of nothing else."""
    if terms is None:
        return False
    roles = {role for product, _ in terms for role in product}
    return bool(roles) and roles <= _COUNTS


def _of_one_profile(terms: Terms) -> Terms | None:
    """Return a number of all profiles as that of one profile; None if it is no such number."""
    if not all("profiles" in product for product, _ in terms):
        return None
    reduced = set()
    for product, factor in terms:
        rest = list(product)
        rest.remove("profiles")
        reduced.add((tuple(rest), factor))
    return frozenset(reduced)


def _within(node: cst.CSTNode, facts: Facts) -> Place:
    """Return the names of the functions and classes around a node."""
    kinds = (cst.FunctionDef, cst.ClassDef)
    return tuple(n.name.value for n in facts.tree.ancestors(node) if isinstance(n, kinds))


# variables


def _changed_variables(before: Facts, after: Facts) -> Iterator[str]:
    now = _variables(after)
    for place, were in _variables(before).items():
        if not all(map(_is_count, were)):
            continue
        allowed = {*were, *(_of_one_profile(terms) for terms in were if terms is not None)} - {None}
        if any(terms not in allowed for terms in now.get(place, ())):
            yield f"`{place[-1]}` is another number than before"


def _variables(facts: Facts) -> dict[Place, set[Terms | None]]:
    """Return the numbers that each variable, attribute and entry holds."""
    found: dict[Place, set[Terms | None]] = defaultdict(set)
    for node, value in facts.values.items():
        if isinstance(value, Number) and isinstance(node, (cst.Name, cst.Attribute, cst.Subscript)):
            if not _is_of_tensorrt(node, facts):
                found[(*_within(node, facts), code(node))].add(_terms(value.poly))
    return found


def _is_of_tensorrt(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for `engine.num_bindings`: it is no variable."""
    owner = node.value if isinstance(node, (cst.Attribute, cst.Subscript)) else None
    return isinstance(owner, cst.BaseExpression) and facts.kind(owner) is not None


# where a number leaves the arithmetic


def _changed_outcomes(before: Facts, after: Facts) -> Iterator[str]:
    now = _outcomes(after)
    for place, were in _outcomes(before).items():
        there = now.get(place, [])
        if len(there) != len(were):
            continue  # which is which cannot be told
        for was, (node, terms) in zip(were, there, strict=True):
            if _is_count(was[1]) and terms != was[1]:
                yield f"`{code(node)}` is another number than before"


def _outcomes(facts: Facts) -> dict[Place, list[tuple[cst.CSTNode, Terms | None]]]:
    """Return the numbers that leave the arithmetic, by the place, in the order of the source."""
    found: dict[Place, list[tuple[cst.CSTNode, Terms | None]]] = defaultdict(list)
    for node in facts.tree.order:
        value = facts.value(node)
        if isinstance(value, Number) and not is_within_target(node, facts.tree):
            place = _leaves_at(node, facts)
            if place is not None:
                found[(*_within(node, facts), *place)].append((node, _terms(value.poly)))
    return found


def _leaves_at(node: cst.CSTNode, facts: Facts) -> Place | None:
    """Return how a number leaves the arithmetic; None if it goes on, into a variable or a sum."""
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Arg):
        return _leaves_in_call(parent, facts)
    if isinstance(parent, (cst.Return, cst.FormattedStringExpression, cst.Comparison, cst.Element)):
        return (type(parent).__name__,)
    if isinstance(parent, cst.ComparisonTarget):
        return ("Comparison",)
    if isinstance(parent, cst.Assign) and parent.value is node:
        target = parent.targets[0].target
        return None if isinstance(target, (cst.Name, cst.Tuple)) else ("=", code(target))
    return None


def _leaves_in_call(arg: cst.Arg, facts: Facts) -> Place | None:
    call = facts.tree.parent(arg)
    if not isinstance(call, cst.Call):
        return None
    called = facts.value(call.func)
    name = called.name if isinstance(called, Ref) else ""
    if name in _PASSING or (name == "builtins.range" and len(call.args) == 1):
        return None
    return ("call", code(call.func), str(call.args.index(arg)))


# loops


def _misread_loops(before: Facts, after: Facts) -> Iterator[str]:
    now = _loops(after)
    for place, were in _loops(before).items():
        there = now.get(place, [])
        for was, loop in zip(were, there, strict=False):
            rounds = _rounds(was, before)
            if len(there) != len(were) or not _is_count(rounds) or rounds is None:
                continue
            if _rounds(loop, after) == _of_one_profile(rounds) and _takes_apart(loop, after):
                yield f"`{place[-1]}` counts the tensors of one profile, but is read as a binding"


Loop = cst.For | cst.CompFor


def _loops(facts: Facts) -> dict[Place, list[Loop]]:
    found: dict[Place, list[Loop]] = defaultdict(list)
    for node in facts.tree.order:
        if isinstance(node, (cst.For, cst.CompFor)) and isinstance(node.target, cst.Name):
            found[(*_within(node, facts), node.target.value)].append(node)
    return found


def _rounds(loop: Loop, facts: Facts) -> Terms | None:
    return _terms(facts.rounds_of(Atom("counter", loop)))


def _takes_apart(loop: Loop, facts: Facts) -> bool:
    """True if a counter is divided, multiplied or compared: it is more than a position."""
    assert isinstance(loop.target, cst.Name)  # by `_loops`
    area = facts.tree.parent(loop) if isinstance(loop, cst.CompFor) else loop.body
    for node in walk(area) if area is not None else ():
        if isinstance(node, cst.Name) and node.value == loop.target.value:
            parent = facts.tree.parent(node)
            if isinstance(parent, cst.BinaryOperation) and parent.left is node:
                if isinstance(parent.operator, _TAKES_APART):
                    return True
    return False
