"""Report the padding modes of Caffe, which have no exact successor.

What changed: `PaddingMode.CAFFE_ROUND_DOWN` and `CAFFE_ROUND_UP` are gone since TensorRT 10.0. They
were the explicit modes, except that they left out a last window that would start in the padding.

Before:

    pool = network.add_pooling_nd(data, trt.PoolingType.MAX, (2, 2))
    pool.padding_mode = trt.PaddingMode.CAFFE_ROUND_UP

After: (not rewritten)

Not rewritten when: always. The sizes decide whether a window starts in the padding.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

REASON = (
    "use EXPLICIT_ROUND_{way} with the same padding before and after, and check the output sizes: "
    "they differ where the last window would start in the padding"
)
RULE = Rule(
    "TRT314",
    "Padding modes of Caffe",
    Safety.MANUAL,
    members=("PaddingMode.CAFFE_ROUND_DOWN", "PaddingMode.CAFFE_ROUND_UP"),
    manual={
        "PaddingMode.CAFFE_ROUND_DOWN": REASON.format(way="DOWN"),
        "PaddingMode.CAFFE_ROUND_UP": REASON.format(way="UP"),
    },
)


@RULE.checks
def caffe_padding(use: Use, facts: Facts) -> Proposal:
    return manual(use.node, use.member, f"{use.name} is gone; {RULE.reason(use.member)}")
