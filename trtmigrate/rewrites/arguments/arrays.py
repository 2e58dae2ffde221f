"""Tell arrays and tensors of other libraries by the functions that make them."""

from __future__ import annotations

from trtmigrate.facts.domain.values import External, Value

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
