"""A function that adds the layers of a fully connected layer, for programs that add several."""

from __future__ import annotations

from itertools import takewhile
from weakref import WeakKeyDictionary

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import CallUse, Facts
from trtmigrate.rewrites.layers.matrix_product import Operands
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import walk

_TEXT = '''\
def {name}(network, tensor, num_outputs, kernel, bias=None):
    """Multiply the last three dimensions of a tensor by the transposed kernel, and add the bias."""
    leading = len(tensor.shape) - 3
    rows = network.add_shuffle(tensor)
    rows.reshape_dims = (0,) * leading + (-1,)
    shape = (1,) * (leading - 1) + (num_outputs, kernel.size // num_outputs)
    weights = network.add_constant(shape, kernel)
    product = network.add_matrix_multiply(
        rows.get_output(0),
        {trt}.MatrixOperation.NONE,
        weights.get_output(0),
        {trt}.MatrixOperation.TRANSPOSE,
    )
    if bias is not None and bias.size:
        offset = network.add_constant((1,) * leading + (num_outputs,), bias)
        product = network.add_elementwise(
            product.get_output(0), offset.get_output(0), {trt}.ElementWiseOperation.SUM
        )
    layer = network.add_shuffle(product.get_output(0))
    layer.reshape_dims = (0,) * (leading + 1) + (1, 1)
    return layer
'''
_made: WeakKeyDictionary[Facts, tuple[str, cst.CSTNode, cst.BaseStatement]] = WeakKeyDictionary()


def call_helper(use: CallUse, facts: Facts, operands: Operands) -> Edit | None:
    """Return the edit that calls one new function of the module, which adds the layers; None if the
    module does not import tensorrt at its top.
    """
    if facts not in _made:
        anchor = _find_last_import(facts)
        alias = facts.module_alias
        trt, has_to_import = alias or "trt", alias is None
        if anchor is None or has_to_import:
            return None
        name = free_name(_find_variables(facts), "add_fully_connected", "add_dense_layers")
        (function,) = statements(_TEXT.format(name=name, trt=trt))
        blank = [cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)]
        assert isinstance(function, cst.FunctionDef)
        body = function.body.with_changes(footer=_missing_blank_lines(anchor, facts))
        _made[facts] = (name, anchor, function.with_changes(body=body, leading_lines=blank))
    name, anchor, function = _made[facts]
    given = [use.receiver, operands.tensor, operands.outputs, operands.kernel]
    given += [operands.bias] if operands.bias is not None else []
    call = expression(f"{name}({', '.join(['{}'] * len(given))})", *given)
    return Edit({use.call: call}, after={anchor: (function,)})


def _find_last_import(facts: Facts) -> cst.CSTNode | None:
    """Return the last import at the top of the module, before any definition, block or layer."""
    found = None
    for line in facts.module.body:
        small = line.body[-1] if isinstance(line, cst.SimpleStatementLine) else None
        if isinstance(small, (cst.Import, cst.ImportFrom)):
            found = small
        elif small is None or any(
            isinstance(node, cst.Attribute) and _adds(node) for node in walk(line)
        ):
            break
    return found


def _adds(node: cst.Attribute) -> bool:
    return node.attr.value == "add_fully_connected"


def _missing_blank_lines(anchor: cst.CSTNode, facts: Facts) -> list[cst.EmptyLine]:
    """Return the blank lines that the statement below the last import lacks above it."""
    body = facts.module.body
    below = body[body.index(facts.tree.parent(anchor)) + 1 :]
    above = below[0].leading_lines if below else ()
    found = len(list(takewhile(lambda empty: empty.comment is None, above)))
    return [cst.EmptyLine(indent=False)] * (2 - found) if below else []


def _find_variables(facts: Facts) -> set[str]:
    """Return the names of variables, functions and parameters of the module."""
    return {
        node.value
        for node in facts.tree.of_kind(cst.Name)
        if not (isinstance(up := facts.tree.parent(node), cst.Attribute) and up.attr is node)
    }
