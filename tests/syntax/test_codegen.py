"""Positions and texts are those of LibCST."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from trtmigrate.syntax.spans import spans_of
from trtmigrate.syntax.tree import Tree, walk

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
    for node, span in spans_of(Tree(module), nodes).items():
        place = wanted[node]
        start, end = place.start, place.end
        assert span == (start.line, start.column + 1, end.line, end.column + 1), type(node)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_span_does_not_depend_on_the_other_nodes(text: str) -> None:
    tree = Tree(cst.parse_module(text))
    nodes = list(walk(tree.module))
    together = spans_of(tree, nodes)
    for node in nodes[:: max(1, len(nodes) // 10)]:
        assert spans_of(tree, [node]) == {node: together[node]}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_of_a_tree_is_the_text_it_was_made_from(text: str) -> None:
    assert Tree(cst.parse_module(text)).text == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_after_an_edit_is_that_of_libcst(text: str) -> None:
    tree = Tree(cst.parse_module(text))
    fewer = tree.module.with_changes(body=tree.module.body[:-1])
    more = tree.module.with_changes(body=[*tree.module.body, cst.parse_statement("done = 1")])
    assert tree.text_after(fewer) == fewer.code
    assert tree.text_after(more) == more.code
