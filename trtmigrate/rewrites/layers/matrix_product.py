"""The layers that do what a fully connected layer did: a matrix product between two shuffles."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import CallUse, Facts
from trtmigrate.rewrites.layers.tensor_rank import count_dimensions
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.syntax.templates import small_statement, statements
from trtmigrate.syntax.tree import code

_LONG = 88  # of a line without its indentation


@dataclass(frozen=True)
class Operands:
    """What `add_fully_connected` is given."""

    tensor: cst.BaseExpression
    outputs: cst.BaseExpression
    kernel: cst.BaseExpression
    bias: cst.BaseExpression | None


@dataclass(frozen=True)
class Shapes:
    """The shapes of the new layers, as source text."""

    rows: str  # the input as rows, all of its last three dimensions in one
    matrix: str  # what stands before the two dimensions of the kernel
    bias: str  # what stands before the dimension of the bias
    result: str  # the output, with two dimensions of 1 at its end
    counted: bool  # the code computes the number of leading dimensions

    def add(self, leading: str, dimensions: str) -> str:
        """Return the shape of a constant: leading ones and its own dimensions."""
        return f"{leading}({dimensions})" if self.counted else f"({leading}{dimensions})"


@dataclass
class Lines:
    """New source lines, and the nodes of the program that fill their holes."""

    taken: set[str]
    layer: str
    text: list[str] = field(default_factory=list)
    holes: list[cst.BaseExpression | str] = field(default_factory=list)

    def add(self, line: str, *holes: cst.BaseExpression) -> None:
        self.text.append(line)
        self.holes.extend(holes)

    def name(self, part: str) -> str:
        """Return a free name for one of the new layers."""
        return free_name(self.taken, f"{self.layer}_{part}")

    def hold(self, node: cst.BaseExpression, part: str) -> str:
        """Return source text for an operand that may stand twice; a variable, if need be."""
        if _is_simple(node):
            return code(node)
        name = self.name(part)
        self.add(f"{name} = {{}}", node)
        return name

    def build(self) -> tuple[cst.BaseStatement, ...]:
        return statements("\n".join(self.text), *self.holes)


def add_matrix_product(
    use: CallUse, facts: Facts, statement: cst.CSTNode, operands: Operands
) -> Edit:
    """Return the edit that adds the layers before `statement` and puts the last of them in the
    place of the call.
    """
    trt, imports = tensorrt_name(use, facts)
    target = _find_target(use.call, statement)
    taken = facts.tree.names(facts.tree.scope(use.call))
    layer = target or free_name(taken, "fc")
    lines, network = Lines(taken, layer), code(use.receiver)
    shapes, source = _choose_shapes(operands.tensor, lines, facts)
    count = lines.hold(operands.outputs, "outputs")
    weights = lines.hold(operands.kernel, "weights")
    first, matrix, product = lines.name("input"), lines.name("kernel"), lines.name("product")
    filled = () if shapes.counted else (operands.tensor,)
    lines.add(f"{first} = {network}.add_shuffle({source})", *filled)
    lines.add(f"{first}.reshape_dims = {shapes.rows}")
    size = shapes.add(shapes.matrix, f"{count}, {weights}.size // {count}")
    lines.add(_assign_call(matrix, f"{network}.add_constant", size, weights))
    lines.add(
        f"{product} = {network}.add_matrix_multiply(\n"
        f"    {first}.get_output(0),\n    {trt}.MatrixOperation.NONE,\n"
        f"    {matrix}.get_output(0),\n    {trt}.MatrixOperation.TRANSPOSE,\n)"
    )
    if operands.bias is not None:
        product = _add_bias(lines, shapes, (network, trt, count, product), operands.bias)
    last = f"{network}.add_shuffle({product}.get_output(0))"
    shaped = small_statement(f"{layer}.reshape_dims = {shapes.result}")
    if target is not None:
        before, after = {statement: lines.build()}, {statement: (shaped,)}
        new = cst.parse_expression(last)
        return Edit({use.call: new}, before=before, after=after, imports_tensorrt=imports)
    lines.add(f"{layer} = {last}")
    whole = (*lines.build(), cst.SimpleStatementLine([shaped]))
    return Edit({use.call: cst.Name(layer)}, before={statement: whole}, imports_tensorrt=imports)


def _choose_shapes(tensor: cst.BaseExpression, lines: Lines, facts: Facts) -> tuple[Shapes, str]:
    """Return the shapes for the rank of the input, and source text (or a hole) for the input.

    Where the code does not show the rank, the new code asks `len(tensor.shape)`.
    """
    known = count_dimensions(tensor, facts)
    if known is not None:
        ones = "1, " * (known - 4)
        rows, result = f"({'0, ' * (known - 3)}-1)", f"({'0, ' * (known - 2)}1, 1)"
        return Shapes(rows, ones, f"{ones}1, ", result, counted=False), "{}"
    source = lines.hold(tensor, "tensor")
    leading = lines.name("leading")
    lines.add(f"{leading} = len({source}.shape) - 3")
    shapes = Shapes(
        f"(0,) * {leading} + (-1,)",
        f"(1,) * ({leading} - 1) + ",
        f"(1,) * {leading} + ",
        f"(0,) * ({leading} + 1) + (1, 1)",
        counted=True,
    )
    return shapes, source


def _add_bias(
    lines: Lines, shapes: Shapes, parts: tuple[str, str, str, str], bias: cst.BaseExpression
) -> str:
    """Add the bias to the product; return the name of the sum."""
    network, trt, count, product = parts
    row, total = lines.name("bias"), lines.name("sum")
    shape = shapes.add(shapes.bias, f"{count}," if shapes.counted else count)
    constant = _assign_call(row, f"{network}.add_constant", shape, "{}", hole=code(bias))
    lines.add(constant, bias)
    sides = (f"{product}.get_output(0)", f"{row}.get_output(0)")
    operation = f"{trt}.ElementWiseOperation.SUM"
    lines.add(_assign_call(total, f"{network}.add_elementwise", *sides, operation))
    return total


def _find_target(call: cst.Call, statement: cst.CSTNode) -> str | None:
    """Return the variable, if the statement does nothing but keep the layer in it."""
    if isinstance(statement, cst.Assign) and statement.value is call:
        target = statement.targets[0].target
        if len(statement.targets) == 1 and isinstance(target, cst.Name):
            return target.value
    return None


def _is_simple(node: cst.BaseExpression) -> bool:
    """True if the code may evaluate the expression twice: it gives the same and costs nothing."""
    if isinstance(node, cst.Attribute):
        return _is_simple(node.value)
    if isinstance(node, cst.Subscript) and len(node.slice) == 1:
        index = node.slice[0].slice
        return isinstance(index, cst.Index) and _is_simple(node.value) and _is_simple(index.value)
    return isinstance(node, (cst.Name, cst.Integer, cst.SimpleString))


def _assign_call(name: str, function: str, *arguments: str, hole: str = "") -> str:
    """Return `name = function(arguments)`, wrapped if it is long with `hole` filled in."""
    line = ", ".join(arguments)
    length = len(line.replace("{}", hole))
    if len(f"{name} = {function}()") + length <= _LONG:
        return f"{name} = {function}({line})"
    if length <= _LONG - 4:
        return f"{name} = {function}(\n    {line}\n)"
    rows = "".join(f"    {argument},\n" for argument in arguments)
    return f"{name} = {function}(\n{rows})"
