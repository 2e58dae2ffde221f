"""Lists of all tensor names that a program has, or that its classes can keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.edit import Edit, Lookup
from trtmigrate.outside import NOTHING_OUTSIDE, Outside
from trtmigrate.syntax.effects import MUTATING_METHODS
from trtmigrate.syntax.steady import is_reached_by_text, stores_of
from trtmigrate.syntax.templates import statements
from trtmigrate.syntax.tree import Tree, assigned, code, setters, walk, walk_scope

GoesOverAll = Callable[[cst.CSTNode], bool]
StaysInOrder = Callable[[cst.ListComp], bool]
_ASK = ("get_binding_name", "get_tensor_name")
KEPT = "tensor_names"  # the attribute
_PLAIN_BASES = frozenset(["object", "ABC", "abc.ABC", "Module", "nn.Module", "torch.nn.Module"])


@dataclass(frozen=True)
class OwnList:
    """`NAME = [ENGINE.get_binding_name(i) for i in range(ENGINE.num_bindings)]` of a program."""

    name: str
    assignment: cst.Assign
    element: cst.BaseExpression  # ENGINE.get_binding_name(i)

    def after(self, tree: Tree, lookups: Sequence[Lookup]) -> list[Lookup]:
        """The look-ups that certainly come after the list was made."""
        line = tree.parent(self.assignment)
        block = tree.parent(line) if line is not None else None
        return [
            one
            for one in lookups
            if tree.order[one.at] > tree.order[self.assignment]
            and any(up is block for up in tree.ancestors(one.at))
            and not any(up is self.assignment for up in tree.ancestors(one.at))
        ]


def own_list(
    tree: Tree,
    scope: cst.CSTNode,
    engine: str,
    goes_over_all: GoesOverAll,
    stays_in_order: StaysInOrder,
) -> OwnList | None:
    """The list of all names that a scope makes, where it is set once and stays as it is."""
    for node in walk_scope(scope):
        if not isinstance(node, cst.Assign) or len(node.targets) != 1:
            continue
        target, made = node.targets[0].target, node.value
        if not isinstance(target, cst.Name) or not isinstance(made, cst.ListComp):
            continue
        asked = made.elt
        clause = made.for_in
        if clause.ifs or clause.inner_for_in is not None or not isinstance(asked, cst.Call):
            continue
        asks = isinstance(asked.func, cst.Attribute) and asked.func.attr.value in _ASK
        if not asks or code(asked.func.value) != engine:  # type: ignore[attr-defined]
            continue
        if [code(arg.value) for arg in asked.args] != [code(clause.target)]:
            continue
        once = list(assigned(scope)).count(target.value) == 1
        made_of = (engine, engine.split(".")[0])
        later = any(n in made_of and tree.order[at] > tree.order[node] for at, n in setters(scope))
        if (
            once
            and not later
            and goes_over_all(clause.iter)
            and stays_in_order(made)
            and not any(_changes(scope, target.value))
        ):
            return OwnList(target.value, node, asked)
    return None


def _changes(scope: cst.CSTNode, name: str) -> Iterator[bool]:
    for node in walk(scope):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            yield code(node.func.value) == name and node.func.attr.value in MUTATING_METHODS
        elif isinstance(node, (cst.AssignTarget, cst.AugAssign, cst.Del)):
            target = node.target
            yield isinstance(target, cst.Subscript) and code(target.value) == name


def own_comprehension(
    tree: Tree, lookup: Lookup, goes_over_all: GoesOverAll
) -> cst.BaseComp | None:
    """The comprehension over all I/O tensors whose counter is the index of the look-up."""
    for up in tree.ancestors(lookup.at):
        if isinstance(up, (cst.Lambda, cst.BaseStatement)):
            return None
        if isinstance(up, cst.BaseComp):
            clause = up.for_in
            simple = isinstance(clause.target, cst.Name) and clause.inner_for_in is None
            own = isinstance(lookup.index, cst.Name) and code(clause.target) == lookup.index.value
            return up if simple and own and goes_over_all(clause.iter) else None
    return None


def over_engine(
    tree: Tree, lookups: Sequence[Lookup], goes_over_all: GoesOverAll
) -> tuple[Edit, list[Lookup]]:
    """`[engine[i] for i in range(n) if engine.get_tensor_mode(NAME) == ...]` goes over the names
    themselves; gives the look-ups that are done with.
    """
    replace: dict[cst.CSTNode, cst.CSTNode] = {}
    done: list[Lookup] = []
    for comp in {c for one in lookups if (c := own_comprehension(tree, one, goes_over_all))}:
        inside = [one for one in lookups if own_comprehension(tree, one, goes_over_all) is comp]
        counter, engine = code(comp.for_in.target), code(inside[0].engine)
        within = {n for one in inside if one.index is not None for n in walk(one.index)}
        named = [n for n in walk(comp) if isinstance(n, cst.Subscript)]
        named = [n for n in named if code(n) == f"{engine}[{counter}]"]
        within.update(n for one in named for element in one.slice for n in walk(element))
        uses = [n for n in walk(comp) if isinstance(n, cst.Name) and n.value == counter]
        if not named or any(n not in within and n is not comp.for_in.target for n in uses):
            continue
        taken = tree.names(comp)
        variable = next(
            name
            for name in ("name", "tensor_name", counter)
            if name not in taken or name == counter
        )
        replace[comp.for_in.target] = cst.Name(variable)
        replace[comp.for_in.iter] = inside[0].engine.deep_clone()
        replace.update({node: cst.Name(variable) for node in named})
        replace.update({one.node: cst.Name(variable) for one in inside})
        done += inside
    return Edit(replace), done


class NamesOfClass:
    """Attributes that keep all tensor names of an engine that a class keeps."""

    def __init__(
        self,
        tree: Tree,
        goes_over_all: GoesOverAll,
        stays_in_order: StaysInOrder,
        outside: Outside = NOTHING_OUTSIDE,
    ) -> None:
        self.tree = tree
        self.outside = outside
        self.goes_over_all = goes_over_all
        self.stays_in_order = stays_in_order
        self.edits: list[Edit] = []
        self._made: dict[cst.Assign, cst.BaseExpression | None] = {}

    def attribute(self, scope: cst.CSTNode, engine: str) -> cst.BaseExpression | None:
        """`self.tensor_names`, set where the engine is, for a method that may run again and again;
        None where the engine is set in that method, or in several places.
        """
        cls = self.tree.class_of(scope)
        owner, _, attr = engine.partition(".")
        if cls is None or owner != "self" or not attr.isidentifier():
            return None
        if not isinstance(scope, cst.FunctionDef) or self._helps_to_make(cls, scope):
            return None
        store = self._store(cls, attr)
        if store is None or self.tree.function(store) is scope:
            return None
        if store not in self._made:
            self._made[store] = self._make(engine, store)
        return self._made[store]

    def _helps_to_make(self, cls: cst.ClassDef, method: cst.FunctionDef) -> bool:
        """True if a method is, or is called by, the constructor: it runs once."""
        if method.name.value == "__init__":
            return True
        return any(
            isinstance(n, cst.Call) and code(n.func) == f"self.{method.name.value}"
            for made in cls.body.body
            if isinstance(made, cst.FunctionDef) and made.name.value == "__init__"
            for n in walk(made)
        )

    def _store(self, cls: cst.ClassDef, attr: str) -> cst.Assign | None:
        """The one assignment that gives objects of a class their engine."""
        if self.outside.changes(attr) or is_reached_by_text(attr, self.tree):
            return None
        if not self._takes_attributes(cls):
            return None
        stores = []
        for target in stores_of(attr, self.tree):
            of_self = code(target.value) == "self"
            inside = _is_in(cls, target, self.tree) and of_self
            if not inside and of_self:
                around = self.tree.class_of(target)
                bases = () if around is None else [code(base.value) for base in around.bases]
                if cls.name.value not in bases:
                    continue  # another class's own
            statement = self.tree.statement(target)
            if not inside or not isinstance(statement, cst.Assign):
                return None
            if code(statement.value) != "None":
                stores.append(statement)
        if len(stores) != 1 or len(stores[0].targets) != 1 or self.tree.loops(stores[0]):
            return None
        if not isinstance(stores[0].targets[0].target, cst.Attribute):
            return None
        function = self.tree.function(stores[0])
        return stores[0] if function in cls.body.body else None

    def _takes_attributes(self, cls: cst.ClassDef) -> bool:
        """True if objects of a class surely take a further attribute, which nobody sees."""
        tree = self.tree
        bases = [code(base.value) for base in cls.bases]
        family = [cls, *(one for base in bases for one in tree.defined(base))]
        if tree.defined("__setattr__"):
            return False
        if any(tree.scope(node) in family for node in tree.named("__slots__")):
            return False
        plain = all(base in _PLAIN_BASES or tree.defined(base) for base in bases)
        return plain and not any(arg.keyword for one in cls.decorators for arg in _arguments(one))

    def _make(self, engine: str, store: cst.Assign) -> cst.BaseExpression | None:
        function = self.tree.function(store)
        assert function is not None
        for node in walk(self.tree.module):
            if isinstance(node, cst.Attribute) and node.attr.value == KEPT:
                return None
            if isinstance(node, cst.FunctionDef) and node.name.value == KEPT:
                return None
        kept = code(store.value)
        own = own_list(self.tree, function, kept, self.goes_over_all, self.stays_in_order)
        last: cst.CSTNode = store
        names = f"[{engine}.get_tensor_name(i) for i in range({engine}.num_io_tensors)]"
        if own is not None and self.tree.block(own.assignment) is self.tree.block(store):
            last = max((store, own.assignment), key=lambda node: self.tree.order[node])
            names = own.name
        self.edits.append(Edit(after={last: statements(f"self.{KEPT} = {names}\n")}))
        return cst.parse_expression(f"self.{KEPT}")


def _arguments(decorator: cst.Decorator) -> Sequence[cst.Arg]:
    called = decorator.decorator
    return called.args if isinstance(called, cst.Call) else ()


def _is_in(cls: cst.ClassDef, node: cst.CSTNode, tree: Tree) -> bool:
    return tree.class_of(node) is cls
