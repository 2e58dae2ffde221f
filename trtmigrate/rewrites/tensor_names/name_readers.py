"""Follow the names that an engine gives to all that reads them.

The names of bindings of a further optimization profile ended in ` [profile k]`; those of I/O
tensors never do. That matters only where a program can see the difference: it prints, compares,
returns or stores the name. TensorRT itself takes the plain name.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from trtmigrate.editing.groups import edit_at
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Function,
    Method,
    Ref,
    Span,
    TensorName,
    carries_suffix,
    is_number,
)
from trtmigrate.rewrites.profiles.offsets import (
    begins_first_profile,
    is_of_first_profile,
    starts_first_profile,
)
from trtmigrate.rewrites.profiles.variables import Variable, reads_of, variable_of
from trtmigrate.rewrites.tensor_names.sorted_names import sorts_by_index
from trtmigrate.rewrites.tensor_names.suffix_cuts import name_in_cut
from trtmigrate.rewrites.tensor_names.suffix_tests import (
    LOOSE_MARKS,
    looks_for_suffix,
    skips_other_profiles,
    split_profile_test,
)
from trtmigrate.syntax.scopes import is_target, may_get_value_from, seen_from_within
from trtmigrate.syntax.tree import walk

_SAME_LIST = frozenset({"builtins.list", "builtins.tuple", "builtins.reversed", "builtins.iter"})
_SETS = frozenset({"builtins.set", "builtins.frozenset"})
_PAIRS = frozenset({"builtins.enumerate", "builtins.zip"})
_OF_NAMES = ("get_binding_index", "__getitem__")
_CUT_DEPTH = 3  # nodes between a name and the expression that cuts it


class Reading(enum.Flag):
    """What a program makes of names. Where nothing is noted, TensorRT alone reads them, or their
    profile is cut off.
    """

    PLAIN = 0
    KEY = enum.auto()  # they are keys of a dictionary
    ENTRIES = enum.auto()  # the program counts or lists what is in that dictionary
    PLACE = enum.auto()  # the program asks for the index of a name
    SEEN = enum.auto()  # the program sees the profile in them


@dataclass
class Readers:
    """All that reads a name or a list of names."""

    reading: Reading = Reading.PLAIN
    tables: list[Variable | cst.DictComp] = field(default_factory=list)  # with the names as keys
    asked: list[cst.BaseExpression] = field(default_factory=list)  # what asks for the index
    given: list[cst.BaseExpression] = field(default_factory=list)  # methods that take a name
    beyond: bool = False  # names behind those of the first profile are read, or counted


def find_readers(node: cst.BaseExpression, facts: Facts, *, is_list: bool) -> Readers:
    """Return all that reads a name, the value of `node`, or the names in an iterable."""
    return _Follower(facts).follow(node, is_list)


def edits_of_readers(
    node: cst.BaseExpression, facts: Facts, *, is_list: bool
) -> frozenset[Hashable]:
    """Return what an edit needs that takes the profile off the name, or off the names: those who
    read a name with the old API would take the plain one for that of profile 0.
    """
    return frozenset(map(edit_at, find_readers(node, facts, is_list=is_list).given))


class _Follower:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.tree = facts.tree
        self.found = Readers()
        self.seen: set[Hashable] = set()
        self.queue: list[tuple[cst.BaseExpression, bool]] = []

    def follow(self, node: cst.BaseExpression, is_list: bool) -> Readers:
        self._reach(node, is_list)
        while self.queue:
            node, is_list = self.queue.pop()
            (self._list if is_list else self._name)(node)
        return self.found

    def _reach(self, node: cst.CSTNode | None, is_list: bool) -> None:
        if isinstance(node, cst.BaseExpression) and (node, is_list) not in self.seen:
            self.seen.add((node, is_list))
            self.queue.append((node, is_list))

    def _note(self, reading: Reading) -> None:
        self.found.reading |= reading

    # one name

    def _name(self, node: cst.BaseExpression) -> None:
        parent = self.tree.parent(node)
        if isinstance(parent, cst.Expr) or self._is_cut_or_tested(node):
            return
        if isinstance(parent, cst.Arg):
            self._name_as_argument(node, parent)
        elif isinstance(parent, (cst.Assign, cst.AnnAssign, cst.NamedExpr)):
            self._assigned(parent, is_list=False)
        elif isinstance(parent, cst.Index):
            self._name_as_index(parent)
        elif isinstance(parent, (cst.ListComp, cst.GeneratorExp)) and parent.elt is node:
            self._reach(parent, is_list=True)
        elif isinstance(parent, cst.DictComp) and parent.key is node:
            self._table_made(parent)
        else:
            self._note(Reading.SEEN)

    def _is_cut_or_tested(self, node: cst.BaseExpression) -> bool:
        """True if the profile is cut off a name, or the program only looks for it: there is a rule
        for that.
        """
        for _, up in zip(range(_CUT_DEPTH), self.tree.ancestors(node), strict=False):
            if name_in_cut(up, self.facts) is node:
                return True
            if isinstance(up, (cst.Comparison, cst.Call)):
                asked = split_profile_test(up, self.facts)
                if asked is not None or looks_for_suffix(up, self.facts) is not None:
                    return True
        return False

    def _name_as_argument(self, node: cst.BaseExpression, arg: cst.Arg) -> None:
        call = self.tree.parent(arg)
        if not isinstance(call, cst.Call) or arg.star:
            return self._note(Reading.SEEN)
        func = self.facts.value(call.func)
        if isinstance(func, Method):
            self.found.given.append(call.func)
            return self._asked_index(call) if func.name in _OF_NAMES else None
        if isinstance(func, Function) and arg.keyword is None:
            return self._name_as_parameter(func, [a is arg for a in call.args].index(True))
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "append":
            if isinstance(call.func.value, cst.Name):
                return self._variable(variable_of(call.func.value, self.facts), is_list=True)
        return self._note(Reading.SEEN)

    def _asked_index(self, node: cst.BaseExpression) -> None:
        """Note the index of a name, unless TensorRT alone takes it."""
        arg = self.tree.parent(node)
        call = self.tree.parent(arg) if isinstance(arg, cst.Arg) else None
        if isinstance(call, cst.Call) and isinstance(self.facts.value(call.func), Method):
            self.found.given.append(call.func)
        else:
            self.found.asked.append(node)
            self._note(Reading.PLACE)

    def _name_as_index(self, index: cst.Index) -> None:
        element = self.tree.parent(index)
        subscript = self.tree.parent(element) if element is not None else None
        assert isinstance(subscript, cst.Subscript)
        if self.facts.kind(subscript.value) == "ICudaEngine":
            self.found.given.append(subscript)
            self._asked_index(subscript)
        elif isinstance(subscript.value, cst.Name):
            self._note(Reading.KEY)
            self._table(variable_of(subscript.value, self.facts))
        else:
            self._note(Reading.SEEN)

    def _name_as_parameter(self, function: Function, position: int) -> None:
        params = function.node.params.params
        position += function.bound is not None
        if position >= len(params):
            return self._note(Reading.SEEN)
        self._variable(Variable(function.node, params[position].name.value), is_list=False)

    # a list of names

    def _list(self, node: cst.BaseExpression) -> None:
        parent = self.tree.parent(node)
        if isinstance(parent, cst.Expr):
            return
        if isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node:
            self._round(parent.target, parent)
        elif isinstance(parent, cst.Arg):
            self._list_as_argument(node, parent)
        elif isinstance(parent, (cst.Assign, cst.AnnAssign, cst.NamedExpr)):
            self._assigned(parent, is_list=True)
        elif isinstance(parent, cst.Subscript) and parent.value is node:
            self._taken_out(parent)
        elif isinstance(parent, cst.Attribute):
            self._method(parent)
        elif isinstance(parent, cst.ComparisonTarget):
            comparison = self.tree.parent(parent)
            assert isinstance(comparison, cst.Comparison)
            self._note(Reading.PLAIN if self._is_plain(comparison.left) else Reading.SEEN)
        else:
            self._note(Reading.SEEN)

    def _is_plain(self, node: cst.BaseExpression) -> bool:
        """True for a text without a profile: the first binding of that name is of profile 0."""
        value = self.facts.value(node)
        is_text = isinstance(value, Const) and isinstance(value.value, str)
        return is_text and not carries_suffix(value)

    def _round(self, target: cst.BaseExpression, loop: cst.For | cst.CompFor) -> None:
        """Follow the variable of a loop over names."""
        self.found.beyond = True
        if skips_other_profiles(loop, self.facts, LOOSE_MARKS):
            return
        if not isinstance(target, cst.Name):
            return self._note(Reading.SEEN)
        if isinstance(loop, cst.For):
            return self._variable(variable_of(target, self.facts), is_list=False, loop=loop)
        for node in self._reads_in_comprehension(target.value, loop):
            self._reach(node, is_list=False)

    def _reads_in_comprehension(self, name: str, loop: cst.CompFor) -> Iterator[cst.Name]:
        whole: cst.CSTNode | None = loop
        while isinstance(whole, cst.CompFor):
            whole = self.tree.parent(whole)
        for node in walk(whole) if whole is not None else ():
            if isinstance(node, cst.Name) and node.value == name:
                within_iterable = any(up is loop.iter for up in self.tree.ancestors(node))
                if not (node is loop.iter or within_iterable or is_target(node, self.tree)):
                    yield node

    def _list_as_argument(self, node: cst.BaseExpression, arg: cst.Arg) -> None:
        call = self.tree.parent(arg)
        if not isinstance(call, cst.Call) or arg.star or arg.keyword is not None:
            return self._note(Reading.SEEN)
        func = self.facts.value(call.func)
        called = func.name if isinstance(func, Ref) else ""
        if called in _SAME_LIST:
            return self._reach(call, is_list=True)
        if called in _SETS and isinstance(self.tree.parent(call), cst.ComparisonTarget):
            return self._reach(call, is_list=True)
        if called in _PAIRS:
            return self._paired(node, call)
        if called in ("builtins.map", "builtins.filter") and call.args[0] is not arg:
            return self._mapped(call, called == "builtins.filter")
        if sorts_by_index(call, self.facts):
            return self._reach(call, is_list=True)
        self.found.beyond = True
        self._note(Reading.PLAIN if called == "builtins.len" else Reading.SEEN)

    def _paired(self, node: cst.BaseExpression, call: cst.Call) -> None:
        """Follow the variable that a loop over `enumerate` or `zip` gives the name to."""
        up = self.tree.parent(call)
        if isinstance(up, cst.Arg) and self._is_only_counted(up):
            self.found.beyond = True
            return
        if not isinstance(up, (cst.For, cst.CompFor)) or not isinstance(up.target, cst.Tuple):
            return self._note(Reading.SEEN)
        position = [arg.value is node for arg in call.args].index(True)
        if any(self._is_short(arg.value) for arg in call.args if arg.value is not node):
            return  # `zip(range(n), names)` ends with the first profile
        position += self.facts.value(call.func) == Ref("builtins.enumerate")
        targets = [e.value for e in up.target.elements]
        if position >= len(targets):
            return self._note(Reading.SEEN)
        self._round(targets[position], up)

    def _is_short(self, node: cst.BaseExpression) -> bool:
        """True for the range of the I/O tensors of one profile."""
        value = self.facts.value(node)
        bounds = (value.start, value.stop) if isinstance(value, Span) else (None, None)
        return starts_first_profile(*bounds)

    def _is_only_counted(self, arg: cst.Arg) -> bool:
        """True for the argument of `len(list(...))`."""
        call = self.tree.parent(arg)
        func = self.facts.value(call.func) if isinstance(call, cst.Call) else None
        if not isinstance(func, Ref) or call is None:
            return False
        up = self.tree.parent(call)
        listed = func.name in _SAME_LIST and isinstance(up, cst.Arg)
        return func.name == "builtins.len" or (listed and self._is_only_counted(up))  # type: ignore[arg-type]

    def _mapped(self, call: cst.Call, keeps: bool) -> None:
        self.found.beyond = True
        func = self.facts.value(call.args[0].value)
        if isinstance(func, Method):
            self._note(Reading.SEEN if func.name in _OF_NAMES else Reading.PLAIN)
        elif isinstance(func, Function):
            self._name_as_parameter(func, 0)
        else:
            self._note(Reading.SEEN)
        if keeps:
            self._reach(call, is_list=True)

    def _taken_out(self, node: cst.Subscript) -> None:
        """Follow `names[i]` and `names[a:b]`, unless these are of the first profile."""
        inner = node.slice[0].slice
        if isinstance(inner, cst.Index):
            if not is_of_first_profile(inner.value, self.facts):
                self._reach(node, is_list=False)
        elif not isinstance(inner, cst.Slice) or not begins_first_profile(inner, self.facts):
            self._reach(node, is_list=True)

    def _method(self, node: cst.Attribute) -> None:
        """`names.index("x")` gives the same place; all else may show the names."""
        call = self.tree.parent(node)
        plain = isinstance(call, cst.Call) and all(self._is_plain(a.value) for a in call.args)
        finds = node.attr.value == "index" and plain
        adds = node.attr.value == "append"  # by what is appended, that is followed, too
        self._note(Reading.PLAIN if finds or adds else Reading.SEEN)

    # a dictionary with names as keys

    def _table_made(self, node: cst.DictComp) -> None:
        self._note(Reading.KEY)
        self.found.tables.append(node)
        parent = self.tree.parent(node)
        if isinstance(parent, cst.Assign) and all(
            isinstance(t.target, cst.Name) for t in parent.targets
        ):
            for target in parent.targets:
                assert isinstance(target.target, cst.Name)
                self._table(variable_of(target.target, self.facts))
        else:
            self._table_read(node)

    def _table(self, variable: Variable) -> None:
        if variable in self.found.tables:
            return
        self.found.tables.append(variable)
        if seen_from_within(variable.name, variable.scope, self.tree):
            self._note(Reading.SEEN)
        for node in reads_of(variable, self.facts):
            self._table_read(node)

    def _table_read(self, node: cst.BaseExpression) -> None:
        parent = self.tree.parent(node)
        if isinstance(parent, cst.Subscript) and parent.value is node:
            inner = parent.slice[0].slice
            key = self.facts.value(inner.value) if isinstance(inner, cst.Index) else UNKNOWN
            self._note(Reading.SEEN if carries_suffix(key) else Reading.PLAIN)
        elif isinstance(parent, cst.Attribute) and parent.attr.value in ("values", "get"):
            self._note(Reading.ENTRIES if parent.attr.value == "values" else Reading.PLAIN)
        elif isinstance(parent, cst.Arg) and self._is_only_counted(parent):
            self._note(Reading.ENTRIES)
        elif isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node:
            self._note(Reading.ENTRIES)
            self._round(parent.target, parent)
        else:
            self._note(Reading.SEEN)

    # variables

    def _assigned(self, node: cst.Assign | cst.AnnAssign | cst.NamedExpr, is_list: bool) -> None:
        targets = (
            [t.target for t in node.targets] if isinstance(node, cst.Assign) else [node.target]
        )
        for target in targets:
            if isinstance(target, cst.Name):
                self._variable(variable_of(target, self.facts), is_list)
            else:
                self._note(Reading.SEEN)
        if isinstance(node, cst.NamedExpr):
            self._reach(node, is_list)

    def _variable(self, variable: Variable, is_list: bool, loop: cst.For | None = None) -> None:
        """Follow the reads of a variable; `loop` gives it its value, if a loop does."""
        if not isinstance(variable.scope, cst.Lambda):
            if seen_from_within(variable.name, variable.scope, self.tree):
                return self._note(Reading.SEEN)
        for node in reads_of(variable, self.facts):
            if loop is not None and not may_get_value_from(loop, node, self.tree):
                continue
            if self._may_be_name(node) or is_list:
                self._reach(node, is_list)

    def _may_be_name(self, node: cst.Name) -> bool:
        """False where a variable holds something else than a name that may carry a profile."""
        value = self.facts.value(node)
        if isinstance(value, TensorName):
            return value.suffixed
        return not is_number(value)
