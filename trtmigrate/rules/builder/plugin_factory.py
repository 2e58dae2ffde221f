"""Deserialize engines without a plugin factory.

What changed: the second argument of `Runtime.deserialize_cuda_engine` is gone since TensorRT 8.0
with the plugin factories; TensorRT finds plugins in its registry.

Before:

    runtime = trt.Runtime(logger)
    engine = runtime.deserialize_cuda_engine(plan, None)

After:

    runtime = trt.Runtime(logger)
    engine = runtime.deserialize_cuda_engine(plan)

Not rewritten when: the arguments are unpacked from a sequence.

Safety: safe where the factory is None; review where there is a factory, whose plugins have to be
registered before.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument, unpacks
from trtmigrate.syntax.nones import is_none

RULE = Rule(
    "TRT316",
    "Plugin factories given to a runtime",
    Safety.SAFE,
    members=("Runtime.deserialize_cuda_engine",),
)
MESSAGE = (
    "deserialize_cuda_engine takes no plugin factory; register the plugins in "
    "trt.get_plugin_registry()"
)


@RULE.checks
def plugin_factory(use: Use, facts: Facts) -> Proposal | None:
    if not isinstance(use, CallUse):
        return None  # passed on as a value: the arguments stand where it is called
    call = use.call
    factory = argument(call, 1, "plugin_factory")
    if factory is None and call.args and call.args[0].keyword is not None:
        return None  # `stream_reader=` and `stream_reader_v2=`: from later releases
    if factory is None or unpacks(call) or len(call.args) != 2:
        return manual(use.node, use.member, MESSAGE)
    kept = next(arg for arg in call.args if arg is not factory)
    new = call.with_changes(args=[kept.with_changes(comma=cst.MaybeSentinel.DEFAULT)])
    safety = Safety.SAFE if is_none(factory.value) else Safety.REVIEW
    return Proposal(use.node, use.member, MESSAGE, safety, Edit({call: new}))
