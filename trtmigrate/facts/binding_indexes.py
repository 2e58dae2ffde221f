"""Tell binding indexes by their use: TensorRT takes nothing else in their place."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from trtmigrate.facts.domain.values import Instance, Value
from trtmigrate.syntax.tree import Tree, assigned, walk_scope

# Methods whose first argument can only be a binding index: on any object, and on a context.
_TAKE_INDEX = frozenset(["get_binding_name", "set_binding_shape", "set_shape_input"])
_OF_CONTEXT = frozenset(["get_binding_shape", "get_strides", "get_shape"])
_Values = Mapping[cst.CSTNode, Value]


def is_binding_index(node: cst.CSTNode, tree: Tree, values: _Values) -> bool:
    """True if an expression is given to TensorRT where only a binding index can stand.

    The expression may go through a variable that is assigned nowhere else.
    """
    if _is_given(node, tree, values):
        return True
    statement = tree.parent(node)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return False
    target = statement.targets[0].target
    scope = tree.function(node) or tree.module
    if not isinstance(target, cst.Name) or list(assigned(scope)).count(target.value) != 1:
        return False
    names = (n for n in walk_scope(scope) if isinstance(n, cst.Name) and n.value == target.value)
    return any(_is_given(name, tree, values) for name in names)


def _is_given(node: cst.CSTNode, tree: Tree, values: _Values) -> bool:
    arg = tree.parent(node)
    call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return False
    member = call.func.attr.value
    owner = values.get(call.func.value)
    of_context = isinstance(owner, Instance) and owner.cls == "IExecutionContext"
    if member not in _TAKE_INDEX and not (of_context and member in _OF_CONTEXT):
        return False
    if not isinstance(arg, cst.Arg) or arg.star:
        return False
    if arg.keyword is not None:
        return arg.keyword.value in ("binding", "index")
    return call.args[0] is arg
