"""The text of a tree.

LibCST makes a context manager for each node. Here none is made, and the text of a statement that an
edit did not change is taken from the text before.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import libcst as cst
from libcst._nodes.internal import CodegenState

Pieces = list[tuple[cst.CSTNode, str]]  # the parts of a module in their order, with their texts

NOTHING_KNOWN: Mapping[cst.CSTNode, str] = {}
_NO_RANGE = nullcontext()


class _Writer(CodegenState):
    """Collects the tokens of a node."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.add_token = self.tokens.append  # type: ignore[assignment, method-assign]

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        return _NO_RANGE


def code_of(node: cst.CSTNode, module: cst.Module) -> str:
    """Return the text of a node, with the line ends and the indentation of a module."""
    writer = _Writer(module)
    node._codegen(writer)
    return "".join(writer.tokens)


def pieces_of(module: cst.Module, known: Mapping[cst.CSTNode, str] = NOTHING_KNOWN) -> Pieces:
    """Return the text of each statement at the top of a module, and of what stands around them.

    `known` are texts of statements that have a line end.
    """
    parts = [*module.header, *module.body, *module.footer]
    if not parts:
        return [(module, code_of(module, module))]
    pieces = [(part, known.get(part) or code_of(part, module)) for part in parts[:-1]]
    last = _Writer(module)
    parts[-1]._codegen(last)
    if not module.has_trailing_newline:
        last.pop_trailing_newline()
    return [*pieces, (parts[-1], "".join(last.tokens))]
