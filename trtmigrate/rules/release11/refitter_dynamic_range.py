"""Report dynamic ranges of a refitter, which are gone with the dynamic ranges of tensors.

What changed: `Refitter.get_dynamic_range`, `set_dynamic_range` and `get_tensors_with_dynamic_range`
are gone since TensorRT 11.0. The scales of an explicitly quantized model are weights.

Before:

    refitter = trt.Refitter(engine, TRT_LOGGER)
    refitter.set_dynamic_range("x", (-1, 1))

After: (not rewritten)

Not rewritten when: always. Set the scales of the Q/DQ nodes with `set_named_weights`.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

MEMBERS = (
    "Refitter.get_dynamic_range",
    "Refitter.set_dynamic_range",
    "Refitter.get_tensors_with_dynamic_range",
)
INSTEAD = "set the scales of the Q/DQ nodes with set_named_weights"
RULE = Rule(
    "TRT623",
    "Dynamic ranges of a refitter",
    Safety.MANUAL,
    MEMBERS,
    manual=dict.fromkeys(MEMBERS, INSTEAD),
)


@RULE.checks
def refitter_dynamic_range(use: Use, facts: Facts) -> Proposal:
    return manual(use.node, use.member, f"{use.name} is gone; {INSTEAD}")
