"""Name the networks with an implicit batch dimension.

What changed: since TensorRT 10.0 every network has an explicit batch dimension, and so have the
shapes of its inputs. `create_network()` without flags made a network without one before, where the
batch size was given with each execution.

Before:

    builder = trt.Builder(TRT_LOGGER)
    builder.max_batch_size = 16
    network = builder.create_network()
    data = network.add_input("data", trt.float32, (3, 224, 224))

After: (not rewritten)

Not rewritten when: always. What the batch size is, and which layers count dimensions from the
front, the code does not tell for sure. Networks that an ONNX parser fills have their batch
dimension from the model and are not reported.

Safety: manual.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.networks import is_implicit, networks
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
    "the inputs and of the layers that count dimensions, and an optimization profile if it varies; "
    "buffer sizes and reshapes that add the batch themselves count it twice then"
)


@RULE.scans
def implicit_batch(facts: Facts) -> Iterator[Proposal]:
    if api.exists("Builder", "max_batch_size", facts.release):
        return
    if not any(use.member in SIGNS and not use.read.dead for use in facts.uses):
        return
    for network in networks(facts):
        if is_implicit(network):
            yield manual(network.call, "Builder.create_network", MESSAGE)
