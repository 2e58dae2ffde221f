"""Tell arrays and tensors of other libraries, and their types, by the calls that make them."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, External, Ref, Value

# Functions that make an array or a tensor, in each library that has them. What else a library
# returns may be a number: `numpy.prod`.
_MAKERS = {
    "numpy": "arange array asarray ascontiguousarray copy empty empty_like frombuffer fromfile full"
    " full_like linspace load ones ones_like random.rand random.randn random.random reshape zeros"
    " zeros_like",
    "cupy": "arange array asarray ascontiguousarray empty empty_like full ones random.rand zeros"
    " zeros_like",
    "torch": "arange as_tensor empty empty_like from_numpy full full_like ones ones_like rand"
    " randint randn tensor zeros zeros_like",
}
# Methods that return an array again.
_KEEP = frozenset(
    "astype clone contiguous copy cpu cuda detach flatten float half int long ravel reshape"
    " squeeze to transpose unsqueeze view".split()
)
_FUNCTIONS = {f"{lib}.{name}()" for lib, names in _MAKERS.items() for name in names.split()}
# Methods that convert to a type; `int` always converts to INT32.
_CONVERT = frozenset({"astype", "to", "type", "int"})
_TORCH_INT32 = ("torch.int32", "torch.int", "torch.IntTensor", "torch.cuda.IntTensor")
_INT32 = frozenset({"numpy.int32", "numpy.intc", "cupy.int32", *_TORCH_INT32})
_INT32_AS_TEXT = frozenset({"int32", "i4", "<i4", *_TORCH_INT32})


def library_of_array(value: Value) -> str | None:
    """Return `numpy`, `cupy` or `torch` for an array of that library; None for anything else."""
    if not isinstance(value, External):
        return None
    name = value.name
    while name not in _FUNCTIONS:
        rest, _, method = name.rpartition(".")
        if not method.endswith("()") or method[:-2] not in _KEEP or not rest:
            return None
        name = rest
    return name.split(".")[0]


def converts_to_int32(call: cst.Call, facts: Facts) -> bool:
    """True for `x.int()` and `x.astype(np.int32)`."""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in _CONVERT:
        return False
    types = [arg.value for arg in call.args]
    if call.func.attr.value == "int":
        return not types
    return any(_is_int32(node, facts) for node in types)


def _is_int32(node: cst.BaseExpression, facts: Facts) -> bool:
    value = facts.value(node)
    if isinstance(value, Const):
        return value.value in _INT32_AS_TEXT
    return isinstance(value, Ref) and value.name in _INT32
