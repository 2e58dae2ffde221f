"""Assign a refitter instead of opening it with `with`.

What changed: `Refitter` is no context manager since TensorRT 10.0. Since TensorRT 8.0 the end of
the `with` block had done nothing.

Before:

    with trt.Refitter(engine, logger) as refitter:
        refitter.set_named_weights("conv.weight", weights)
        assert refitter.refit_cuda_engine()

After:

    refitter = trt.Refitter(engine, logger)
    refitter.set_named_weights("conv.weight", weights)
    assert refitter.refit_cuda_engine()

Not rewritten when: a comment stands at the end of the block, or a later item of the same `with`
uses the refitter.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, Statement, manual
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, walk

RULE = Rule(
    "TRT508",
    "Refitter as context manager",
    Safety.SAFE,
    gate=("Refitter",),
)
MEMBER = "Refitter.__enter__"
MESSAGE = "a Refitter is no context manager any more; assign it to a variable"


@RULE.scans
def refitter_with(facts: Facts) -> Iterator[Proposal]:
    if MEMBER not in facts.missing:
        return
    for node in facts.tree.of_kind(cst.With):
        for item in node.items:
            if facts.kind(item.item) == "Refitter":
                edit = (
                    _unwrap(node, item)
                    if len(node.items) == 1
                    else _keep_other_items(node, item, facts)
                )
                if edit is None:
                    yield manual(item, MEMBER, MESSAGE)
                else:
                    yield Proposal(item, MEMBER, MESSAGE, Safety.SAFE, edit)


def _make_assignment(item: cst.WithItem) -> cst.BaseSmallStatement | None:
    """Return `r = trt.Refitter(...)`; None if a variable holds the refitter already."""
    if item.asname is not None:
        target = item.asname.name
        if isinstance(target, (cst.Name, cst.Attribute, cst.Subscript)):
            return cst.Assign([cst.AssignTarget(target.deep_clone())], item.item)
    return None if isinstance(item.item, cst.Name) else cst.Expr(item.item)


def _unwrap(node: cst.With, item: cst.WithItem) -> Edit | None:
    """Replace the whole `with` by its body."""
    block = node.body
    assigned = _make_assignment(item)
    if isinstance(block, cst.IndentedBlock):
        if any(line.comment is not None for line in block.footer):
            return None
        body: list[Statement] = [s for s in block.body if isinstance(s, cst.BaseStatement)]
        header = block.header
    else:
        body = [s for s in block.body if isinstance(s, cst.BaseSmallStatement)]
        header = block.trailing_whitespace  # type: ignore[attr-defined]
    if assigned is not None:
        body.insert(0, cst.SimpleStatementLine([assigned], trailing_whitespace=header))
    return Edit(before={node: tuple(body)}, remove=(node,))


def _keep_other_items(node: cst.With, item: cst.WithItem, facts: Facts) -> Edit | None:
    """Keep the other items of the `with`, and make the refitter at the start of its block."""
    assigned = _make_assignment(item)
    name = code(item.asname.name) if item.asname is not None else None
    later = node.items[list(node.items).index(item) + 1 :]
    if name is not None and any(code(n) == name for other in later for n in walk(other.item)):
        return None
    kept = [other for other in node.items if other is not item]
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    if any(facts.kind(other.item) == "Refitter" for other in kept) or not isinstance(
        node.body, cst.IndentedBlock
    ):
        return None
    prepend: dict[cst.CSTNode, tuple[Statement, ...]] = {}
    if assigned is not None:
        prepend[node.body] = (assigned,)
    return Edit({node: node.with_changes(items=kept)}, prepend=prepend)
