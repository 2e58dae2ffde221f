"""Layers that give a tensor another type, where the type itself used to be assigned."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.comments import own_comment
from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import Scope, assigned, code, walk

_MARKS = ("mark_output", "mark_output_for_shapes")


def is_quantized(dtype: cst.BaseExpression) -> bool:
    """Whether a type is one that a quantize layer makes, and no cast."""
    return code(dtype).rpartition(".")[2].lower() in ("int8", "fp8", "int4", "fp4")


def is_marked(tensor: cst.BaseExpression, statement: cst.Assign, facts: Facts) -> bool:
    """Whether the scope marks the tensor as an output of the network."""
    marks = (
        n
        for n in walk(facts.tree.scope(statement))
        if isinstance(n, cst.Call) and code(n.func).endswith(".mark_output") and n.args
    )
    return any(code(mark.args[0].value) == code(tensor) for mark in marks)


def made_by(node: cst.BaseExpression, facts: Facts) -> cst.Call | None:
    """The call of a method that made the TensorRT object of an expression."""
    value = facts.value(node)
    origin = value.origin if isinstance(value, Instance) else None
    return origin if isinstance(origin, cst.Call) else None


def casting_identity(
    layer: cst.BaseExpression, dtype: cst.BaseExpression, at: cst.CSTNode, facts: Facts
) -> dict[cst.CSTNode, cst.CSTNode] | None:
    """`network.add_cast(tensor, dtype)` for `network.add_identity(tensor)`, which made the layer in
    the same block; None where another type is asked of the layer, too.
    """
    call = made_by(layer, facts)
    if facts.kind(layer) != "IIdentityLayer" or call is None or is_quantized(dtype):
        return None
    if not isinstance(call.func, cst.Attribute) or not stays_from(call, dtype, at, facts):
        return None
    if any(code(other) != code(dtype) for other in _types_asked_of(layer, at, facts)):
        return None
    keyword = cst.Name("to_type") if any(a.keyword for a in call.args) else None
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    last = cst.Arg(dtype, keyword, equal if keyword else cst.MaybeSentinel.DEFAULT)
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    args = [*(a.with_changes(comma=comma) for a in call.args), last]
    func = call.func.with_changes(attr=cst.Name("add_cast"))
    return {call: call.with_changes(func=func, args=args)}


def _types_asked_of(
    layer: cst.BaseExpression, at: cst.CSTNode, facts: Facts
) -> Iterator[cst.BaseExpression]:
    """What the scope assigns as type to the output of a layer, in either way."""
    text = code(layer)
    for node in walk(facts.tree.scope(at)):
        if isinstance(node, cst.Call) and code(node.func) == f"{text}.set_output_type":
            yield node.args[-1].value
        if isinstance(node, cst.Assign) and any(
            code(t.target).rstrip() == f"{text}.get_output(0).dtype" for t in node.targets
        ):
            yield node.value


def stays_from(
    first: cst.CSTNode, value: cst.BaseExpression, last: cst.CSTNode, facts: Facts
) -> bool:
    """Whether an expression evaluated at `last`, which runs whenever `first` does, has the same
    value at `first`.
    """
    tree = facts.tree
    one, other = tree.statement(first), tree.statement(last)
    if one is None or other is None or tree.block(one) is not tree.block(other):
        return False
    if any(isinstance(n, (cst.Call, cst.Await, cst.NamedExpr, cst.Subscript)) for n in walk(value)):
        return False
    if tree.loops(first) != tree.loops(last):
        return False
    names = {n.value for n in walk(value) if isinstance(n, cst.Name)}
    lines = tree.block(one) or ()
    between = [s for s in lines if tree.order[one] < tree.order[s] < tree.order[other]]
    return not any(
        name.split(".")[0] in names
        for s in between
        for name in assigned(cst.Module([s]))  # type: ignore[list-item]
    )


def cast_output(
    tensor: cst.BaseExpression, dtype: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> Edit | None:
    """The edit that casts a tensor in place of `tensor.dtype = dtype`, where the code marks it as
    an output and does nothing else with it from then on.

    The variable of the tensor, or of the layer whose first output it is, holds the cast from there
    on: its name and its formats become those of the output.
    """
    tree, order = facts.tree, facts.tree.order
    holder = _holder(tensor)
    root = holder.value if isinstance(holder, cst.Subscript) else holder
    if holder is None or not isinstance(root, cst.Name):
        return None
    scope = tree.scope(statement)
    first = _first_of_run(statement, code(tensor), facts)
    start = order[first]
    same = [n for n in walk(scope) if _is(n, tensor)]
    after = [n for n in same if order[n] >= start]
    marks = [m for n in after if (m := _mark(n, facts)) is not None]
    if not marks or not all(_is_harmless(n, facts) for n in after):
        return None
    if not _is_only_used_so(root.value, after, start, scope, facts):
        return None
    if not _is_new_each_time(holder, statement, facts):
        return None
    bound = max((order[n] for n in walk(scope) if _binds(n, root, facts, start)), default=-1)
    if any(bound < order[n] < start and _is_stored_to(n, facts) for n in same):
        return None
    network = marks[0].func
    assert isinstance(network, cst.Attribute)
    template = "{}.add_cast({}, {})" + (".get_output(0)" if holder is tensor else "")
    made = _made_just_above(first, holder, facts) if holder is tensor else None
    what = made.value if made is not None else tensor.deep_clone()
    cast = expression(template, network.value.deep_clone(), what, dtype)
    if made is not None:
        return Edit({made.value: cast}, remove=(statement,))
    new = cst.Assign([cst.AssignTarget(holder.deep_clone())], cast)  # type: ignore[arg-type]
    if first is statement:
        return Edit({statement: new})
    line = cst.SimpleStatementLine([new], leading_lines=own_comment(tree, statement))
    return Edit(before={first: (line,)}, remove=(statement,))


def _made_just_above(
    first: cst.CSTNode, holder: cst.BaseExpression, facts: Facts
) -> cst.Assign | None:
    """The assignment of the variable directly above, where a call around it stays readable."""
    line = next(iter(_above(first, facts)), None)
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        made = line.body[0]
        if isinstance(made, cst.Assign) and len(made.targets) == 1:
            is_short = len(code(made.value)) < 50 and "\n" not in code(made.value)
            is_its = code(made.targets[0].target) == code(holder)
            return made if is_its and is_short else None
    return None


def _holder(tensor: cst.BaseExpression) -> cst.BaseExpression | None:
    """The variable, or the element of one, that is the tensor or the layer that puts it out."""
    if isinstance(tensor, cst.Name):
        return tensor
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return None
    if tensor.func.attr.value != "get_output" or [code(a.value) for a in tensor.args] != ["0"]:
        return None
    layer = tensor.func.value
    return layer if isinstance(layer, (cst.Name, cst.Subscript)) else None


def _is(node: cst.CSTNode, tensor: cst.BaseExpression) -> bool:
    return type(node) is type(tensor) and code(node) == code(tensor)


def _mark(node: cst.CSTNode, facts: Facts) -> cst.Call | None:
    """The call that marks the tensor as an output of the network."""
    arg = facts.tree.parent(node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
        if call.func.attr.value in _MARKS and len(call.args) == 1:
            return call
    return None


def _is_harmless(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether a use of the tensor is one of what can as well be asked of the cast."""
    parent = facts.tree.parent(node)
    named = isinstance(parent, cst.Attribute) and parent.value is node
    return named or _mark(node, facts) is not None


