"""Report the algorithm selector, which an editable timing cache replaces.

What changed: `config.algorithm_selector`, `IAlgorithmSelector` and the classes of its arguments are
gone since TensorRT 11.0. A program chooses tactics in an editable timing cache now:
`BuilderFlag.EDITABLE_TIMING_CACHE`, `ITimingCache.queryKeys`, `query` and `update` (10.8).

Before:

    config.add_optimization_profile(profile)
    config.algorithm_selector = None

After:

    config.add_optimization_profile(profile)

Not rewritten when: there is a selector. A class that derives from it fails when its module is
imported.

Safety: manual; safe where an assignment of None is removed.
"""

from __future__ import annotations

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.assignments import find_assignment
from trtmigrate.rewrites.removal.kept_effects import remove_but_keep_effects
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.nones import is_none
from trtmigrate.syntax.scopes import runs_at_import

CLASSES = (
    "IAlgorithm",
    "IAlgorithmContext",
    "IAlgorithmIOInfo",
    "IAlgorithmSelector",
    "IAlgorithmVariant",
)
FORMAT = "IAlgorithmIOInfo.tensor_format"  # gone since 10.0, where the selector stayed
INSTEAD = (
    "set BuilderFlag.EDITABLE_TIMING_CACHE and choose the tactics in the timing cache "
    "(ITimingCache.query and update)"
)
RULE = Rule(
    "TRT609",
    "Algorithm selector",
    Safety.MANUAL,
    members=(
        "IBuilderConfig.algorithm_selector",
        *CLASSES,
        *(
            f"{cls}.{name}"
            for cls in CLASSES
            for name in sorted(api.members(cls))
            if name[0] != "_"
        ),
    ),
    manual={
        **dict.fromkeys(("IBuilderConfig.algorithm_selector", *CLASSES), INSTEAD),
        FORMAT: "read strides, dtype, vectorized_dim and components_per_element, which make it up",
    },
)


@RULE.checks_imports_too
def algorithm_selector(use: AnyUse, facts: Facts) -> Proposal:
    message = f"{use.name} is gone: {INSTEAD}"
    if use.name == "IAlgorithmSelector" and runs_at_import(use.node, facts.tree):
        message = f"{use.name} is gone, and the import of this module fails: {INSTEAD}"
    elif use.member == FORMAT:
        message = f"{use.name} is gone: {RULE.manual[FORMAT]}"
    elif use.name not in ("IAlgorithmSelector", "algorithm_selector"):
        message = f"{use.member} is gone together with the algorithm selector: {INSTEAD}"
    assign = find_assignment(use, facts)
    if assign is not None and is_none(assign.value):  # not a parameter whose default is None
        edit = remove_but_keep_effects(assign, facts)
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    return report_probe(use, message) or manual(use.node, use.member, message)
