"""Read and set the sizes of a layer through its n-dimensional properties.

What changed: `kernel_size`, `stride`, `padding` and `dilation` of convolutions and deconvolutions,
`window_size`, `stride` and `padding` of poolings, and `pre_padding` and `post_padding` of padding
layers are gone since TensorRT 10.0 (deprecated in 7.0 and 8.0). The properties with `_nd` take and
give `Dims`, which have no `h` and `w`.

Before:

    conv = network.add_convolution_nd(data, 20, (5, 5), kernel, bias)
    conv.stride = (2, 2)
    if conv.kernel_size.h > 1:
        conv.padding = trt.DimsHW(2, 2)

After:

    conv = network.add_convolution_nd(data, 20, (5, 5), kernel, bias)
    conv.stride_nd = (2, 2)
    if conv.kernel_size_nd[0] > 1:
        conv.padding_nd = trt.DimsHW(2, 2)

Not rewritten when: the code does not show that the object is such a layer. `network.get_layer`
returns any kind of layer, unless an assignment to its `__class__` shows the kind.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import External
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

_SIZES = {
    "IConvolutionLayer": ("kernel_size", "stride", "padding", "dilation"),
    "IDeconvolutionLayer": ("kernel_size", "stride", "padding"),
    "IPoolingLayer": ("window_size", "stride", "padding"),
    "IPaddingLayer": ("pre_padding", "post_padding"),
}
_MEMBERS = tuple(f"{layer}.{size}" for layer, sizes in _SIZES.items() for size in sizes)
RULE = Rule(
    "TRT402",
    "Sizes of layers",
    Safety.SAFE,
    members=_MEMBERS,
    becomes={member: f"{member}_nd" for member in _MEMBERS},
)
_SIZES_READ = frozenset(f"tensorrt.{member}" for member in RULE.members)
_SHORT = frozenset(size for sizes in _SIZES.values() for size in sizes)
_AXES = {"h": 0, "w": 1}


@RULE.checks
def layer_size(use: Use, facts: Facts) -> Proposal:
    message = f"{use.name} is gone; {use.name}_nd takes and returns Dims"
    changes: dict[cst.CSTNode, cst.CSTNode] = dict(rename_member(use, f"{use.name}_nd"))
    axis = facts.tree.parent(use.node)
    if isinstance(axis, cst.Attribute) and axis.attr.value in _AXES:
        changes[axis] = expression(f"{{}}[{_AXES[axis.attr.value]}]", use.node)  # type: ignore[arg-type]
    return Proposal(use.node, use.member, message, Safety.SAFE, Edit(changes))


@RULE.scans
def axes_of_sizes(facts: Facts) -> Iterator[Proposal]:
    """Find `size.h`, where `size` was read from a layer before."""
    for read in facts.reads.values():
        node = read.node
        if not isinstance(node, cst.Attribute) or node.attr.value not in _AXES:
            continue
        if not isinstance(read.owner, External) or read.owner.name not in _SIZES_READ:
            continue
        source = facts.reads.get(node.value)
        if source is not None and source.member in _SHORT:
            continue  # the finding of the size itself changes it
        axis = node.attr.value
        message = f"the size of a layer is Dims now, which have no {axis}: use index {_AXES[axis]}"
        edit = Edit({node: expression(f"{{}}[{_AXES[axis]}]", node.value)})
        yield Proposal(node, f"DimsHW.{axis}", message, Safety.SAFE, edit)
