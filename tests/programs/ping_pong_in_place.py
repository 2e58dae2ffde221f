"""The list of addresses changes between the executions of a loop: state in, state out."""

import numpy as np
import tensorrt as trt
from cuda import cudart


class Recurrence:
    """state' = state / 2 + step; the new state is the next one's input."""

    def __init__(self, width):
        logger = trt.Logger(trt.Logger.ERROR)
        builder = trt.Builder(logger)
        flags = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
        network = builder.create_network(flags)
        state = network.add_input("state", trt.float32, (1, width))
        step = network.add_input("step", trt.float32, (1, width))
        half = network.add_constant((1, 1), np.array([[0.5]], np.float32)).get_output(0)
        halved = network.add_elementwise(state, half, trt.ElementWiseOperation.PROD)
        total = network.add_elementwise(
            halved.get_output(0), step, trt.ElementWiseOperation.SUM
        ).get_output(0)
        total.name = "new_state"
        network.mark_output(total)
        plan = builder.build_serialized_network(network, builder.create_builder_config())
        self.engine = trt.Runtime(logger).deserialize_cuda_engine(plan)
        self.context = self.engine.create_execution_context()
        self.width = width
        self.size = 4 * width
        self.bindings = [cudart.cudaMalloc(self.size)[1] for _ in range(self.engine.num_bindings)]
        cudart.cudaMemset(self.bindings[0], 0, self.size)

    def feed(self, step):
        cudart.cudaMemcpy(
            self.bindings[1],
            step.ctypes.data,
            self.size,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        )
        self.context.execute_async_v2(self.bindings, 0)
        cudart.cudaStreamSynchronize(0)
        # the output becomes the input of the next step
        self.bindings[0], self.bindings[2] = self.bindings[2], self.bindings[0]

    def state(self):
        state = np.empty((1, self.width), np.float32)
        cudart.cudaMemcpy(
            state.ctypes.data,
            self.bindings[0],
            self.size,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )
        return state


recurrence = Recurrence(6)
expected = np.zeros((1, 6), np.float32)
for turn in range(5):
    step = np.full((1, 6), turn, np.float32) + np.arange(6, dtype=np.float32)
    recurrence.feed(step)
    expected = expected / 2 + step
print("check:", np.array_equal(recurrence.state(), expected))
