"""Set `coordinate_transformation` of a resize layer instead of `align_corners`.

What changed: `IResizeLayer.align_corners` is gone since TensorRT 8.0. The layer's
`coordinate_transformation` is `ALIGN_CORNERS` for what was True and `ASYMMETRIC` for what was
False.

Before:

    resize = network.add_resize(data)
    resize.align_corners = True

After:

    resize = network.add_resize(data)
    resize.coordinate_transformation = trt.ResizeCoordinateTransformation.ALIGN_CORNERS

Not rewritten when: one statement assigns the property together with others.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Const
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.assignments import find_assigned_value
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT406", "Aligned corners of resizes", Safety.SAFE, members=("IResizeLayer.align_corners",)
)
MESSAGE = "align_corners is gone; set coordinate_transformation to ALIGN_CORNERS or ASYMMETRIC"


@RULE.checks
def align_corners(use: Use, facts: Facts) -> Proposal:
    name, imports = tensorrt_name(use, facts)
    kinds = f"{name}.ResizeCoordinateTransformation"
    if use.context != "store":
        template = f"{{}}.coordinate_transformation == {kinds}.ALIGN_CORNERS"
        new = expression(template, use.receiver)
        edit = Edit({use.node: new}, imports_tensorrt=imports)
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
    value = find_assigned_value(use, facts)
    if value is None:
        return manual(
            use.node, use.member, f"{MESSAGE}; assign it by itself, so that it can be rewritten"
        )
    known = facts.value(value)
    if isinstance(known, Const) and not known.versioned:
        kind = expression(f"{kinds}.{'ALIGN_CORNERS' if known.value else 'ASYMMETRIC'}")
    else:
        kind = expression(f"{kinds}.ALIGN_CORNERS if {{}} else {kinds}.ASYMMETRIC", value)
    changes: dict[cst.CSTNode, cst.CSTNode] = dict(rename_member(use, "coordinate_transformation"))
    changes[value] = kind
    edit = Edit(changes, imports_tensorrt=imports)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
