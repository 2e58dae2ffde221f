"""What other modules can reach: functions that they may call, modules that they may import."""

from __future__ import annotations

import functools

import libcst as cst

from trtmigrate.syntax.tree import Tree, walk, walk_scope


@functools.lru_cache(maxsize=1)  # is_open asks it of every parameter of a module
def is_script(module: cst.Module) -> bool:
    """True if a module does something when it runs: it guards `__main__`, or calls at the top a
    function that it defines, or loops there.
    """
    defined = {n.name.value for n in module.body if isinstance(n, (cst.FunctionDef, cst.ClassDef))}
    for statement in module.body:
        if isinstance(statement, (cst.For, cst.While, cst.With)):
            return True
        if isinstance(statement, cst.If) and _asks_for_main(statement.test):
            return True
        if isinstance(statement, cst.SimpleStatementLine) and _calls(statement, defined):
            return True
    return False


def is_open(function: cst.CSTNode, tree: Tree) -> bool:
    """True if code outside the module may call a function.

    Private functions, functions inside functions, lambdas and the functions of a script are not
    open.
    """
    if not isinstance(function, cst.FunctionDef) or tree.function(function) is not None:
        return False
    name = function.name.value
    private = name.startswith("_") and not name.endswith("__")
    return not private and not is_script(tree.module)


def is_public_method(function: cst.CSTNode, tree: Tree) -> bool:
    """True if code outside the module may call a method, by its name and that of its class."""
    cls = tree.class_of(function)
    if not isinstance(function, cst.FunctionDef) or cls is None or is_script(tree.module):
        return False
    if tree.function(function) is not None or cls.name.value.startswith("_"):
        return False
    name = function.name.value
    return not name.startswith("_") or name.endswith("__")


def is_passed_on(function: cst.FunctionDef, tree: Tree) -> bool:
    """True if a module mentions the name of a function or method without calling it, or that of the
    class that a constructor makes objects of.
    """
    cls = tree.class_of(function)
    of_class = cls is not None and function.name.value in ("__init__", "__new__")
    made = cls.name.value if cls is not None and of_class else function.name.value
    return made in _passed_on(tree.module)


@functools.lru_cache(maxsize=1)  # like `is_script`
def _passed_on(module: cst.Module) -> frozenset[str]:
    """Return the names that a module mentions without calling them, bases of classes apart."""
    nodes = list(walk(module))
    known: set[cst.CSTNode] = {n.func for n in nodes if isinstance(n, cst.Call)}
    known |= {n.attr for n in nodes if isinstance(n, cst.Attribute)}
    for node in nodes:
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            known.add(node.name)
        if isinstance(node, cst.ClassDef):
            known |= {base.value for base in node.bases}
    names = {n.value for n in nodes if isinstance(n, cst.Name) and n not in known}
    names |= {n.attr.value for n in nodes if isinstance(n, cst.Attribute) and n not in known}
    return frozenset(names)


def _asks_for_main(test: cst.BaseExpression) -> bool:
    return any(isinstance(n, cst.Name) and n.value == "__name__" for n in walk(test))


def _calls(statement: cst.CSTNode, functions: set[str]) -> bool:
    return any(
        isinstance(n, cst.Call) and isinstance(n.func, cst.Name) and n.func.value in functions
        for n in walk_scope(statement)
    )
