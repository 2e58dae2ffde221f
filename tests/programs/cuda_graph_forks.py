"""One CUDA graph of two streams: a second stream joins the capture by an event, and leaves it."""

import numpy as np
import tensorrt as trt
from cuda import cudart

HOST_TO_DEVICE = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DEVICE_TO_HOST = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def check(answer):
    assert int(answer[0]) == 0, answer
    return answer[1] if len(answer) == 2 else answer[1:]


def build_engine(logger, operation):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 24
    data = network.add_input("data", trt.float32, (3, 4))
    layer = network.add_unary(data, operation)
    layer.get_output(0).name = "result"
    network.mark_output(layer.get_output(0))
    return builder.build_engine(network, config)


class Branch:
    """An engine with buffers and a stream of its own."""

    def __init__(self, logger, operation):
        self.engine = build_engine(logger, operation)
        self.context = self.engine.create_execution_context()
        self.stream = check(cudart.cudaStreamCreateWithFlags(1))
        self.done = check(cudart.cudaEventCreate())
        self.hosts, self.bindings = [], []
        for name in self.engine:
            dtype = trt.nptype(self.engine.get_binding_dtype(name))
            host = np.zeros(tuple(self.engine.get_binding_shape(name)), dtype)
            self.hosts.append(host)
            self.bindings.append(int(check(cudart.cudaMalloc(host.nbytes))))

    def enqueue(self):
        source, target = self.hosts
        check(
            cudart.cudaMemcpyAsync(
                self.bindings[0], source.ctypes.data, source.nbytes, HOST_TO_DEVICE, self.stream
            )
        )
        assert self.context.execute_async_v2(self.bindings, self.stream)
        check(
            cudart.cudaMemcpyAsync(
                target.ctypes.data, self.bindings[1], target.nbytes, DEVICE_TO_HOST, self.stream
            )
        )


logger = trt.Logger(trt.Logger.ERROR)
first, second = Branch(logger, trt.UnaryOperation.NEG), Branch(logger, trt.UnaryOperation.ABS)


def fill(start):
    first.hosts[0][:] = np.arange(12).reshape(3, 4) - start
    second.hosts[0][:] = start - np.arange(12).reshape(3, 4)


def right():
    same = np.array_equal(first.hosts[1], -first.hosts[0])
    return same and np.array_equal(second.hosts[1], abs(second.hosts[0]))


# Once before the capture, so that nothing is left to initialize.
fill(1)
for branch in (first, second):
    branch.enqueue()
    cudart.cudaStreamSynchronize(branch.stream)
checks = [right()]

mode = cudart.cudaStreamCaptureMode.cudaStreamCaptureModeRelaxed
check(cudart.cudaStreamBeginCapture(first.stream, mode))
check(cudart.cudaEventRecord(first.done, first.stream))
check(cudart.cudaStreamWaitEvent(second.stream, first.done, 0))
first.enqueue()
second.enqueue()
check(cudart.cudaEventRecord(second.done, second.stream))
check(cudart.cudaStreamWaitEvent(first.stream, second.done, 0))
graph = check(cudart.cudaStreamEndCapture(first.stream))
executable = check(cudart.cudaGraphInstantiate(graph, 0))

for start in (2, 5):
    fill(start)
    check(cudart.cudaGraphLaunch(executable, first.stream))
    check(cudart.cudaStreamSynchronize(first.stream))
    checks.append(right())
print("check:", checks)
