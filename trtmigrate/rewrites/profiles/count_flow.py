"""Follow every count of bindings of a module to all its readers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import (
    Const,
    Instance,
    IsInput,
    Ref,
    is_text,
)
from trtmigrate.rewrites.profiles.counted_engine import counting_expression
from trtmigrate.rewrites.profiles.counting_loops import DIVISIONS, counters_of, divides_in_place
from trtmigrate.rewrites.profiles.engine_questions import (
    goes_through,
    only_asks_engine,
    reads_position,
)
from trtmigrate.rewrites.profiles.flow_components import Components
from trtmigrate.rewrites.profiles.profile_count import is_profile_count
from trtmigrate.rewrites.profiles.variables import Variable, variable_of
from trtmigrate.rewrites.tensor_names.suffix_tests import LOOSE_MARKS, skips_other_profiles
from trtmigrate.syntax.scopes import binders, is_target, loads, seen_from_within
from trtmigrate.syntax.tree import code, walk, walk_scope

_LISTS = frozenset({"builtins.list", "builtins.tuple", "builtins.sorted", "numpy.array"})
_PAIRS = frozenset({"builtins.enumerate", "builtins.zip"})
_NUMBERS = frozenset({"builtins.int", "numpy.int32", "numpy.int64"})
_SUMS = frozenset({"builtins.sum", "builtins.len", "numpy.sum", "numpy.count_nonzero"})
_DIVIDE = frozenset({"numpy.floor_divide", "operator.floordiv"})
_COUNTING = frozenset({"ICudaEngine.num_bindings", "ICudaEngine.__len__"})
_DIVISIONS_IN_PLACE = (cst.FloorDivideAssign, cst.DivideAssign)


@dataclass(frozen=True)
class Totals:
    """The decisions for one module.

    one: the nodes that carry a number, or a list, for one profile after the rewrite.
    divisions: the divisions by the number of profiles that go with it.
    loops: the engines that a loop goes over or that a list is made of.
    groups: what changes together with each node of `one` and `divisions`.
    expecting_all: those of them whose readers expect the bindings of all profiles.
    """

    one: frozenset[cst.CSTNode]
    divisions: frozenset[cst.CSTNode]
    loops: tuple[cst.BaseExpression, ...]
    expecting_all: frozenset[cst.CSTNode]
    groups: Mapping[cst.CSTNode, Hashable] = field(default_factory=dict)


class CountFlow:
    """Follows every count of a module; what flows together is one component."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.components = Components()
        self.seen: set[Hashable] = set()
        self.lists: set[Hashable] = set()  # lists with an entry for each binding
        self.sums: list[cst.BinaryOperation] = []
        self.queue: list[Hashable] = []
        self.engine_loops: list[cst.BaseExpression] = []

    def decide(self) -> Totals:
        for source in self._sources():
            self._reach(source)
        while self.queue:
            key = self.queue.pop()
            if isinstance(key, Variable):
                self._follow_variable(key)
            elif isinstance(key, cst.CSTNode):
                self._follow(key)
        self._check_sums()
        self._check_variables()
        one: set[cst.CSTNode] = set()
        groups: dict[cst.CSTNode, Hashable] = {}
        for key in self.seen:
            component = self.components.of(key)
            if component.understood and component.divisions and isinstance(key, cst.CSTNode):
                one.add(key)
                groups |= dict.fromkeys(
                    (key, *component.divisions), ("total", self.components.root(key))
                )
        expecting_all = frozenset(self._expecting_all())
        divisions = frozenset(groups.keys() - one)
        loops = tuple(self.engine_loops)
        return Totals(frozenset(one), divisions, loops, expecting_all, groups)

    def _expecting_all(self) -> Iterator[cst.CSTNode]:
        for loop in self.engine_loops:
            component = self.components.of(loop)
            if component.indexed or component.counted or component.divisions:
                yield loop

    # where bindings are counted

    def _sources(self) -> Iterator[cst.CSTNode]:
        for use in self.facts.uses:
            if use.member in _COUNTING and not use.read.dead and use.context != "probe":
                yield use.node
        for node, value in self.facts.values.items():
            if isinstance(value, Instance) and value.cls == "ICudaEngine":
                dead = self.facts.is_dead(node)
                if self._is_iterated(node) and isinstance(node, cst.BaseExpression) and not dead:
                    self.engine_loops.append(node)
                    self.lists.add(node)
                    yield node

    def _is_iterated(self, node: cst.CSTNode) -> bool:
        """True if a node is what a loop goes over or what a list is made of."""
        parent = self.facts.tree.parent(node)
        if isinstance(parent, (cst.For, cst.CompFor)):
            return parent.iter is node
        if isinstance(parent, cst.Arg):
            call = self.facts.tree.parent(parent)
            return isinstance(call, cst.Call) and goes_through(parent, call, self.facts)
        return isinstance(parent, cst.StarredElement)

    def _reach(self, key: Hashable, source: Hashable = None, *, as_list: bool = False) -> None:
        """Note that a number, or a list with an entry for each binding, arrives at `key`."""
        if as_list:
            self.lists.add(key)
        if source is not None:
            self.components.join(source, key)
        if key not in self.seen:
            self.seen.add(key)
            self.queue.append(key)

    def _refuse(self, key: Hashable) -> None:
        self.components.of(key).understood = False
        self.components.of(key).counted |= key not in self.lists

    # from a node to what it is part of

    def _follow(self, node: cst.CSTNode) -> None:
        parent = self.facts.tree.parent(node)
        is_list = node in self.lists
        counted = counting_expression(node, self.facts) if node in self.engine_loops else None
        if counted is not None:
            self._reach(counted, node)
        elif isinstance(parent, cst.Arg):
            self._follow_argument(node, parent)
        elif isinstance(parent, cst.BinaryOperation) and not is_list:
            self._follow_operation(node, parent)
        elif isinstance(parent, (cst.Assign, cst.AnnAssign, cst.NamedExpr)) and (
            parent.value is node
        ):
            self._follow_assignment(node, parent)
        elif isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node:
            self._follow_loop(node, parent)
        elif isinstance(parent, cst.Attribute) and is_list and self._is_count(parent):
            call = self.facts.tree.parent(parent)
            if isinstance(call, cst.CSTNode):
                self._reach(call, node)
        elif isinstance(parent, cst.Expr):
            pass  # nothing reads it
        else:
            self.components.of(node).indexed |= self._takes_position(parent)
            self._refuse(node)

    def _takes_position(self, node: cst.CSTNode | None) -> bool:
        """True for `names[i]`, and not for `table["x"]`."""
        if not isinstance(node, cst.Subscript):
            return False
        inner = node.slice[0].slice
        return not (isinstance(inner, cst.Index) and is_text(self.facts.value(inner.value)))

    def _is_count(self, node: cst.Attribute) -> bool:
        """True for `flags.count(True)`."""
        call = self.facts.tree.parent(node)
        if node.attr.value != "count" or not isinstance(call, cst.Call) or call.func is not node:
            return False
        return [self.facts.value(arg.value) for arg in call.args] == [Const(True)]

    def _called(self, call: cst.Call) -> str:
        """The dotted name of the function of Python or numpy that is called; "" for others."""
        func = self.facts.value(call.func)
        return func.name if isinstance(func, Ref) else ""

    def _follow_argument(self, node: cst.CSTNode, arg: cst.Arg) -> None:
        call = self.facts.tree.parent(arg)
        if not isinstance(call, cst.Call) or arg.star or arg.keyword is not None:
            return self._refuse(node)
        called = self._called(call)
        alone = len(call.args) == 1
        if node in self.lists:
            if called in _LISTS and alone:
                return self._reach(call, node, as_list=True)
            if called in _PAIRS:
                self.components.of(node).indexed |= reads_position(node, call, self.facts)
            if called in _SUMS and alone and self._can_sum(node, called):
                return self._reach(call, node)
        else:
            if called in _NUMBERS and alone:
                return self._reach(call, node)
            if called == "builtins.range" and alone:
                return self._reach(call, node, as_list=True)
            if called in _DIVIDE and call.args[0] is arg and len(call.args) == 2:
                return self._divide(node, call, call.args[1].value)
        return self._refuse(node)

    def _can_sum(self, node: cst.CSTNode, called: str) -> bool:
        """True if the sum over all profiles is a multiple of the sum over one."""
        if called == "builtins.len":
            return True
        element: cst.CSTNode = node
        if isinstance(node, (cst.ListComp, cst.GeneratorExp)):
            element = node.elt
        elif isinstance(node, cst.Name):
            made = self._comprehension_of(node)
            if made is None:
                return False
            element = made.elt
        value = self.facts.value(element)
        return isinstance(value, IsInput) or value == Const(1)

    def _comprehension_of(self, node: cst.Name) -> cst.ListComp | None:
        """The one comprehension that a variable is assigned."""
        scope = variable_of(node, self.facts).scope
        made = [
            parent.value
            for b in binders(node.value, scope, self.facts.tree)
            for target in [self.facts.tree.parent(b)]
            for parent in [self.facts.tree.parent(target) if target is not None else None]
            if isinstance(parent, cst.Assign)
        ]
        return made[0] if len(made) == 1 and isinstance(made[0], cst.ListComp) else None

    def _follow_operation(self, node: cst.CSTNode, parent: cst.BinaryOperation) -> None:
        if isinstance(parent.operator, DIVISIONS) and parent.left is node:
            self._divide(node, parent, parent.right)
        elif isinstance(parent.operator, (cst.Add, cst.Subtract)):
            self.sums.append(parent)
            self._reach(parent, node)
        else:
            self._refuse(node)

    def _divide(self, node: cst.CSTNode, division: cst.CSTNode, by: cst.BaseExpression) -> None:
        if is_profile_count(by, self.facts):
            self.components.of(node).divisions.add(division)
        else:
            self._refuse(node)

    def _check_sums(self) -> None:
        """Both sides of a sum or difference have to count the same profiles."""
        for parent in self.sums:
            for side in (parent.left, parent.right):
                if side not in self.seen:
                    self._refuse(parent)
                else:
                    self.components.join(parent, side)

    # variables

    def _follow_assignment(
        self, node: cst.CSTNode, parent: cst.Assign | cst.AnnAssign | cst.NamedExpr
    ) -> None:
        targets = (
            [t.target for t in parent.targets]
            if isinstance(parent, cst.Assign)
            else [parent.target]
        )
        for target in targets:
            if isinstance(target, cst.Name):
                variable = variable_of(target, self.facts)
                self._reach(variable, node, as_list=node in self.lists)
            else:  # an attribute or an entry can be read from anywhere
                self._refuse(node)

    def _follow_variable(self, variable: Variable) -> None:
        if seen_from_within(variable.name, variable.scope, self.facts.tree):
            self._refuse(variable)
        for node in loads(variable.name, variable.scope, self.facts.tree):
            if not self._is_divided_before(node, variable):
                self._reach(node, variable, as_list=variable in self.lists)

    def _is_divided_before(self, node: cst.Name, variable: Variable) -> bool:
        """True if `n //= profiles` or `n = n // profiles` stands above, in the same block."""
        order = self.facts.tree.order
        for division in self._own_divisions(variable):
            block = self.facts.tree.block(division) or ()
            line = next((s for s in block if any(n is division for n in walk(s))), None)
            below = block[list(block).index(line) + 1 :] if line is not None else ()
            if order[node] > order[division]:
                if any(n is node for statement in below for n in walk(statement)):
                    return True
        return False

    def _own_divisions(self, variable: Variable) -> Iterator[cst.CSTNode]:
        """The statements that divide a variable in place by the number of profiles."""
        for node in walk_scope(variable.scope):
            if isinstance(node, cst.AugAssign) and code(node.target) == variable.name:
                if isinstance(node.operator, _DIVISIONS_IN_PLACE):
                    if is_profile_count(node.value, self.facts):
                        yield node
            elif isinstance(node, cst.Assign) and divides_in_place(node):
                value = node.value
                if isinstance(value, cst.BinaryOperation) and code(value.left) == variable.name:
                    if is_profile_count(value.right, self.facts):
                        yield node

    def _check_variables(self) -> None:
        """Whatever else a variable is set to has to count the same profiles."""
        for key in [k for k in self.seen if isinstance(k, Variable)]:
            in_place = list(self._own_divisions(key))
            self.components.of(key).divisions |= {
                d if isinstance(d, cst.AugAssign) else d.value  # type: ignore[attr-defined]
                for d in in_place
            }
            for binder in binders(key.name, key.scope, self.facts.tree):
                statement = self.facts.tree.small_statement(binder)
                if statement in in_place or self._is_counted_up(binder):
                    continue
                value = getattr(statement, "value", None)
                if (
                    not is_target(binder, self.facts.tree)
                    or value is None
                    or (value not in self.seen and self.facts.value(value) != Const(0))
                ):
                    self._refuse(key)
                elif value in self.seen:
                    self.components.join(key, value)

    def _is_counted_up(self, node: cst.CSTNode) -> bool:
        """True for `n += 1` in a loop over all bindings that only counts."""
        statement = self.facts.tree.parent(node)
        return isinstance(statement, cst.AugAssign) and statement in self.seen

    # loops

    def _follow_loop(self, node: cst.CSTNode, loop: cst.For | cst.CompFor) -> None:
        if isinstance(loop, cst.CompFor):
            self._follow_comprehension(node, loop)
        elif skips_other_profiles(loop, self.facts, LOOSE_MARKS):
            self.components.of(node).divisions.add(loop)
        elif not self._follow_counting(node, loop):
            self._refuse(node)
            if node in self.engine_loops:
                for variable, is_list in self._grown_in(loop):
                    self._reach(variable, node, as_list=is_list)

    def _grown_in(self, loop: cst.For) -> Iterator[tuple[Variable, bool]]:
        """The numbers and lists that grow in each round of a loop, and which of them are lists."""
        for node in walk(loop.body):
            is_list = not isinstance(node, cst.AugAssign)
            if isinstance(node, cst.AugAssign):
                grown: cst.CSTNode = node.target
            elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
                grown = node.func.value if node.func.attr.value == "append" else node
            else:
                continue
            if isinstance(grown, cst.Name):
                yield variable_of(grown, self.facts), is_list

    def _follow_comprehension(self, node: cst.CSTNode, clause: cst.CompFor) -> None:
        comprehension = self.facts.tree.parent(clause)
        if skips_other_profiles(clause, self.facts, LOOSE_MARKS):
            self.components.of(node).divisions.add(clause)
            return
        if isinstance(comprehension, cst.DictComp):
            self._refuse(node)
            return self._reach(comprehension, node, as_list=True)
        if not isinstance(comprehension, (cst.ListComp, cst.GeneratorExp, cst.SetComp)):
            return self._refuse(node)
        tests = [one.test for one in clause.ifs]
        asks = all(isinstance(self.facts.value(test), IsInput) for test in tests)
        if clause.inner_for_in is not None or not asks:
            return self._refuse(node)
        if not only_asks_engine(clause.target, [comprehension.elt, *tests], self.facts):
            return self._refuse(node)
        self._reach(comprehension, node, as_list=True)

    def _follow_counting(self, node: cst.CSTNode, loop: cst.For) -> bool:
        """Follow `for i in range(total): if engine.binding_is_input(i): n += 1`; False for a loop
        that does anything else.
        """
        counted = counters_of(loop)
        if counted is None or loop.orelse is not None:
            return False
        for _, tests in counted:
            asks = all(isinstance(self.facts.value(test), IsInput) for test in tests)
            if not asks or not only_asks_engine(loop.target, list(tests), self.facts):
                return False
        for statement, _ in counted:
            assert isinstance(statement.target, cst.Name)  # by `counters_of`
            self.seen.add(statement)
            name = statement.target
            self._reach(variable_of(name, self.facts), node)
        return True
