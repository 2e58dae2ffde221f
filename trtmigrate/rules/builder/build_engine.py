"""Build a serialized network, and deserialize it where the code uses the engine.

What changed: `Builder.build_engine(network, config)` is gone since TensorRT 10.0 (deprecated in
8.0). `build_serialized_network` returns the plan, which `engine.serialize()` gave; a runtime makes
an engine of the plan.

Before:

    builder = trt.Builder(TRT_LOGGER)

    def save(network, config, path):
        engine = builder.build_engine(network, config)
        with open(path, "wb") as f:
            f.write(engine.serialize())

    def load(network, config):
        engine = builder.build_engine(network, config)
        if engine is None:
            raise RuntimeError("failed to build")
        return engine.create_execution_context()

After:

    builder = trt.Builder(TRT_LOGGER)

    def save(network, config, path):
        plan = builder.build_serialized_network(network, config)
        with open(path, "wb") as f:
            f.write(plan)

    def load(network, config):
        plan = builder.build_serialized_network(network, config)
        if plan is None:
            raise RuntimeError("failed to build")
        engine = trt.Runtime(TRT_LOGGER).deserialize_cuda_engine(plan)
        return engine.create_execution_context()

`engine.serialize()` raised if the build had failed. Where the code does something between that call
and the first use of the plan that raises for None, the plan is tested for None instead.

Not rewritten when: the method is passed on as a value.

Safety: safe; review where a function of the module returns the plan now, because its callers only
serialize the engine; and where a failed build passes None on or the code catches AttributeError.
"""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.build_plan import build_plan
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT302",
    "Building an engine",
    Safety.SAFE,
    members=("Builder.build_engine",),
)
MESSAGE = (
    "build_engine is gone; build_serialized_network returns the plan, and a Runtime deserializes it"
)


@RULE.checks
def build_engine(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(
            use.node, use.member, f"{MESSAGE}; call it, so that the call can be rewritten"
        )
    method = cst.Attribute(use.receiver, cst.Name("build_serialized_network"))
    built = build_plan(use, facts, use.call.with_changes(func=method))
    edit = replace(built.edit, imports_tensorrt=tensorrt_name(use, facts)[1])
    if built.note:
        message = f"{MESSAGE}; {built.note}"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
