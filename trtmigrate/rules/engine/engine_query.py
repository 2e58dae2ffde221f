"""Ask the engine about an I/O tensor by name.

What changed: `ICudaEngine.get_binding_shape`, `get_binding_dtype`, `get_location` and
`is_shape_binding` are gone since TensorRT 10.0. They took a binding index, most of them also a
name; `get_tensor_shape`, `get_tensor_dtype`, `get_tensor_location` and `is_shape_inference_io` take
a name only.

Before:

    for binding in engine:
        size = trt.volume(engine.get_binding_shape(binding))
        dtype = engine.get_binding_dtype(binding)
    first = engine.get_binding_shape(0)

After:

    for binding in engine:
        size = trt.volume(engine.get_tensor_shape(binding))
        dtype = engine.get_tensor_dtype(binding)
    first = engine.get_tensor_shape(engine.get_tensor_name(0))

Not rewritten when: it is not known whether the argument is an index or a name; the argument is
hidden behind `*args`; or the program tests whether there is a tensor at an index that may be behind
the last.

Safety: safe; review where the profile of the index is not known, so that the index is taken modulo
the number of tensors. Review, too, where a program for networks with an implicit batch
dimension puts a batch size before a shape, which has the batch dimension itself now; or where the
program has several profiles, or makes a profile with one batch size: `get_binding_shape` gave the
number of an extent that the profile fixes, `get_tensor_shape` gives -1 where the network leaves it
open. Likewise where it tests whether an extent is open. A plan made elsewhere can have such a
profile, too: the code does not show that.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.fixed_extents import FIXED, may_fix_extents, tests_extents
from trtmigrate.rewrites.tensor_names.ask_by_name import ask_by_name
from trtmigrate.rules.base import Rule, same_class

REPLACEMENTS = {
    "ICudaEngine.get_binding_shape": "get_tensor_shape",
    "ICudaEngine.get_binding_dtype": "get_tensor_dtype",
    "ICudaEngine.get_location": "get_tensor_location",
    "ICudaEngine.is_shape_binding": "is_shape_inference_io",
}

RULE = Rule(
    "TRT103",
    "Question to the engine about a binding",
    Safety.SAFE,
    tuple(REPLACEMENTS),
    becomes=same_class(REPLACEMENTS),
)


@RULE.checks
def engine_query(use: Use, facts: Facts) -> Proposal:
    if use.member == "ICudaEngine.get_binding_shape":
        if may_fix_extents(facts) or tests_extents(use, facts):
            facts.trail.assume(FIXED)
    return ask_by_name(use, facts, REPLACEMENTS[use.member])
