"""Name the places that assign the type of a tensor.

What changed: `ITensor.dtype` can only be read since TensorRT 11.0. In a strongly typed network the
type of a tensor follows from the layer that makes it.

Before:

    network = trt.Builder(TRT_LOGGER).create_network(0)
    layer = network.get_layer(0)
    output = layer.get_output(0)
    output.dtype = trt.float16
    network.mark_output(output)

After: (not rewritten)

Not rewritten when: always. An input gets its type from `network.add_input` or from the model; for
an output put `network.add_cast(tensor, dtype).get_output(0)` in front of `mark_output`, or drop the
assignment where the tensor has that type anyway.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.edits import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

RULE = Rule("TRT610", "Assignment of the type of a tensor", Safety.MANUAL, ("ITensor.dtype",))


@RULE.checks
def tensor_dtype(use: Use, facts: Facts) -> Proposal:
    return manual(
        use.node,
        use.member,
        "dtype can only be read; an input has the type given to add_input or in the model, "
        "for an output mark add_cast(tensor, dtype).get_output(0) instead",
    )
