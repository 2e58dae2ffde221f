"""Ask the execution context about a tensor by name.

What changed: `IExecutionContext.get_binding_shape` is gone since TensorRT 10.0. It took a binding
index; `get_tensor_shape` takes a name.

Before:

    shape = context.get_binding_shape(1)

After:

    shape = context.get_tensor_shape(engine.get_tensor_name(1))

Not rewritten when: the argument is hidden behind `*args`.

Safety: safe; review where the profile of the index is not known, so that the index is taken modulo
the number of tensors.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import ask_by_name
from trtmigrate.rules.base import Rule, same_class

REPLACEMENTS = {
    "IExecutionContext.get_binding_shape": "get_tensor_shape",
}

RULE = Rule(
    "TRT201",
    "Question to the context about a binding",
    Safety.SAFE,
    tuple(REPLACEMENTS),
    group="context",
    becomes=same_class(REPLACEMENTS),
)


@RULE.checks
def context_query(use: Use, facts: Facts) -> Proposal:
    return ask_by_name(use, facts, REPLACEMENTS[use.member])
