"""Call functions of CUDA as cuda-python 13 has them.

What changed: in cuda-python 13.0 some functions took over the form of their successors, whose
suffixed names went: `cuCtxCreate` has one more argument in front, the graph and prefetch functions
have others in between or give longer tuples. (Compared: cuda-bindings 12.9 and 13.0.)

Before:

    from cuda.bindings import driver as cuda, runtime as cudart
    err, context = cuda.cuCtxCreate(0, device)
    (err,) = cudart.cudaMemPrefetchAsync_v2(pointer, size, location, 0, stream)

After:

    from cuda.bindings import driver as cuda, runtime as cudart
    err, context = cuda.cuCtxCreate(None, 0, device)
    (err,) = cudart.cudaMemPrefetchAsync(pointer, size, location, 0, stream)

Not rewritten when: the new arguments or results have no counterpart in the old ones.

Safety: safe for names that lost their suffix; review for `cuCtxCreate`, which is called differently
with version 12. Off unless selected.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import is_number
from trtmigrate.findings import Safety
from trtmigrate.rewrites.cuda_python import GATE, function_of
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import unpacks

RULE = Rule(
    "TRT702",
    "Functions that cuda-python 13 has in another form",
    Safety.REVIEW,
    gate=GATE,
    default=False,
)
# By the name without cu or cuda: the former number of arguments or results, and what is new.
_ARGUMENTS = {
    "GraphAddDependencies": (
        4,
        "takes edgeData before numDependencies: pass None or the data there",
    ),
    "GraphAddNode": (4, "takes dependencyData before numDependencies: pass None or the data there"),
    "GraphRemoveDependencies": (
        4,
        "takes edgeData before numDependencies: pass None or the data there",
    ),
    "MemPrefetchAsync": (
        4,
        "takes location and flags in place of the device: pass a memory location, and 0",
    ),
    "StreamUpdateCaptureDependencies": (
        4,
        "takes dependencyData before numDependencies: pass None or the data there",
    ),
}
_RESULTS = {
    "GraphGetEdges": (4, "also gives the edge data: take one more value"),
    "GraphNodeGetDependencies": (3, "also gives the edge data: take one more value"),
    "GraphNodeGetDependentNodes": (3, "also gives the edge data: take one more value"),
    "StreamGetCaptureInfo": (6, "also gives the edge data: take one more value"),
}
SUFFIXED = {  # the names that went, and what has their form now
    "cuCtxCreate_v4": "cuCtxCreate",
    "cuDeviceGetUuid_v2": "cuDeviceGetUuid",
    "cuStreamGetCaptureInfo_v3": "cuStreamGetCaptureInfo",
    "cudaStreamGetCaptureInfo_v3": "cudaStreamGetCaptureInfo",
}
for _name in (*_ARGUMENTS, *_RESULTS, "MemAdvise", "EventElapsedTime"):
    if _name != "StreamGetCaptureInfo":
        SUFFIXED |= {f"{prefix}{_name}_v2": f"{prefix}{_name}" for prefix in ("cu", "cuda")}


@RULE.scans
def cuda_signatures(facts: Facts) -> Iterator[Proposal]:
    for node in facts.tree.of_kind(cst.Call):
        found = function_of(node.func, facts)
        if found is None:
            continue
        name = found[1]
        if name in SUFFIXED and isinstance(node.func, cst.Attribute):
            message = f"cuda-python 13 has no {name}; {SUFFIXED[name]} has its form"
            edit = Edit({node.func.attr: cst.Name(SUFFIXED[name])})
            yield Proposal(node.func, "", message, Safety.SAFE, edit)
        elif name == "cuCtxCreate" and len(node.args) == 2 and not unpacks(node):
            yield _context(node)
        else:
            change = _change(node, name.removeprefix("cuda").removeprefix("cu"), facts)
            if change is not None:
                yield manual(node, "", f"{name} of cuda-python 13 {change}")


def _context(node: cst.Call) -> Proposal:
    message = "cuCtxCreate of cuda-python 13 takes ctxCreateParams first, which may be None"
    if any(arg.keyword is not None for arg in node.args):
        return manual(node, "", message)
    space = cst.SimpleWhitespace(" ")
    first = cst.Arg(cst.Name("None"), comma=cst.Comma(whitespace_after=space))
    edit = Edit({node: node.with_changes(args=[first, *node.args])})
    return Proposal(node, "", message, Safety.REVIEW, edit)


def _change(node: cst.Call, name: str, facts: Facts) -> str | None:
    """Return the change that a call is not written for; None if it fits both versions."""
    if name in _ARGUMENTS and len(node.args) == _ARGUMENTS[name][0]:
        return _ARGUMENTS[name][1]
    if name == "MemAdvise" and node.args and is_number(facts.value(node.args[-1].value)):
        return "takes a location in place of the device: pass a memory location"
    if name in _RESULTS:
        assign = facts.tree.parent(node)
        target = assign.targets[0].target if isinstance(assign, cst.Assign) else None
        if isinstance(target, cst.Tuple) and len(target.elements) == _RESULTS[name][0]:
            return _RESULTS[name][1]
    return None
