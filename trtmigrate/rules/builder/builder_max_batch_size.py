"""Remove the maximum batch size of a builder.

What changed: `Builder.max_batch_size` is gone since TensorRT 10.0 together with implicit batch
(deprecated in 8.4). It had no effect on a network with an explicit batch dimension, as every
network from an ONNX file is.

Before:

    builder = trt.Builder(TRT_LOGGER)
    builder.max_batch_size = 8
    network = builder.create_network(EXPLICIT_BATCH)
    print("building for up to", builder.max_batch_size)

After:

    builder = trt.Builder(TRT_LOGGER)
    network = builder.create_network(EXPLICIT_BATCH)
    print("building for up to", 8)

A call that computes the value stays: `builder.max_batch_size = read()` becomes `read()`.

Not rewritten when: the code reads it, and the value that it assigned before cannot be followed.

Safety: safe where the module shows a network with an explicit batch dimension or an ONNX parser;
review elsewhere: a network with implicit batch needs an optimization profile instead.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.networks import find_networks, may_be_implicit
from trtmigrate.rewrites.removal.last_values import (
    READ_ELSEWHERE,
    find_last_value,
    is_read,
    remove_setting,
)
from trtmigrate.rules.base import Rule

INSTEAD = "read the batch size from the input shapes, or from the variable that it was set from"
RULE = Rule(
    "TRT306",
    "Maximum batch size of a builder",
    Safety.SAFE,
    members=("Builder.max_batch_size", "Builder.set_max_batch_size", "Builder.get_max_batch_size"),
)
VARIABLE = "batch_limit"
MESSAGE = "Builder.max_batch_size is gone with implicit batch"


@RULE.checks
def builder_max_batch_size(use: Use, facts: Facts) -> Proposal:
    edit: Edit | None
    if is_read(use):
        value = find_last_value(use, facts, VARIABLE)
        if value is None:
            return manual(use.node, use.member, f"{MESSAGE}; {INSTEAD}")
        edit = Edit({use.whole: value.deep_clone()})
    else:
        edit = remove_setting(use, facts, VARIABLE)
        if edit is None:
            return manual(use.node, use.member, f"{MESSAGE}; {READ_ELSEWHERE}")
    found = list(find_networks(facts))
    if any(may_be_implicit(n) for n in found):
        message = f"{MESSAGE}; add an optimization profile for the range of batch sizes"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    if not any(True in n.ways or n.from_onnx for n in found):
        message = f"{MESSAGE}; check that the inputs of the network have a batch dimension"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
