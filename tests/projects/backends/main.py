from backends import open_backend


def shapes(backend):
    return {backend.get_binding_name(i): tuple(backend.get_binding_shape(i)) for i in range(2)}


engine = open_backend("npu", ["a", "b"])
context = engine.create_execution_context()
for i in range(engine.num_bindings):
    context.set_binding_shape(i, engine.get_binding_shape(i))
print(shapes(engine), context.execute_async_v2([0, 0], 7))
