"""Tell how many I/O tensors an engine has: as an expression, or as a number where it shows."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.polynomials import atom
from trtmigrate.facts.domain.values import Instance, Number
from trtmigrate.facts.memo import once_per_file
from trtmigrate.syntax.current_binding import is_bound
from trtmigrate.syntax.templates import expression


def tensor_count(use: Use, facts: Facts) -> cst.BaseExpression:
    """Return the number of I/O tensors as an expression.

    That is a variable that holds it, or `engine.num_io_tensors`.
    """
    engine = facts.engine_of(use)
    value = facts.value(engine)
    origins = {value.origin} if isinstance(value, Instance) else set()
    receiver = facts.value(use.receiver)
    if isinstance(receiver, Instance):
        origins |= {receiver.owner, receiver.origin}
    for name, held in use.read.env.items():
        if isinstance(held, Number) and not held.is_float:
            known = any(held.poly == atom("tensors", o) for o in origins)
            if known and is_bound(name, use.node, facts.tree):  # not only in the next round
                return cst.Name(name)
    return expression("{}.num_io_tensors", engine.deep_clone())


def write_count(engine: cst.BaseExpression, *, all_profiles: bool) -> cst.BaseExpression:
    """Return the expression for the number of bindings of one profile or of all."""
    one = expression("{}.num_io_tensors", engine)
    if not all_profiles:
        return one
    return expression("{} * {}.num_optimization_profiles", one, engine.deep_clone())


@once_per_file
def tensors_of_one_profile(facts: Facts) -> int | None:
    """Return the number of I/O tensors if the module shows it, else None.

    It shows where the module builds its only network without loops, executes with a literal list
    padded with zeros, or chooses profile k and the offset k * n side by side.
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
    """Yield 2 for `offset = 4` in the block that chooses profile 2, if indexes add `offset`."""
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
    """Yield the variables that the block of a statement sets to integers, with the integers."""
    for line in (facts.tree.block(node) or ()) if node is not None else ():
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.Assign) and isinstance(small.value, cst.Integer):
                for target in small.targets:
                    if isinstance(target.target, cst.Name):
                        yield target.target.value, small.value.evaluated_value


_ADDRESSED = ("set_binding_shape", "set_shape_input", "get_binding_shape")


def _is_added(name: str, node: cst.CSTNode | None, facts: Facts) -> bool:
    """True if a variable is a whole addend of the indexes that a context is given."""
    scope = facts.tree.function(node) if node is not None else None
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member not in _ADDRESSED or not isinstance(call, cst.Call) or not call.args:
            continue
        if facts.tree.function(call) is scope:
            addends = addends_of(call.args[0].value)
            if any(isinstance(a, cst.Name) and a.value == name for a in addends):
                return True
    return False


def is_zero(node: cst.BaseExpression) -> bool:
    """True for `0` and `int(0)`, which are no address."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "int":
        return len(node.args) == 1 and is_zero(node.args[0].value)
    return isinstance(node, cst.Integer) and node.evaluated_value == 0


def addends_of(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield `a`, `b` and `c` of `a + b + c`."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from addends_of(node.left)
        yield from addends_of(node.right)
    else:
        yield node
