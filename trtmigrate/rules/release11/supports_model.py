"""Ask the ONNX parser for supported subgraphs one by one.

What changed: `OnnxParser.supports_model`, which returned a bool and a list of subgraphs, is gone
since TensorRT 11.0, and so is `SubGraphCollection`. `supports_model_v2` (10.1) returns the bool;
the parser keeps the subgraphs.

Before:

    parser = trt.OnnxParser(network, TRT_LOGGER)
    supported, subgraphs = parser.supports_model(model)
    if parser.supports_model(model)[0]:
        print("supported")

After:

    parser = trt.OnnxParser(network, TRT_LOGGER)
    supported = parser.supports_model_v2(model)
    subgraphs = [
        (parser.get_subgraph_nodes(i), parser.is_subgraph_supported(i))
        for i in range(parser.num_subgraphs)
    ]
    if parser.supports_model_v2(model):
        print("supported")

Not rewritten when: the code neither unpacks the result nor takes its first element.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import AnyUse, CallUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import statements
from trtmigrate.syntax.tree import code, dotted

LIST_METHODS = sorted(m for m in api.members("SubGraphCollection") if m[0] != "_")
RULE = Rule(
    "TRT621",
    "Subgraphs that the ONNX parser supports",
    Safety.SAFE,
    members=(
        "OnnxParser.supports_model",
        "SubGraphCollection",
        *(f"SubGraphCollection.{m}" for m in LIST_METHODS),
    ),
    manual={"SubGraphCollection": "the parser keeps the subgraphs: put them into a plain list"},
)
MESSAGE = (
    "supports_model is gone; supports_model_v2 returns the bool, and num_subgraphs, "
    "get_subgraph_nodes(i) and is_subgraph_supported(i) of the parser tell about the subgraphs"
)
SUBGRAPHS = """\
{} = [
    ({}.get_subgraph_nodes(i), {}.is_subgraph_supported(i))
    for i in range({}.num_subgraphs)
]
"""


@RULE.checks_imports_too
def supports_model(use: AnyUse, facts: Facts) -> Proposal:
    edit = _edit(use, facts) if isinstance(use, CallUse) else None
    if edit is None:
        return manual(use.node, use.member, MESSAGE)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


def _edit(use: CallUse, facts: Facts) -> Edit | None:
    parent = facts.tree.parent(use.call)
    new = rename_member(use, "supports_model_v2")
    if isinstance(parent, cst.Subscript) and _is_index_zero(parent):
        return Edit({parent: use.call, **new})
    if not isinstance(parent, cst.Assign) or len(parent.targets) != 1:
        return None
    target = parent.targets[0]
    if not isinstance(target.target, cst.Tuple) or len(target.target.elements) != 2:
        return None
    if dotted(use.receiver) is None:
        return None
    truth, subgraphs = (element.value for element in target.target.elements)
    edit = Edit({target.target: truth, **new})
    if code(subgraphs) == "_":
        return edit
    parser = code(use.receiver)
    added = statements(SUBGRAPHS, subgraphs, parser, parser, parser)
    return Edit(edit.replace, after={parent: added})


def _is_index_zero(node: cst.Subscript) -> bool:
    index = node.slice[0].slice
    return isinstance(index, cst.Index) and code(index.value) == "0"
