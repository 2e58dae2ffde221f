"""The modules of cuda-python under their old and new names."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import External, Ref
from trtmigrate.syntax.tree import code, walk

# cuda-python 12.6.1 moved them, 13.0 dropped the old names (its release notes).
MOVED = {"cuda": "driver", "cudart": "runtime", "nvrtc": "nvrtc"}
GATE = ("cudart", "cuda.cuda", "cuda.nvrtc", "cuda.bindings", "from cuda import")


def function_of(node: cst.BaseExpression, facts: Facts) -> tuple[str, str] | None:
    """Return the module and the name of a function, such as `("runtime", "cudaMalloc")`.

    The program may use the old or the new name of the module. None for other expressions.
    """
    value = facts.value(node)
    if not isinstance(value, (Ref, External)):
        return None
    module, _, name = value.name.rpartition(".")
    if module.startswith("cuda.bindings."):
        return module.removeprefix("cuda.bindings."), name
    old = module.removeprefix("cuda.")
    return (MOVED[old], name) if module.startswith("cuda.") and old in MOVED else None


def has_both(node: cst.CSTNode, facts: Facts) -> bool:
    """True if a `try` around an import also imports from `cuda.bindings`: it runs with both."""
    tries = (up for up in facts.tree.ancestors(node) if isinstance(up, cst.Try))
    return any(
        isinstance(n, (cst.Import, cst.ImportFrom)) and "cuda.bindings" in code(n)
        for each in tries
        for n in walk(each)
    )