def _is_stored_to(node: cst.CSTNode, facts: Facts) -> bool:
    parent = facts.tree.parent(node)
    return isinstance(parent, cst.Attribute) and isinstance(
        facts.tree.parent(parent), cst.AssignTarget
    )


def _first_of_run(statement: cst.Assign, text: str, facts: Facts) -> cst.CSTNode:
    """The first of the statements just above that are about nothing but the tensor."""
    first: cst.CSTNode = statement
    for line in _above(statement, facts):
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


def _above(statement: cst.CSTNode, facts: Facts) -> list[cst.CSTNode]:
    """The lines of the block above a statement, the nearest first."""
    lines = facts.tree.block(statement) or ()
    before = [n for n in lines if facts.tree.order[n] < facts.tree.order[statement]]
    line = facts.tree.parent(statement)
    return [n for n in reversed(before) if n is not line]


def _is_only_used_so(
    name: str, tensors: list[cst.CSTNode], start: int, scope: Scope, facts: Facts
) -> bool:
    """Whether all that is done with a variable from there on is done with the tensor."""
    within = {id(n) for tensor in tensors for n in walk(tensor)}
    return all(
        id(n) in within or _is_attribute_name(n, facts)
        for n in walk(scope)
        if isinstance(n, cst.Name) and n.value == name and facts.tree.order[n] >= start
    )


def _is_attribute_name(node: cst.Name, facts: Facts) -> bool:
    parent = facts.tree.parent(node)
    return (isinstance(parent, cst.Attribute) and parent.attr is node) or (
        isinstance(parent, cst.Arg) and parent.keyword is node
    )


def _binds(node: cst.CSTNode, root: cst.Name, facts: Facts, start: int) -> bool:
    return (
        isinstance(node, (cst.AssignTarget, cst.For))
        and facts.tree.order[node] < start
        and code(node.target).strip() == root.value
    )


def _is_new_each_time(holder: cst.BaseExpression, statement: cst.CSTNode, facts: Facts) -> bool:
    """Whether no second round of a loop would cast the cast."""
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
