"""Cast an output, or give `add_input` the type, instead of assigning the type of a tensor.

What changed: `ITensor.dtype` can only be read since TensorRT 11.0. In a strongly typed network
the layer that makes a tensor decides about its type; `add_input` takes the type of an input.

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

Not rewritten when: the input comes from the model, or the code assigns its type under a condition;
the code does not mark the output, or feeds it to other layers as well; or the type is INT8 or
another type that needs a scale.

Safety: review. The output is cast from the type that its layer computes in; a type in a variable is
assumed to need no scale. Safe for an input.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.layers.cast_identity import cast_identity, has_same_value_at
from trtmigrate.rewrites.layers.cast_output import cast_output, is_marked
from trtmigrate.rewrites.layers.tensors import find_maker, is_quantized
from trtmigrate.rewrites.removal.assignments import find_assignment
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.rewrites.removal.kept_effects import remove_but_keep_effects
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.tree import code, walk

RULE = Rule("TRT610", "Assignment of the type of a tensor", Safety.REVIEW, ("ITensor.dtype",))
MESSAGE = "the type of a tensor is read-only"


@RULE.checks
def tensor_dtype(use: Use, facts: Facts) -> Proposal | None:
    statement = find_assignment(use, facts)
    if statement is not None and _is_of_another_library(statement.value, facts):
        return None
    if statement is None:
        return manual(use.node, use.member, f"{MESSAGE}; {_advise(use.receiver, None, facts)}")
    dtype = statement.value
    edit = _move_to_input(use.receiver, dtype, statement, facts)
    if edit is not None:
        message = f"{MESSAGE}; add_input takes the type of an input"
        return Proposal(use.node, use.member, message, Safety.SAFE, edit)
    if _has_type_anyway(use.receiver, dtype, facts):
        message = f"{MESSAGE}; this tensor has the type without the assignment"
        return Proposal(
            use.node, use.member, message, Safety.SAFE, remove_but_keep_effects(statement, facts)
        )
    if not is_quantized(dtype):
        edit = _make_identity_cast(use.receiver, dtype, statement, facts)
        edit = edit or cast_output(use.receiver, dtype, statement, facts)
        if edit is not None:
            message = f"{MESSAGE}; the output is cast to the type"
            return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    if _is_of_a_layer_of_the_model(use.receiver, statement, facts):
        message = (
            f"{MESSAGE}; setting the type of a tensor that is not a network output had no effect"
        )
        edit = remove_but_keep_effects(statement, facts)
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return manual(use.node, use.member, f"{MESSAGE}; {_advise(use.receiver, dtype, facts)}")


def _is_of_another_library(dtype: cst.BaseExpression, facts: Facts) -> bool:
    """True for a type like `np.float16`: an object that takes it is no tensor of TensorRT."""
    value = facts.value(dtype)
    return isinstance(value, Ref) and value.name.split(".")[0] in ("numpy", "torch", "cupy")


def _move_to_input(
    tensor: cst.BaseExpression, dtype: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> Edit | None:
    """Return the edit that gives the type to the `add_input` above, which made the tensor."""
    call = find_maker(tensor, facts)
    if call is None or not calls_method(call, "add_input"):
        return None
    given = argument(call, 1, "dtype")
    if given is None or not has_same_value_at(call, dtype, statement, facts):
        return None
    text = code(statement.targets[0].target)
    stores = [n for n in walk(facts.tree.scope(statement)) if isinstance(n, cst.AssignTarget)]
    if sum(code(n.target) == text for n in stores) != 1:
        return None
    return Edit({given: given.with_changes(value=dtype)}, remove=(statement,))


def _has_type_anyway(tensor: cst.BaseExpression, dtype: cst.BaseExpression, facts: Facts) -> bool:
    """True if the layer makes no other type: the indices of a top-k layer are INT32."""
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return False
    is_second = tensor.func.attr.value == "get_output" and code(tensor.args[0].value) == "1"
    is_top_k = facts.kind(tensor.func.value) == "ITopKLayer"
    return is_top_k and is_second and code(dtype).rpartition(".")[2].lower() == "int32"


def _make_identity_cast(
    tensor: cst.BaseExpression, dtype: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> Edit | None:
    """Return the edit that turns the identity layer which makes the tensor into a cast."""
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return None
    if not code(tensor).endswith(".get_output(0)"):
        return None
    scope = facts.tree.scope(statement)
    layer = code(tensor.func.value)
    calls = [n for n in walk(scope) if isinstance(n, cst.Call)]
    casts = any(code(c.func) == f"{layer}.set_output_type" for c in calls)
    replace = cast_identity(tensor.func.value, dtype, statement, facts)
    if replace is None or not (casts or is_marked(tensor, statement, facts)):
        return None
    return Edit(replace, remove=(statement,))


def _is_of_a_layer_of_the_model(
    tensor: cst.BaseExpression, statement: cst.Assign, facts: Facts
) -> bool:
    """True for the output of a layer from `get_layer` that the code does not mark here."""
    if not isinstance(tensor, cst.Call) or not isinstance(tensor.func, cst.Attribute):
        return False
    made = find_maker(tensor.func.value, facts)
    of_model = made is not None and calls_method(made, "get_layer")
    return of_model and not is_marked(tensor, statement, facts)


def _advise(tensor: cst.BaseExpression, dtype: cst.BaseExpression | None, facts: Facts) -> str:
    """Return what a person has to do."""
    call = find_maker(tensor, facts)
    made = code(call.func).rpartition(".")[2] if call is not None else ""
    if made == "add_input":
        return "pass it to add_input instead"
    if made == "get_input":
        return "an input has the type of the model: change the model, or feed that type"
    if dtype is not None and is_quantized(dtype):
        return (
            f"only a quantize layer makes a tensor of {code(dtype)}: put Q/DQ nodes into the model"
        )
    return (
        "if this is an output, mark add_cast(tensor, dtype).get_output(0) instead and give that "
        "tensor the name; otherwise remove the assignment"
    )
