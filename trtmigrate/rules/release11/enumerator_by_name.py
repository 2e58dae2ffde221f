"""Report enumerators that the code looks up by a name which only the running program knows.

What changed: enums lost members in TensorRT 10.0 and 11.0. `getattr(trt.BuilderFlag, name)` fails
for those, and `trt.BuilderFlag.__members__[name]` too.

Before:

    config.set_flag(getattr(trt.BuilderFlag, args.precision.upper()))

After: (not rewritten)

Not rewritten when: always. A constant name is handled like an attribute. Nothing is reported if
`getattr` has a default or a test with `hasattr` stands around it.

Safety: manual.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Ref
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.tree import code

RULE = Rule("TRT631", "Enumerator looked up by name", Safety.MANUAL)


@RULE.scans
def enumerator_by_name(facts: Facts) -> Iterator[Proposal]:
    tree = facts.tree
    for node in (*tree.of_kind(cst.Call), *tree.of_kind(cst.Subscript)):
        looked_up = _find_look_up(node, facts)
        if looked_up is None or facts.is_dead(node):
            continue
        enum, key = looked_up
        gone = sorted(m.name for m in facts.missing.values() if m.owner == enum)
        value = facts.value(key)
        if isinstance(value, Const) and value.value not in gone:
            continue
        if gone and not _is_probed(node, enum, facts):
            names = ", ".join(gone)
            message = (
                f"{enum} no longer has {names}, and the name that is looked up may be one of them: "
                "test it with hasattr, or use the successor"
            )
            yield manual(node, enum, message)


def _find_look_up(node: cst.CSTNode, facts: Facts) -> tuple[str, cst.BaseExpression] | None:
    """Return the enum and the name of `getattr(ENUM, name)` or `ENUM.__members__[name]`."""
    if isinstance(node, cst.Call) and calls_function(node, "getattr") and len(node.args) == 2:
        owner, key = node.args[0].value, node.args[1].value
        if isinstance(facts.value(key), Const):
            return None  # a use of a member, as any other
    elif isinstance(node, cst.Subscript) and isinstance(node.value, cst.Attribute):
        index = node.slice[0].slice
        if node.value.attr.value != "__members__" or not isinstance(index, cst.Index):
            return None
        owner, key = node.value.value, index.value
    else:
        return None
    value = facts.value(owner)
    if isinstance(value, Ref) and value.name.startswith("tensorrt."):
        return value.name.removeprefix("tensorrt."), key
    return None


def _is_probed(node: cst.CSTNode, enum: str, facts: Facts) -> bool:
    """True if a test around it asks for the name: `if hasattr(trt.BuilderFlag, name):`."""
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.If, cst.IfExp)):
            test = code(up.test)
            if enum in test and ("hasattr" in test or "__members__" in test):
                return True
    return False
