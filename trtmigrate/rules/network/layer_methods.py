"""Add convolutions, poolings and paddings with their n-dimensional methods.

What changed: `add_convolution`, `add_deconvolution`, `add_pooling` and `add_padding` of
`INetworkDefinition` are gone since TensorRT 10.0 (deprecated in 7.0 and 8.0). The methods with
`_nd` take the same parameters; a pair of sizes is fine.

Before:

    conv = network.add_convolution(data, 20, (5, 5), kernel, bias)
    pool = network.add_pooling(conv.get_output(0), trt.PoolingType.MAX, window_size=(2, 2))

After:

    conv = network.add_convolution_nd(data, 20, (5, 5), kernel, bias)
    pool = network.add_pooling_nd(conv.get_output(0), trt.PoolingType.MAX, window_size=(2, 2))

Not rewritten when: the code does not show that the object is a network.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule

METHODS = tuple(
    f"INetworkDefinition.add_{kind}"
    for kind in ("convolution", "deconvolution", "pooling", "padding")
)
RULE = Rule(
    "TRT401",
    "Convolution, pooling and padding layers",
    Safety.SAFE,
    members=METHODS,
    becomes={method: f"{method}_nd" for method in METHODS},
)


@RULE.checks
def layer_method(use: Use, facts: Facts) -> Proposal:
    message = f"{use.name} is gone; {use.name}_nd takes the same arguments"
    changes = rename_member(use, f"{use.name}_nd")
    return Proposal(use.node, use.member, message, Safety.SAFE, Edit(changes))
