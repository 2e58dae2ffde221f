import common
import numpy as np
import tensorrt as trt


def build(factor):
    builder = trt.Builder(common.LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    data = network.add_input("data", trt.float32, (4,))
    constant = network.add_constant((4,), np.full((4,), factor, np.float32))
    scaled = network.add_elementwise(data, constant.get_output(0), trt.ElementWiseOperation.PROD)
    scaled.get_output(0).name = "scaled"
    network.mark_output(scaled.get_output(0))
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 26
    return builder.build_engine(network, config)
