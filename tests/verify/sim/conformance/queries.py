"""What an engine of two profiles answers, by index and by name."""

from common import sum_and_product, tell

engine = sum_and_product()
tell(
    "num_bindings, len, num_io_tensors",
    lambda: [engine.num_bindings, len(engine), engine.num_io_tensors],
)
tell("binding names", lambda: [engine.get_binding_name(i) for i in range(8)])
tell("tensor names", lambda: [engine.get_tensor_name(i) for i in range(4)])
tell("list(engine)", lambda: list(engine))
tell("engine[0], engine['outA'], engine[-1]", lambda: [engine[0], engine["outA"], engine[-1]])
tell("index of nope", lambda: engine.get_binding_index("nope"))
tell("index of outA [profile 1]", lambda: engine.get_binding_index("outA [profile 1]"))
tell("get_tensor_name(9)", lambda: engine.get_tensor_name(9))
tell("get_binding_name(99)", lambda: engine.get_binding_name(99))
tell("get_profile_shape(1, 0)", lambda: engine.get_profile_shape(1, 0))
tell("get_profile_shape(1, 4)", lambda: engine.get_profile_shape(1, 4))
tell("get_profile_shape(0, 'inputT0')", lambda: engine.get_profile_shape(0, "inputT0"))
tell(
    "get_tensor_profile_shape('inputT0', 1)", lambda: engine.get_tensor_profile_shape("inputT0", 1)
)
tell("binding_is_input", lambda: [engine.binding_is_input(i) for i in range(8)])
tell("binding shapes", lambda: [engine.get_binding_shape(i) for i in range(8)])
tell("binding types", lambda: [engine.get_binding_dtype(i) for i in range(8)])
tell("tensor modes", lambda: [engine.get_tensor_mode(engine[i]) for i in range(4)])
tell("tensor shape of nope", lambda: engine.get_tensor_shape("nope"))
tell("binding shape of nope", lambda: engine.get_binding_shape("nope"))
tell(
    "mode and type of nope",
    lambda: [engine.get_tensor_mode("nope"), engine.get_tensor_dtype("nope")],
)
tell("get_tensor_shape(0)", lambda: engine.get_tensor_shape(0))
tell(
    "is_shape_binding(0), is_execution_binding(0)",
    lambda: [engine.is_shape_binding(0), engine.is_execution_binding(0)],
)
tell(
    "location by index and by name",
    lambda: [engine.get_location(0), engine.get_tensor_location("inputT0")],
)
tell(
    "max_batch_size, has_implicit_batch_dimension",
    lambda: [engine.max_batch_size, engine.has_implicit_batch_dimension],
)
tell(
    "bytes per component",
    lambda: [
        engine.get_binding_bytes_per_component(0),
        engine.get_binding_components_per_element(0),
    ],
)
tell(
    "bytes per component by name",
    lambda: [
        engine.get_tensor_bytes_per_component("outA"),
        engine.get_tensor_components_per_element("outA"),
    ],
)
tell("format", lambda: [engine.get_binding_format(0), engine.get_binding_format_desc(0)])
