import numpy as np
import pycuda.driver as cuda
import runtime
import tensorrt as trt
from pipeline import Pipeline, each_binding, fetch


def describe(engine, index):
    kind = "in" if engine.binding_is_input(index) else "out"
    return kind, engine.get_binding_name(index), tuple(engine.get_binding_shape(index))


first = runtime.build(trt.UnaryOperation.NEG)
second = runtime.build(trt.UnaryOperation.ABS)
print(each_binding(first, describe))
print(each_binding(second, lambda e, i: e.get_binding_name(i)))

x, middle = runtime.memory_of(first)
_, y = runtime.memory_of(second)
seen = []
pipeline = Pipeline()
pipeline.add(runtime.runner(first, [x, middle])).add(runtime.runner(second, [middle, y]))
pipeline.on_step(lambda step: seen.append(callable(step)))
for start in (1, -3):
    cuda.memcpy_htod(x, np.arange(start, start + 4, dtype=np.float32))
    pipeline.run()
    print(fetch(middle).tolist(), fetch(y).tolist(), len(seen))
