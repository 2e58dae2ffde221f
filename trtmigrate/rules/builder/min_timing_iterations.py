"""Remove the minimum of timing iterations.

What changed: `IBuilderConfig.min_timing_iterations` is gone since TensorRT 10.0 (deprecated in
8.4). The builder takes the average over `avg_timing_iterations`, which is another setting.

Before:

    config = builder.create_builder_config()
    config.min_timing_iterations = 4
    config.avg_timing_iterations = 8

After:

    config = builder.create_builder_config()
    config.avg_timing_iterations = 8

A variable keeps the value if the same function reads it.

Not rewritten when: the code reads it where the assigned value cannot be followed.

Safety: review. If the timing is noisy, raise `avg_timing_iterations`.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.last_values import (
    READ_ELSEWHERE,
    find_last_value,
    is_read,
    remove_setting,
)
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT313",
    "Minimum of timing iterations",
    Safety.REVIEW,
    members=("IBuilderConfig.min_timing_iterations",),
)
MESSAGE = "min_timing_iterations is gone; raise avg_timing_iterations if the timing is noisy"


VARIABLE = "min_iterations"


@RULE.checks
def min_timing_iterations(use: Use, facts: Facts) -> Proposal:
    if is_read(use):
        value = find_last_value(use, facts, VARIABLE)
        if value is None:
            return manual(use.node, use.member, f"{MESSAGE}; read that, or remove this use")
        edit = Edit({use.whole: value.deep_clone()})
        return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
    removed = remove_setting(use, facts, VARIABLE) if use.context == "store" else None
    if removed is None:
        return manual(use.node, use.member, f"{MESSAGE}; {READ_ELSEWHERE}")
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, removed)
