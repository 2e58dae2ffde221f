import tensorrt as trt
from store import Engine, make

engine = make()
engine.bindings["a"] = lambda: trt.__version__
context: Engine = engine
for i in range(engine.num_bindings):
    print(engine.get_binding_name(i), context.execute_async_v2("a"))
