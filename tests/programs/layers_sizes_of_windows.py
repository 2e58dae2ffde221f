"""Convolution, deconvolution, padding and poolings; their sizes are read back by h and w."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
config.max_workspace_size = 1 << 26

rng = np.random.RandomState(3)
w1 = rng.randint(-1, 2, (2, 3, 3, 2)).astype(np.float32)
w2 = rng.randint(-1, 2, (2, 2, 2, 2)).astype(np.float32)

inputT0 = network.add_input("inputT0", trt.float32, (1, 3, 9, 11))
padded = network.add_padding(inputT0, pre_padding=(1, 0), post_padding=(0, 2))
padded.post_padding = trt.DimsHW(1, 2)
print("padding:", padded.pre_padding[0], padded.post_padding.h, padded.post_padding.w)

conv = network.add_convolution(padded.get_output(0), 2, trt.DimsHW(3, 2), w1)
conv.stride = (2, 1)
conv.padding = (1, 1)
conv.dilation = trt.DimsHW(1, 2)
area = conv.kernel_size.h * conv.kernel_size.w
print("convolution:", area, conv.stride.h, tuple(conv.padding), tuple(conv.dilation))
if conv.dilation.w > 1:
    print("receptive width:", conv.dilation.w * (conv.kernel_size.w - 1) + 1)

pool = network.add_pooling(conv.get_output(0), trt.PoolingType.AVERAGE, (2, 2))
pool.stride = conv.stride
pool.padding = trt.DimsHW(1, 0)
pool.average_count_excludes_padding = False
window = pool.window_size
print("pooling:", window.h, window.w, pool.stride.h, pool.padding.h)

deconv = network.add_deconvolution(pool.get_output(0), 2, (2, 2), w2)
deconv.stride = pool.window_size
outputT0 = deconv.get_output(0)
outputT0.name = "outputT0"
network.mark_output(outputT0)
print("deconvolution:", deconv.kernel_size.h, deconv.kernel_size.w, deconv.stride.w)

engine = builder.build_engine(network, config)
context = engine.create_execution_context()
nInput = np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])
nOutput = engine.num_bindings - nInput

for seed in range(2):
    data = np.random.RandomState(seed).randint(-4, 5, (1, 3, 9, 11)).astype(np.float32)
    bufferH = [np.ascontiguousarray(data)]
    for i in range(nInput, nInput + nOutput):
        bufferH.append(
            np.empty(context.get_binding_shape(i), dtype=trt.nptype(engine.get_binding_dtype(i)))
        )
    bufferD = [cudart.cudaMalloc(buffer.nbytes)[1] for buffer in bufferH]
    for i in range(nInput):
        cudart.cudaMemcpy(
            bufferD[i],
            bufferH[i].ctypes.data,
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        )
    context.execute_v2(bufferD)
    for i in range(nInput, nInput + nOutput):
        cudart.cudaMemcpy(
            bufferH[i].ctypes.data,
            bufferD[i],
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )
        print(engine.get_binding_name(i), bufferH[i].shape, float(bufferH[i].sum()))
    for pointer in bufferD:
        cudart.cudaFree(pointer)
