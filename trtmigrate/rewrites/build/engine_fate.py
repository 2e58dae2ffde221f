"""What the code does with an engine that it builds: whether it only serializes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from trtmigrate.editing.effects import has_effect
from trtmigrate.facts import Facts
from trtmigrate.facts.callers import find_calls
from trtmigrate.syntax.nones import is_none
from trtmigrate.syntax.scopes import (
    binders,
    home,
    loads,
    seen_from_within,
    still_bound,
)
from trtmigrate.syntax.tree import code, walk, walk_scope

_SHOWN_ONLY = frozenset(["print", "bool", "id"])


@dataclass
class Fate:
    """Where an engine goes, through variables and the functions of the module."""

    serialized: list[cst.Call] = field(default_factory=list)  # engine.serialize()
    tests: list[cst.CSTNode] = field(default_factory=list)  # `engine is None`, `not engine`
    # the variables that hold it, by scope and name, and each place where they mean it
    variables: dict[tuple[cst.CSTNode, str], list[cst.CSTNode]] = field(default_factory=dict)
    targets: list[cst.Name] = field(default_factory=list)  # where those variables get it
    functions: list[cst.FunctionDef] = field(default_factory=list)  # the ones that return it
    leaves: bool = False  # it goes where it is not followed
    unseen: bool = False  # code that is not followed may test it for None
    is_engine: bool = False  # the code uses it as an engine

    @property
    def only_serialized(self) -> bool:
        return not (self.is_engine or self.leaves)

    @property
    def none_matters(self) -> bool:
        """True if other code may see that a failed build gave None."""
        return bool(self.tests) or self.unseen

    def serialized_outside(self, facts: Facts) -> bool:
        """True if a caller serializes the engine that the functions return."""
        return any(home(call, facts.tree) not in self.functions for call in self.serialized)


def follow_engine(node: cst.BaseExpression, facts: Facts) -> Fate:
    """Follow the engine that an expression returns."""
    fate = Fate()
    _follow(node, facts, fate)
    return fate


def _follow(node: cst.CSTNode, facts: Facts, fate: Fate) -> None:
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Attribute):
        call = facts.tree.parent(parent)
        called = isinstance(call, cst.Call) and call.func is parent and not call.args
        if parent.attr.value == "serialize" and called and isinstance(call, cst.Call):
            fate.serialized.append(call)
        elif parent.attr.value != "destroy" or not isinstance(_up(call, facts), cst.Expr):
            fate.is_engine = True  # another rule removes destroy()
    elif isinstance(parent, cst.Assign):
        for target in parent.targets:
            _follow_variable(target.target, facts, fate)
    elif isinstance(parent, cst.WithItem):
        if parent.asname is not None:
            _follow_variable(parent.asname.name, facts, fate)
    elif isinstance(parent, cst.Return):
        _follow_return(parent, facts, fate)
    elif is_test(node, facts):
        fate.tests.append(node)
    elif isinstance(parent, cst.Arg):
        call = facts.tree.parent(parent)
        shown = isinstance(call, cst.Call) and code(call.func) in _SHOWN_ONLY
        if not shown:
            fate.leaves = fate.unseen = True
    elif not isinstance(parent, cst.Expr) and find_del(node, facts) is None:
        fate.leaves = fate.unseen = True


def find_del(node: cst.CSTNode, facts: Facts) -> cst.Del | None:
    """Return the `del` that a variable is deleted by, alone or among others."""
    up = facts.tree.parent(node)
    if isinstance(up, cst.Element):
        up = facts.tree.parent(up)
        up = facts.tree.parent(up) if isinstance(up, cst.Tuple) else None
    return up if isinstance(up, cst.Del) else None


def is_given_away(serialize: cst.Call, made: cst.CSTNode, facts: Facts) -> bool:
    """True if code that is not followed gets the engine between its build, the statement `made`,
    and `engine.serialize()`: that may give it other weights, as a `Refitter` does.
    """
    assert isinstance(serialize.func, cst.Attribute)
    text, order = code(serialize.func.value), facts.tree.order
    again = set(facts.tree.loops(serialize)) - set(facts.tree.loops(made))
    for node in walk_scope(home(made, facts.tree)):
        before = order[made] < order[node] < order[serialize]
        if before or (again & set(facts.tree.loops(node)) and order[made] < order[node]):
            if _gives_away(node, text, facts):
                return True
    return False


def _gives_away(node: cst.CSTNode, text: str, facts: Facts) -> bool:
    """True for an argument with the engine, another name for it, and a method of its owner."""
    owner, _, attribute = text.rpartition(".")
    if isinstance(node, cst.Call) and attribute and owner:
        func = node.func
        return isinstance(func, cst.Attribute) and code(func.value) == owner
    if not isinstance(node, (cst.Name, cst.Attribute)) or code(node) != text:
        return False
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Arg):
        call = facts.tree.parent(parent)
        return not isinstance(call, cst.Call) or code(call.func) not in _SHOWN_ONLY
    kept = (cst.Attribute, cst.AssignTarget, cst.AsName, cst.Expr, cst.Del, cst.Return)
    return not isinstance(parent, kept) and not is_test(node, facts)


def _up(node: cst.CSTNode | None, facts: Facts) -> cst.CSTNode | None:
    return facts.tree.parent(node) if node is not None else None


def is_test(node: cst.CSTNode, facts: Facts) -> bool:
    """True if the code only tests whether the expression is None."""
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Comparison) and parent.left is node and len(parent.comparisons) == 1:
        return is_none(parent.comparisons[0].comparator)
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    if isinstance(parent, cst.BooleanOperation):
        return is_test(parent, facts)
    return isinstance(parent, (cst.If, cst.While, cst.Assert, cst.IfExp)) and parent.test is node


def _follow_variable(target: cst.CSTNode, facts: Facts, fate: Fate) -> None:
    if not isinstance(target, cst.Name):
        fate.leaves = fate.unseen = True  # code elsewhere may read the attribute
        return
    if target in fate.targets:
        return
    fate.targets.append(target)
    scope, name = facts.tree.scope(target), target.value
    targets, reads = binders(name, scope, facts.tree), loads(name, scope, facts.tree)
    if isinstance(scope, cst.ClassDef) or seen_from_within(name, scope, facts.tree):
        fate.leaves = fate.unseen = True
    if any(other is not target and not _holds_none(other, facts) for other in targets):
        own = _find_own_reads(target, targets, reads, facts)
        if own is None:
            fate.is_engine = True
        else:
            targets, reads = [target], own
    if any(_is_read_before(read, target, facts) for read in reads):
        fate.is_engine = True
    fate.variables.setdefault((scope, name), []).extend([*reads, *targets])
    for node in reads:
        _follow(node, facts, fate)


def _is_read_before(read: cst.CSTNode, target: cst.CSTNode, facts: Facts) -> bool:
    """True if a read above the assignment cannot mean its value, not even in the next round of a
    loop.
    """
    loops = facts.tree.loops(target)
    is_repeated = any(loop in loops for loop in facts.tree.loops(read))
    return facts.tree.order[read] < facts.tree.order[target] and not is_repeated


def _find_own_reads(
    target: cst.Name, targets: list[cst.CSTNode], reads: list[cst.Name], facts: Facts
) -> list[cst.Name] | None:
    """Return the reads of a variable that mean the value of this target, if it is assigned
    several times and each read certainly means one of the values; None if not.
    """
    own = []
    for node in reads:
        made = [
            one
            for one in targets
            if (statement := facts.tree.statement(one)) is not None
            and still_bound(target.value, statement, node, facts.tree)
        ]
        if len(made) != 1:
            return None
        if made[0] is target:
            own.append(node)
    return own


def _holds_none(binder: cst.CSTNode, facts: Facts) -> bool:
    """True for the target of `engine = None`."""
    statement = facts.tree.small_statement(binder)
    return isinstance(statement, cst.Assign) and is_none(statement.value)


def _follow_return(statement: cst.Return, facts: Facts, fate: Fate) -> None:
    """Follow a returned engine into the calls of the function in this module."""
    function = home(statement, facts.tree)
    if not isinstance(function, cst.FunctionDef) or facts.tree.scope(statement) is not function:
        fate.leaves = True
        return
    if function in fate.functions:
        return
    fate.functions.append(function)
    if any(code(decorator.decorator) not in _PLAIN for decorator in function.decorators):
        fate.leaves = True
    if function.returns is not None and "ICudaEngine" in code(function.returns.annotation):
        fate.is_engine = True
    for other in walk_scope(function):
        if isinstance(other, cst.Return) and other is not statement:
            value = other.value
            held = isinstance(value, cst.Name) and fate.variables.get((function, value.value))
            same = held and any(value is node for node in held)
            if value is not None and not is_none(value) and not same:
                fate.is_engine = True
    calls = find_calls(function, facts)
    if not calls or facts.outside.reaches(function.name.value):
        fate.leaves = True  # another file calls it: for that caller it has to return an engine
    if not calls or not _is_private(function, facts):
        fate.unseen = True
    for call in calls:
        _follow(call, facts, fate)


def _is_private(function: cst.FunctionDef, facts: Facts) -> bool:
    """True if code of other files does not call a function, by its name or by its place."""
    name = function.name.value
    return name.startswith("_") or facts.tree.function(function) is not None


def is_dereferenced_below(statement: cst.CSTNode, target: cst.BaseExpression, facts: Facts) -> bool:
    """True if the code below uses an attribute of the engine that a statement assigned, before it
    does anything else: there the program fails if the build failed.
    """
    block = facts.tree.block(statement)
    line = facts.tree.parent(statement)
    if block is None or not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return False
    for below in list(block)[list(block).index(line) + 1 :]:
        if not isinstance(below, (cst.SimpleStatementLine, cst.With)):
            return False
        found = next((n for n in walk(below) if n.deep_equals(target)), None)
        if found is not None:
            parent = facts.tree.parent(found)
            is_used = isinstance(parent, cst.Attribute) and parent.value is found
            at_once = is_used and runs_with(found, statement, facts)
            return at_once and not acts_between(statement, found, facts)
    return False


def is_needed(statement: cst.CSTNode, target: cst.BaseExpression, fate: Fate, facts: Facts) -> bool:
    """True if the program fails where the engine that a statement assigns is None, before it does
    anything else: it uses an attribute of it under no condition.
    """
    if not isinstance(target, cst.Name):
        return False
    block = facts.tree.block(statement)
    reads = fate.variables.get((facts.tree.scope(target), target.value), ())
    for read in reads:
        parent = facts.tree.parent(read)
        if not isinstance(parent, cst.Attribute) or parent.value is not read:
            continue
        for up in facts.tree.ancestors(read):
            if isinstance(up, _CONDITIONS):
                break
            if isinstance(up, (cst.Module, cst.IndentedBlock)) and up.body is block:
                if not acts_between(statement, read, facts):
                    return True
    return False


def acts_between(start: cst.CSTNode, end: cst.CSTNode, facts: Facts) -> bool:
    """True if the program does something between a statement and a place below it that is seen
    after an exception.
    """
    order = facts.tree.order
    around = set(facts.tree.ancestors(end))
    return any(
        order[start] < order[node] < order[end]
        and node not in around
        and not facts.tree.is_within(node, start)
        and _acts(node)
        for node in walk_scope(home(start, facts.tree))
    )


def _acts(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.AssignTarget):
        return not isinstance(node.target, cst.Name)
    return isinstance(node, (cst.Call, cst.Await, cst.Yield)) and has_effect(node)


_CONDITIONS = (
    cst.If,
    cst.IfExp,
    cst.BooleanOperation,
    cst.Match,
    cst.ExceptHandler,
    cst.FunctionDef,
    cst.Lambda,
)


def runs_with(node: cst.CSTNode, statement: cst.CSTNode, facts: Facts) -> bool:
    """True if an expression runs whenever a statement above it has run."""
    own = facts.tree.statement(node)
    return (
        own is not None
        and facts.tree.runs_once_with(node, own)
        and facts.tree.block(statement) in [facts.tree.block(up) for up in _with_blocks(own, facts)]
    )


def _with_blocks(statement: cst.CSTNode, facts: Facts) -> Iterator[cst.CSTNode]:
    """Yield a statement and the `with` statements directly around it."""
    yield statement
    for up in facts.tree.ancestors(statement):
        if isinstance(up, cst.With):
            yield up
        elif isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return


_PLAIN = frozenset(["staticmethod", "classmethod"])
