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
from trtmigrate.edits import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.tree import code
from trtmigrate.findings import Safety
from trtmigrate.rules._flags import probed
from trtmigrate.rules._property import plain_store
from trtmigrate.rules._statements import without
from trtmigrate.rules.base import Rule

CLASSES = (
    "IAlgorithm",
    "IAlgorithmContext",
    "IAlgorithmIOInfo",
    "IAlgorithmSelector",
    "IAlgorithmVariant",
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
)


@RULE.checks
def algorithm_selector(use: Use, facts: Facts) -> Proposal:
    message = f"{use.name} is gone; choose tactics through an editable timing cache"
    assign = plain_store(use, facts)
    if assign is not None and code(assign.value) == "None":  # not a default that is None
        edit = without(assign, facts.tree)
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    return probed(use, message) or manual(use.node, use.member, message)
