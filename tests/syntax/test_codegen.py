"""Positions and texts are those of LibCST."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from trtmigrate.syntax.codegen import code_of, spans_of
from trtmigrate.syntax.tree import walk

TEXTS = {
    "module of the package": Path(__file__).read_text(),
    "continued lines": "x = (1 +\n     2)  # sum\nif x: a(); b()\n\n# end\n",
    "windows": "def f(a,\r\n      b):\r\n    '''doc\r\n    string'''\r\n    return a\r\n",
    "no newline at the end": "for i in x:\n    pass\nprint(i)",
    "empty": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_node_stands_where_libcst_says(text: str) -> None:
    module = cst.parse_module(text)
    nodes = list(walk(module))
    wanted = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    for node, span in spans_of(module, nodes).items():
        place = wanted[node]
        start, end = place.start, place.end
        assert span == (start.line, start.column + 1, end.line, end.column + 1), type(node)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_span_does_not_depend_on_the_other_nodes(text: str) -> None:
    module = cst.parse_module(text)
    nodes = list(walk(module))
    together = spans_of(module, nodes)
    for node in nodes[:: max(1, len(nodes) // 10)]:
        assert spans_of(module, [node]) == {node: together[node]}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_of_a_tree_is_the_text_it_was_made_from(text: str) -> None:
    module = cst.parse_module(text)
    assert code_of(module, module) == text
