"""A YOLO-style detector class: named bindings in an OrderedDict, buffers from cuda-python."""

import os
from collections import OrderedDict, namedtuple

import numpy as np
import tensorrt as trt
from cuda import cudart

Binding = namedtuple("Binding", ("name", "dtype", "shape", "data", "ptr"))


def build_plan(path, logger):
    """Boxes and scores of a tiny detection head; stands in for an exported detector."""
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    config.max_workspace_size = 4 << 30

    images = network.add_input("images", trt.float32, (1, 3, 16, 16))
    boxes = network.add_activation(images, trt.ActivationType.RELU)
    scores = network.add_activation(images, trt.ActivationType.SIGMOID)
    boxes.get_output(0).name = "boxes"
    scores.get_output(0).name = "scores"
    network.mark_output(boxes.get_output(0))
    network.mark_output(scores.get_output(0))
    with open(path, "wb") as f:
        f.write(builder.build_serialized_network(network, config))


class Detector:
    def __init__(self, weights="detector.engine"):
        self.logger = trt.Logger(trt.Logger.INFO)
        if not os.path.exists(weights):
            build_plan(weights, self.logger)
        with open(weights, "rb") as f, trt.Runtime(self.logger) as runtime:
            self.model = runtime.deserialize_cuda_engine(f.read())
        self.context = self.model.create_execution_context()
        self.stream = cudart.cudaStreamCreate()[1]

        self.bindings = OrderedDict()
        self.output_names = []
        self.fp16 = False
        for index in range(self.model.num_bindings):
            name = self.model.get_binding_name(index)
            dtype = trt.nptype(self.model.get_binding_dtype(index))
            shape = tuple(self.model.get_binding_shape(index))
            if self.model.binding_is_input(index):
                if dtype == np.float16:
                    self.fp16 = True
            else:
                self.output_names.append(name)
            data = np.zeros(shape, dtype=dtype)
            ptr = cudart.cudaMalloc(data.nbytes)[1]
            self.bindings[name] = Binding(name, dtype, shape, data, int(ptr))
        self.binding_addrs = OrderedDict((n, d.ptr) for n, d in self.bindings.items())
        self.batch_size = self.bindings["images"].shape[0]

    def forward(self, im):
        s = self.bindings["images"].shape
        assert im.shape == s, f"input size {im.shape} not equal to model size {s}"
        im = np.ascontiguousarray(im, dtype=np.float16 if self.fp16 else np.float32)
        self.copy(self.binding_addrs["images"], im.ctypes.data, im.nbytes)
        if not self.context.execute_async_v2(list(self.binding_addrs.values()), self.stream):
            raise RuntimeError("inference failed")
        for name in self.output_names:
            out = self.bindings[name]
            self.copy(out.data.ctypes.data, out.ptr, out.data.nbytes)
        cudart.cudaStreamSynchronize(self.stream)
        return [self.bindings[name].data for name in sorted(self.output_names)]

    def copy(self, to, source, size):
        kind = cudart.cudaMemcpyKind.cudaMemcpyDefault
        cudart.cudaMemcpyAsync(to, source, size, kind, self.stream)

    def warmup(self, imgsz=(1, 3, 16, 16)):
        self.forward(np.zeros(imgsz, dtype=np.float32))


def main():
    detector = Detector()
    detector.warmup()
    im = np.linspace(-1, 1, 3 * 16 * 16, dtype=np.float32).reshape(1, 3, 16, 16)
    boxes, scores = detector.forward(im)
    print("boxes", boxes.shape, boxes.sum())
    print("scores", scores.shape, scores.max())


if __name__ == "__main__":
    main()
