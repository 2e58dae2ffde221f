"""Look up plugin creators with `get_creator` and `all_creators`.

What changed: `get_plugin_creator` and `plugin_creator_list` are gone since TensorRT 11.0; since
10.0 `get_creator` and `all_creators` replace them. They also return creators of IPluginV3, whose
`create_plugin` needs a phase; more and more of TensorRT's own plugins are of this kind.

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

Safety: review. The creator that the code finds may now be one of IPluginV3. Its `create_plugin`
takes `trt.TensorRTPhase.BUILD` as third argument, and `network.add_plugin_v3` adds its plugin.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.tensor_names.method_values import rename_member
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
        f"{use.name} is gone; {new} also returns creators of IPluginV3: give their create_plugin "
        "trt.TensorRTPhase.BUILD, and add the plugin with network.add_plugin_v3"
    )
    edit = Edit(rename_member(use, new))
    return report_probe(use, message) or Proposal(
        use.node, use.member, message, Safety.REVIEW, edit
    )
