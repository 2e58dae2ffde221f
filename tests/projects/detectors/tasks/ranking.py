import core
import tensorrt as trt


def layers(network, x):
    square = network.add_elementwise(x, x, trt.ElementWiseOperation.PROD).get_output(0)
    best = network.add_reduce(square, trt.ReduceOperation.MAX, 2, False)
    return {"square": square, "best": best.get_output(0)}


class Ranking(core.Predictor):
    def __init__(self):
        self.names = []
        super().__init__(core.make_plan(layers))

    def on_binding(self, engine, index):
        if not engine.binding_is_input(index):
            self.names.append((engine.get_binding_name(index), engine.get_binding_dtype(index)))

    def postprocess(self, outputs):
        return {name: out.tolist() for (name, _), out in zip(self.names, outputs)}
