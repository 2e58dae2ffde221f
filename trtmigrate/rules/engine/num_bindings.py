"""Count I/O tensors instead of bindings.

What changed: `ICudaEngine.num_bindings` and `len(engine)` are gone since TensorRT 10.0 (deprecated
in 8.5). They counted the bindings of all optimization profiles together; `num_io_tensors` counts
the I/O tensors once.

Before:

    for i in range(engine.num_bindings):
        print(engine[i])
    assert len(engine) == 2

After:

    for i in range(engine.num_io_tensors):
        print(engine[i])
    assert engine.num_io_tensors == 2

Not rewritten when: the object is not known to be an engine.

Safety: safe. Where the code shows several optimization profiles, the number is multiplied by
`num_optimization_profiles`, unless every reader of the number divides it by theirs (TRT111).
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.tensor_counts import write_count
from trtmigrate.rewrites.profiles.totals import counts_one, totals_of
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT101",
    "Number of bindings",
    Safety.SAFE,
    members=("ICudaEngine.num_bindings", "ICudaEngine.__len__"),
    becomes=dict.fromkeys(
        ("ICudaEngine.num_bindings", "ICudaEngine.__len__"), "ICudaEngine.num_io_tensors"
    ),
)


@RULE.checks
def num_bindings(use: Use, facts: Facts) -> Proposal | None:
    counts_all = facts.several_profiles and not counts_one(use.node, facts)
    new = write_count(use.receiver, all_profiles=counts_all)
    message = "num_bindings is gone; num_io_tensors counts the I/O tensors"
    if use.name == "__len__":
        message = "an engine has no length any more; num_io_tensors counts the I/O tensors"
    if facts.several_profiles:
        message += " of one profile, num_bindings counted those of all profiles"
    group = totals_of(facts).groups.get(use.node)
    edit = Edit({use.node: new})
    return Proposal(use.node, use.member, message, Safety.SAFE, edit, group=group)
