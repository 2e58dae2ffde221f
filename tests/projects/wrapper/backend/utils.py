from typing import Dict, Sequence

import tensorrt as trt


def save(engine: trt.ICudaEngine, path: str) -> None:
    with open(path, mode="wb") as f:
        f.write(bytearray(engine.serialize()))


def load(path: str) -> trt.ICudaEngine:
    with trt.Logger() as logger, trt.Runtime(logger) as runtime:
        with open(path, mode="rb") as f:
            engine_bytes = f.read()
        trt.init_libnvinfer_plugins(logger, namespace="")
        return runtime.deserialize_cuda_engine(engine_bytes)


def from_network(
    fill,
    input_shapes: Dict[str, Dict[str, Sequence[int]]],
    max_workspace_size: int = 0,
    log_level: trt.Logger.Severity = trt.Logger.ERROR,
) -> trt.ICudaEngine:
    """Build an engine of the network that `fill` makes."""
    logger = trt.Logger(log_level)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    fill(network)

    config = builder.create_builder_config()
    config.max_workspace_size = max_workspace_size
    profile = builder.create_optimization_profile()
    for input_name, param in input_shapes.items():
        profile.set_shape(input_name, param["min_shape"], param["opt_shape"], param["max_shape"])
    config.add_optimization_profile(profile)

    engine = builder.build_engine(network, config)
    assert engine is not None, "Failed to create TensorRT engine"
    return engine
