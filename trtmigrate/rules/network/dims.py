"""Replace the shapes of images by `Dims3` and `Dims4`.

What changed: `DimsCHW` and `DimsNCHW`, `Dims.get_type` and `DimensionType` are gone since
TensorRT 8.0. `Dims3` and `Dims4` take the same numbers, and are read by index.

Before:

    shape = trt.DimsCHW(3, 224, 224)
    pixels = shape.h * shape.w

After:

    shape = trt.Dims3(3, 224, 224)
    pixels = shape[1] * shape[2]

Not rewritten when: the code asks for the kind of a dimension.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import members_of
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

_NEW = {"DimsCHW": "Dims3", "DimsNCHW": "Dims4"}
_AXES = {"DimsCHW": "chw", "DimsNCHW": "nchw"}
_KINDS = "a dimension has no kind: tell its meaning from its position"
RULE = Rule(
    "TRT407",
    "Shapes of images",
    Safety.SAFE,
    members=(*members_of("DimsCHW", "DimsNCHW", "DimensionType"), "Dims.get_type"),
    becomes={
        **_NEW,
        **{
            f"{cls}.{axis}": f"{new}[{i}]"
            for cls, new in _NEW.items()
            for i, axis in enumerate(_AXES[cls])
        },
    },
    manual={"DimensionType": _KINDS, "Dims.get_type": _KINDS},
)


@RULE.checks_imports_too
def dims(use: AnyUse, facts: Facts) -> Proposal:
    reason = RULE.reason(use.member)
    if reason is not None:
        return manual(use.node, use.member, f"{use.member} is gone; {reason}")
    owner, _, axis = use.member.partition(".")
    message = f"{owner} is gone; {_NEW[owner]} takes the same numbers and is read by index"
    if axis and isinstance(use, Use):
        new = expression(f"{{}}[{_AXES[owner].index(axis)}]", use.receiver)
        return Proposal(use.node, use.member, message, Safety.SAFE, Edit({use.node: new}))
    if isinstance(use.node, cst.ImportAlias):
        kept = use.node.asname or cst.AsName(cst.Name(owner))
        alias = use.node.with_changes(name=cst.Name(_NEW[owner]), asname=kept)
        return Proposal(use.node, use.member, message, Safety.SAFE, Edit({use.node: alias}))
    changes = rename_member(use, _NEW[owner])
    return Proposal(use.node, use.member, message, Safety.SAFE, Edit(changes))
