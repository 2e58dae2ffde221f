import tensorrt as trt
from lib import Runner

builder = trt.Builder(trt.Logger(trt.Logger.ERROR))
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
x = network.add_input("x", trt.float32, (3,))
y = network.add_unary(x, trt.UnaryOperation.NEG).get_output(0)
y.name = "y"
network.mark_output(y)
config = builder.create_builder_config()
config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, 1 << 20)
runner = Runner(builder.build_serialized_network(network, config))
print(runner.num_bindings)
for values in ([1, 2, 3], [4, 5, 6]):
    print(runner(values))
