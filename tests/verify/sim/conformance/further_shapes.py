"""More about shapes; infer_shapes comes last.

After ``set_binding_shape`` it ended the interpreter in one run of TensorRT 8.6.0 (shapes.py).
"""

import numpy as np
from common import reshape, sum_and_product, tell

engine = sum_and_product()
context = engine.create_execution_context()
for kind in (tuple, list, np.array, lambda shape: [np.int64(n) for n in shape]):
    tell(
        "set_input_shape of any sequence",
        lambda kind=kind: context.set_input_shape("inputT0", kind((2, 4))),
    )
tell("set_input_shape", lambda: context.set_input_shape("inputT1", (2, 4)))
tell(
    "tensor shape and strides of outA",
    lambda: [context.get_tensor_shape("outA"), context.get_tensor_strides("outA")],
)
tell("profile 1", lambda: context.set_optimization_profile_async(1, 0))
tell("tensor shape of outA after another profile", lambda: context.get_tensor_shape("outA"))
tell("a binding of profile 1", lambda: context.set_binding_shape(4, (6, 6)))
tell("active profile", lambda: context.active_optimization_profile)
second = engine.create_execution_context()
tell("active profile of a second context", lambda: second.active_optimization_profile)

engine = reshape()
context = engine.create_execution_context()
tell("shape binding", lambda: [engine.is_shape_binding(i) for i in range(3)])
tell("execution binding", lambda: [engine.is_execution_binding(i) for i in range(3)])
tell("location of a shape tensor by index", lambda: engine.get_location(1))
tell("set_shape_input", lambda: context.set_shape_input(1, [3, 8]))
tell("get_shape", lambda: context.get_shape(1))
tell("binding shape of y", lambda: context.get_binding_shape(2))

context = sum_and_product().create_execution_context()
context.set_input_shape("inputT0", (2, 4))
tell("infer_shapes with one input set", lambda: context.infer_shapes())
context = sum_and_product().create_execution_context()
context.set_binding_shape(0, (3, 3))
context.set_binding_shape(1, (3, 3))
tell("infer_shapes after set_binding_shape", lambda: context.infer_shapes())
