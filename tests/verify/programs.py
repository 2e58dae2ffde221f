"""Programs for the tests of the recorder: the same inference through either API.

`OLD` and `NEW` run on the fake, which ignores what is built; `on_sim` makes programs for the
simulator of them, which build that network.
"""

OLD = """
import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1)
plan = builder.build_serialized_network(network, builder.create_builder_config())
engine = trt.Runtime(logger).deserialize_cuda_engine(plan)
context = engine.create_execution_context()
stream = cudart.cudaStreamCreate()[1]
for profile in range(2):
    context.set_optimization_profile_async(profile, stream)
    pad = profile * 4
    for i in range(2):
        context.set_binding_shape(pad + i, [6])
    host = [np.arange(6, dtype=np.float32) * (i + 1 + profile) for i in range(4)]
    device = [cudart.cudaMalloc(h.nbytes)[1] for h in host]
    for i in range(2):
        cudart.cudaMemcpyAsync(device[i], host[i].ctypes.data, host[i].nbytes,
                               cudart.cudaMemcpyKind.cudaMemcpyHostToDevice, stream)
    bindings = [0] * pad + [int(d) for d in device] + [0] * (4 - pad)
    context.execute_async_v2(bindings, stream)
    for i in range(2, 4):
        cudart.cudaMemcpyAsync(host[i].ctypes.data, device[i], host[i].nbytes,
                               cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost, stream)
    cudart.cudaStreamSynchronize(stream)
    print(host[2], host[3])
"""

NEW = (
    OLD.replace("    bindings = [0] * pad + [int(d) for d in device] + [0] * (4 - pad)\n", "")
    .replace("context.set_binding_shape(pad + i, [6])", "context.set_input_shape(names[i], [6])")
    .replace(
        "for profile in", "names = [engine.get_tensor_name(i) for i in range(4)]\nfor profile in"
    )
    .replace(
        "    context.execute_async_v2(bindings, stream)\n",
        "    for i in range(4):\n"
        "        context.set_tensor_address(names[i], int(device[i]))\n"
        "    context.execute_async_v3(stream)\n",
    )
)

BUILD = """network = builder.create_network(1)
config = builder.create_builder_config()
a, b = (network.add_input(name, trt.float32, [-1]) for name in "ab")
for _ in range(2):
    optimization = builder.create_optimization_profile()
    for name in "ab":
        optimization.set_shape(name, [1], [4], [8])
    config.add_optimization_profile(optimization)
for name, operation in (("sum", "SUM"), ("diff", "SUB")):
    layer = network.add_elementwise(a, b, getattr(trt.ElementWiseOperation, operation))
    layer.get_output(0).name = name
    network.mark_output(layer.get_output(0))
plan = builder.build_serialized_network(network, config)
"""


def on_sim(source: str) -> str:
    """The program with a network that the simulator computes as the fake does."""
    begin, end = source.index("network = "), source.index("engine = ")
    return source[:begin] + BUILD + source[end:]
