import os

import numpy as np
import tensorrt as trt

TRT_LOGGER = trt.Logger(trt.Logger.WARNING)
EXPLICIT_BATCH = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)


def build_engine():
    with trt.Builder(TRT_LOGGER) as builder, builder.create_network(
        EXPLICIT_BATCH
    ) as network, builder.create_builder_config() as config:
        config.max_workspace_size = 1 << 28
        builder.max_batch_size = 1
        left = network.add_input("left", trt.float32, (2, 3))
        right = network.add_input("right", trt.float32, (2, 3))
        total = network.add_elementwise(left, right, trt.ElementWiseOperation.SUM)
        total.get_output(0).name = "total"
        network.mark_output(total.get_output(0))
        weights = network.add_constant((3, 1), np.ones((3, 1), np.float32))
        rows = network.add_matrix_multiply(
            total.get_output(0),
            trt.MatrixOperation.NONE,
            weights.get_output(0),
            trt.MatrixOperation.NONE,
        )
        rows.get_output(0).name = "rows"
        network.mark_output(rows.get_output(0))
        return builder.build_engine(network, config)


def get_engine(engine_path):
    """Load the engine, or build and save it."""
    if os.path.exists(engine_path):
        with open(engine_path, "rb") as f, trt.Runtime(TRT_LOGGER) as runtime:
            return runtime.deserialize_cuda_engine(f.read())
    engine = build_engine()
    with open(engine_path, "wb") as f:
        f.write(engine.serialize())
    return engine
