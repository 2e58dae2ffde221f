"""The configuration that takes over what was set on a builder: an existing one, or one made once,
before the first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import libcst as cst

from trtmigrate.editing.comments import own_comment
from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.editing.tensor_names import free_name
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance, UserInstance, Value
from trtmigrate.rewrites.removal.properties import is_setter
from trtmigrate.rewrites.scopes import (
    binders,
    blocks_run_with,
    comes_before,
    common_anchor,
    home,
    surely_bound,
)
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import code, walk, walk_scope

# What a builder had itself before TensorRT 8 and a configuration has now.
SETTINGS = frozenset(
    f"Builder.{name}"
    for name in (
        "max_workspace_size",
        "fp16_mode",
        "int8_mode",
        "int8_calibrator",
        "strict_type_constraints",
        "refittable",
        "debug_sync",
        "min_find_iterations",
        "average_find_iterations",
        "set_max_workspace_size",
        "get_max_workspace_size",
        "set_fp16_mode",
        "get_fp16_mode",
        "set_half2_mode",
        "get_half2_mode",
        "set_int8_mode",
        "get_int8_mode",
        "set_int8_calibrator",
        "set_debug_sync",
        "get_debug_sync",
        "set_average_find_iterations",
        "set_min_find_iterations",
    )
)
BUILD = "Builder.build_cuda_engine"


@dataclass(frozen=True)
class Config:
    """The configuration that the settings of one builder go to."""

    text: str  # "config", "self.config"
    made: bool = False  # it is new: nothing is set on it yet
    before: Mapping[cst.CSTNode, tuple[Statement, ...]] = field(default_factory=dict)
    after: Mapping[cst.CSTNode, tuple[Statement, ...]] = field(default_factory=dict)
    remove: tuple[cst.CSTNode, ...] = ()
    reused: bool = False  # the code already builds with it

    @property
    def node(self) -> cst.BaseExpression:
        return cst.parse_expression(self.text)

    def with_edit(self, edit: Edit) -> Edit:
        """The edit, with the configuration made first."""
        before = dict(self.before)
        for node, added in edit.before.items():
            before[node] = (*before.get(node, ()), *added)
        return replace(
            edit,
            before=before,
            after={**edit.after, **self.after},
            remove=(*edit.remove, *self.remove),
        )


NOT_PASSED = (
    "the builder is not built with in the same function, so a config made here would not reach the "
    "build; create it with builder.create_builder_config() where both can use it"
)

REUSED = "check the config that the code builds with: the settings of the builder did not reach it"

_Key = tuple[cst.CSTNode, object]
_found: WeakKeyDictionary[Facts, dict[_Key, Config | None]] = WeakKeyDictionary()


def config_for(use: Use, facts: Facts) -> Config | None:
    """The configuration for what `use` sets on its builder; None where no config reaches the
    build.
    """
    table = _found.setdefault(facts, {})
    key = (home(use.node, facts), _builder(use, facts))
    if key not in table:
        table[key] = _find(key, facts)
    return table[key]


def _builder(use: Use, facts: Facts) -> object:
    value = facts.value(use.receiver)
    origin = value.origin if isinstance(value, Instance) else None
    return origin if origin is not None else code(use.receiver)


def uses_of_builder(key: _Key, facts: Facts, everywhere: bool = False) -> list[Use]:
    """The settings and builds of one builder in one function, in the order of the source."""
    scope, builder = key
    found = [
        use
        for use in facts.uses
        if (use.member in SETTINGS or use.member == BUILD)
        and use.context != "probe"
        and not use.read.dead
        and _builder(use, facts) == builder
        and (everywhere or home(use.node, facts) is scope)
    ]
    return sorted(found, key=lambda use: facts.tree.order[use.node])


def sets_already(config: Config, use: Use, facts: Facts, *words: str) -> bool:
    """Whether the function of `use` sets the same on a config that it builds with: one of the words
    stands in a statement about the config, and not in the other branch of an `if`.
    """
    if not config.reused:
        return False
    own = facts.tree.small_statement(use.node)
    around = list(facts.tree.ancestors(use.node))
    for node in walk_scope(home(use.node, facts)):
        if isinstance(node, cst.BaseSmallStatement) and node is not own:
            if _in_other_branch(node, around, facts) or _of_another(node, config, use, facts):
                continue
            text = code(node)
            if text.startswith(f"{config.text}.") and any(word in text for word in words):
                return True
    return False


def _in_other_branch(node: cst.CSTNode, around: list[cst.CSTNode], facts: Facts) -> bool:
    """Whether `if` and `else` keep a statement from running with what has these nodes around it."""
    below = node
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.If) and up in around and below not in around:
            return below is not up.test
        below = up
    return False


def _of_another(node: cst.CSTNode, config: Config, use: Use, facts: Facts) -> bool:
    """Whether a statement is about the config of another build under the same name."""
    here = use.read.env.get(config.text)
    there = next(
        (
            facts.value(n)
            for n in walk_scope(node)
            if isinstance(n, cst.Name) and code(n) == config.text
        ),
        None,
    )
    return (
        isinstance(here, Instance) and isinstance(there, Instance) and here.origin != there.origin
    )


def earlier_stores(use: Use, facts: Facts) -> list[Use]:
    """The assignments to the same setting of the same builder above, in the same function."""
    key = (home(use.node, facts), _builder(use, facts))
    order = facts.tree.order
    return [
        other
        for other in uses_of_builder(key, facts)
        if other.member == use.member
        and (other.context == "store" or is_setter(other))
        and order[other.node] < order[use.node]
    ]


def _find(key: _Key, facts: Facts) -> Config | None:
    uses = uses_of_builder(key, facts)
    first = uses[0]
    existing = _existing(first, facts)
    if existing is not None:
        return Config(existing, reused=not any(use.member == BUILD for use in uses))
    moved = _made_later(key, uses, facts)
    if moved is not None:
        return moved
    assert first.receiver is not None
    if len(uses) < len(uses_of_builder(key, facts, everywhere=True)):
        return _attribute(key, facts)
    if any(use.member == BUILD for use in uses):
        anchor = common_anchor([use.node for use in uses], facts)
        if anchor is None:
            return None
        scope = key[0]
        name = free_name(facts.tree.names(scope), "config", "builder_config")
        line = statements(f"{name} = {{}}.create_builder_config()\n", first.receiver.deep_clone())
        return Config(name, True, before={anchor: line})
    return None


def _existing(first: Use, facts: Facts) -> str | None:
    """A configuration of the builder that is there before its first setting."""
    builder = facts.value(first.receiver) if first.receiver is not None else None
    for name, value in first.read.env.items():
        if _configures(value, builder) and surely_bound(name, first.node, facts):
            return name
    for name, value in first.read.env.items():
        if not isinstance(value, UserInstance):
            continue
        for (cls, attr), held in facts.interpreter.known.attrs.items():
            if cls is value.cls.node and _configures(held, builder):
                if _attribute_is_set(f"{name}.{attr}", first.node, facts):
                    return f"{name}.{attr}"
    return None


def _configures(value: Value, builder: Value | None) -> bool:
    """Whether a value is a config, and of this builder as far as that is known."""
    if not isinstance(value, Instance) or value.cls != "IBuilderConfig":
        return False
    origin = builder.origin if isinstance(builder, Instance) else None
    return value.owner is None or origin is None or value.owner == origin


def _attribute_is_set(text: str, node: cst.CSTNode, facts: Facts) -> bool:
    """Whether `self.config` is assigned before `node`: above it, or in `__init__`."""
    cls, scope = facts.tree.class_of(node), home(node, facts)
    for target in walk(cls) if cls is not None else ():
        if isinstance(target, cst.AssignTarget) and code(target.target) == text:
            within = home(target, facts)
            if within is scope:
                statement = facts.tree.small_statement(target)
                if statement is not None and comes_before(statement, node, facts):
                    return True
            elif isinstance(within, cst.FunctionDef) and within.name.value == "__init__":
                return True
    return False


def _made_later(key: _Key, uses: list[Use], facts: Facts) -> Config | None:
    """`config = builder.create_builder_config()` below the first setting is moved above it."""
    scope, order = key[0], facts.tree.order
    builder = facts.value(uses[0].receiver) if uses[0].receiver is not None else None
    for name, value in facts.interpreter.known.exits.get(scope, {}).items():
        own = binders(name, scope, facts)
        if not _configures(value, builder) or len(own) != 1:
            continue
        statement = facts.tree.small_statement(own[0])
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            continue
        call = statement.value
        if not (isinstance(call, cst.Call) and code(call.func).endswith("create_builder_config")):
            continue
        above = [use.node for use in uses if order[use.node] < order[statement]]
        below = [use.node for use in uses if order[use.node] > order[statement]]
        anchor = common_anchor([statement, *above], facts)
        if anchor is None or not all(comes_before(statement, node, facts) for node in below):
            continue
        if not any(up in blocks_run_with(statement, facts) for up in facts.tree.ancestors(anchor)):
            continue
        comment = own_comment(facts.tree, statement)
        line = cst.SimpleStatementLine([statement.deep_clone()], leading_lines=comment)
        return Config(name, before={anchor: (line,)}, remove=(statement,), reused=True)
    return None


def _attribute(key: _Key, facts: Facts) -> Config | None:
    """`self.config`, made where `self.builder` is made, for builders that several methods use."""
    table = _found.setdefault(facts, {})
    for_all = (facts.module, key[1])
    if for_all not in table:
        table[for_all] = _made_with_builder(key, facts)
    return table[for_all]


def _made_with_builder(key: _Key, facts: Facts) -> Config | None:
    uses = uses_of_builder(key, facts, everywhere=True)
    receivers = {code(use.receiver) for use in uses if use.receiver is not None}
    if len(receivers) != 1 or not any(use.member == BUILD for use in uses):
        return None
    (text,) = receivers
    owner, _, attr = text.rpartition(".")
    cls = facts.tree.class_of(uses[0].node)
    if owner != "self" or not attr or cls is None:
        return None
    if any(facts.tree.class_of(use.node) is not cls for use in uses):
        return None
    targets = [
        node
        for node in walk(cls)
        if isinstance(node, cst.AssignTarget) and code(node.target) == text
    ]
    made = facts.tree.small_statement(targets[0]) if len(targets) == 1 else None
    if made is None:
        return None
    taken = {n.attr.value for n in walk(cls) if isinstance(n, cst.Attribute)}
    name = f"self.{free_name(taken, 'config', 'builder_config')}"
    line = statements(f"{name} = {{}}.create_builder_config()\n", expression(text))
    return Config(name, True, after={made: line})
