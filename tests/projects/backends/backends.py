import tensorrt as trt
from npu import NpuEngine


class TrtBackend:
    """A thin wrapper that already calls the tensor API."""

    def __init__(self, engine: trt.ICudaEngine):
        self.engine = engine

    @property
    def num_bindings(self):
        return self.engine.num_io_tensors

    def get_binding_name(self, index):
        return self.engine.get_tensor_name(index)

    def get_binding_shape(self, index):
        return self.engine.get_tensor_shape(self.get_binding_name(index))


def open_backend(kind, model):
    return TrtBackend(model) if kind == "trt" else NpuEngine(model)
