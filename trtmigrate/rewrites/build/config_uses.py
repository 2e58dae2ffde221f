"""What the code does with a configuration that it did not build with."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance, Value
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.syntax.scopes import binders, is_target, is_variable


@dataclass(frozen=True)
class ConfigUses:
    """What the code does with a configuration besides creating it."""

    is_set_up: bool = False  # it may have flags, profiles and limits
    is_shared: bool = False  # another build or another function may take it, too


def find_config_uses(text: str, value: Value, scope: cst.CSTNode, facts: Facts) -> ConfigUses:
    """Return what the code does with the configuration that `text` holds in a scope."""
    if not _is_created_in(scope, text, facts):
        return ConfigUses(True, True)  # an attribute, a parameter, the result of a function
    mentions = [node for node in facts.tree.named(text) if _means(node, value, scope, facts)]
    parents = [facts.tree.parent(node) for node in mentions]
    return ConfigUses(
        is_set_up=bool(mentions),
        is_shared=any(not isinstance(parent, cst.Attribute) for parent in parents),
    )


def _is_created_in(scope: cst.CSTNode, name: str, facts: Facts) -> bool:
    """True if a scope binds a variable once, to a new configuration."""
    own = binders(name, scope, facts.tree)
    target = facts.tree.parent(own[0]) if len(own) == 1 else None
    made = facts.tree.parent(target) if target is not None else None
    if isinstance(made, cst.Assign):
        return calls_method(made.value, "create_builder_config")
    return isinstance(made, cst.WithItem) and calls_method(made.item, "create_builder_config")


def _means(node: cst.Name, value: Value, scope: cst.CSTNode, facts: Facts) -> bool:
    """True if a Name reads the variable of the configuration, or holds the same configuration."""
    if not is_variable(node, facts.tree) or is_target(node, facts.tree):
        return False
    read = facts.value(node)
    return facts.tree.scope(node) is scope or (isinstance(read, Instance) and read == value)
