"""Report members of plugins that later releases removed.

What changed: plugin creators have no `tensorrt_version` since TensorRT 10.0. Later
releases removed members of `IPluginV3` plugins: 10.3 `IPluginV3OneBuild.get_output_datatypes`, 10.8
three properties of `IPluginV3QuickBuild`, 10.9 one form of `IPluginCreatorV3Quick.create_plugin`.

Before:

    creator = trt.get_plugin_registry().get_plugin_creator("NMS_TRT", "1", "")
    print(creator.name, creator.tensorrt_version)

After: (not rewritten)

Not rewritten when: always. The use of the value decides what replaces it.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members
from trtmigrate.rules.base import Rule

_METADATA = "TensorRT does not call an override of it; remove it"
RULE = Rule(
    "TRT505",
    "Details of plugins",
    Safety.MANUAL,
    members=(
        "IPluginCreator.tensorrt_version",
        "IPluginV3OneBuild.get_output_datatypes",
        "IPluginV3QuickBuild.metadata_string",
        "IPluginV3QuickBuild.num_outputs",
        "IPluginV3QuickBuild.timing_cache_id",
        "IPluginCreatorV3Quick.create_plugin",
    ),
    manual={
        "IPluginCreator.tensorrt_version": "a creator has no release of its own; remove it, or "
        "read trt.__version__",
        "IPluginV3OneBuild.get_output_datatypes": "override get_output_data_types",
        "IPluginV3QuickBuild": _METADATA,
        "IPluginCreatorV3Quick.create_plugin": "pass a fifth argument, a "
        "trt.QuickPluginCreationRequest",
    },
)
RULE.check = explain_members(RULE)
