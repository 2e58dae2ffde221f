import tensorrt as trt

__all__ = ["LOGGER", "PROFILES", "make_plan"]

LOGGER = trt.Logger(trt.Logger.ERROR)
PROFILES = ((1, 2), (3, 8))  # the least and the largest batch of each


def make_plan(add_layers):
    builder = trt.Builder(LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    x = network.add_input("x", trt.float32, (-1, 4))
    for least, most in PROFILES:
        profile = builder.create_optimization_profile()
        profile.set_shape("x", (least, 4), (most, 4), (most, 4))
        config.add_optimization_profile(profile)
    for name, tensor in add_layers(network, x).items():
        tensor.name = name
        network.mark_output(tensor)
    return builder.build_serialized_network(network, config)
