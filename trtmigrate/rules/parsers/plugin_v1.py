"""Report plugins of the first generation and plugin factories.

What changed: `IPlugin`, `IPluginExt`, `IPluginLayer`, the plugin factories, and
`add_plugin` and `add_plugin_ext` with such plugins are gone since TensorRT 8.0.

Before:

    layer = network.add_plugin_ext([tensor], plugin)

After: (not rewritten)

Not rewritten when: always. Write the plugin as an `IPluginV3`, register a creator for it, and add
it with `add_plugin_v3`.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members, members_of
from trtmigrate.rules.base import Rule

_V3 = "write the plugin as an IPluginV3 and add it with network.add_plugin_v3"
_REGISTRY = "register an IPluginCreatorV3One in trt.get_plugin_registry() instead of a factory"
_PLUGINS = ("IPlugin", "IPluginExt", "IPluginLayer")
_FACTORIES = ("IPluginFactory", "IUffPluginFactory", "IUffPluginFactoryExt")
RULE = Rule(
    "TRT504",
    "Plugins of the first generation",
    Safety.MANUAL,
    members=(
        "INetworkDefinition.add_plugin",
        "INetworkDefinition.add_plugin_ext",
        *members_of(*_PLUGINS, *_FACTORIES),
    ),
    manual={
        "INetworkDefinition.add_plugin": _V3,
        "INetworkDefinition.add_plugin_ext": _V3,
        **dict.fromkeys(_PLUGINS, _V3),
        **dict.fromkeys(_FACTORIES, _REGISTRY),
    },
)
RULE.check = explain_members(RULE)
