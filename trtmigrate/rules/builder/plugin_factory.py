"""Deserialize engines without a plugin factory.

What changed: the second argument of `Runtime.deserialize_cuda_engine` is gone since TensorRT 8.0
with the plugin factories; plugins are found through their registry.

Before:

    runtime = trt.Runtime(logger)
    engine = runtime.deserialize_cuda_engine(plan, None)

After:

    runtime = trt.Runtime(logger)
    engine = runtime.deserialize_cuda_engine(plan)

Not rewritten when: the arguments are unpacked from a sequence, or the method is handed over.

Safety: safe where the factory is None; review where there is one: its plugins have to be registered
before.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.name_of_binding import argument, unpacks
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

RULE = Rule(
    "TRT316",
    "Plugin factories given to a runtime",
    Safety.SAFE,
    members=("Runtime.deserialize_cuda_engine",),
)
MESSAGE = "deserialize_cuda_engine takes no plugin factory; plugins come from the registry"


@RULE.checks
def plugin_factory(use: Use, facts: Facts) -> Proposal | None:
    if not isinstance(use, CallUse):
        return None  # handed over: with which arguments it is called is seen where it is
    call = use.call
    factory = argument(call, 1, "plugin_factory")
    if factory is None and call.args and call.args[0].keyword is not None:
        return None  # `stream_reader=` and `stream_reader_v2=`: from later releases
    if factory is None or unpacks(call) or len(call.args) != 2:
        return manual(use.node, use.member, MESSAGE)
    kept = next(arg for arg in call.args if arg is not factory)
    new = call.with_changes(args=[kept.with_changes(comma=cst.MaybeSentinel.DEFAULT)])
    safety = Safety.SAFE if code(factory.value) == "None" else Safety.REVIEW
    return Proposal(use.node, use.member, MESSAGE, safety, Edit({call: new}))
