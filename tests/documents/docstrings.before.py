"""Helpers.

>>> import tensorrt as trt
>>> engine = load("model.plan")
>>> engine.num_bindings
2
"""

import tensorrt as trt


def load(path: str) -> trt.ICudaEngine:
    """Return an engine.

    Use it so:

    ```python
    engine: trt.ICudaEngine = load("model.plan")
    for i in range(engine.num_bindings):
        print(engine.get_binding_name(i))
    ```
    """
    with open(path, "rb") as file:
        return trt.Runtime(trt.Logger()).deserialize_cuda_engine(file.read())


class Model:
    r"""A model, with \escapes in a raw text.

    .. code-block:: python

        engine: trt.ICudaEngine = load("model.plan")
        print(engine.get_binding_shape(0))
    """

    def __init__(self, path: str) -> None:
        self.engine = load(path)

    def count(self) -> int:
        """Return how many tensors the engine has.

        >>> model = Model("model.plan")
        >>> model.engine.num_bindings
        2
        """
        return self.engine.num_bindings
