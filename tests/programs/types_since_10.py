"""Outputs of INT64 and BF16, which TensorRT has since 10.0; of INT32 and HALF before.

NumPy has no bfloat16, so the bytes of an output are fetched and interpreted here.
"""

import numpy as np
import tensorrt as trt
from cuda import cudart

WIDE, SHORT = getattr(trt, "int64", trt.int32), getattr(trt, "bfloat16", trt.float16)
SIZES = {"FLOAT": 4, "INT32": 4, "INT64": 8, "HALF": 2, "BF16": 2}


def numbers(raw, dtype):
    """The bytes of a tensor as numbers that NumPy can compare."""
    if dtype.name == "BF16":
        return (raw.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    return raw.view(trt.nptype(dtype))


logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
config.max_workspace_size = 1 << 24
config.set_flag(getattr(trt.BuilderFlag, "BF16", trt.BuilderFlag.FP16))
data = network.add_input("data", trt.float32, (2, 4))
for name, dtype in (("wide", WIDE), ("short", SHORT)):
    layer = network.add_cast(data, dtype)
    layer.get_output(0).name = name
    network.mark_output(layer.get_output(0))
    layer.get_output(0).dtype = dtype
engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, config)
)
context = engine.create_execution_context()

raw, pointers = [], []
for i in range(engine.num_bindings):
    size = trt.volume(engine.get_binding_shape(i)) * SIZES[engine.get_binding_dtype(i).name]
    raw.append(np.zeros(size, np.uint8))
    pointers.append(int(cudart.cudaMalloc(size)[1]))

for start in (-3, 250):
    source = (np.arange(8, dtype=np.float32) + start).reshape(2, 4)
    cudart.cudaMemcpy(
        pointers[0],
        source.ctypes.data,
        source.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
    )
    context.execute_v2(pointers)
    for i in range(engine.num_bindings):
        if engine.binding_is_input(i):
            continue
        cudart.cudaMemcpy(
            raw[i].ctypes.data,
            pointers[i],
            raw[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )
        values = numbers(raw[i], engine.get_binding_dtype(i))
        print(engine.get_binding_name(i), "check:", np.allclose(values, source.ravel(), rtol=0.01))
