"""A cast in front of an output, for an assignment to the type of a tensor."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.comments import own_comment
from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import Scope, assigned, code, walk

_MARKS = ("mark_output", "mark_output_for_shapes")


def is_marked(tensor: cst.BaseExpression, statement: cst.Assign, facts: Facts) -> bool:
    """True if the scope marks the tensor as an output of the network."""
    return any(
        isinstance(node, cst.Call)
        and calls_method(node, "mark_output")
        and bool(node.args)
        and _is_same(node.args[0].value, tensor)
        for node in walk(facts.tree.scope(statement))
    )


def cast_output(
    tensor: cst.BaseExpression, dtype: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> Edit | None:
    """Return the edit that casts a tensor in place of `tensor.dtype = dtype`; None unless the code
    marks it as an output and does nothing else with it below.

    The variable of the tensor, or of the layer whose first output it is, holds the cast below: the
    name and the formats that the code gives it become those of the output.
    """
    holder = _find_holder(tensor)
    if holder is None:
        return None
    first = _find_first_of_run(statement, tensor, facts)
    mark = _find_mark_below(tensor, holder, first, statement, facts)
    if mark is None:
        return None
    assert isinstance(mark.func, cst.Attribute)
    is_tensor = holder is tensor
    template = "{}.add_cast({}, {})" + (".get_output(0)" if is_tensor else "")
    made = _find_short_assignment_above(first, holder, facts) if is_tensor else None
    operand = made.value if made is not None else tensor.deep_clone()
    cast = expression(template, mark.func.value.deep_clone(), operand, dtype)
    if made is not None:
        return Edit({made.value: cast}, remove=(statement,))
    new = cst.Assign([cst.AssignTarget(holder.deep_clone())], cast)  # type: ignore[arg-type]
    if first is statement:
        return Edit({statement: new})
    line = cst.SimpleStatementLine([new], leading_lines=own_comment(facts.tree, statement))
    return Edit(before={first: (line,)}, remove=(statement,))


def _find_mark_below(
    tensor: cst.BaseExpression,
    holder: cst.BaseExpression,
    first: cst.CSTNode,
    statement: cst.Assign,
    facts: Facts,
) -> cst.Call | None:
    """Return the call that marks the tensor from `first` on; None if the variable that holds it may
    not hold a cast there.
    """
    order, scope = facts.tree.order, facts.tree.scope(statement)
    start = order[first]
    root = holder.value if isinstance(holder, cst.Subscript) else holder
    if not isinstance(root, cst.Name):
        return None
    same = [n for n in walk(scope) if _is_same(n, tensor)]
    below = [n for n in same if order[n] >= start]
    marks = [m for n in below if (m := _find_mark(n, facts)) is not None]
    if not marks or not all(_means_the_cast(n, facts) for n in below):
        return None
    if not _is_only_used_as(root.value, below, start, scope, facts):
        return None
    if not _is_new_each_time(holder, statement, facts):
        return None
    bound = max((order[n] for n in walk(scope) if _binds(n, root, facts, start)), default=-1)
    if any(bound < order[n] < start and _has_stored_attribute(n, facts) for n in same):
        return None
    return marks[0]


def _find_short_assignment_above(
    first: cst.CSTNode, holder: cst.BaseExpression, facts: Facts
) -> cst.Assign | None:
    """Return the assignment of the variable directly above, if its value is short enough to stand
    inside a call.
    """
    line = next(iter(_list_above(first, facts)), None)
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        made = line.body[0]
        if isinstance(made, cst.Assign) and len(made.targets) == 1:
            is_short = len(code(made.value)) < 50 and "\n" not in code(made.value)
            is_same = code(made.targets[0].target) == code(holder)
            return made if is_same and is_short else None
    return None


def _find_holder(tensor: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return the variable, or its element, that is the tensor or the layer whose output it is."""
    if isinstance(tensor, cst.Name):
        return tensor
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return None
    if tensor.func.attr.value != "get_output" or [code(a.value) for a in tensor.args] != ["0"]:
        return None
    layer = tensor.func.value
    return layer if isinstance(layer, (cst.Name, cst.Subscript)) else None


