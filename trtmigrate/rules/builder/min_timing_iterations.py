"""Drop the number of minimizing timing iterations.

What changed: `IBuilderConfig.min_timing_iterations` is gone since TensorRT 10.0 (deprecated in
8.4). The builder averages over `avg_timing_iterations` alone, which is another setting.

Before:

    config = builder.create_builder_config()
    config.min_timing_iterations = 4
    config.avg_timing_iterations = 8

After:

    config = builder.create_builder_config()
    config.avg_timing_iterations = 8

Not rewritten when: it is read.

Safety: review: where the timing was noisy, `avg_timing_iterations` may have to be raised.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.properties import dropped
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT313",
    "Minimizing timing iterations",
    Safety.REVIEW,
    members=("IBuilderConfig.min_timing_iterations",),
)
MESSAGE = "min_timing_iterations is gone; avg_timing_iterations is what is left to raise"


@RULE.checks
def min_timing_iterations(use: Use, facts: Facts) -> Proposal:
    edit = dropped(use, facts) if use.context == "store" else None
    if edit is None:
        return manual(use.node, use.member, f"{MESSAGE}: read that, or drop it here")
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
