"""Tells inputs from outputs with filter, map, sum, not and comprehensions."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)


class Runner:
    def __init__(self, engine):
        self.engine = engine
        self.context = engine.create_execution_context()
        self.input_names = list(filter(engine.binding_is_input, engine))
        self.output_names = [name for name in engine if not engine.binding_is_input(name)]
        self.num_inputs = sum(map(engine.binding_is_input, range(engine.num_bindings)))
        self.num_outputs = sum(not engine.binding_is_input(i) for i in range(engine.num_bindings))
        self.first_output = [engine.binding_is_input(i) for i in range(len(engine))].index(False)
        assert self.num_inputs == len(self.input_names)
        assert self.num_outputs == engine.num_bindings - self.num_inputs
        self.arrays = {}
        self.bindings = []
        for name in self.input_names + self.output_names:
            dtype = trt.nptype(engine.get_binding_dtype(name))
            self.arrays[name] = np.zeros(tuple(engine.get_binding_shape(name)), dtype)
            self.bindings.append(cudart.cudaMalloc(self.arrays[name].nbytes)[1])

    def __call__(self, **inputs):
        for name, pointer in zip(self.input_names, self.bindings):
            array = self.arrays[name]
            array[...] = inputs[name]
            kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
            cudart.cudaMemcpy(pointer, array.ctypes.data, array.nbytes, kind)
        self.context.execute_async_v2(self.bindings, 0)
        cudart.cudaStreamSynchronize(0)
        for name, pointer in zip(self.output_names, self.bindings[self.first_output :]):
            array = self.arrays[name]
            kind = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
            cudart.cudaMemcpy(array.ctypes.data, pointer, array.nbytes, kind)
        return [self.arrays[name].copy() for name in self.output_names]


builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
tensors = [network.add_input(name, trt.float32, (3, 3)) for name in ("p", "q", "r")]
low = network.add_elementwise(tensors[0], tensors[1], trt.ElementWiseOperation.MIN)
low = network.add_elementwise(low.get_output(0), tensors[2], trt.ElementWiseOperation.MIN)
low.get_output(0).name = "low"
network.mark_output(low.get_output(0))
gap = network.add_elementwise(tensors[2], low.get_output(0), trt.ElementWiseOperation.SUB)
gap.get_output(0).name = "gap"
network.mark_output(gap.get_output(0))
plan = builder.build_serialized_network(network, config)

runner = Runner(trt.Runtime(logger).deserialize_cuda_engine(plan))
ok = True
for seed in (0, 1):
    random = np.random.RandomState(seed)
    p, q, r = (random.randint(-50, 50, (3, 3)).astype(np.float32) for _ in range(3))
    low, gap = runner(p=p, q=q, r=r)
    ok &= np.array_equal(low, np.minimum(np.minimum(p, q), r)) and np.array_equal(gap, r - low)
print(runner.input_names, runner.output_names, runner.num_inputs, runner.num_outputs)
print("check:", bool(ok))
