"""Name what is left of the algorithm selector, which has no counterpart of its form.

What changed: `config.algorithm_selector`, `IAlgorithmSelector` and the classes of its arguments are
gone since TensorRT 11.0. Tactics are chosen and kept through an editable timing cache:
`BuilderFlag.EDITABLE_TIMING_CACHE`, `ITimingCache.queryKeys`, `query` and `update` (10.8).

Before:

    config.add_optimization_profile(profile)
    config.algorithm_selector = None

After:

    config.add_optimization_profile(profile)

Not rewritten when: there is a selector. As a base class it fails when the module is imported.

Safety: manual; dropping the assignment of None is safe.
"""

from __future__ import annotations

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.module_queries import runs_at_import
from trtmigrate.rewrites.removal.flags import probed
from trtmigrate.rewrites.removal.properties import plain_store
from trtmigrate.rewrites.removal.statements import without
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

CLASSES = (
    "IAlgorithm",
    "IAlgorithmContext",
    "IAlgorithmIOInfo",
    "IAlgorithmSelector",
    "IAlgorithmVariant",
)
FORMAT = "IAlgorithmIOInfo.tensor_format"  # gone since 10.0, when the selector stayed
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
        FORMAT: "strides, dtype, vectorized_dim and components_per_element tell the format",
    },
)


@RULE.checks_imports_too
def algorithm_selector(use: AnyUse, facts: Facts) -> Proposal:
    message = f"{use.name} is gone: {INSTEAD}"
    if use.name == "IAlgorithmSelector" and runs_at_import(use.node, facts.tree):
        message = f"{use.name} is gone, importing this module fails: {INSTEAD}"
    elif use.member == FORMAT:
        message = f"{use.name} is gone: {RULE.manual[FORMAT]}"
    elif use.name not in ("IAlgorithmSelector", "algorithm_selector"):
        message = f"{use.member} goes with the algorithm selector: {INSTEAD}"
    assign = plain_store(use, facts)
    if assign is not None and code(assign.value) == "None":  # not a default that is None
        edit = without(assign, facts.tree)
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    return probed(use, message) or manual(use.node, use.member, message)
