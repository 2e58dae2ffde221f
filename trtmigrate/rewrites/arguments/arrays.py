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
# Functions that make an array with data in it; empty and zeros mostly make room for an output.
_DATA_MAKERS = {
    "numpy": "arange array asanyarray asarray ascontiguousarray full full_like ones ones_like"
    " random.randint",
    "cupy": "arange array asarray ascontiguousarray full ones",
    "torch": "arange as_tensor asarray full full_like ones ones_like randint tensor",
}
_WITH_DATA = {f"{lib}.{name}" for lib, names in _DATA_MAKERS.items() for name in names.split()}
_INT_TENSORS = frozenset({"torch.IntTensor", "torch.cuda.IntTensor"})
# Methods that convert to a type; `int` always converts to INT32.
_CONVERT = frozenset({"astype", "to", "type", "int"})
_TORCH_INT32 = ("torch.int32", "torch.int", *_INT_TENSORS)
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


def makes_int32(call: cst.Call, facts: Facts) -> bool:
    """True for `x.int()`, `x.astype(np.int32)` and `np.array(x, dtype=np.int32)`."""
    called = facts.value(call.func)
    if isinstance(called, Ref) and called.name in _INT_TENSORS:
        return bool(call.args)
    if isinstance(called, Ref) and called.name in _WITH_DATA:
        return any(_is_int32(arg.value, facts) for arg in call.args)
    return _converts_to_int32(call, facts)


def _converts_to_int32(call: cst.Call, facts: Facts) -> bool:
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
