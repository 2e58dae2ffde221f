"""Cast an output, or give an input its type at once, instead of assigning the type of a tensor.

What changed: `ITensor.dtype` can only be read since TensorRT 11.0. In a strongly typed network the
type of a tensor follows from the layer that makes it; that of an input is given to `add_input`.

Before:

    image = network.add_input("image", trt.float32, (1, 3, 32, 32))
    image.dtype = trt.float16
    layer = network.add_softmax(image)
    output = layer.get_output(0)
    output.name = "scores"
    output.dtype = trt.float32
    network.mark_output(output)

After:

    image = network.add_input("image", trt.float16, (1, 3, 32, 32))
    layer = network.add_softmax(image)
    output = network.add_cast(layer.get_output(0), trt.float32).get_output(0)
    output.name = "scores"
    network.mark_output(output)

Not rewritten when: the input comes from the model, or its type is assigned under a condition; the
output is not seen to be marked, or goes into other layers as well; the type is INT8 or another one
that needs a scale.

Safety: review. An output is cast from the type that its layer computes in; that a cast is what a
variable type asks for, and not a quantization, is assumed. Safe for an input.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.layers.casts import (
    cast_output,
    casting_identity,
    is_marked,
    is_quantized,
    made_by,
    stays_from,
)
from trtmigrate.rewrites.removal.properties import plain_store
from trtmigrate.rewrites.removal.statements import without
from trtmigrate.rewrites.tensor_names.name_of_binding import argument
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, walk

RULE = Rule("TRT610", "Assignment of the type of a tensor", Safety.REVIEW, ("ITensor.dtype",))
MESSAGE = "the type of a tensor can only be read"


@RULE.checks
def tensor_dtype(use: Use, facts: Facts) -> Proposal | None:
    statement = plain_store(use, facts)
    if statement is not None and _is_of_another_library(statement.value, facts):
        return None
    if statement is None:
        return manual(use.node, use.member, f"{MESSAGE}; {_instead(use.receiver, None, facts)}")
    dtype = statement.value
    edit = _typed_input(use.receiver, dtype, statement, facts)
    if edit is not None:
        message = f"{MESSAGE}; an input has the one that add_input is given"
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    if _has_it_anyway(use.receiver, dtype, facts):
        message = f"{MESSAGE}; this one has it anyway"
        return Proposal(use.node, use.member, message, Safety.SAFE, without(statement, facts.tree))
    if not is_quantized(dtype):
        edit = _identity(use.receiver, dtype, statement, facts)
        edit = edit or cast_output(use.receiver, dtype, statement, facts)
        if edit is not None:
            message = f"{MESSAGE}; the output is cast to it"
            return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    if _is_of_a_layer_of_the_model(use.receiver, statement, facts):
        message = f"{MESSAGE}; of what is no output it never had an effect"
        edit = without(statement, facts.tree)
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return manual(use.node, use.member, f"{MESSAGE}; {_instead(use.receiver, dtype, facts)}")


def _is_of_another_library(dtype: cst.BaseExpression, facts: Facts) -> bool:
    """Whether a type is `np.float16`, say: what takes it is no tensor of TensorRT's."""
    value = facts.value(dtype)
    return isinstance(value, Ref) and value.name.split(".")[0] in ("numpy", "torch", "cupy")


def _typed_input(
    tensor: cst.BaseExpression, dtype: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> Edit | None:
    """The edit that gives the type to the `add_input` that made the tensor, a few lines above."""
    call = made_by(tensor, facts)
    if call is None or not code(call.func).endswith(".add_input"):
        return None
    given = argument(call, 1, "dtype")
    if given is None or not stays_from(call, dtype, statement, facts):
        return None
    text = code(statement.targets[0].target)
    stores = [n for n in walk(facts.tree.scope(statement)) if isinstance(n, cst.AssignTarget)]
    if sum(code(n.target) == text for n in stores) != 1:
        return None
    return Edit({given: given.with_changes(value=dtype)}, remove=(statement,))


def _has_it_anyway(tensor: cst.BaseExpression, dtype: cst.BaseExpression, facts: Facts) -> bool:
    """Whether a layer only ever gives this type: the indices that top-k finds are INT32."""
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return False
    is_second = tensor.func.attr.value == "get_output" and code(tensor.args[0].value) == "1"
    is_top_k = facts.kind(tensor.func.value) == "ITopKLayer"
    return is_top_k and is_second and code(dtype).rpartition(".")[2].lower() == "int32"


def _identity(
    tensor: cst.BaseExpression, dtype: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> Edit | None:
    """The edit that makes the identity layer, whose output the tensor is, a cast."""
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return None
    if not code(tensor).endswith(".get_output(0)"):
        return None
    scope = facts.tree.scope(statement)
    layer = code(tensor.func.value)
    calls = [n for n in walk(scope) if isinstance(n, cst.Call)]
    casts = any(code(c.func) == f"{layer}.set_output_type" for c in calls)
    replace = casting_identity(tensor.func.value, dtype, statement, facts)
    if replace is None or not (casts or is_marked(tensor, statement, facts)):
        return None
    return Edit(replace, remove=(statement,))


def _is_of_a_layer_of_the_model(
    tensor: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> bool:
    """Whether it is put out by a layer that the network is asked for, and not marked here."""
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return False
    made = made_by(tensor.func.value, facts)
    asked = made is not None and code(made.func).endswith(".get_layer")
    return asked and not is_marked(tensor, statement, facts)


def _instead(tensor: cst.BaseExpression, dtype: cst.BaseExpression | None, facts: Facts) -> str:
    """What a person has to do."""
    call = made_by(tensor, facts)
    made = code(call.func).rpartition(".")[2] if call is not None else ""
    if made == "add_input":
        return "give it to add_input, which decides about it now"
    if made == "get_input":
        return "an input has the one of the model: change it there, or feed what it says"
    if dtype is not None and is_quantized(dtype):
        return f"a tensor of {code(dtype)} comes out of a quantize layer: put Q/DQ into the model"
    return (
        "where this is an output, mark add_cast(tensor, dtype).get_output(0) in its place and give "
        "that its name; else drop the line"
    )
