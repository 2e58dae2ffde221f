"""Identity layers that cast: `add_identity` with an output type becomes `add_cast`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.rewrites.layers.tensors import find_maker, is_quantized
from trtmigrate.syntax.tree import assigned, code, walk


def cast_identity(
    layer: cst.BaseExpression, dtype: cst.BaseExpression, at: cst.CSTNode, facts: Facts
) -> dict[cst.CSTNode, cst.CSTNode] | None:
    """Return the edit that makes `network.add_identity(tensor)` `network.add_cast(tensor, dtype)`.

    `layer` is the identity layer and `at` the place that asks for `dtype`. None if the layer is not
    made in the same block, or if the code also asks for another type.
    """
    call = find_maker(layer, facts)
    if facts.kind(layer) != "IIdentityLayer" or call is None or is_quantized(dtype):
        return None
    if not isinstance(call.func, cst.Attribute) or not has_same_value_at(call, dtype, at, facts):
        return None
    if any(code(other) != code(dtype) for other in _find_asked_types(layer, at, facts)):
        return None
    keyword = cst.Name("to_type") if any(a.keyword for a in call.args) else None
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    last = cst.Arg(dtype, keyword, equal if keyword else cst.MaybeSentinel.DEFAULT)
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    args = [*(a.with_changes(comma=comma) for a in call.args), last]
    func = call.func.with_changes(attr=cst.Name("add_cast"))
    return {call: call.with_changes(func=func, args=args)}


def _find_asked_types(
    layer: cst.BaseExpression, at: cst.CSTNode, facts: Facts
) -> Iterator[cst.BaseExpression]:
    """Yield each type that the scope asks for: `layer.set_output_type(0, T)` and
    `layer.get_output(0).dtype = T`.
    """
    text = code(layer)
    for node in walk(facts.tree.scope(at)):
        if isinstance(node, cst.Call) and code(node.func) == f"{text}.set_output_type":
            yield node.args[-1].value
        if isinstance(node, cst.Assign) and any(
            code(t.target).rstrip() == f"{text}.get_output(0).dtype" for t in node.targets
        ):
            yield node.value


def has_same_value_at(
    first: cst.CSTNode, value: cst.BaseExpression, last: cst.CSTNode, facts: Facts
) -> bool:
    """True if an expression that stands at `last` has the same value at `first`, and `last` runs
    whenever `first` does.
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
