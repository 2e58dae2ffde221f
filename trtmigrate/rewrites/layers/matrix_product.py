"""The layers that do what a fully connected layer did."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.editing.tensor_names import free_name
from trtmigrate.facts import CallUse, Facts
from trtmigrate.rewrites.layers.tensor_rank import rank
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.syntax.templates import small_statement, statements
from trtmigrate.syntax.tree import code

_LONG = 88  # of a line without its indentation

Operands = tuple[
    cst.BaseExpression, cst.BaseExpression, cst.BaseExpression, cst.BaseExpression | None
]


def as_matrix_product(
    use: CallUse, facts: Facts, statement: cst.CSTNode, operands: Operands
) -> Edit:
    """Adds them before `statement`, the last one in the place of the call.

    `operands`: input, number of outputs, kernel, and the bias, None if there is none.
    """
    trt, imports = tensorrt_name(use, facts)
    tensor, outputs, kernel, bias = operands
    named = _target(use.call, statement)
    taken = facts.tree.names(facts.tree.scope(use.call))
    layer = named or free_name(taken, "fc")
    text: list[str] = []
    holes: list[cst.BaseExpression | str] = []

    def local(part: str) -> str:
        return free_name(taken, f"{layer}_{part}")

    def hold(node: cst.BaseExpression, part: str) -> str:
        """Source that may stand twice for the value of an operand."""
        if _is_simple(node):
            return code(node)
        name = local(part)
        text.append(f"{name} = {{}}")
        holes.append(node)
        return name

    network = code(use.receiver)
    known = rank(tensor, facts)
    if known is None:
        source = hold(tensor, "tensor")
        leading = local("leading")
        text.append(f"{leading} = len({source}.shape) - 3")
        rows = (f"(0,) * {leading} + (-1,)", f"(1,) * ({leading} - 1) + ", f"(1,) * {leading} + ")
        end = f"(0,) * ({leading} + 1) + (1, 1)"
    else:
        source = "{}"
        ones = "1, " * (known - 4)
        rows = (f"({'0, ' * (known - 3)}-1)", ones, f"{ones}1, ")
        end = f"({'0, ' * (known - 2)}1, 1)"
    count, weights = hold(outputs, "outputs"), hold(kernel, "weights")
    size = f"{count}, {weights}.size // {count}"
    shape = f"{rows[1]}({size})" if known is None else f"({rows[1]}{size})"
    first, matrix, product = local("input"), local("kernel"), local("product")
    text.append(f"{first} = {network}.add_shuffle({source})")
    if known is not None:
        holes.append(tensor)
    text += [
        f"{first}.reshape_dims = {rows[0]}",
        _assigned(matrix, f"{network}.add_constant", shape, weights),
        f"{product} = {network}.add_matrix_multiply(\n"
        f"    {first}.get_output(0),\n    {trt}.MatrixOperation.NONE,\n"
        f"    {matrix}.get_output(0),\n    {trt}.MatrixOperation.TRANSPOSE,\n)",
    ]
    if bias is not None:
        row, total = local("bias"), local("sum")
        shape = f"{rows[2]}({count},)" if known is None else f"({rows[2]}{count})"
        text.append(_assigned(row, f"{network}.add_constant", shape, "{}", hole=code(bias)))
        holes.append(bias)
        sides = (f"{product}.get_output(0)", f"{row}.get_output(0)")
        operation = f"{trt}.ElementWiseOperation.SUM"
        text.append(_assigned(total, f"{network}.add_elementwise", *sides, operation))
        product = total
    last = f"{network}.add_shuffle({product}.get_output(0))"
    shaped = small_statement(f"{layer}.reshape_dims = {end}")
    if named is not None:
        new: cst.BaseExpression = cst.parse_expression(last)
        before = statements("\n".join(text), *holes)
        return Edit(
            {use.call: new},
            before={statement: before},
            after={statement: (shaped,)},
            imports_tensorrt=imports,
        )
    text.append(f"{layer} = {last}")
    before = (*statements("\n".join(text), *holes), cst.SimpleStatementLine([shaped]))
    return Edit({use.call: cst.Name(layer)}, before={statement: before}, imports_tensorrt=imports)


def _target(call: cst.Call, statement: cst.CSTNode) -> str | None:
    """The variable, where the statement does nothing but keep the layer in it."""
    if isinstance(statement, cst.Assign) and statement.value is call:
        target = statement.targets[0].target
        if len(statement.targets) == 1 and isinstance(target, cst.Name):
            return target.value
    return None


def _is_simple(node: cst.BaseExpression) -> bool:
    """Whether evaluating it twice gives the same and costs nothing."""
    if isinstance(node, cst.Attribute):
        return _is_simple(node.value)
    if isinstance(node, cst.Subscript) and len(node.slice) == 1:
        index = node.slice[0].slice
        return isinstance(index, cst.Index) and _is_simple(node.value) and _is_simple(index.value)
    return isinstance(node, (cst.Name, cst.Integer, cst.SimpleString))


def _assigned(name: str, function: str, *arguments: str, hole: str = "") -> str:
    """`name = function(arguments)`, wrapped where it would be long with `hole` filled in."""
    line = ", ".join(arguments)
    length = len(line.replace("{}", hole))
    if len(f"{name} = {function}()") + length <= _LONG:
        return f"{name} = {function}({line})"
    if length <= _LONG - 4:
        return f"{name} = {function}(\n    {line}\n)"
    rows = "".join(f"    {argument},\n" for argument in arguments)
    return f"{name} = {function}(\n{rows})"
