"""Prefer the precisions that the layers ask for instead of strict types.

What changed: `BuilderFlag.STRICT_TYPES` is gone since TensorRT 10.0 (deprecated in 8.2). It meant
three things at once, each with a fallback: prefer the precisions that layers ask for, reject empty
algorithms, and direct I/O. Most code wanted the first, which is `PREFER_PRECISION_CONSTRAINTS`.

Before:

    config.set_flag(trt.BuilderFlag.STRICT_TYPES)

After:

    config.set_flag(trt.BuilderFlag.PREFER_PRECISION_CONSTRAINTS)

For TensorRT 11 and later the flag is removed: TensorRT always obeys the types of a strongly typed
network.

Not rewritten when: the program tests, clears or keeps the flag, and uses
`PREFER_PRECISION_CONSTRAINTS` as well; or the target is TensorRT 11 or later and the flag is kept
in a list, a dictionary, a variable or a default value.

Safety: review. `DIRECT_IO` is not set: with it, a build fails where it fell back before.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.calls import find_method_call
from trtmigrate.rewrites.removal.flags import remove_flag
from trtmigrate.rewrites.removal.masks import find_mask
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

RULE = Rule("TRT309", "Strict types", Safety.REVIEW, members=("BuilderFlag.STRICT_TYPES",))
NEW = "PREFER_PRECISION_CONSTRAINTS"
BOTH_USED = (
    f"STRICT_TYPES is gone; {NEW}, which replaces it where it is set, is a flag of its own in this "
    f"program: remove STRICT_TYPES here, or ask for {NEW} if that is meant"
)


@RULE.checks
def strict_types(use: Use, facts: Facts) -> Proposal:
    if f"BuilderFlag.{NEW}" in facts.missing:
        message = (
            "STRICT_TYPES is gone: TensorRT always obeys the types of a strongly typed network"
        )
        removed = remove_flag(use, facts, message, Safety.SAFE)
        return removed or manual(use.node, use.member, f"{message}; remove the flag here")
    message = (
        f"STRICT_TYPES is gone; {NEW} takes another precision where a layer has no implementation "
        "in the one it asks for"
    )
    if not _sets_flag(use, facts) and _names_successor(facts):
        return manual(use.node, use.member, BOTH_USED)
    return Proposal(use.node, use.member, message, Safety.REVIEW, Edit(rename_member(use, NEW)))


def _names_successor(facts: Facts) -> bool:
    return any(node.attr.value == NEW for node in facts.tree.of_kind(cst.Attribute))


def _sets_flag(use: Use, facts: Facts) -> bool:
    """True for `config.set_flag(F)`, `config.flags |= 1 << int(F)` and `config.flags = ...`."""
    if find_method_call(use, facts, "set_flag") is not None:
        return True
    mask = find_mask(use.whole, facts.tree)
    for up in facts.tree.ancestors(mask) if mask is not None else ():
        if isinstance(up, cst.AugAssign):
            return isinstance(up.operator, (cst.BitOrAssign, cst.AddAssign))
        if isinstance(up, cst.Assign):
            return all(code(target.target).endswith(".flags") for target in up.targets)
        if not isinstance(up, cst.BinaryOperation) or not isinstance(up.operator, cst.BitOr):
            return False
    return False
