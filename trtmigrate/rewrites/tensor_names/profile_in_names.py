"""Tell whether it matters to a program that a name has lost its profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.polynomials import Poly
from trtmigrate.facts.domain.values import Ref, TensorName, is_text, poly_of
from trtmigrate.rewrites.profiles.offsets import starts_first_profile, strip_profile
from trtmigrate.rewrites.profiles.tensor_counts import addends_of
from trtmigrate.rewrites.profiles.variables import Variable, reads_of
from trtmigrate.rewrites.tensor_names.name_readers import Reading, find_readers
from trtmigrate.syntax.scopes import binders, is_target
from trtmigrate.syntax.tree import Loop, assigned, walk

PROFILE_SEEN = (
    "the names of the bindings of further profiles ended in ` [profile k]`, and the program sees "
    "it: go over the tensors of one profile, or keep the profile beside the name"
)

LOST = (
    "the names of the bindings of further profiles ended in ` [profile k]`; the program prints the "
    "name of the tensor alone now"
)


def shows_profile(use: Use, index: cst.BaseExpression, facts: Facts) -> bool:
    """True if a use asks for the name of a binding of another profile, and the program sees more of
    it than the name of the tensor.
    """
    offset = strip_profile(index, use, facts)
    if offset.node is index:
        return False
    assert isinstance(use.whole, cst.BaseExpression)
    readers = find_readers(use.whole, facts, is_list=False)
    if not offset.certain:  # it may be of profile 0, but its index cannot be asked
        return Reading.PLACE in readers.reading
    if readers.reading & (Reading.SEEN | Reading.PLACE):
        return True
    by_modulo = isinstance(offset.node, cst.BinaryOperation) and isinstance(
        offset.node.operator, cst.Modulo
    )
    return not all(_holds_one(table, use, index, by_modulo, facts) for table in readers.tables)


def is_displayed(node: cst.CSTNode, facts: Facts) -> bool:
    """True for what is printed, alone or in a list, or written into a text by `%` or `format`."""
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Element):
        whole = facts.tree.parent(parent)
        return isinstance(whole, cst.Tuple) and is_displayed(whole, facts)
    if isinstance(parent, cst.BinaryOperation):
        return isinstance(parent.operator, cst.Modulo) and is_text(facts.value(parent.left))
    if isinstance(parent, (cst.ListComp, cst.GeneratorExp)) and parent.elt is node:
        return is_displayed(parent, facts)
    call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
    if not isinstance(call, cst.Call):
        return False
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "format":
        return is_text(facts.value(call.func.value))
    return facts.value(call.func) == Ref("builtins.print")


def _holds_one(
    table: Variable | cst.DictComp,
    use: Use,
    index: cst.BaseExpression,
    by_modulo: bool,
    facts: Facts,
) -> bool:
    """True if a dictionary gets the names of one profile only: it is made anew for the next one,
    and the loop that fills it goes over bindings of one profile, or picks some.
    """
    around = _loops_around(table, facts)
    if around is None:
        return False
    own = [*_loops_of_comprehensions(use.whole, table, facts)]
    loops = [loop for loop in facts.tree.loops(use.whole) if loop not in around]
    if by_modulo and _keeps_to_one_profile(index, [*loops, *own], facts):
        return isinstance(table, cst.DictComp) or _is_filled_alike(table, index, facts)
    if by_modulo:
        return bool(loops) and all(_picks(loop, use, facts) for loop in loops)
    within = strip_profile(index, use, facts).node
    kept = {n.value for n in walk(within) if isinstance(n, cst.Name)}
    parts = [a for a in addends_of(index) if not {n.value for n in _names(a)} <= kept]
    chosen = {n.value for part in parts for n in _names(part)}
    targets = [n.value for loop in (*loops, *own) for n in _names(getattr(loop, "target", loop))]
    return not chosen & set(targets) and not any(isinstance(o, cst.While) for o in loops)


def _keeps_to_one_profile(
    index: cst.BaseExpression, loops: Sequence[cst.CSTNode], facts: Facts
) -> bool:
    """True if a loop gives a variable indexes of one profile only.

    That is `b` of `for b in range(k * n + inputs, k * n + n)`: the part `k * n` is the same in all
    rounds, and what is added to it stays below `n`.
    """
    poly = poly_of(facts.value(index))
    if poly is None or len(loops) != 1 or not _is_given_by(loops[0], index):
        return False
    counters = [a for a in poly.atoms if a.role == "counter" and a.key is loops[0]]
    rounds = facts.rounds_of(counters[0]) if len(counters) == 1 else None
    part = poly.with_role("tensors")
    if rounds is None or counters[0] in part.atoms:
        return False
    start = poly - part - Poly({(counters[0],): 1})
    counted = all(len(m) <= 1 and f > 0 for m, f in start.terms.items())
    known = all(a.role in ("inputs", "outputs") for a in start.atoms)
    whole = not part.terms or part.without("tensors") is not None
    return counted and known and whole and starts_first_profile(Poly(), start + rounds)


def _is_filled_alike(table: Variable, index: cst.BaseExpression, facts: Facts) -> bool:
    """True if a function makes a dictionary and stores names of the profile of an index alone."""
    (made,) = binders(table.name, table.scope, facts.tree)
    part = (poly_of(facts.value(index)) or Poly()).with_role("tensors")
    for node in reads_of(table, facts):
        stored = facts.tree.parent(node)
        if not isinstance(stored, cst.Subscript) or not is_target(stored, facts.tree):
            continue
        inner = stored.slice[0].slice
        key = facts.value(inner.value) if isinstance(inner, cst.Index) else None
        of_binding = key.index if isinstance(key, TensorName) else None
        if of_binding is None or of_binding.with_role("tensors") != part:
            return False
    return isinstance(facts.tree.parent(made), (cst.AssignTarget, cst.AnnAssign))


def _loops_of_comprehensions(
    node: cst.CSTNode, table: Variable | cst.DictComp, facts: Facts
) -> Iterator[cst.CompFor]:
    """Yield the loops of the comprehensions around a name that fill a dictionary with it."""
    for up in facts.tree.ancestors(node):
        loop = up.for_in if isinstance(up, cst.BaseComp) else None
        while loop is not None:
            yield loop
            loop = loop.inner_for_in
        if up is table:
            return


def _is_given_by(loop: cst.CSTNode, index: cst.BaseExpression) -> bool:
    """True if a loop alone sets the variable that is the index."""
    if not isinstance(index, cst.Name) or not isinstance(loop, (cst.For, cst.CompFor)):
        return False
    again = assigned(loop.body) if isinstance(loop, cst.For) else ()
    return index.value in {n.value for n in _names(loop.target)} and index.value not in again


def _names(node: cst.CSTNode) -> list[cst.Name]:
    return [n for n in walk(node) if isinstance(n, cst.Name)]


def _loops_around(table: Variable | cst.DictComp, facts: Facts) -> list[Loop] | None:
    """Return the loops that make a dictionary anew; None where it is made at several places."""
    if isinstance(table, cst.DictComp):
        return facts.tree.loops(table)
    made = binders(table.name, table.scope, facts.tree)
    return facts.tree.loops(made[0]) if len(made) == 1 else None


def _picks(loop: Loop, use: Use, facts: Facts) -> bool:
    """True if a test of the variable of a loop decides whether a round gets to a use."""
    if not isinstance(loop, cst.For):
        return False
    names = {n.value for n in _names(loop.target)}
    order = facts.tree.order
    tests = [
        node.test
        for node in walk(loop.body)
        if isinstance(node, cst.If)
        and order[node] < order[use.node]
        and (_skips(node) or any(up is node.body for up in facts.tree.ancestors(use.node)))
    ]
    return any(n.value in names for test in tests for n in _names(test))


def _skips(node: cst.If) -> bool:
    return any(isinstance(n, cst.Continue) for n in walk(node.body))
