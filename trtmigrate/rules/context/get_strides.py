"""Ask the execution context for the strides of a tensor by name.

What changed: `IExecutionContext.get_strides` is gone since TensorRT 10.0. It took a binding index;
`get_tensor_strides` takes a name. Asked between `set_input_shape` and `infer_shapes()`, it tells
the right strides, but the next execution runs with the former shapes (measured with 8.6.0 and
10.16.1). So `infer_shapes()` goes first where a shape may have been set: the file sets shapes, or
gets the context from elsewhere.

Before:

    context.set_binding_shape(0, (3, 4))
    strides = context.get_strides(1)

After:

    context.set_input_shape(engine.get_tensor_name(0), (3, 4))
    context.infer_shapes()
    strides = context.get_tensor_strides(engine.get_tensor_name(1))

Not rewritten when: the argument is hidden behind `*args`; a shape may have been set and the call is
in a lambda, in the condition of a `while`, or behind `and` or `or`, so that `infer_shapes()` cannot
go before it.

Safety: safe; review where a shape may have been set, because `infer_shapes` raises where the shapes
contradict each other.
"""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import ask_by_name
from trtmigrate.rules.base import Rule, same_class
from trtmigrate.syntax.templates import small_statement

STRIDES = "IExecutionContext.get_strides"
REPLACEMENTS = {STRIDES: "get_tensor_strides"}
SET_SHAPES = {"set_binding_shape", "set_input_shape", "set_shape_input"}
REASON = "otherwise the next execution runs with the former shapes"

RULE = Rule(
    "TRT211",
    "Strides of a tensor",
    Safety.REVIEW,
    (STRIDES,),
    group="context",
    becomes=same_class(REPLACEMENTS),
)


@RULE.checks
def get_strides(use: Use, facts: Facts) -> Proposal:
    proposal = ask_by_name(use, facts, REPLACEMENTS[use.member])
    if proposal.edit is None or not _may_have_shapes(use, facts):
        return proposal
    statement = facts.tree.statement(use.node)
    if statement is None or not facts.tree.runs_once_with(use.node, statement, again=True):
        message = f"{proposal.message}; call infer_shapes() before it: {REASON}"
        return manual(use.node, use.member, message)
    message = f"{proposal.message}; infer_shapes() goes first: {REASON}"
    line = small_statement("{}.infer_shapes()", use.receiver)
    edit = replace(proposal.edit, before={statement: (line,)})
    return replace(proposal, message=message, safety=Safety.REVIEW, edit=edit)


def _may_have_shapes(use: Use, facts: Facts) -> bool:
    """True if a shape may have been set on the context: this file sets shapes, or the context was
    made elsewhere.
    """
    owner = use.read.owner
    if not isinstance(owner, Instance) or not isinstance(owner.origin, cst.Call):
        return True
    return any(read.member in SET_SHAPES and not read.dead for read in facts.reads.values())
