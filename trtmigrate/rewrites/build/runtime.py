"""A runtime that deserializes a plan: an existing one, or a new one with the logger in use."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.syntax.scopes import binders, home, surely_bound
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import dotted


def deserialize(plan: cst.BaseExpression, use: Use, facts: Facts) -> cst.BaseExpression:
    """Return `RUNTIME.deserialize_cuda_engine(plan)`; `use` is the use of the builder."""
    return expression("{}.deserialize_cuda_engine({})", _find_runtime(use, facts), plan)


def _find_runtime(use: Use, facts: Facts) -> cst.BaseExpression:
    in_reach = {**facts.module_variables, **use.read.env}
    for name, value in in_reach.items():
        if isinstance(value, Instance) and value.cls == "Runtime":
            if surely_bound(name, use.node, facts.tree) and _is_bound_before(name, use.node, facts):
                return cst.Name(name)
    trt, _ = tensorrt_name(use, facts)
    return expression(f"{trt}.Runtime({{}})", _find_logger(use, facts))


def _is_bound_before(name: str, node: cst.CSTNode, facts: Facts) -> bool:
    """True unless a variable of the module is bound below the function that would use it: the
    function may be called before.
    """
    order, scope = facts.tree.order, home(node, facts.tree)
    if scope is facts.module or binders(name, scope, facts.tree):
        return True
    return all(order[binder] < order[scope] for binder in binders(name, facts.module, facts.tree))


def _find_logger(use: Use, facts: Facts) -> cst.BaseExpression:
    """Return the logger of the builder, by the name that it has here, or `builder.logger`."""
    value = facts.value(use.receiver)
    made = value.origin if isinstance(value, Instance) else None
    if isinstance(made, cst.Call) and made.args and made in facts.tree.order:  # of this module
        logger = made.args[0].value
        name = dotted(logger)
        if name is not None and _means_the_same(name, made, use.node, facts):
            return logger.deep_clone()
    return expression("{}.logger", use.receiver.deep_clone())


def _means_the_same(name: str, there: cst.CSTNode, here: cst.CSTNode, facts: Facts) -> bool:
    """True if a dotted name means the same where the builder is created and where it is used."""
    root = name.split(".")[0]
    if root == "self":
        return facts.tree.class_of(there) is facts.tree.class_of(here)
    first, second = home(there, facts.tree), home(here, facts.tree)
    if first is second:
        return len(binders(root, first, facts.tree)) <= 1
    is_local = any(binders(root, s, facts.tree) for s in (first, second) if s is not facts.module)
    return not is_local
