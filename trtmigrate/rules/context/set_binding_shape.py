"""Set the shape of an input by name.

What changed: `IExecutionContext.set_binding_shape(binding, shape)` is gone since TensorRT 10.0;
`set_input_shape(name, shape)` takes the name of the input and returns the same bool.

Before:

    context.set_binding_shape(0, (1, 3, 224, 224))

After:

    context.set_input_shape(engine.get_tensor_name(0), (1, 3, 224, 224))

Not rewritten when: the arguments are hidden behind `*args`.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import by_name
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT202",
    "Shape of an input",
    Safety.SAFE,
    members=("IExecutionContext.set_binding_shape",),
    becomes={"IExecutionContext.set_binding_shape": "IExecutionContext.set_input_shape"},
)


@RULE.checks
def set_binding_shape(use: Use, facts: Facts) -> Proposal:
    return by_name(use, facts, "set_input_shape")
