"""Report formulas for output dimensions, which have no successor.

What changed: `pooling_output_dimensions_formula`, `convolution_output_dimensions_formula`,
`deconvolution_output_dimensions_formula` and `IOutputDimensionsFormula` are gone since
TensorRT 8.0.

Before:

    network.pooling_output_dimensions_formula = formula

After: (not rewritten)

Not rewritten when: always. The formula decides which `padding_mode` of the layers gives the same
sizes.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import explain_members, members_of
from trtmigrate.rules.base import Rule

_MODE = "set padding_mode, pre_padding and post_padding on each layer instead"
_FORMULAS = tuple(
    f"INetworkDefinition.{kind}_output_dimensions_formula"
    for kind in ("pooling", "convolution", "deconvolution")
)
RULE = Rule(
    "TRT404",
    "Formulas for output dimensions",
    Safety.MANUAL,
    members=(*_FORMULAS, *members_of("IOutputDimensionsFormula")),
    manual={**dict.fromkeys(_FORMULAS, _MODE), "IOutputDimensionsFormula": _MODE},
)
RULE.check = explain_members(RULE)
