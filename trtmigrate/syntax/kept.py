"""What a class keeps of the arguments that its methods get."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from trtmigrate.syntax.tree import code, parameters, walk

_SELF = "self."
Kept = tuple[cst.CSTNode, str]  # a method, or a class with fields, and the name of its parameter


@functools.lru_cache(maxsize=256)
def kept_parameters(cls: cst.CSTNode) -> Mapping[str, Sequence[Kept]]:
    """Return for each attribute of a class the parameters that it can hold.

    A field of a dataclass is a parameter of the class itself.
    """
    found: dict[str, list[Kept]] = {}
    for node in cls.body.body if isinstance(cls, cst.ClassDef) else ():
        if isinstance(node, cst.FunctionDef):
            names = {param.name.value for param in parameters(node)}
            for attribute, name in _kept_by(node):
                if name in names:
                    found.setdefault(attribute, []).append((node, name))
        elif isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], cst.AnnAssign):
            name = code(node.body[0].target)
            found.setdefault(name, []).append((cls, name))
    return found


def _kept_by(method: cst.FunctionDef) -> Iterator[tuple[str, str]]:
    """Yield `a`, `b` for each `self.a = b`."""
    for node in walk(method.body):
        if isinstance(node, cst.Assign):
            targets = [target.target for target in node.targets]
        elif isinstance(node, cst.AnnAssign):
            targets = [node.target]
        else:
            continue
        if isinstance(node.value, cst.Name):
            for target in map(code, targets):
                if target.startswith(_SELF):
                    yield target.removeprefix(_SELF), node.value.value
