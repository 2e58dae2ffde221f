"""A YOLO-style backend: torch tensors as buffers, an OrderedDict of Binding tuples."""

import argparse
from collections import OrderedDict, namedtuple
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

ROOT = Path(__file__).resolve().parent


class TRTBackend(nn.Module):
    """Runs a serialized engine as a torch module."""

    def __init__(self, weights, device=torch.device("cuda:0"), fp16=False):
        super().__init__()
        import tensorrt as trt  # https://developer.nvidia.com/nvidia-tensorrt-download

        Binding = namedtuple("Binding", ("name", "dtype", "shape", "data", "ptr"))
        logger = trt.Logger(trt.Logger.INFO)
        if not Path(weights).exists():
            self.export(weights, trt, logger)
        with open(weights, "rb") as f, trt.Runtime(logger) as runtime:
            model = runtime.deserialize_cuda_engine(f.read())
        context = model.create_execution_context()
        bindings = OrderedDict()
        output_names = []
        dynamic = False
        for i in range(model.num_bindings):
            name = model.get_binding_name(i)
            dtype = trt.nptype(model.get_binding_dtype(i))
            if model.binding_is_input(i):
                if -1 in tuple(model.get_binding_shape(i)):  # dynamic
                    dynamic = True
                    context.set_binding_shape(i, tuple(model.get_profile_shape(0, i)[2]))
                if dtype == np.float16:
                    fp16 = True
            else:  # output
                output_names.append(name)
            shape = tuple(context.get_binding_shape(i))
            im = torch.from_numpy(np.empty(shape, dtype=dtype)).to(device)
            bindings[name] = Binding(name, dtype, shape, im, int(im.data_ptr()))
        binding_addrs = OrderedDict((n, d.ptr) for n, d in bindings.items())
        batch_size = bindings["images"].shape[0]  # if dynamic, this is instead max batch size
        self.__dict__.update(locals())  # assign all variables to self

    @staticmethod
    def export(weights, trt, logger):
        builder = trt.Builder(logger)
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
        config = builder.create_builder_config()
        config.max_workspace_size = 4 << 30
        images = network.add_input("images", trt.float32, (-1, 3, 16, 16))
        profile = builder.create_optimization_profile()
        profile.set_shape("images", (1, 3, 16, 16), (2, 3, 16, 16), (4, 3, 16, 16))
        config.add_optimization_profile(profile)
        head = network.add_activation(images, trt.ActivationType.SIGMOID)
        head.get_output(0).name = "output0"
        network.mark_output(head.get_output(0))
        with builder.build_engine(network, config) as engine, open(weights, "wb") as t:
            t.write(engine.serialize())

    def forward(self, im):
        if self.fp16 and im.dtype != torch.float16:
            im = im.half()  # to FP16
        if self.dynamic and im.shape != self.bindings["images"].shape:
            i = self.model.get_binding_index("images")
            self.context.set_binding_shape(i, im.shape)  # reshape if dynamic
            self.bindings["images"] = self.bindings["images"]._replace(shape=im.shape)
            for name in self.output_names:
                i = self.model.get_binding_index(name)
                self.bindings[name].data.resize_(tuple(self.context.get_binding_shape(i)))
        s = self.bindings["images"].shape
        assert im.shape == s, (
            f"input size {im.shape} {'>' if self.dynamic else 'not equal to'} max model size {s}"
        )
        self.binding_addrs["images"] = int(im.data_ptr())
        stream = torch.cuda.current_stream().cuda_stream
        self.context.execute_async_v2(list(self.binding_addrs.values()), stream)
        torch.cuda.current_stream().synchronize()
        return [self.bindings[x].data for x in sorted(self.output_names)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", default=str(ROOT / "detector_torch.engine"))
    parser.add_argument("--batch", type=int, default=2)
    args = parser.parse_args()
    model = TRTBackend(args.weights)
    im = torch.linspace(-1, 1, args.batch * 3 * 16 * 16).reshape(args.batch, 3, 16, 16).cuda()
    for y in model(im):
        print(tuple(y.shape), float(y.sum()))


if __name__ == "__main__":
    main()
