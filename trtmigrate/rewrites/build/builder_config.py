"""The configuration that the old settings of a builder move to.

The code may have one already. If not, one is created before the first setting and given to the
build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import libcst as cst

from trtmigrate.editing.comments import own_comment
from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance, Value
from trtmigrate.rewrites.build.builder_uses import (
    BUILD,
    LocalBuilder,
    comes_with_settings,
    find_builder_uses,
    find_local_builder,
)
from trtmigrate.rewrites.build.config_place import find_bindings, find_place, is_bound_at
from trtmigrate.rewrites.build.config_uses import ConfigUses, find_config_uses
from trtmigrate.rewrites.build.existing_config import configures, find_existing
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.syntax.scopes import (
    binders,
    blocks_run_with,
    comes_before,
    common_anchor,
    home,
)
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import code, walk, walk_scope


@dataclass(frozen=True)
class Config:
    """The configuration that the settings of one builder move to."""

    text: str  # "config", "self.config"
    made: bool = False  # trtmigrate creates it: nothing is set on it yet
    before: Mapping[cst.CSTNode, tuple[Statement, ...]] = field(default_factory=dict)
    after: Mapping[cst.CSTNode, tuple[Statement, ...]] = field(default_factory=dict)
    remove: tuple[cst.CSTNode, ...] = ()
    origin: cst.CSTNode | None = None  # where the code creates it, if that is known
    reused: bool = False  # the code already builds with it
    uses: ConfigUses = field(default_factory=ConfigUses)  # of one that is not reused

    @property
    def node(self) -> cst.BaseExpression:
        return cst.parse_expression(self.text)

    @property
    def created_at(self) -> cst.CSTNode | None:
        """Return the node that the configuration is created at; None if that is not known."""
        return next(iter((*self.before, *self.after)), self.origin)

    @property
    def setting_note(self) -> str:
        """Say what changes where a setting of the builder moves here; empty if nothing."""
        if self.reused:
            return REUSED
        return SHARED if self.uses.is_shared else ""

    @property
    def build_note(self) -> str:
        """Say what changes where a build without a configuration takes this; empty if nothing."""
        return IDLE if self.uses.is_set_up else ""

    def with_edit(self, edit: Edit) -> Edit:
        """Return the edit together with the creation of the configuration."""
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
    "no config that is created here certainly reaches the build: create it where the settings and "
    "the build can use it (builder.create_builder_config()), and set this on it"
)

REUSED = (
    "the engine is built with this config, which the builder's settings never reached: check that "
    "the setting is wanted"
)

SET_ALREADY = "the engine is built with a config that has this setting of its own"

SHARED = (
    "other code can use this config, too, which the builder's settings did not reach: check that "
    "the setting is wanted there"
)

IDLE = (
    "this build did not use the config of this code and does now: check that what the config has "
    "(flags, profiles, limits) is wanted, or build with a new config"
)

_found: WeakKeyDictionary[Facts, dict[LocalBuilder, Config | None]] = WeakKeyDictionary()


def find_config(use: Use, facts: Facts) -> Config | None:
    """Return the configuration that takes what `use` sets on its builder; None if no configuration
    set here reaches the build.
    """
    table = _found.setdefault(facts, {})
    key = find_local_builder(use, facts)
    if key not in table:
        table[key] = _find_or_make(key, facts)
    return table[key]


def sets_already(config: Config, use: Use, facts: Facts, *words: str) -> bool:
    """True if the function of `use` sets the same on the configuration that it builds with.

    That is so if one of the words stands in a statement about the configuration which is not in the
    other branch of an `if`.
    """
    if not config.reused:
        return False
    own = facts.tree.small_statement(use.node)
    around = list(facts.tree.ancestors(use.node))
    for node in walk_scope(home(use.node, facts.tree)):
        if isinstance(node, cst.BaseSmallStatement) and node is not own:
            if _in_other_branch(node, around, facts) or _is_about_another(node, config, use, facts):
                continue
            text = code(node)
            if text.startswith(f"{config.text}.") and any(word in text for word in words):
                return True
    return False


def _in_other_branch(node: cst.CSTNode, around: list[cst.CSTNode], facts: Facts) -> bool:
    """True if a statement stands in the other branch of an `if` among the nodes `around`."""
    below = node
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.If) and up in around and below not in around:
            return below is not up.test
        below = up
    return False


def _is_about_another(node: cst.CSTNode, config: Config, use: Use, facts: Facts) -> bool:
    """True if the name of the configuration means that of another build in a statement."""
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


def _find_or_make(key: LocalBuilder, facts: Facts) -> Config | None:
    uses = find_builder_uses(key, facts)
    existing = find_existing(uses, facts)
    if existing is not None:
        return _describe(Config(existing[0]), existing[1], key, facts)
    moved = _move_up(key, uses, facts)
    if moved is not None:
        return moved
    if len(uses) < len(find_builder_uses(key, facts, everywhere=True)):
        return _find_or_make_attribute(key, facts)
    if comes_with_settings(key, facts):
        return None
    if not any(use.member == BUILD for use in uses):
        return None
    place = find_place(uses, facts)
    if place is None:
        return None
    name = _find_name(key, uses, facts)
    line = statements(f"{name} = {{}}.create_builder_config()\n", uses[0].receiver.deep_clone())
    if place.is_below:
        return Config(name, True, after={place.statement: line})
    return Config(name, True, before={place.statement: line})


def _describe(config: Config, value: Value, key: LocalBuilder, facts: Facts) -> Config:
    """Add to a configuration of the code where it is created and what the code does with it."""
    origin = value.origin if isinstance(value, Instance) else None
    config = replace(config, origin=origin if isinstance(origin, cst.CSTNode) else None)
    if not any(use.member == BUILD for use in find_builder_uses(key, facts)):
        return replace(config, reused=True)
    return replace(config, uses=find_config_uses(config.text, value, key.scope, facts))


def _find_name(key: LocalBuilder, uses: list[Use], facts: Facts) -> str:
    """Return a free name for a new configuration; two builders that are used side by side get
    different names.
    """
    taken = facts.tree.names(key.scope)
    order = facts.tree.order
    first, last = order[uses[0].node], order[uses[-1].node]
    for other, config in _found.get(facts, {}).items():
        if config is None or other.scope is not key.scope or other == key:
            continue
        places = [order[use.node] for use in find_builder_uses(other, facts)]
        if config.made and places and min(places) < last and first < max(places):
            taken.add(config.text)
    return free_name(taken, "config", "builder_config")


def _move_up(key: LocalBuilder, uses: list[Use], facts: Facts) -> Config | None:
    """Move `config = builder.create_builder_config()` from below the first setting to above it."""
    scope, order = key.scope, facts.tree.order
    builder = facts.value(uses[0].receiver)
    for name, value in facts.variables_at_end(scope).items():
        own = binders(name, scope, facts.tree)
        if not configures(value, builder) or len(own) != 1:
            continue
        statement = facts.tree.small_statement(own[0])
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            continue
        call = statement.value
        if not calls_method(call, "create_builder_config"):
            continue
        above = [use.node for use in uses if order[use.node] < order[statement]]
        below = [use.node for use in uses if order[use.node] > order[statement]]
        anchor = common_anchor([statement, *above], facts.tree)
        if anchor is None or not all(comes_before(statement, node, facts.tree) for node in below):
            continue
        bindings = find_bindings(uses[0].receiver, scope, facts)
        if not is_bound_at(anchor, uses, bindings, facts):
            continue
        if not any(
            up in blocks_run_with(statement, facts.tree) for up in facts.tree.ancestors(anchor)
        ):
            continue
        comment = own_comment(facts.tree, statement)
        line = cst.SimpleStatementLine([statement.deep_clone()], leading_lines=comment)
        moved = Config(name, before={anchor: (line,)}, remove=(statement,))
        return _describe(moved, value, key, facts)
    return None


def _find_or_make_attribute(key: LocalBuilder, facts: Facts) -> Config | None:
    """Return `self.config` for a builder that several methods use; create it with the builder."""
    table = _found.setdefault(facts, {})
    for_all = LocalBuilder(facts.module, key.builder)
    if for_all not in table:
        table[for_all] = _make_with_builder(key, facts)
    return table[for_all]


def _make_with_builder(key: LocalBuilder, facts: Facts) -> Config | None:
    uses = find_builder_uses(key, facts, everywhere=True)
    receivers = {code(use.receiver) for use in uses}
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
