"""Several contexts of one engine: which of them has a profile, and what the others answer.

To choose the profile of another context by set_optimization_profile_async ended the interpreter
with signal 11 on TensorRT 8.6.0, so it is not asked here.
"""

from common import sum_and_product, tell

engine = sum_and_product()
first, second, third = (engine.create_execution_context() for _ in range(3))
tell("profiles", lambda: [one.active_optimization_profile for one in (first, second, third)])
tell("execute_v2 without a profile", lambda: third.execute_v2([0] * 8))
tell("execute_async_v2 without a profile", lambda: third.execute_async_v2([0] * 8, 0))
tell("execute_async_v3 without a profile", lambda: third.execute_async_v3(0))
tell("set_input_shape without a profile", lambda: second.set_input_shape("inputT0", (2, 2)))
tell("set_binding_shape without a profile", lambda: second.set_binding_shape(0, (2, 2)))
tell("tensor shape without a profile", lambda: second.get_tensor_shape("inputT0"))
tell("binding shape without a profile", lambda: second.get_binding_shape(0))
tell("profile 1 for the second", lambda: second.set_optimization_profile_async(1, 0))
tell("profiles", lambda: [one.active_optimization_profile for one in (first, second, third)])
