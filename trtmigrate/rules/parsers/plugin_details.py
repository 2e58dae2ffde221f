"""Name the uses of details of plugins that later releases dropped.

What changed: creators have no `tensorrt_version` since TensorRT 10.0. Of the third generation of
plugins, `IPluginV3OneBuild.get_output_datatypes` went in 10.3, three properties of
`IPluginV3QuickBuild` in 10.8, and one form of `IPluginCreatorV3Quick.create_plugin` in 10.9.

Before:

    creator = trt.get_plugin_registry().get_plugin_creator("NMS_TRT", "1", "")
    print(creator.name, creator.tensorrt_version)

After: (not rewritten)

Not rewritten when: always. What the value is used for decides what takes its place.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explains
from trtmigrate.rules.base import Rule

_METADATA = "it was never part of the public interface; an override of it is not called"
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
        "IPluginCreator.tensorrt_version": "a creator does not tell its release; remove it, or use "
        "trt.__version__",
        "IPluginV3OneBuild.get_output_datatypes": "override get_output_data_types",
        "IPluginV3QuickBuild": _METADATA,
        "IPluginCreatorV3Quick.create_plugin": "the method takes a fifth argument, a "
        "trt.QuickPluginCreationRequest",
    },
)
RULE.check = explains(RULE)
