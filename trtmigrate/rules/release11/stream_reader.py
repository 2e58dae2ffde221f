"""Report stream readers of the first kind, whose methods take other arguments now.

What changed: `IStreamReader` is gone since TensorRT 11.0. `IStreamReaderV2` (10.7) has two methods,
`read(num_bytes, stream)` and `seek(offset, where)`, and is passed as `stream_reader_v2=`.

Before:

    class Reader(trt.IStreamReader):
        def read(self, size):
            return self.file.read(size)

After: (not rewritten)

Not rewritten when: always. The new `read` also gets a CUDA stream and may have to copy to the GPU.

Safety: manual.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

INSTEAD = (
    "derive from IStreamReaderV2, with read(num_bytes, stream) and seek(offset, where), and pass "
    "it as stream_reader_v2="
)
RULE = Rule(
    "TRT617",
    "Stream reader of the first kind",
    Safety.MANUAL,
    members=("IStreamReader", "IStreamReader.read"),
    gate=("deserialize_cuda_engine",),
    manual={"IStreamReader": INSTEAD},
)
MESSAGE = f"IStreamReader is gone: {INSTEAD}"


@RULE.checks_imports_too
def stream_reader(use: AnyUse, facts: Facts) -> Proposal:
    return manual(use.node, use.member, MESSAGE)


@RULE.scans
def find_arguments(facts: Facts) -> Iterator[Proposal]:
    """Find `runtime.deserialize_cuda_engine(stream_reader=...)`."""
    if "IStreamReader" not in facts.missing:
        return
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "deserialize_cuda_engine" or not isinstance(read.owner, Instance):
            continue
        if isinstance(call, cst.Call) and call.func is read.node and not read.dead:
            for arg in call.args:
                if arg.keyword is not None and arg.keyword.value == "stream_reader":
                    yield manual(arg, "IStreamReader", MESSAGE)
