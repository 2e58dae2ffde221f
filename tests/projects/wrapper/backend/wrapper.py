from typing import Dict, Optional, Sequence, Union

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

from .base import BaseWrapper
from .utils import load


class TRTWrapper(BaseWrapper):
    """TensorRT engine wrapper for inference.

    Args:
        engine: the engine, or the path of its plan.
        output_names: names of the outputs in order; those of the model by default.
    """

    def __init__(
        self,
        engine: Union[str, trt.ICudaEngine],
        output_names: Optional[Sequence[str]] = None,
    ):
        super().__init__(output_names)
        self.engine = engine
        if isinstance(self.engine, str):
            self.engine = load(engine)
        if not isinstance(self.engine, trt.ICudaEngine):
            raise TypeError(f"`engine` should be str or trt.ICudaEngine, but given: {engine}")
        self.context = self.engine.create_execution_context()
        self.stream = cuda.Stream()
        self.__load_io_names()

    def __load_io_names(self):
        names = [_ for _ in self.engine]
        input_names = list(filter(self.engine.binding_is_input, names))
        self._input_names = input_names
        if self._output_names is None:
            self._output_names = [name for name in names if name not in input_names]

    def forward(self, inputs: Dict[str, np.ndarray]) -> Dict[str, np.ndarray]:
        bindings = [None] * (len(self._input_names) + len(self._output_names))

        profile_id = 0
        keep = []
        for input_name, array in inputs.items():
            # check if input shape is valid
            profile = self.engine.get_profile_shape(profile_id, input_name)
            assert array.ndim == len(profile[0]), "Input dim is different from engine profile."
            for s_min, s_input, s_max in zip(profile[0], array.shape, profile[2]):
                assert s_min <= s_input <= s_max
            idx = self.engine.get_binding_index(input_name)
            self.context.set_binding_shape(idx, tuple(array.shape))
            memory = cuda.to_device(np.ascontiguousarray(array))
            keep.append(memory)
            bindings[idx] = int(memory)

        # create output tensors
        outputs = {}
        for output_name in self._output_names:
            idx = self.engine.get_binding_index(output_name)
            dtype = trt.nptype(self.engine.get_binding_dtype(idx))
            shape = tuple(self.context.get_binding_shape(idx))
            outputs[output_name] = np.empty(shape, dtype)
            keep.append(cuda.mem_alloc(outputs[output_name].nbytes))
            bindings[idx] = int(keep[-1])

        self.__trt_execute(bindings=bindings)
        for output_name, memory in zip(self._output_names, keep[len(inputs) :]):
            cuda.memcpy_dtoh(outputs[output_name], memory)
        return outputs

    def __trt_execute(self, bindings: Sequence[int]):
        self.context.execute_async_v2(bindings, self.stream.handle)
        self.stream.synchronize()
