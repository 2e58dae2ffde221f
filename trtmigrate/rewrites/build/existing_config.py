"""The configuration of a builder that the code has before the first setting."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance, UserInstance, Value
from trtmigrate.rewrites.build.built_for_sure import is_tested, rules_out_none
from trtmigrate.rewrites.build.engine_fate import is_test
from trtmigrate.syntax.nones import is_none, is_none_by_default
from trtmigrate.syntax.scopes import binders, comes_before, home, loads, surely_bound
from trtmigrate.syntax.tree import code, walk


def find_existing(uses: list[Use], facts: Facts) -> tuple[str, Value] | None:
    """Return the configuration that exists at all uses of a builder in a function, and its
    value.
    """
    first = uses[0]
    builder = facts.value(first.receiver)
    for name, value in first.read.env.items():
        if configures(value, builder) and surely_bound(name, first.node, facts.tree):
            if not any(_may_be_none(name, use.node, facts) for use in uses):
                return name, value
    for name, value in first.read.env.items():
        if not isinstance(value, UserInstance):
            continue
        for attr, held in facts.attributes_of(value):
            if configures(held, builder):
                if _attribute_is_set(f"{name}.{attr}", first.node, facts):
                    return f"{name}.{attr}", held
    return None


def configures(value: Value, builder: Value | None) -> bool:
    """True if a value is a configuration, and not known to be that of another builder."""
    if not isinstance(value, Instance) or value.cls != "IBuilderConfig":
        return False
    origin = builder.origin if isinstance(builder, Instance) else None
    return value.owner is None or origin is None or value.owner == origin


def _may_be_none(name: str, node: cst.CSTNode, facts: Facts) -> bool:
    """True if the function of a node treats a variable as one that may be None, and nothing above
    the node rules that out.
    """
    scope = home(node, facts.tree)
    own = binders(name, scope, facts.tree)
    is_doubted = (
        is_none_by_default(name, scope)
        or any(_is_set_to_none(binder, facts) for binder in own)
        or any(is_test(read, facts) for read in loads(name, scope, facts.tree))
    )
    if not is_doubted or is_tested(name, node, facts):
        return False
    return not any(_makes_sure(binder, name, node, facts) for binder in own)


def _is_set_to_none(binder: cst.CSTNode, facts: Facts) -> bool:
    statement = facts.tree.small_statement(binder)
    return isinstance(statement, cst.Assign) and is_none(statement.value)


def _makes_sure(binder: cst.CSTNode, name: str, node: cst.CSTNode, facts: Facts) -> bool:
    """True if an assignment has run at a node, or has run if the variable was None."""
    statement = facts.tree.small_statement(binder)
    if not isinstance(statement, cst.Assign) or is_none(statement.value):
        return False
    if comes_before(statement, node, facts.tree):
        return True
    block = facts.tree.parent(facts.tree.parent(statement) or statement)
    around = facts.tree.parent(block) if block is not None else None
    return (
        isinstance(around, cst.If)
        and around.body is block
        and rules_out_none(around.test, name, False)
        and comes_before(around, node, facts.tree)
    )


def _attribute_is_set(text: str, node: cst.CSTNode, facts: Facts) -> bool:
    """True if `self.config` is assigned before `node` runs: above it, or in `__init__`."""
    cls, scope = facts.tree.class_of(node), home(node, facts.tree)
    for target in walk(cls) if cls is not None else ():
        if isinstance(target, cst.AssignTarget) and code(target.target) == text:
            if _is_set_to_none(target.target, facts):
                continue
            within = home(target, facts.tree)
            if within is scope:
                statement = facts.tree.small_statement(target)
                if statement is not None and comes_before(statement, node, facts.tree):
                    return True
            elif isinstance(within, cst.FunctionDef) and within.name.value == "__init__":
                return True
    return False
