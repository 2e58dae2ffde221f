"""Ask the execution context about a tensor by name.

What changed: `IExecutionContext.get_binding_shape` is gone since TensorRT 10.0. It took a binding
index; `get_tensor_shape` takes a name.

Before:

    shape = context.get_binding_shape(1)

After:

    shape = context.get_tensor_shape(engine.get_tensor_name(1))

Not rewritten when: the argument is hidden behind `*args`.

Safety: safe; review where the profile of the index is not known, so that the index is taken modulo
the number of tensors, or where the code does not show that it is the active profile. For a binding
of another profile TensorRT 8 gave -1 in place of an extent that is not fixed; `get_tensor_shape`
gives the shape in the active profile. Review, too, where a program for networks with an implicit
batch dimension puts a batch size before a shape, which has the batch dimension itself now.
"""

from __future__ import annotations

from dataclasses import replace

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.active_profile import shows_active_profile
from trtmigrate.rewrites.tensor_names.ask_by_name import ask_by_name
from trtmigrate.rules.base import Rule, same_class
from trtmigrate.syntax.calls import argument

REPLACEMENTS = {
    "IExecutionContext.get_binding_shape": "get_tensor_shape",
}

OTHER = (
    "the code does not show that the index is of the active profile; for a binding of another "
    "profile TensorRT 8 gave -1 in place of an extent that is not fixed, get_tensor_shape gives "
    "the shape in the active profile"
)

RULE = Rule(
    "TRT201",
    "Question to the context about a binding",
    Safety.SAFE,
    tuple(REPLACEMENTS),
    group="context",
    holds_object=True,  # the two APIs do not see what the other one sets
    becomes=same_class(REPLACEMENTS),
)


@RULE.checks
def context_query(use: Use, facts: Facts) -> Proposal:
    proposal = ask_by_name(use, facts, REPLACEMENTS[use.member])
    index = argument(use.call, 0, "binding") if isinstance(use, CallUse) else None
    if proposal.edit is None or not facts.several_profiles:
        return proposal
    if index is not None and shows_active_profile(index.value, use, facts):
        return proposal
    return replace(proposal, message=f"{proposal.message}; {OTHER}", safety=Safety.REVIEW)
