"""Shapes by binding and by name, before and after they are set."""

import numpy as np
from common import reshape, sum_and_product, tell

engine = sum_and_product()
context = engine.create_execution_context()
tell("tensor shape of outA, nothing set", lambda: context.get_tensor_shape("outA"))
tell("binding shape of outA, nothing set", lambda: context.get_binding_shape(2))
tell("binding shape of inputT0, nothing set", lambda: context.get_binding_shape(0))
tell("set_binding_shape outside the profile", lambda: context.set_binding_shape(0, (5, 5)))
tell("set_input_shape outside the profile", lambda: context.set_input_shape("inputT0", (5, 5)))
tell(
    "set_input_shape of nope, of an output",
    lambda: [context.set_input_shape("nope", (1, 1)), context.set_input_shape("outA", (1, 1))],
)
tell(
    "set_binding_shape",
    lambda: [context.set_binding_shape(0, (3, 3)), context.set_binding_shape(1, (3, 3))],
)
tell("all_binding_shapes_specified", lambda: context.all_binding_shapes_specified)
tell("binding shape of outA after set_binding_shape", lambda: context.get_binding_shape(2))
tell("tensor shape of outA after set_binding_shape", lambda: context.get_tensor_shape("outA"))
tell("infer_shapes after set_binding_shape", lambda: context.infer_shapes())
for kind in (tuple, list, np.array, lambda shape: [np.int64(n) for n in shape]):
    tell(
        "set_input_shape of any sequence",
        lambda kind=kind: context.set_input_shape("inputT0", kind((2, 4))),
    )
tell("infer_shapes with one input set", lambda: context.infer_shapes())
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
