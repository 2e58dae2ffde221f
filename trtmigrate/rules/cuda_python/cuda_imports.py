"""Import the modules of cuda-python from where version 13 has them.

What changed: `cuda.cuda`, `cuda.cudart` and `cuda.nvrtc` moved to `cuda.bindings.driver`, `runtime`
and `nvrtc` in cuda-python 12.6.1; 13.0 dropped the old names. The functions return the same
tuples, the error first. The local names stay as they are; after `import cuda.cudart`, the uses of
`cuda.cudart` are rewritten, too.

Before:

    from cuda import cuda, cudart, nvrtc
    import cuda.cudart as rt

After:

    from cuda.bindings import driver as cuda, runtime as cudart, nvrtc
    import cuda.bindings.runtime as rt

Not rewritten when: the import has a fallback of its own to `cuda.bindings`.

Safety: safe for cuda-python from 12.6.1 on. Off unless selected.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.cuda_python import GATE, MOVED, has_both
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression, small_statement
from trtmigrate.syntax.tree import code, dotted

RULE = Rule(
    "TRT701",
    "Modules of cuda-python",
    Safety.SAFE,
    gate=GATE,
    default=False,
)
MESSAGE = "cuda-python 13 has no cuda.{}; import cuda.bindings.{}, which has the same functions"


@RULE.scans
def cuda_imports(facts: Facts) -> Iterator[Proposal]:
    for node in facts.tree.of_kind(cst.Import):
        if not has_both(node, facts):
            yield from _import(node, facts)
    for line in facts.tree.of_kind(cst.ImportFrom):
        if line.module is not None and not line.relative and not has_both(line, facts):
            yield from _import_from(line, code(line.module))


def _proposal(node: cst.CSTNode, old: str, edit: Edit) -> Proposal:
    return Proposal(node, "", MESSAGE.format(old, MOVED[old]), Safety.SAFE, edit)


def _import_from(node: cst.ImportFrom, module: str) -> Iterator[Proposal]:
    old = module.removeprefix("cuda.")
    if module.startswith("cuda.") and old in MOVED:  # from cuda.cudart import cudaMalloc
        assert node.module is not None
        edit = Edit({node.module: expression(f"cuda.bindings.{MOVED[old]}")})
        yield _proposal(node, old, edit)
        return
    if module != "cuda" or isinstance(node.names, cst.ImportStar):
        return
    moved = [alias for alias in node.names if code(alias.name) in MOVED]
    others = [alias for alias in node.names if alias not in moved]
    if not moved:
        return
    assert node.module is not None
    replace: dict[cst.CSTNode, cst.CSTNode] = {}
    if not others:
        replace[node.module] = expression("cuda.bindings")
        for alias in moved:
            old = code(alias.name)
            if MOVED[old] != old:
                replace[alias] = alias.with_changes(
                    name=cst.Name(MOVED[old]), asname=alias.asname or cst.AsName(cst.Name(old))
                )
        yield _proposal(node, code(moved[0].name), Edit(replace))
        return
    names = ", ".join(_name_in_bindings(alias) for alias in moved)
    added = small_statement(f"from cuda.bindings import {names}")
    last = others[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    kept = node.with_changes(names=[*others[:-1], last])
    yield _proposal(node, code(moved[0].name), Edit({node: kept}, after={node: (added,)}))


def _name_in_bindings(alias: cst.ImportAlias) -> str:
    old = code(alias.name)
    local = code(alias.asname.name) if alias.asname is not None else old
    return MOVED[old] if MOVED[old] == local else f"{MOVED[old]} as {local}"


def _import(node: cst.Import, facts: Facts) -> Iterator[Proposal]:
    for alias in node.names:
        module = code(alias.name)
        old = module.removeprefix("cuda.")
        if not module.startswith("cuda.") or old not in MOVED:
            continue
        new = f"cuda.bindings.{MOVED[old]}"
        replace: dict[cst.CSTNode, cst.CSTNode] = {alias.name: expression(new)}
        if alias.asname is None:  # its users write cuda.cudart.cudaMalloc
            for use in facts.tree.of_kind(cst.Attribute):
                if use is not alias.name and dotted(use) == module:
                    replace[use] = expression(new)
        yield _proposal(alias, old, Edit(replace))
