"""What goes over the bindings of an engine, and what a loop does with its variable."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance, Ref
from trtmigrate.syntax.tree import walk

_BUILTINS = (
    "list tuple set frozenset dict sorted reversed iter enumerate zip map filter sum min max"
)
_GO_THROUGH = frozenset(f"builtins.{name}" for name in (*_BUILTINS.split(), "dict.fromkeys"))
_MODULES = ("itertools.", "collections.", "functools.reduce", "numpy.array", "numpy.asarray")
_METHODS = ("join", "extend")


def goes_through(arg: cst.Arg, call: cst.Call, facts: Facts) -> bool:
    """True if a function of Python or numpy takes every element of what it is given."""
    if arg.star:
        return True
    func = facts.value(call.func)
    if isinstance(func, Ref):
        return func.name in _GO_THROUGH or func.name.startswith(_MODULES)
    is_method = isinstance(call.func, cst.Attribute) and facts.kind(call.func.value) is None
    return is_method and call.func.attr.value in _METHODS  # type: ignore[attr-defined]


def reads_position(node: cst.CSTNode, call: cst.Call, facts: Facts) -> bool:
    """True if a loop over `enumerate(engine)` or `zip(..., engine)` reads more than names."""
    loop = facts.tree.parent(call)
    if not isinstance(loop, (cst.For, cst.CompFor)) or not isinstance(loop.target, cst.Tuple):
        return True
    targets = [e.value for e in loop.target.elements]
    given = [arg.value for arg in call.args]
    names = targets[-1:] if len(given) == 1 else targets[given.index(node) :][:1]  # type: ignore[arg-type]
    others = {t.value for t in targets if isinstance(t, cst.Name) and t not in names}
    area: cst.CSTNode | None = loop.body if isinstance(loop, cst.For) else None
    area = area if area is not None else facts.tree.parent(loop)
    return area is not None and any(
        isinstance(n, cst.Name) and n.value in others and n not in targets for n in walk(area)
    )


def only_asks_engine(target: cst.CSTNode, parts: list[cst.BaseExpression], facts: Facts) -> bool:
    """True if the loop variable is only what an engine is asked about, or is not read."""
    if not isinstance(target, cst.Name):
        return False
    for part in parts:
        for node in walk(part):
            if isinstance(node, cst.Name) and node.value == target.value and node is not part:
                if not _asks_engine(node, facts):
                    return False
    return True


def _asks_engine(node: cst.CSTNode, facts: Facts) -> bool:
    """True for the argument of a method of an engine, and for `engine[node]`."""
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Index):
        element = facts.tree.parent(parent)
        subscript = facts.tree.parent(element) if element is not None else None
        return isinstance(subscript, cst.Subscript) and _is_engine(subscript.value, facts)
    call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
    func = call.func if isinstance(call, cst.Call) else None
    return isinstance(func, cst.Attribute) and _is_engine(func.value, facts)


def _is_engine(node: cst.CSTNode, facts: Facts) -> bool:
    value = facts.value(node)
    return isinstance(value, Instance) and value.cls == "ICudaEngine"
