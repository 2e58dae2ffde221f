"""Shapes by binding and by name, before and after they are set."""

from common import sum_and_product, tell

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
