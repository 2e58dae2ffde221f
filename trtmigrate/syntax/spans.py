"""Where the nodes of interest stand in the text of their tree.

LibCST makes a range for each node of a module. Here only those statements at the top of a module
are written again that have a node of interest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import libcst as cst
from libcst._nodes.internal import CodegenState

from trtmigrate.syntax.tree import Tree

Span = tuple[int, int, int, int]  # line, column, end line and end column, from 1, end exclusive

_NOTHING = nullcontext()
_NEWLINE = re.compile(r"\r\n?|\n")


class _Recorder(CodegenState):
    """Collects tokens, and notes with which token each node of interest starts and ends."""

    def __init__(self, module: cst.Module, nodes: Collection[cst.CSTNode]) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.nodes = set(map(id, nodes))  # nodes have a hash that is slow to ask for
        self.starts: dict[cst.CSTNode, int] = {}
        self.ranges: dict[cst.CSTNode, tuple[int, int]] = {}

    def pop_trailing_newline(self) -> None:
        """Keep the last token: positions may refer to it."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.nodes:
            self.starts[node] = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.nodes and node in self.starts:
            # White space counts only where the node has no range of its own.
            self.ranges.setdefault(node, (self.starts[node], len(self.tokens)))

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        return self._noting(node, start_node, end_node) if id(node) in self.nodes else _NOTHING

    @contextmanager
    def _noting(
        self, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None
    ) -> Iterator[None]:
        self.nodes |= {id(part) for part in (start_node, end_node) if part is not None}
        start = len(self.tokens)
        yield
        end = len(self.tokens)
        if start_node is not None:
            start = self.ranges[start_node][0]
        if end_node is not None:
            end = self.ranges[end_node][1]
        self.ranges[node] = (start, end)


def spans_of(tree: Tree, nodes: Collection[cst.CSTNode]) -> dict[cst.CSTNode, Span]:
    """Return where each of the nodes stands in the text of the module."""
    inside: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    for node in nodes:
        inside.setdefault(tree.top_statement(node), []).append(node)
    recorders = {part: _recorded(part, wanted, tree.module) for part, wanted in inside.items()}
    found: dict[cst.CSTNode, Span] = {}
    if tree.module in recorders:
        found |= _spans_in(recorders.pop(tree.module), inside[tree.module], 1)
    tree.note_texts({part: "".join(recorders[part].tokens) for part in recorders})
    line = 1
    for part, text in tree.pieces if recorders else ():
        if part in recorders:
            found |= _spans_in(recorders[part], inside[part], line)
        line += len(_NEWLINE.findall(text))
    return found


def _recorded(part: cst.CSTNode, nodes: Collection[cst.CSTNode], module: cst.Module) -> _Recorder:
    """Return the tokens of a part of a module, and with which of them the nodes start and end."""
    recorder = _Recorder(module, nodes)
    part._codegen(recorder)
    return recorder


def _spans_in(
    recorder: _Recorder, nodes: Collection[cst.CSTNode], line: int
) -> dict[cst.CSTNode, Span]:
    """Return where each node stands that is in a part of a module, which starts in a line."""
    ends = {end for range_ in recorder.ranges.values() for end in range_}
    places: dict[int, tuple[int, int]] = {}
    column = 1
    for number, token in enumerate(recorder.tokens):
        if number in ends:
            places[number] = (line, column)
        if "\n" in token or "\r" in token:
            lines = _NEWLINE.split(token)
            line += len(lines) - 1
            column = len(lines[-1]) + 1
        else:
            column += len(token)
    last = (line, column)
    ranges = recorder.ranges
    return {
        node: (*places.get(ranges[node][0], last), *places.get(ranges[node][1], last))
        for node in nodes
    }
