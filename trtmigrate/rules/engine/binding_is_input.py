"""Compare the I/O mode of a tensor instead of asking whether a binding is an input.

What changed: `ICudaEngine.binding_is_input` is gone since TensorRT 10.0. `get_tensor_mode` gives an
enum, every member of which is true, so it has to be compared.

Before:

    for binding in engine:
        if engine.binding_is_input(binding):
            inputs.append(binding)
    outputs = [name for name in engine if not engine.binding_is_input(name)]

After:

    for binding in engine:
        if engine.get_tensor_mode(binding) == trt.TensorIOMode.INPUT:
            inputs.append(binding)
    outputs = [name for name in engine if engine.get_tensor_mode(name) == trt.TensorIOMode.OUTPUT]

Not rewritten when: it is not known whether the argument is an index or a name, or the method is
passed to a function other than `map` and `filter`.

Safety: safe; review where the profile of the index is not known, so that the index is taken modulo
the number of tensors.
"""

from __future__ import annotations

import itertools

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import OLD_KEYWORDS
from trtmigrate.rewrites.tensor_names.method_values import CALLED_WITH_UNKNOWN, kind_of_elements
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    UNPACKED,
    look_up,
    tensor_name,
    tensorrt_name,
    why_no_name,
)
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code

RULE = Rule(
    "TRT105",
    "Whether a binding is an input",
    Safety.SAFE,
    members=("ICudaEngine.binding_is_input",),
    becomes={"ICudaEngine.binding_is_input": "ICudaEngine.get_tensor_mode"},
)
MESSAGE = "binding_is_input is gone; get_tensor_mode gives trt.TensorIOMode.INPUT or OUTPUT"


@RULE.checks
def binding_is_input(use: Use, facts: Facts) -> Proposal:
    trt, imports = tensorrt_name(use, facts)
    if not isinstance(use, CallUse):
        return _as_value(use, facts, trt, imports)
    arg = argument(use.call, 0, *OLD_KEYWORDS)
    if arg is None:
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    named = tensor_name(arg.value, use, facts)
    if named is None:
        return manual(use.node, use.member, f"{MESSAGE}; {why_no_name(arg.value, use, facts)}")
    mode = expression("{}.get_tensor_mode({})", use.receiver, named.node)
    place, comparison = _comparison(use.call, facts)
    new = expression(f"{{}} {comparison.format(trt=trt)}", mode)
    edit = Edit({place: new}, lookups=named.lookups, imports_tensorrt=imports)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


def _comparison(call: cst.Call, facts: Facts) -> tuple[cst.CSTNode, str]:
    """Return the node to replace, and the comparison of the mode that replaces it.

    A `not` and a comparison with True or False around the call are replaced, too.
    """
    parent = facts.tree.parent(call)
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not):
        return parent, "== {trt}.TensorIOMode.OUTPUT"
    if isinstance(parent, cst.Comparison) and len(parent.comparisons) == 1:
        target = parent.comparisons[0]
        wanted = target.comparator
        if (
            parent.left is call
            and isinstance(wanted, cst.Name)
            and wanted.value in ("True", "False")
        ):
            if isinstance(target.operator, (cst.Equal, cst.Is)):
                mode = "INPUT" if wanted.value == "True" else "OUTPUT"
                return parent, f"== {{trt}}.TensorIOMode.{mode}"
    return call, "== {trt}.TensorIOMode.INPUT"


def _as_value(use: Use, facts: Facts, trt: str, imports: bool) -> Proposal:
    given = kind_of_elements(use, facts)
    if given is None:
        return manual(use.node, use.member, f"{MESSAGE}; {CALLED_WITH_UNKNOWN}")
    variable = "name" if given == "name" else "i"
    name: cst.BaseExpression = cst.Name(variable)
    if given == "index":
        name = look_up(name, use, facts).node
    test = expression(f"{{}}.get_tensor_mode({{}}) == {trt}.TensorIOMode.INPUT", use.receiver, name)
    place, new = use.node, expression(f"lambda {variable}: {{}}", test)
    listed = _listed_filter(use.node, facts)
    if listed is not None:
        place, names = listed
        new = expression(f"[{variable} for {variable} in {{}} if {{}}]", names, test)
    edit = Edit({place: new}, imports_tensorrt=imports)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


def _listed_filter(
    node: cst.CSTNode, facts: Facts
) -> tuple[cst.CSTNode, cst.BaseExpression] | None:
    """Return the call `list(filter(node, names))` around a node, and the names in it."""
    around = list(itertools.islice(facts.tree.ancestors(node), 4))
    if len(around) < 4:
        return None
    arg, inner, listed, outer = around
    if not isinstance(inner, cst.Call) or not isinstance(outer, cst.Call):
        return None
    if code(inner.func) != "filter" or code(outer.func) != "list":
        return None
    if inner.args[0] is not arg or outer.args[0] is not listed or len(outer.args) > 1:
        return None
    return outer, inner.args[1].value
