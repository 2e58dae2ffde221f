import numpy as np
import pycuda.driver as cuda


class Pipeline:
    """Steps in a row; each is a function of the stream."""

    def __init__(self):
        self.steps = []
        self.hooks = []
        self.stream = cuda.Stream()

    def add(self, step):
        self.steps.append(step)
        return self

    def on_step(self, hook):
        self.hooks.append(hook)

    def run(self, times=1):
        for _ in range(times):
            for step in self.steps:
                step(self.stream)
                for hook in self.hooks:
                    hook(step)
        self.stream.synchronize()


def each_binding(engine, visit):
    """Call visit(engine, index) for each binding."""
    return [visit(engine, i) for i in range(engine.num_bindings)]


def fetch(memory, shape=(2, 2)):
    values = np.empty(shape, np.float32)
    cuda.memcpy_dtoh(values, memory)
    return values
