"""Name the method of an allocator that frees memory `deallocate` instead of `free`.

What changed: since TensorRT 10.0 TensorRT never calls the `free` of a class that derives from
`trt.IGpuAllocator` (deprecated in 8.2). It calls `deallocate`, which returns whether it succeeded.

Before:

    class Allocator(trt.IGpuAllocator):
        def free(self, memory):
            self.pool.give_back(memory)

After:

    class Allocator(trt.IGpuAllocator):
        def deallocate(self, memory):
            self.pool.give_back(memory)
            return True

Not rewritten when: the class has a `deallocate` of its own (then `free` serves the program), or
`free` returns a value.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Ref, UserClass, UserInstance
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import small_statement
from trtmigrate.syntax.tree import walk, walk_scope

RULE = Rule(
    "TRT507",
    "Giving memory back to an allocator",
    Safety.SAFE,
    members=("IGpuAllocator.free",),
    gate=("IGpuAllocator",),
)
MESSAGE = "TensorRT never calls free; name the method deallocate, and return whether it succeeded"


@RULE.checks
def free(use: Use, facts: Facts) -> Proposal:
    edit = Edit(rename_member(use, "deallocate"))
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


@RULE.scans
def overrides(facts: Facts) -> Iterator[Proposal]:
    for node, bases in facts.bases.items():
        if not isinstance(node, cst.ClassDef) or Ref("tensorrt.IGpuAllocator") not in bases:
            continue
        methods = {m.name.value: m for m in node.body.body if isinstance(m, cst.FunctionDef)}
        method = methods.get("free")
        if method is None or "deallocate" in methods or "deallocate_async" in methods:
            continue
        inside = list(walk_scope(method))
        if any(isinstance(n, cst.Return) and n.value is not None for n in inside):
            yield manual(
                method.name,
                "IGpuAllocator.free",
                f"{MESSAGE}; this one returns a value of its own: rename it by hand",
            )
            continue
        changes: dict[cst.CSTNode, cst.CSTNode] = {method.name: cst.Name("deallocate")}
        for read in facts.reads.values():
            owner = read.owner.cls if isinstance(read.owner, UserInstance) else read.owner
            if isinstance(owner, UserClass) and owner.node is node and read.member == "free":
                if isinstance(read.node, cst.Attribute):
                    changes[read.node.attr] = cst.Name("deallocate")
        for early in inside:
            if isinstance(early, cst.Return):
                changes[early] = small_statement("return True")
        last = _find_last_statement(method)
        if isinstance(last, cst.Pass):
            changes[last] = small_statement("return True")
        ends = isinstance(last, (cst.Return, cst.Raise, cst.Pass))
        after = {} if ends else {last: (small_statement("return True"),)}
        edit = Edit(changes, after=after)
        yield Proposal(method.name, "IGpuAllocator.free", MESSAGE, Safety.SAFE, edit)


def _find_last_statement(method: cst.FunctionDef) -> cst.CSTNode:
    line = method.body.body[-1]
    smalls = [n for n in walk(line) if isinstance(n, cst.BaseSmallStatement)]
    return smalls[-1] if isinstance(line, cst.SimpleStatementLine) else line
