"""Find the index of an I/O tensor where a program still needs one.

What changed: `ICudaEngine.get_binding_index` and `engine["name"]` are gone since TensorRT 10.0; the
tensor API takes names. Where the index only served to ask TensorRT, it goes; where the program's
own lists are indexed with it, it is looked up among the names.

Before:

    index = engine.get_binding_index("output")
    bindings[index] = int(d_output)

After:

    tensor_names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    index = tensor_names.index("output")
    bindings[index] = int(d_output)

Not rewritten when: the object cannot be told to be an engine.

Safety: review where the index is kept: an unknown name gave -1 and raises ValueError now.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.edits import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules._call import UNPACKED, all_names, argument
from trtmigrate.rules._query import OLD_KEYWORDS
from trtmigrate.rules._reference import handed_over
from trtmigrate.rules.base import Rule
from trtmigrate.templates import expression

RULE = Rule(
    "TRT106",
    "Index of a binding",
    Safety.REVIEW,
    members=("ICudaEngine.get_binding_index", "ICudaEngine.__getitem__"),
)
MESSAGE = "an engine no longer gives the index of a name; where only TensorRT was asked with it, the name does"


@RULE.checks
def get_binding_index(use: Use, facts: Facts) -> Proposal:
    assert use.receiver is not None
    if isinstance(use.node, cst.Subscript):
        inner = use.node.slice[0].slice
        assert isinstance(inner, cst.Index)
        name = inner.value
    elif use.call is None:
        return _as_value(use, facts)
    else:
        arg = argument(use.call, 0, *OLD_KEYWORDS)
        if arg is None:
            return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
        name = arg.value
    names = all_names(use, facts)
    new = expression("{}.index({})", names.node, name)
    edit = Edit({use.whole: new}, lookups=names.lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)


def _as_value(use: Use, facts: Facts) -> Proposal:
    if handed_over(use, facts) is None:
        return manual(use.node, use.member, f"{MESSAGE}; the method is handed over as a value")
    names = all_names(use, facts)
    edit = Edit({use.node: expression("{}.index", names.node)}, lookups=names.lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
