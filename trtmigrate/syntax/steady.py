"""Tell whether an expression gives the same object from one statement to another.

What is made of an object, such as a list of its names, is right only that long. The ways to put
another object in its place never end. So an expression is steady only where all that binds it is
in sight, or where all code that runs in between is known not to touch it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from trtmigrate.outside import NOTHING_OUTSIDE, Outside
from trtmigrate.syntax.scopes import binders, home, is_target, is_variable
from trtmigrate.syntax.tree import Tree, code, walk, walk_scope

_REACH_VARIABLES = ("exec", "eval", "globals", "locals", "vars")
_REACH_ATTRIBUTES = ("exec", "eval", "vars", "dir")
_REACHING_MEMBERS = frozenset(["__dict__", "__setattr__", "__getattribute__"])
_BY_NAME = ("setattr", "delattr")
_RUN_TEXT = frozenset(["exec", "eval", *_BY_NAME])
_SUSPENDS = (cst.Await, cst.Yield)
_SCOPES = (cst.FunctionDef, cst.Module)
_Definition = cst.FunctionDef | cst.ClassDef


def is_reached_by_text(attribute: str, tree: Tree) -> bool:
    """True if a module may read or set an attribute without writing its name as one."""
    if _mentions(_REACH_ATTRIBUTES, tree):
        return True
    if any(tree.named(name) for name in _REACHING_MEMBERS):
        return True
    for node in (one for name in _BY_NAME for one in tree.named(name)):
        call = tree.parent(node)
        if not isinstance(call, cst.Call) or call.func is not node or len(call.args) < 2:
            return True
        text = call.args[1].value
        if not isinstance(text, cst.SimpleString) or text.evaluated_value == attribute:
            return True
    return False


def _mentions(functions: Sequence[str], tree: Tree) -> bool:
    return any(is_variable(node, tree) for name in functions for node in tree.named(name))


def stores_of(attribute: str, tree: Tree) -> Iterator[cst.Attribute]:
    """Yield the places where an object, whichever it is, gets or loses an attribute."""
    for name in tree.named(attribute):
        node = tree.parent(name)
        if isinstance(node, cst.Attribute) and node.attr is name:
            if is_target(node, tree) or isinstance(tree.parent(node), cst.Del):
                yield node


class SteadyExpressions:
    """Answers for the expressions of one module."""

    def __init__(self, tree: Tree, outside: Outside = NOTHING_OUTSIDE) -> None:
        self.tree = tree
        self.outside = outside

    def keeps(self, expression: str, statements: Sequence[cst.CSTNode]) -> bool:
        """True if an expression gives the same object wherever these statements, which follow one
        another, ask for it.
        """
        chain = expression.split(".")
        if not all(part.isidentifier() for part in chain):
            return len(statements) == 1 and not _is_compound(statements[0])
        if self._is_set_in(chain, statements):
            return False
        scope = home(statements[0], self.tree)
        return self._is_fixed(chain, scope) or self._are_quiet(chain, statements)

    def stays(self, expression: str, scope: cst.CSTNode) -> bool:
        """True if an expression gives the same object in code that runs later, as in a lambda."""
        chain = expression.split(".")
        if not all(part.isidentifier() for part in chain) or not self._is_fixed(chain, scope):
            return False
        around = (scope, *(up for up in self.tree.ancestors(scope) if isinstance(up, _SCOPES)))
        bound = (self._binders(chain[0], one) for one in around)
        return len(next((found for found in bound if found), [])) <= 1

    def _is_set_in(self, chain: list[str], statements: Sequence[cst.CSTNode]) -> bool:
        tree = self.tree
        for name in (n for part in statements for n in walk(part) if isinstance(n, cst.Name)):
            if name.value == chain[0] and (is_target(name, tree) or _is_deleted(name, tree)):
                return True
        stores = [node for part in chain[1:] for node in stores_of(part, tree)]
        return any(tree.is_within(node, part) for node in stores for part in statements)

    def _binders(self, name: str, scope: cst.CSTNode) -> list[cst.CSTNode]:
        """Return what binds a variable in a scope, its declarations left out."""
        found = binders(name, scope, self.tree)
        return [node for node in found if not isinstance(self.tree.parent(node), cst.NameItem)]

    def _is_fixed(self, chain: list[str], scope: cst.CSTNode) -> bool:
        """True if nothing but a scope itself can give an expression another value while it runs."""
        fixed = self._is_variable_fixed(chain[0], scope)
        return fixed and all(self._is_attribute_fixed(part, scope) for part in chain[1:])

    def _is_variable_fixed(self, name: str, scope: cst.CSTNode) -> bool:
        tree = self.tree
        if _mentions(_REACH_VARIABLES, tree):
            return False
        for node in tree.named(name):
            function = tree.function(node)
            if isinstance(tree.parent(node), cst.NameItem) and function is not None:
                if self._binders(name, function):
                    return False
        if isinstance(scope, cst.FunctionDef):
            if binders(name, scope, tree):
                return True
            if any(isinstance(node, _SUSPENDS) for node in walk_scope(scope)):
                return False  # the code around it goes on meanwhile
        return not self.outside.changes(name)

    def _is_attribute_fixed(self, name: str, scope: cst.CSTNode) -> bool:
        """True if objects have the attribute from their making on, and none gets another."""
        tree = self.tree
        if tree.defined(name) or is_reached_by_text(name, tree) or self.outside.changes(name):
            return False
        if any(tree.defined(special) for special in ("__getattr__", *_REACHING_MEMBERS)):
            return False
        if isinstance(scope, cst.FunctionDef) and scope.name.value == "__init__":
            return False
        made_again = (tree.parent(node) for node in tree.named("__init__"))
        for node in made_again:
            if isinstance(node, cst.Attribute) and not self._is_of_base(node.value):
                return False
        return self._has_plain_default(name) and all(
            self._is_in_constructor(node) for node in stores_of(name, tree)
        )

    def _is_of_base(self, node: cst.BaseExpression) -> bool:
        bases = {code(base.value) for cls in self.tree.of_kind(cst.ClassDef) for base in cls.bases}
        is_super = isinstance(node, cst.Call) and code(node.func) == "super"
        return is_super or code(node) in bases

    def _is_in_constructor(self, store: cst.Attribute) -> bool:
        function = self.tree.function(store)
        is_constructor = function is not None and function.name.value == "__init__"
        return is_constructor and code(store.value) == "self"

    def _has_plain_default(self, name: str) -> bool:
        """True if no class sets an attribute to more than None: it may be a property."""
        for node in self.tree.named(name):
            if isinstance(self.tree.scope(node), cst.ClassDef) and is_target(node, self.tree):
                made = self.tree.small_statement(node)
                if not isinstance(made, (cst.Assign, cst.AnnAssign)):
                    return False
                if made.value is not None and code(made.value) != "None":
                    return False
        return True

    def _are_quiet(self, chain: list[str], nodes: Sequence[cst.CSTNode]) -> bool:
        """True if all code that the nodes run is known, and gives the expression no other value."""
        waiting, seen = [*nodes], set[_Definition]()
        while waiting:
            for node in walk(waiting.pop()):
                if self._may_disturb(chain, node):
                    return False
                for definition in self._run_by(node):
                    if definition in seen:
                        continue
                    seen.add(definition)
                    if self._sets_attribute(chain, definition):
                        return False
                    waiting += _parts_run(definition)
        return True

    def _may_disturb(self, chain: list[str], node: cst.CSTNode) -> bool:
        if isinstance(node, cst.NameItem):
            return node.name.value == chain[0]
        if isinstance(node, cst.Name):
            return node.value in _REACHING_MEMBERS
        unknown = isinstance(node, cst.Call) and not self._is_known_function(node.func)
        return unknown or isinstance(node, _SUSPENDS)

    def _run_by(self, node: cst.CSTNode) -> Iterator[_Definition]:
        """Yield the functions and classes of the module that a node may run, or hand on."""
        names: Sequence[str] = ()
        if isinstance(node, cst.With):
            names = ("__enter__", "__exit__")
        elif isinstance(node, (cst.For, cst.CompFor)):
            names = ("__iter__", "__next__")
        elif isinstance(node, cst.Name):
            names = (node.value,)
        for name in names:
            yield from self.tree.defined(name)

    def _sets_attribute(self, chain: list[str], definition: _Definition) -> bool:
        """True if a function gives objects that were there before it another attribute."""
        if isinstance(definition, cst.ClassDef):
            return False
        stores = (node for part in chain[1:] for node in stores_of(part, self.tree))
        return any(
            self.tree.is_within(node, definition) and not self._is_in_constructor(node)
            for node in stores
        )

    def _is_known_function(self, function: cst.BaseExpression) -> bool:
        """True for functions that are defined here, built in or imported, and for methods."""
        tree = self.tree
        if isinstance(function, cst.Attribute):
            return not any(stores_of(function.attr.value, tree))
        if not isinstance(function, cst.Name) or function.value in _RUN_TEXT:
            return False
        return not any(
            is_target(node, tree) or isinstance(tree.parent(node), cst.Param)
            for node in tree.named(function.value)
            if not _is_imported(node, tree) and not isinstance(tree.parent(node), cst.NameItem)
        )


def _parts_run(definition: _Definition) -> list[cst.CSTNode]:
    """Return what a call of a function, or a class and its special methods, may run."""
    decorators = [one.decorator for one in definition.decorators]
    if isinstance(definition, cst.FunctionDef):
        return [definition.body, *decorators]
    members = [node for node in definition.body.body if isinstance(node, cst.FunctionDef)]
    special = [node for node in members if node.name.value.startswith("__")]
    return [*special, *decorators, *(base.value for base in definition.bases)]


def _is_compound(node: cst.CSTNode) -> bool:
    return isinstance(node, (cst.BaseCompoundStatement, cst.BaseSuite))


def _is_deleted(node: cst.CSTNode, tree: Tree) -> bool:
    return isinstance(tree.parent(node), cst.Del)


def _is_imported(node: cst.CSTNode, tree: Tree) -> bool:
    return any(isinstance(up, cst.ImportAlias) for up in tree.ancestors(node))
