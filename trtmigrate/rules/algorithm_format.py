"""Name the uses of the tensor format of an algorithm.

What changed: `IAlgorithmIOInfo.tensor_format` is gone since TensorRT 10.0 (deprecated in 8.5).

Before:

    form = algorithm.get_algorithm_io_info(0).tensor_format

After: (not rewritten)

Not rewritten when: always. `strides`, `dtype`, `vectorized_dim` and `components_per_element` of the
same object tell the layout, up to TensorRT 10.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rules._explain import explains
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT411",
    "Tensor format of an algorithm",
    Safety.MANUAL,
    members=("IAlgorithmIOInfo.tensor_format",),
    manual={
        "IAlgorithmIOInfo.tensor_format": "strides, dtype, vectorized_dim and "
        "components_per_element tell the layout"
    },
)
RULE.check = explains(RULE)
