from collections import OrderedDict, namedtuple
from pathlib import Path
from typing import List, Optional, Tuple, Union

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

Binding = namedtuple("Binding", ("name", "dtype", "shape", "data", "ptr"))


class EngineBuilder:
    def __init__(self, checkpoint: Union[str, Path]) -> None:
        self.weight = Path(checkpoint)

    def build(self, boxes: int = 4, fp16: bool = False) -> None:
        logger = trt.Logger(trt.Logger.WARNING)
        trt.init_libnvinfer_plugins(logger, namespace="")
        builder = trt.Builder(logger)
        config = builder.create_builder_config()
        config.max_workspace_size = 1 << 26
        flag = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
        network = builder.create_network(flag)
        self.fill(network, boxes)
        if fp16 and builder.platform_has_fast_fp16:
            config.set_flag(trt.BuilderFlag.FP16)
        with self.weight.open("wb") as f, builder.build_engine(network, config) as engine:
            f.write(engine.serialize())

    def fill(self, network, boxes) -> None:
        images = network.add_input("images", trt.float32, (boxes, 4))
        scale = network.add_constant((1, 4), np.array([[1, 2, 3, 4]], np.float32))
        scaled = network.add_elementwise(images, scale.get_output(0), trt.ElementWiseOperation.PROD)
        scores = network.add_reduce(scaled.get_output(0), trt.ReduceOperation.MAX, 2, False)
        for name, layer in (("boxes", scaled), ("scores", scores)):
            layer.get_output(0).name = name
            network.mark_output(layer.get_output(0))


class TRTModule:
    def __init__(self, weight: Union[str, Path], names: Optional[List[str]] = None) -> None:
        self.weight = Path(weight)
        self.stream = cuda.Stream()
        self.__init_engine()
        self.__init_bindings()
        if names:
            self.set_desired(names)

    def __init_engine(self) -> None:
        logger = trt.Logger(trt.Logger.WARNING)
        with trt.Runtime(logger) as runtime:
            model = runtime.deserialize_cuda_engine(self.weight.read_bytes())
        context = model.create_execution_context()
        num_bindings = model.num_bindings
        names = [model.get_binding_name(i) for i in range(num_bindings)]

        self.num_bindings = num_bindings
        self.bindings: List[int] = [0] * num_bindings
        num_inputs, num_outputs = 0, 0
        for i in range(num_bindings):
            if model.binding_is_input(i):
                num_inputs += 1
            else:
                num_outputs += 1

        self.num_inputs = num_inputs
        self.num_outputs = num_outputs
        self.model = model
        self.context = context
        self.input_names = names[:num_inputs]
        self.output_names = names[num_inputs:]
        self.idx = list(range(self.num_outputs))

    def __init_bindings(self) -> None:
        self.device = OrderedDict()
        for index in range(self.num_bindings):
            name = self.model.get_binding_name(index)
            dtype = trt.nptype(self.model.get_binding_dtype(index))
            shape = tuple(self.model.get_binding_shape(index))
            data = cuda.pagelocked_empty(shape, dtype)
            memory = cuda.mem_alloc(data.nbytes)
            self.device[name] = Binding(name, dtype, shape, data, memory)

    def set_desired(self, desired: List[str]) -> None:
        self.idx = [self.output_names.index(name) for name in desired]

    def forward(self, image) -> Tuple:
        first = self.device[self.input_names[0]]
        first.data[:] = image
        cuda.memcpy_htod_async(first.ptr, first.data, self.stream)
        self.bindings[0] = int(first.ptr)
        outputs = []
        for i, name in enumerate(self.output_names):
            self.bindings[self.num_inputs + i] = int(self.device[name].ptr)
            outputs.append(self.device[name])
        self.context.execute_async_v2(self.bindings, self.stream.handle)
        for out in outputs:
            cuda.memcpy_dtoh_async(out.data, out.ptr, self.stream)
        self.stream.synchronize()
        return tuple(outputs[i].data.copy() for i in self.idx)

    __call__ = forward
