"""What is pure and what changes an object, as far as names tell: the one source of both.

Only names of Python itself and of NumPy stand here. Nothing is assumed of a function that a program
defines.
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from trtmigrate.syntax.tree import Tree, children, code, walk

# They compute a value from their arguments, and neither change nor keep them.
_COMPUTING = frozenset(
    """
    abs all any bool bytes enumerate float id int isinstance issubclass len list max min range repr
    round set sorted str sum tuple type zip np.sum numpy.sum os.environ.get os.getenv
    """.split()
)
# They give a value, but by way of the object that they are given: a property may run, what they
# return may be the object's own.
_ASKING = frozenset(["getattr", "hasattr"])
# They do something, but not to their arguments.
_SHOWING = frozenset(["print"])
# Methods of strings, dictionaries, lists and paths that give a value and change nothing.
_READING_METHODS = frozenset(
    """
    lower upper strip lstrip rstrip startswith endswith split keys values items index exists isfile
    """.split()
)
# Methods of lists, queues and arrays that give elements another place.
MOVING_METHODS = frozenset(
    """
    insert pop clear remove sort reverse popleft appendleft extendleft rotate fill put resize
    """.split()
)
# How the name of a function ends that puts its argument in another order: `random.shuffle`.
REORDERING = ("shuffle", "sort", "heapify", "reverse")
# Methods that change the list, set, dictionary, queue or array that they are called on.
MUTATING_METHODS = MOVING_METHODS | frozenset(
    "append extend add discard update setdefault popitem".split()
)
# Parts that the expression around them runs, or that bind a name in parentheses of its.
_RUN_LATER = (cst.GeneratorExp, cst.Lambda, cst.NamedExpr)


def has_effect(node: cst.CSTNode, reading_methods: Collection[str] = ()) -> bool:
    """True if evaluating an expression may do more than give a value.

    `reading_methods` are further methods that only give a value, whatever object has them.
    """
    for inner in walk(node):
        if isinstance(inner, (cst.Await, cst.Yield, cst.NamedExpr)):
            return True
        if isinstance(inner, cst.Call) and not _only_reads(inner, reading_methods):
            return True
    return False


def can_repeat(node: cst.BaseExpression) -> bool:
    """True if an expression gives the same value a second time."""
    return not has_effect(node)


def effectful_parts(
    node: cst.CSTNode, reading_methods: Collection[str] = ()
) -> tuple[cst.BaseExpression, ...]:
    """Return the parts of an expression that still have to be evaluated if nobody needs its value.

    A part is a whole call, or a whole expression that decides by itself what it evaluates.
    """
    if not has_effect(node, reading_methods):
        return ()
    if isinstance(node, cst.BaseExpression) and not _evaluates_all(node, reading_methods):
        return (node,)
    parts = [part for child in children(node) for part in effectful_parts(child, reading_methods)]
    if isinstance(node, cst.BaseExpression) and any(isinstance(p, _RUN_LATER) for p in parts):
        return (node,)
    return tuple(parts)


def _evaluates_all(node: cst.BaseExpression, reading_methods: Collection[str]) -> bool:
    """True if an expression only computes, and evaluates all its parts from left to right."""
    if isinstance(node, cst.Call):
        unpacks = any(arg.star for arg in node.args)
        return not unpacks and _only_reads(node, reading_methods)
    return isinstance(node, (cst.Attribute, cst.BinaryOperation, cst.UnaryOperation))


def _only_reads(call: cst.Call, reading_methods: Collection[str]) -> bool:
    function = call.func
    if isinstance(function, cst.Attribute):
        method = function.attr.value
        if method in _READING_METHODS or method in reading_methods:
            return True
    name = code(function).strip("()")
    if name == "next":  # of an iterator that others have, it takes an element away from them
        return bool(call.args) and isinstance(call.args[0].value, cst.GeneratorExp)
    return name in _COMPUTING or name in _ASKING


def leaves_arguments(function: str) -> bool:
    """True if the function of this dotted name neither changes its arguments nor keeps them."""
    name = function.removeprefix("builtins.")
    return name in _COMPUTING or name in _SHOWING


def reads_only(made: cst.BaseExpression, tree: Tree) -> bool:
    """True if the code around a new list reads it on the spot, and neither changes nor keeps it."""
    parent = tree.parent(made)
    if isinstance(parent, cst.Assign):
        return all(isinstance(one.target, (cst.Tuple, cst.List)) for one in parent.targets)
    if isinstance(parent, (cst.For, cst.CompFor)):
        return parent.iter is made
    if isinstance(parent, cst.Subscript):
        return parent.value is made
    if isinstance(parent, cst.Arg):
        call = tree.parent(parent)
        return isinstance(call, cst.Call) and leaves_arguments(code(call.func))
    return isinstance(parent, (cst.ComparisonTarget, cst.StarredElement, cst.Match))


def moves_elements(function: cst.CSTNode, parameter: str) -> bool:
    """True if a function may give the elements of a list, its argument, another place."""
    return any(_moves(node, parameter) for node in walk(function))


def _moves(node: cst.CSTNode, name: str) -> bool:
    if type(node) is cst.AssignTarget or type(node) is cst.AugAssign or type(node) is cst.Del:
        stored = (n.value for n in walk(node.target) if isinstance(n, cst.Subscript))
        return any(isinstance(held, cst.Name) and held.value == name for held in stored)
    if type(node) is cst.Call and type(node.func) is cst.Attribute:
        if node.func.attr.value in MOVING_METHODS and code(node.func.value) == name:
            return True
    if type(node) is cst.Expr and type(node.value) is cst.Call:
        given = any(code(arg.value) == name for arg in node.value.args)
        return given and not leaves_arguments(code(node.value.func))
    return False
