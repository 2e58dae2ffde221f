"""Tell whether a module adds several optimization profiles to a configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst

from trtmigrate.syntax.tree import Tree, assigned, code, parameters

ADD = "add_optimization_profile"


def adds_several_profiles(tree: Tree) -> bool:
    """True if profiles are added at two places, in a loop, or by a function that is called for
    one configuration twice.
    """
    additions = [
        call
        for call in tree.of_kind(cst.Call)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == ADD
    ]
    return len(additions) > 1 or any(
        isinstance(call.func, cst.Attribute) and _repeats(call, call.func.value, tree)
        for call in additions
    )


def _repeats(call: cst.Call, config: cst.BaseExpression, tree: Tree) -> bool:
    """True if a call that adds a profile is made several times for one configuration.

    The calls of the function around it are looked at, not the calls of its callers.
    """
    function = tree.function(call)
    if _is_in_loop(call, config, tree):
        return True
    if function is None or _sets(function, config):
        return False
    calls = [
        (outer, given)
        for outer in _calls_of(function, tree)
        if (given := _given(outer, function, config)) is not None
    ]
    places = Counter((tree.function(outer), code(given)) for outer, given in calls)
    return any(number > 1 for number in places.values()) or any(
        _is_in_loop(outer, given, tree) for outer, given in calls
    )


def _is_in_loop(call: cst.Call, config: cst.BaseExpression, tree: Tree) -> bool:
    """True if a loop around a call, in its function, has several rounds for one configuration."""
    around = takewhile(lambda up: not isinstance(up, cst.FunctionDef), tree.ancestors(call))
    return any(_is_loop_of_several(up, tree) and not _sets(up, config) for up in around)


def _sets(scope: cst.CSTNode, config: cst.BaseExpression) -> bool:
    """True if a scope or loop makes the configuration itself, so that each round has its own."""
    text = code(config)
    return any(f"{text}.".startswith(f"{name}.") for name in assigned(scope))


def _is_loop_of_several(node: cst.CSTNode, tree: Tree) -> bool:
    if isinstance(node, (cst.For, cst.CompFor)):
        return not _goes_over_one(node.iter, tree)
    if isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)):
        return _is_loop_of_several(node.for_in, tree)
    return isinstance(node, cst.While)


def _goes_over_one(node: cst.BaseExpression, tree: Tree, depth: int = 3) -> bool:
    """True if a loop is known to have one round."""
    if isinstance(node, (cst.Tuple, cst.List, cst.Set, cst.Dict)):
        stars = (cst.StarredElement, cst.StarredDictElement)
        return len(node.elements) == 1 and not isinstance(node.elements[0], stars)
    if isinstance(node, cst.Call) and node.args:  # enumerate, zip, reversed, range
        first = node.args[0].value
        if isinstance(node.func, cst.Name) and node.func.value == "range":
            is_one = isinstance(first, cst.Integer) and first.evaluated_value == 1
            return len(node.args) == 1 and is_one
        return _goes_over_one(first, tree, depth)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):  # shapes.items()
        return _goes_over_one(node.func.value, tree, depth)
    if isinstance(node, cst.Name) and depth and not _grows(node, tree):
        held = list(_held_by(node, tree))
        return bool(held) and all(_goes_over_one(value, tree, depth - 1) for value in held)
    return False


def _grows(name: cst.Name, tree: Tree) -> bool:
    """True if items are added to the list that a variable holds."""
    return any(
        isinstance(up := tree.parent(use), cst.Attribute)
        and up.attr.value in ("append", "extend", "insert")
        for use in tree.named(name.value)
    )


def _held_by(name: cst.Name, tree: Tree) -> Iterator[cst.BaseExpression]:
    """Yield the values that the module gives to a variable or parameter."""
    for assign in tree.of_kind(cst.Assign):
        for target in assign.targets:
            if isinstance(target.target, cst.Name) and target.target.value == name.value:
                yield assign.value
    function = tree.function(name)
    for param in parameters(function) if function is not None else ():
        if function is not None and param.name.value == name.value:
            calls = _calls_of(function, tree)
            given = [_given(call, function, param.name) for call in calls]
            yield from (value for value in given if value is not None and value is not param.name)
            if param.default is not None:
                yield param.default


def _calls_of(function: cst.FunctionDef, tree: Tree) -> list[cst.Call]:
    def is_call(call: cst.Call) -> bool:
        func = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
        return isinstance(func, cst.Name) and func.value == function.name.value

    return [call for call in tree.of_kind(cst.Call) if is_call(call)]


def _given(
    call: cst.Call, function: cst.FunctionDef, value: cst.BaseExpression
) -> cst.BaseExpression | None:
    """Return what a value of a function is where the function is called; None if unknown.

    A value that is no parameter, such as a global, stays itself.
    """
    names = [param.name.value for param in function.params.params]
    first, *rest = code(value).split(".")
    is_method = isinstance(call.func, cst.Attribute) and names[:1] == ["self"]
    if is_method and first == "self" and isinstance(call.func, cst.Attribute):
        return cst.parse_expression(".".join([code(call.func.value), *rest]))
    if first not in {param.name.value for param in parameters(function)}:
        return value
    if any(arg.star for arg in call.args):
        return None
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == first:
            return arg.value
    plain = [arg.value for arg in call.args if arg.keyword is None]
    position = names.index(first) - is_method if first in names else len(plain)
    if position < len(plain):
        return plain[position]
    return value  # the default