def _is_same(node: cst.CSTNode, tensor: cst.BaseExpression) -> bool:
    return type(node) is type(tensor) and code(node) == code(tensor)


def _find_mark(node: cst.CSTNode, facts: Facts) -> cst.Call | None:
    """Return the call that marks the tensor `node` as an output of the network."""
    arg = facts.tree.parent(node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if isinstance(call, cst.Call) and calls_method(call, *_MARKS) and len(call.args) == 1:
        return call
    return None


def _means_the_cast(node: cst.CSTNode, facts: Facts) -> bool:
    """True if a use of the tensor may mean the cast: it is marked, or it has an attribute."""
    parent = facts.tree.parent(node)
    has_attribute = isinstance(parent, cst.Attribute) and parent.value is node
    return has_attribute or _find_mark(node, facts) is not None


def _has_stored_attribute(node: cst.CSTNode, facts: Facts) -> bool:
    """True for the tensor in `tensor.name = value`."""
    parent = facts.tree.parent(node)
    return isinstance(parent, cst.Attribute) and isinstance(
        facts.tree.parent(parent), cst.AssignTarget
    )


def _find_first_of_run(
    statement: cst.Assign, tensor: cst.BaseExpression, facts: Facts
) -> cst.CSTNode:
    """Return the first of the statements directly above that only mark or set up the tensor."""
    first: cst.CSTNode = statement
    text = code(tensor)
    for line in _list_above(statement, facts):
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            break
        small = line.body[0]
        is_mark = isinstance(small, cst.Expr) and code(small.value).endswith(f"({text})")
        is_store = isinstance(small, cst.Assign) and code(small.targets[0].target).startswith(
            f"{text}."
        )
        if not (is_store or (is_mark and any(f".{m}(" in code(small) for m in _MARKS))):
            break
        first = small
    return first


def _list_above(statement: cst.CSTNode, facts: Facts) -> list[cst.CSTNode]:
    """Return the lines of the block above a statement, the nearest first."""
    lines = facts.tree.block(statement) or ()
    before = [n for n in lines if facts.tree.order[n] < facts.tree.order[statement]]
    line = facts.tree.parent(statement)
    return [n for n in reversed(before) if n is not line]


def _is_only_used_as(
    name: str, tensors: list[cst.CSTNode], start: int, scope: Scope, facts: Facts
) -> bool:
    """True if each use of a variable from `start` on is part of one of the tensors."""
    within = {id(n) for tensor in tensors for n in walk(tensor)}
    return all(
        id(n) in within or _is_attribute_name(n, facts)
        for n in walk(scope)
        if isinstance(n, cst.Name) and n.value == name and facts.tree.order[n] >= start
    )


def _is_attribute_name(node: cst.Name, facts: Facts) -> bool:
    """True for the name of an attribute or a keyword, which is not the variable."""
    parent = facts.tree.parent(node)
    return (isinstance(parent, cst.Attribute) and parent.attr is node) or (
        isinstance(parent, cst.Arg) and parent.keyword is node
    )


def _binds(node: cst.CSTNode, root: cst.Name, facts: Facts, start: int) -> bool:
    """True if a node above `start` assigns the variable."""
    return (
        isinstance(node, (cst.AssignTarget, cst.For))
        and facts.tree.order[node] < start
        and code(node.target).strip() == root.value
    )


def _is_new_each_time(holder: cst.BaseExpression, statement: cst.CSTNode, facts: Facts) -> bool:
    """True if a second round of a loop would not cast the cast."""
    loops = facts.tree.loops(statement)
    if not loops:
        return True
    if isinstance(holder, cst.Subscript):
        index = holder.slice[0].slice
        return (
            isinstance(loops[0], cst.For)
            and isinstance(index, cst.Index)
            and code(index.value) == code(loops[0].target)
        )
    return code(holder) in assigned(cst.Module([loops[0]]))
