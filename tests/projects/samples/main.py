import common
import numpy as np
from engine import get_engine


def main():
    for _ in range(2):  # built, then loaded
        with get_engine("sum.trt") as engine, engine.create_execution_context() as context:
            inputs, outputs, bindings, stream = common.allocate_buffers(engine)
            inputs[0].host[:] = np.arange(6)
            inputs[1].host[:] = 10
            total, rows = common.do_inference_v2(
                context, bindings=bindings, inputs=inputs, outputs=outputs, stream=stream
            )
            shapes = [tuple(engine.get_binding_shape(i)) for i in (2, 3)]
            print(total.reshape(shapes[0]).tolist(), rows.reshape(shapes[1]).tolist())


if __name__ == "__main__":
    main()
