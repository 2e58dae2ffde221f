"""Counters that are not TensorRT's.

>>> Table().num_bindings
2
"""

import tensorrt as trt


class Table:
    """A table of key bindings; `num_bindings` counts them.

        num_bindings = 2

    ```
    table.num_bindings
    ```
    """

    num_bindings = 2


TEXT = """
>>> engine.num_bindings
"""


def count(engine: trt.ICudaEngine) -> int:
    # >>> engine.num_bindings
    """Return the number of tensors.

    .. trtmigrate: ignore

    >>> engine.num_bindings
    """
    return engine.num_io_tensors
