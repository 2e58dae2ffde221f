"""Ask for the memory format of an I/O tensor by name.

What changed: `ICudaEngine.get_binding_format`, `get_binding_format_desc`,
`get_binding_vectorized_dim`, `get_binding_bytes_per_component` and
`get_binding_components_per_element` are gone since TensorRT 10.0. They took a binding index, which
also said the optimization profile; their successors take a name and a profile (default 0).

Before:

    layout = engine.get_binding_format_desc(0)

After:

    layout = engine.get_tensor_format_desc(engine.get_tensor_name(0))

Not rewritten when: the argument is hidden behind `*args`.

Safety: safe; review where the code shows several optimization profiles, and for the bytes of a
component: TensorRT 8.6 gives 0 for a tensor that is not vectorized, TensorRT 10 gives -1.
"""

from __future__ import annotations

from dataclasses import replace

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import ask_by_name
from trtmigrate.rules.base import Rule

MEMBERS = tuple(
    f"ICudaEngine.get_binding_{what}"
    for what in (
        "format",
        "format_desc",
        "vectorized_dim",
        "bytes_per_component",
        "components_per_element",
    )
)

RULE = Rule(
    "TRT104",
    "Memory format of a binding",
    Safety.SAFE,
    MEMBERS,
    becomes={member: member.replace("binding", "tensor") for member in MEMBERS},
)
NOT_VECTORIZED = (
    "TensorRT 10 gives -1 for a tensor that is not vectorized, where TensorRT 8.6 gives 0"
)


@RULE.checks
def tensor_format(use: Use, facts: Facts) -> Proposal:
    safety = Safety.REVIEW if facts.several_profiles else Safety.SAFE
    proposal = ask_by_name(use, facts, use.name.replace("get_binding_", "get_tensor_"), safety)
    if use.name != "get_binding_bytes_per_component" or proposal.edit is None:
        return proposal
    message = f"{proposal.message}; {NOT_VECTORIZED}"
    return replace(proposal, message=message, safety=Safety.REVIEW)
