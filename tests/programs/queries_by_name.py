"""Asks the engine by name, and finds indexes with engine["name"] and get_binding_index."""

import numpy as np
import tensorrt as trt
from cuda import cudart

H2D = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
D2H = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    tokens = network.add_input("tokens", trt.int32, (1, 6))
    table = network.add_constant((10, 4), np.arange(40, dtype=np.float32).reshape(10, 4))
    gathered = network.add_gather(table.get_output(0), tokens, 0)
    gathered.get_output(0).name = "embedding"
    shifted = network.add_unary(gathered.get_output(0), trt.UnaryOperation.NEG)
    shifted.get_output(0).name = "negated"
    network.mark_output(gathered.get_output(0))
    network.mark_output(shifted.get_output(0))
    return builder.build_serialized_network(network, builder.create_builder_config())


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger))
    context = engine.create_execution_context()

    dtype = trt.nptype(engine.get_binding_dtype("embedding"))
    shape = tuple(engine.get_binding_shape("embedding"))
    on_device = engine.get_location("embedding") == trt.TensorLocation.DEVICE
    print(dtype.__name__, shape, on_device, engine.binding_is_input("tokens"))

    embedding = np.empty(shape, dtype)
    negated = np.empty(engine.get_binding_shape(engine["negated"]), dtype)
    tokens = np.zeros(engine.get_binding_shape(engine.get_binding_index("tokens")), np.int32)

    bindings = [None] * engine.num_bindings
    bindings[engine["tokens"]] = cudart.cudaMalloc(tokens.nbytes)[1]
    index = engine.get_binding_index("embedding")
    bindings[index] = cudart.cudaMalloc(embedding.nbytes)[1]
    bindings[engine.get_binding_index("negated")] = cudart.cudaMalloc(negated.nbytes)[1]

    ok = True
    for start in range(3):
        tokens[0] = np.arange(start, start + 6)
        cudart.cudaMemcpy(bindings[engine["tokens"]], tokens.ctypes.data, tokens.nbytes, H2D)
        context.execute_async_v2(bindings, 0)
        cudart.cudaStreamSynchronize(0)
        cudart.cudaMemcpy(embedding.ctypes.data, bindings[index], embedding.nbytes, D2H)
        cudart.cudaMemcpy(negated.ctypes.data, bindings[engine["negated"]], negated.nbytes, D2H)
        ok &= np.array_equal(embedding[0, :, 0], 4.0 * tokens[0])
        ok &= np.array_equal(negated, -embedding)
    print("check:", bool(ok))


if __name__ == "__main__":
    main()
