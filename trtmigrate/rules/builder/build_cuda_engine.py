"""Build a serialized network with a configuration instead of an engine with the builder's settings.

What changed: `Builder.build_cuda_engine(network)` is gone since TensorRT 8.0. What was set on the
builder is set on an `IBuilderConfig` now, which the build takes. The build returns a plan.

Before:

    builder = trt.Builder(TRT_LOGGER)
    network = builder.create_network(EXPLICIT_BATCH)
    engine = builder.build_cuda_engine(network)
    context = engine.create_execution_context()

After:

    builder = trt.Builder(TRT_LOGGER)
    network = builder.create_network(EXPLICIT_BATCH)
    config = builder.create_builder_config()
    plan = builder.build_serialized_network(network, config)
    engine = trt.Runtime(TRT_LOGGER).deserialize_cuda_engine(plan)
    context = engine.create_execution_context()

Not rewritten when: one function sets the builder up and another one builds, so that no
configuration reaches both; or the method is passed on as a value.

Safety: safe; review where a function of the module returns the plan now, because its callers only
serialize the engine, where the code sets up a configuration that this build did not use, and where
another file makes the builder or gets it.
"""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.build_plan import build_plan
from trtmigrate.rewrites.build.builder_config import find_config
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED, tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import unpacks

RULE = Rule(
    "TRT303",
    "Building without a configuration",
    Safety.SAFE,
    members=("Builder.build_cuda_engine",),
)
MESSAGE = "build_cuda_engine is gone; build_serialized_network takes a config and returns the plan"


@RULE.checks
def build_cuda_engine(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return manual(
            use.node, use.member, f"{MESSAGE}; call it, so that the call can be rewritten"
        )
    call = use.call
    if unpacks(call) or len(call.args) != 1:
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    config = find_config(use, facts)
    if config is None:
        reason = (
            "no config certainly reaches both the settings of the builder and this build: create "
            "it with builder.create_builder_config() and pass it on"
        )
        return manual(use.node, use.member, f"{MESSAGE}; {reason}")
    keyword = cst.Name("config") if call.args[0].keyword is not None else None
    given = cst.Arg(config.node, keyword, equal=call.args[0].equal)
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    build = call.with_changes(
        func=cst.Attribute(use.receiver, cst.Name("build_serialized_network")),
        args=[call.args[0].with_changes(comma=comma), given],
    )
    built = build_plan(use, facts, build)
    edit = replace(built.edit, imports_tensorrt=tensorrt_name(use, facts)[1])
    edit = config.with_edit(edit)
    notes = [note for note in (config.build_note, built.note) if note]
    if notes:
        message = "; ".join([MESSAGE, *notes])
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
