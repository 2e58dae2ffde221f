"""Name every use of an API that the target lacks and that no other rule answers for.

What changed: TensorRT 10 removed the binding API and much of the builder, TensorRT 11 weak typing
and calibration. The list of members is made from the bindings of every release.

Before:

    parser = trt.UffParser()

After: (not rewritten)

Not rewritten when: always. The finding says since when the member is gone; a person decides.

Safety: manual.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import is_variable

RULE = Rule("TRT001", "Use of a removed API that has no rewrite", Safety.MANUAL)


@RULE.checks_imports_too
def removed(use: AnyUse, facts: Facts) -> Proposal:
    missing = facts.missing[use.member]
    message = f"{use.member} is gone since TensorRT {missing.since}"
    if use.on_class:
        message += ": call it on the object, not through its class, and run trtmigrate again"
    elif use.by_special_name:
        message += ": write it as len(x), x[i] or a loop, and run trtmigrate again"
    return manual(use.node, use.member, message)


@RULE.scans
def not_among_all(facts: Facts) -> Iterator[Proposal]:
    """Report the classes that `from tensorrt import *` no longer imports."""
    if not facts.imports_all:
        return
    for node in facts.tree.of_kind(cst.Name):
        if node.value in facts.missing and is_variable(node, facts.tree):
            if facts.value(node) == Ref(f"tensorrt.{node.value}"):
                since = facts.missing[node.value].since
                message = (
                    f"{node.value} is gone since TensorRT {since}, so from tensorrt import * no "
                    f"longer imports it: trtmigrate explain {node.value} says what to do"
                )
                yield manual(node, node.value, message)
