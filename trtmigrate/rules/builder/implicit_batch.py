"""Report networks with an implicit batch dimension.

What changed: since TensorRT 10.0 every network has an explicit batch dimension, and so have the
shapes of its inputs. Before, `create_network()` without flags made a network without a batch
dimension; each execution gave the batch size.

Before:

    builder = trt.Builder(TRT_LOGGER)
    builder.max_batch_size = 16
    network = builder.create_network()
    data = network.add_input("data", trt.float32, (3, 224, 224))

After: (not rewritten)

Not rewritten when: always. The code does not show for sure what the batch size is and which layers
count dimensions from the front. A network that an ONNX parser fills has the batch dimension of the
model and is not reported. Flags that a branch sets are followed: the network is reported if one
way to it leaves out the flag.

Safety: manual.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.networks import find_networks, is_implicit, may_be_implicit
from trtmigrate.rules.base import Rule

RULE = Rule("TRT307", "Networks with implicit batch", Safety.MANUAL, gate=("create_network",))
# What only code for networks with implicit batch uses.
SIGNS = frozenset(
    [
        "Builder.build_cuda_engine",
        "Builder.max_batch_size",
        "Builder.set_max_batch_size",
        "IExecutionContext.execute",
        "IExecutionContext.execute_async",
        "IExecutionContext.enqueue",
        "UffParser",
        "CaffeParser",
    ]
)
MESSAGE = (
    "networks with an implicit batch dimension are gone: add the batch dimension to the shapes of "
    "the inputs and to the layers that count dimensions, and add an optimization profile if the "
    "batch size varies; then buffer sizes and reshapes must not add the batch size once more"
)
SOMETIMES = "where its flags lack EXPLICIT_BATCH, this network has an implicit batch dimension"


@RULE.scans
def implicit_batch(facts: Facts) -> Iterator[Proposal]:
    if api.exists("Builder", "max_batch_size", facts.release):
        return
    if not any(use.member in SIGNS and not use.read.dead for use in facts.uses):
        return
    for network in find_networks(facts):
        if may_be_implicit(network):
            message = MESSAGE if is_implicit(network) else f"{SOMETIMES}; {MESSAGE}"
            yield manual(network.call, "Builder.create_network", message)
