import backend
import numpy as np
import tensorrt as trt

SHAPES = {
    name: {"min_shape": (1, 4), "opt_shape": (2, 4), "max_shape": (8, 4)} for name in ("a", "b")
}


def subtract(network):
    a, b = (network.add_input(name, trt.float32, (-1, 4)) for name in "ab")
    layer = network.add_elementwise(a, b, trt.ElementWiseOperation.SUB)
    layer.get_output(0).name = "difference"
    network.mark_output(layer.get_output(0))
    doubled = network.add_elementwise(
        layer.get_output(0), layer.get_output(0), trt.ElementWiseOperation.SUM
    )
    doubled.get_output(0).name = "doubled"
    network.mark_output(doubled.get_output(0))


backend.save(backend.from_network(subtract, SHAPES, max_workspace_size=1 << 20), "sub.engine")
for names in (None, ["doubled", "difference"]):
    model = backend.TRTWrapper("sub.engine", names)
    for rows in (1, 3):
        a = np.arange(rows * 4, dtype=np.float32).reshape(rows, 4)
        print({k: v.tolist() for k, v in model(dict(b=a * 3, a=a + 1)).items()})
