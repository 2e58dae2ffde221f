"""Look plugin creators up by the names that TensorRT 11 has.

What changed: `get_plugin_creator` and `plugin_creator_list` are gone since TensorRT 11.0; since
10.0 `get_creator` and `all_creators` take their place. They also give creators of IPluginV3, whose
`create_plugin` needs a phase, and TensorRT's own plugins have been moving there.

Before:

    registry = trt.get_plugin_registry()
    creator = registry.get_plugin_creator("EfficientNMS_TRT", "1", "")
    for each in registry.plugin_creator_list:
        print(each.name)

After:

    registry = trt.get_plugin_registry()
    creator = registry.get_creator("EfficientNMS_TRT", "1", "")
    for each in registry.all_creators:
        print(each.name)

Not rewritten when: never.

Safety: review where the creator is asked for `create_plugin` further on or the list is searched:
the one found may now be one of IPluginV3. Such a creator takes `trt.TensorRTPhase.BUILD` as its
third argument, and its plugin `network.add_plugin_v3`.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.flags import probed
from trtmigrate.rewrites.tensor_names.method_values import renamed
from trtmigrate.rules.base import Rule, same_class

REPLACEMENTS = {
    "IPluginRegistry.get_plugin_creator": "get_creator",
    "IPluginRegistry.plugin_creator_list": "all_creators",
}
RULE = Rule(
    "TRT616",
    "Look-up of a plugin creator",
    Safety.REVIEW,
    tuple(REPLACEMENTS),
    becomes=same_class(REPLACEMENTS),
)


@RULE.checks
def plugin_registry(use: Use, facts: Facts) -> Proposal:
    new = REPLACEMENTS[use.member]
    message = (
        f"{use.name} is gone; {new} also gives creators of IPluginV3, "
        "whose create_plugin needs a phase"
    )
    edit = Edit(renamed(use, new))
    return probed(use, message) or Proposal(use.node, use.member, message, Safety.REVIEW, edit)
