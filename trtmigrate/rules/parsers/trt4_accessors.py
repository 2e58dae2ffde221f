"""Read and assign properties instead of calling getters and setters of TensorRT 3 and 4.

What changed: TensorRT 5.0 replaced getters and setters by properties:
`network.get_nb_layers()` is `network.num_layers`, `context.get_engine()` is `context.engine`. The
count of bindings, `get_nb_bindings()`, is `num_io_tensors` since 8.5.

Before:

    print(network.get_nb_layers())
    context.set_profiler(profiler)
    for i in range(engine.get_nb_bindings()):
        print(i)

After:

    print(network.num_layers)
    context.profiler = profiler
    for i in range(engine.num_io_tensors):
        print(i)

Not rewritten when: the method is passed on as a value, or the code uses the result of a setter.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.assignments import find_setting, is_getter
from trtmigrate.rules.base import Rule, same_class
from trtmigrate.syntax.templates import expression

PROPERTIES = {
    "ICudaEngine.get_nb_bindings": "num_io_tensors",
    "ICudaEngine.get_nb_layers": "num_layers",
    "IExecutionContext.get_engine": "engine",
    "IExecutionContext.set_profiler": "profiler",
    "IExecutionContext.set_debug_sync": "debug_sync",
    "INetworkDefinition.get_nb_inputs": "num_inputs",
    "INetworkDefinition.get_nb_outputs": "num_outputs",
    "INetworkDefinition.get_nb_layers": "num_layers",
}
RULE = Rule(
    "TRT514",
    "Getters and setters of TensorRT 4",
    Safety.SAFE,
    tuple(PROPERTIES),
    becomes=same_class(PROPERTIES),
)


@RULE.checks
def trt4_accessor(use: Use, facts: Facts) -> Proposal:
    name = PROPERTIES[use.member]
    message = f"{use.name} is gone since TensorRT 5; use the property {name}"
    if is_getter(use):
        edit = Edit({use.whole: expression(f"{{}}.{name}", use.receiver)})
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    found = find_setting(use, facts)
    if found is None:
        return manual(use.node, use.member, message)
    target = cst.AssignTarget(cst.Attribute(use.receiver, cst.Name(name)))
    edit = Edit({found.statement: cst.Assign([target], found.value)})
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)
