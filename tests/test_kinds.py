"""Each kind of half-migrated code and of changed behaviour has a finding of its own code."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from trtmigrate import migrate_source

HEAD = "import tensorrt as trt\n"
RUN = HEAD + "def run(engine: trt.ICudaEngine, context: trt.IExecutionContext, bindings, stream):\n"
BUILD = HEAD + "def build(builder: trt.Builder, network, config: trt.IBuilderConfig):\n"
LOAD = (
    HEAD
    + "def run(plan, x, stream):\n"
    + "    engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan)\n"
    + "    context = engine.create_execution_context()\n"
)


@dataclass(frozen=True)
class Kind:
    code: str  # of its finding
    source: str
    after: str | None = None  # what the result has; None: something is left, or noted
    target: str = "10"


KINDS = {
    # half migrated
    "v3_with_bindings_positional": Kind(
        "TRT210",
        RUN + "    context.execute_async_v3(bindings, stream.handle)\n",
        "set_tensor_address(context.engine.get_tensor_name(i), bindings[i])",
    ),
    "v3_with_bindings_keyword": Kind(
        "TRT210",
        RUN + "    context.execute_async_v3(bindings=bindings, stream_handle=stream.handle)\n",
        "context.execute_async_v3(stream_handle=stream.handle)",
    ),
    "v3_with_bindings_list": Kind(
        "TRT210",
        RUN + "    context.execute_async_v3([int(b) for b in bindings], stream.handle)\n",
        "set_tensor_address(context.engine.get_tensor_name(i), int(b))",
    ),
    "set_input_shape_of_index": Kind(
        "TRT006",
        RUN + "    context.set_input_shape(0, (1, 3))\n",
        "context.set_input_shape(context.engine.get_tensor_name(0), (1, 3))",
    ),
    "get_tensor_shape_of_index": Kind(
        "TRT006",
        RUN + "    return engine.get_tensor_shape(0)\n",
        "engine.get_tensor_shape(engine.get_tensor_name(0))",
    ),
    "get_tensor_dtype_of_index": Kind(
        "TRT006",
        RUN + "    return [engine.get_tensor_dtype(i) for i in range(engine.num_io_tensors)]\n",
        "engine.get_tensor_dtype(engine.get_tensor_name(i))",
    ),
    "set_tensor_address_of_index": Kind(
        "TRT006",
        RUN
        + "    for i in range(engine.num_io_tensors):\n"
        + "        context.set_tensor_address(i, bindings[i])\n"
        + "    context.execute_async_v3(stream.handle)\n",
        "set_tensor_address(context.engine.get_tensor_name(i), bindings[i])",
    ),
    "get_tensor_index": Kind("TRT005", RUN + "    return engine.get_tensor_index('x')\n"),
    "context_set_shape": Kind(
        "TRT005",
        RUN + "    context.set_shape('x', (1, 3))\n",
        "context.set_input_shape('x', (1, 3))",
    ),
    "swapped_profile_shape": Kind(
        "TRT006",
        RUN + "    return engine.get_tensor_profile_shape(0, 'x')\n",
        "engine.get_tensor_profile_shape('x', 0)",
    ),
    "numpy_array_as_address": Kind(
        "TRT006",
        "import numpy as np\n"
        + RUN
        + "    x = np.zeros(3)\n"
        + "    context.set_tensor_address('x', x)\n"
        + "    context.execute_async_v3(stream.handle)\n",
    ),
    "torch_tensor_as_address": Kind(
        "TRT006",
        "import torch\n"
        + RUN
        + "    x = torch.zeros(3).cuda()\n"
        + "    context.set_tensor_address('x', x)\n"
        + "    context.execute_async_v3(stream.handle)\n",
        "context.set_tensor_address('x', x.data_ptr())",
    ),
    "num_io_tensors_by_profiles": Kind(
        "TRT115",
        RUN + "    return engine.num_io_tensors // engine.num_optimization_profiles\n",
        "return engine.num_io_tensors\n",
    ),
    "all_shapes_specified_beside_names": Kind(
        "TRT208",
        RUN
        + "    context.set_input_shape('x', (1, 3))\n"
        + "    assert context.all_binding_shapes_specified\n",
        "assert not context.infer_shapes()",
    ),
    "v2_without_list": Kind(
        "TRT203",
        RUN
        + "    context.set_tensor_address('x', bindings[0])\n"
        + "    context.execute_async_v2(stream_handle=stream.handle)\n",
        "context.execute_async_v3(stream_handle=stream.handle)",
    ),
    "v3_without_addresses": Kind("TRT210", LOAD + "    context.execute_async_v3(stream.handle)\n"),
    "shape_of_engine_where_context_knows": Kind(
        "TRT902",
        "import numpy as np\n"
        + LOAD
        + "    context.set_input_shape('x', x.shape)\n"
        + "    out = np.empty(engine.get_tensor_shape('y'), np.float32)\n"
        + "    return out\n",
    ),
    "outputs_allocated_before_input_shape": Kind(
        "TRT902",
        "import numpy as np\n"
        + LOAD
        + "    out = np.empty(context.get_tensor_shape('y'), np.float32)\n"
        + "    context.set_input_shape('x', x.shape)\n"
        + "    return out\n",
    ),
    # changed behaviour
    "type_map_without_int64": Kind(
        "TRT116",
        "import numpy as np\n"
        + HEAD
        + "TYPES = {trt.float32: np.float32, trt.int32: np.int32}\n"
        + "\n"
        + "def kind(engine: trt.ICudaEngine, name):\n"
        + "    return TYPES[engine.get_tensor_dtype(name)]\n",
    ),
    "input_cast_to_int32": Kind(
        "TRT116",
        "import torch\n"
        + RUN
        + "    x = bindings[0]\n"
        + "    if x.dtype == torch.long:\n"
        + "        x = x.int()\n"
        + "    context.execute_async_v2([x.data_ptr()], stream.handle)\n",
    ),
    "len_of_plan": Kind(
        "TRT003",
        BUILD
        + "    plan = builder.build_serialized_network(network, config)\n"
        + "    return len(plan)\n",
    ),
    "plan_that_is_none": Kind(
        "TRT302",
        BUILD
        + "    engine = builder.build_engine(network, config)\n"
        + "    if engine is None:\n"
        + "        raise SystemExit('failed')\n"
        + "    with open('a.plan', 'wb') as file:\n"
        + "        file.write(engine.serialize())\n",
        "    if plan is None:",
    ),
    "release_by_first_character": Kind(
        "TRT004",
        HEAD + "NEW = int(trt.__version__[0]) >= 8\n",
        'int(trt.__version__.split(".")[0]) >= 8',
    ),
    "release_by_three_characters": Kind(
        "TRT004", HEAD + "if trt.__version__[:3] < '8.5':\n" + "    x = 1\n"
    ),
    "release_as_text": Kind(
        "TRT004", HEAD + "if trt.__version__ < '8.5':\n" + "    x = 1\n", "< (8, 5)"
    ),
    "release_in_assertion": Kind("TRT004", HEAD + "assert trt.__version__ >= '8.5'\n", ">= (8, 5)"),
    "fp16_probed_with_hasattr": Kind(
        "TRT602",
        BUILD
        + "    if hasattr(trt.BuilderFlag, 'FP16'):\n"
        + "        config.set_flag(trt.BuilderFlag.FP16)\n",
        target="11",
    ),
    "int8_probed_with_getattr": Kind(
        "TRT602",
        BUILD
        + "    flag = getattr(trt.BuilderFlag, 'INT8', None)\n"
        + "    if flag is not None:\n"
        + "        config.set_flag(flag)\n",
        target="11",
    ),
    "explicit_quantization": Kind(
        "TRT602", BUILD + "    config.set_flag(trt.BuilderFlag.INT8)\n", target="11"
    ),
    # for two releases
    "dual_hasattr": Kind(
        "TRT002",
        RUN
        + "    if hasattr(engine, 'num_bindings'):\n"
        + "        n = engine.num_bindings\n"
        + "    else:\n"
        + "        n = engine.num_io_tensors\n",
    ),
    "dual_try": Kind(
        "TRT002",
        RUN
        + "    try:\n"
        + "        n = engine.num_io_tensors\n"
        + "    except AttributeError:\n"
        + "        n = engine.num_bindings\n",
    ),
    "dual_version": Kind(
        "TRT002",
        RUN
        + "    if int(trt.__version__.split('.')[0]) < 10:\n"
        + "        n = engine.num_bindings\n"
        + "    else:\n"
        + "        n = engine.num_io_tensors\n",
    ),
    "dual_flag_on_object": Kind(
        "TRT002",
        HEAD
        + "class M:\n"
        + "    def __init__(self, engine: trt.ICudaEngine):\n"
        + "        self.engine = engine\n"
        + "        self.old = not hasattr(engine, 'num_io_tensors')\n"
        + "    def n(self):\n"
        + "        if self.old:\n"
        + "            return self.engine.num_bindings\n"
        + "        return self.engine.num_io_tensors\n",
    ),
    "dual_class_each": Kind(
        "TRT002",
        HEAD
        + "class Old:\n"
        + "    def __init__(self, engine: trt.ICudaEngine):\n"
        + "        self.n = engine.num_bindings\n"
        + "class New:\n"
        + "    def __init__(self, engine: trt.ICudaEngine):\n"
        + "        self.n = engine.num_io_tensors\n"
        + "Runner = Old if int(trt.__version__.split('.')[0]) < 10 else New\n",
    ),
    # old modules by another name
    "import_infer": Kind(
        "TRT511", "import tensorrt.infer as trt\n" + "x = trt.Logger()\n", "import tensorrt as trt"
    ),
    "import_legacy": Kind(
        "TRT511", "import tensorrt.legacy as trt\n" + "x = trt.Logger()\n", "import tensorrt as trt"
    ),
    "import_module": Kind(
        "TRT101",
        "import importlib\n"
        + "trt = importlib.import_module('tensorrt')\n"
        + "def f(e: trt.ICudaEngine):\n"
        + "    return e.num_bindings\n",
        "e.num_io_tensors",
    ),
    "lazy_import": Kind(
        "TRT101",
        "def f(plan):\n"
        + "    import tensorrt as trt\n"
        + "    e = trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan)\n"
        + "    return e.num_bindings\n",
        "e.num_io_tensors",
    ),
    "alias": Kind(
        "TRT101",
        "import tensorrt\n"
        + "T = tensorrt\n"
        + "def f(e: T.ICudaEngine):\n"
        + "    return e.num_bindings\n",
        "e.num_io_tensors",
    ),
    "module_handed_on_by_a_wrapper": Kind(
        "TRT101",
        "from compat import trt\n"
        + "\n"
        + "def count(engine: trt.ICudaEngine):\n"
        + "    return engine.num_bindings\n",
        "engine.num_io_tensors",
    ),
    # without a successor
    "caffe_parser": Kind("TRT502", HEAD + "parser = trt.CaffeParser()\n"),
    "uff_parser": Kind("TRT501", HEAD + "parser = trt.UffParser()\n"),
    "calibrator_class": Kind(
        "TRT607",
        HEAD
        + "class C(trt.IInt8EntropyCalibrator2):\n"
        + "    def get_batch(self, names):\n"
        + "        return None\n"
        + "    def get_batch_size(self):\n"
        + "        return 1\n",
        target="11",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_kind_is_found_and_rewritten_where_that_is_clear(name: str) -> None:
    kind = KINDS[name]
    result = migrate_source(kind.source, path="a.py", target=kind.target)
    found = [finding for finding in result.findings if finding.code == kind.code]
    assert found and result.error is None
    if kind.after is None:
        assert not all(finding.applied for finding in found)
    else:
        assert all(finding.applied for finding in found)
        assert kind.after in (result.after or "")
        again = migrate_source(result.after or "", path="a.py", target=kind.target)
        assert kind.code not in [finding.code for finding in again.findings]
