import numpy as np
import tensorrt as trt
from calibrator import Calibrator
from convert import Converter
from infer import Inference


def fill(network):
    x = network.add_input("x", trt.float32, (1, 3, 4, 4))
    y = network.add_activation(x, trt.ActivationType.RELU).get_output(0)
    y.name = "y"
    network.mark_output(y)


batches = [np.random.RandomState(seed).randn(1, 3, 4, 4) for seed in range(3)]
converter = Converter(int8=True, calibrator=Calibrator(batches[:2], "calibration.cache"))
converter.create_network(fill)
converter.create_engine("relu.engine")
model = Inference("relu.engine")
for one in batches[:2]:
    print([(b["index"], b["name"]) for b in model.inputs + model.outputs], model.infer(one).sum())
