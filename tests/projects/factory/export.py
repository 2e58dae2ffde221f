import numpy as np
import settings
import tensorrt as trt
from session import LOGGER


def export():
    builder = trt.Builder(LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    config.max_workspace_size = settings.WORKSPACE
    shape = (settings.BATCH, settings.CLASSES)
    images = network.add_input(settings.INPUT_NAME, trt.float32, shape)
    bias = network.add_constant(shape, np.full(shape, 0.5, np.float32))
    layer = network.add_elementwise(images, bias.get_output(0), trt.ElementWiseOperation.PROD)
    layer.get_output(0).name = settings.OUTPUT_NAME
    network.mark_output(layer.get_output(0))
    engine = builder.build_engine(network, config)
    with open(settings.PLAN, "wb") as f:
        f.write(engine.serialize())
