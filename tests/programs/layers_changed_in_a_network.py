"""Layers of a network are looked through and changed by their kind before it is built."""

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

TRT_LOGGER = trt.Logger(trt.Logger.ERROR)


def define(network):
    rng = np.random.RandomState(11)
    data = network.add_input("data", trt.float32, (1, 2, 8, 8))
    kernel = rng.randint(-1, 2, (4, 2, 3, 3)).astype(np.float32)
    conv = network.add_convolution_nd(data, 4, (3, 3), kernel)
    conv.name = "stem"
    pool = network.add_pooling_nd(conv.get_output(0), trt.PoolingType.MAX, (2, 2))
    pool.name = "pool"
    pool.get_output(0).name = "pooled"
    network.mark_output(pool.get_output(0))


def keep_sizes(network):
    """Gives every convolution the padding that keeps height and width."""
    for i in range(network.num_layers):
        layer = network.get_layer(i)
        if layer.type == trt.LayerType.CONVOLUTION:
            layer.__class__ = trt.IConvolutionLayer
            layer.padding = (layer.kernel_size[0] // 2, layer.kernel_size[1] // 2)
            print(layer.name, tuple(layer.kernel_size), tuple(layer.padding))
        elif layer.type == trt.LayerType.POOLING:
            layer.__class__ = trt.IPoolingLayer
            layer.stride = layer.window_size
            print(layer.name, tuple(layer.window_size), tuple(layer.stride))


with trt.Builder(TRT_LOGGER) as builder:
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    define(network)
    keep_sizes(network)
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 26
    config.set_flag(trt.BuilderFlag.REFIT)
    engine = builder.build_engine(network, config)
    if engine is None:
        raise SystemExit("the engine could not be built")

context = engine.create_execution_context()
stream = cuda.Stream()
hosts, devices = [], []
for binding in engine:
    host = cuda.pagelocked_empty(
        trt.volume(engine.get_binding_shape(binding)),
        trt.nptype(engine.get_binding_dtype(binding)),
    )
    hosts.append(host)
    devices.append(cuda.mem_alloc(host.nbytes))


def infer(seed):
    hosts[0][:] = np.random.RandomState(seed).randint(-4, 5, hosts[0].shape)
    cuda.memcpy_htod_async(devices[0], hosts[0], stream)
    context.execute_async_v2([int(device) for device in devices], stream.handle)
    cuda.memcpy_dtoh_async(hosts[1], devices[1], stream)
    stream.synchronize()
    print(engine.get_binding_name(1), float(hosts[1].sum()))


infer(1)
infer(2)
with trt.Refitter(engine, TRT_LOGGER) as refitter:
    kernel = np.ones((4, 2, 3, 3), np.float32)
    refitter.set_weights("stem", trt.WeightsRole.KERNEL, kernel)
    print("refitted:", refitter.refit_cuda_engine())
infer(1)
