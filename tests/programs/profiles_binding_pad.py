"""Several profiles of one context, flat lists of the buffers of all of them, a padded list."""

import numpy as np
import tensorrt as trt
from cuda import cudart

shape = [2, 3, 4, 5]
nProfile = 2  # count of optimization profiles

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
profileList = [builder.create_optimization_profile() for _ in range(nProfile)]
config = builder.create_builder_config()

inputT0 = network.add_input("inputT0", trt.float32, [-1, -1, -1, -1])
inputT1 = network.add_input("inputT1", trt.float32, [-1, -1, -1, -1])
for profile in profileList:
    profile.set_shape(inputT0.name, shape, shape, [k * nProfile for k in shape])
    profile.set_shape(inputT1.name, shape, shape, [k * nProfile for k in shape])
    config.add_optimization_profile(profile)

layer = network.add_elementwise(inputT0, inputT1, trt.ElementWiseOperation.SUM)
network.mark_output(layer.get_output(0))
engineString = builder.build_serialized_network(network, config)
engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)

nIO = engine.num_bindings
nInput = np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])
nOutput = nIO - nInput
nIO, nInput, nOutput = nIO // nProfile, nInput // nProfile, nOutput // nProfile

_, stream = cudart.cudaStreamCreate()
context = engine.create_execution_context()

bufferH = []  # host buffers for all profiles
for index in range(nProfile):
    context.set_optimization_profile_async(index, stream)
    bindingPad = nIO * index  # skip the bindings of the profiles before
    inputShape = [k * (index + 1) for k in shape]
    context.set_binding_shape(bindingPad + 0, inputShape)
    context.set_binding_shape(bindingPad + 1, inputShape)
    print("Profile%d binding all? %s" % (index, context.all_binding_shapes_specified))
    for i in range(nInput):
        bufferH.append(np.arange(np.prod(inputShape)).astype(np.float32).reshape(inputShape))
    for i in range(nOutput):
        bufferH.append(
            np.empty(
                context.get_binding_shape(bindingPad + nInput + i),
                dtype=trt.nptype(engine.get_binding_dtype(bindingPad + nInput + i)),
            )
        )

bufferD = []
for i in range(len(bufferH)):
    bufferD.append(cudart.cudaMalloc(bufferH[i].nbytes)[1])

for index in range(nProfile):
    print("Use Profile %d" % index)
    context.set_optimization_profile_async(index, stream)
    bindingPad = nIO * index
    inputShape = [k * (index + 1) for k in shape]
    context.set_binding_shape(bindingPad + 0, inputShape)
    context.set_binding_shape(bindingPad + 1, inputShape)
    for i in range(nIO):
        print(
            "[%2d]%s->" % (i, "Input " if i < nInput else "Output"),
            engine.get_binding_dtype(bindingPad + i),
            engine.get_binding_shape(bindingPad + i),
            context.get_binding_shape(bindingPad + i),
            engine.get_binding_name(bindingPad + i),
        )

    for i in range(nInput):
        cudart.cudaMemcpyAsync(
            bufferD[bindingPad + i],
            bufferH[bindingPad + i].ctypes.data,
            bufferH[bindingPad + i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            stream,
        )

    # three parts: before, the buffers of this profile, after
    bufferList = (
        [int(0) for b in bufferD[:bindingPad]]
        + [int(b) for b in bufferD[bindingPad : (bindingPad + nInput + nOutput)]]
        + [int(0) for b in bufferD[(bindingPad + nInput + nOutput) :]]
    )
    context.execute_async_v2(bufferList, stream)

    for i in range(nOutput):
        cudart.cudaMemcpyAsync(
            bufferH[bindingPad + nInput + i].ctypes.data,
            bufferD[bindingPad + nInput + i],
            bufferH[bindingPad + nInput + i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            stream,
        )
    cudart.cudaStreamSynchronize(stream)

for index in range(nProfile):
    pad = nIO * index
    print("check:", np.array_equal(bufferH[pad + 2], bufferH[pad + 0] + bufferH[pad + 1]))
cudart.cudaStreamDestroy(stream)
for b in bufferD:
    cudart.cudaFree(b)
