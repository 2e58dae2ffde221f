"""The functions, the classes and the flags of objects that only removed branches use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.rewrites.removal.old_branches import OldBranch
from trtmigrate.syntax.openness import is_script
from trtmigrate.syntax.tree import code

Definition = cst.FunctionDef | cst.ClassDef | cst.Assign
Users = Mapping[Definition, Sequence[cst.CSTNode]]
# What goes, and the place or the definition that it belongs to.
Owners = Mapping[cst.CSTNode, cst.CSTNode]
# Decorators that leave it to the program who calls a function.
_NEUTRAL = ("staticmethod", "classmethod", "property", "functools.", "cached_property")


def owners_of(branches: Iterable[OldBranch], definitions: Iterable[Definition] = ()) -> Owners:
    """Return what goes with branches and definitions."""
    parts = {part: branch.node for branch in branches for part in branch.gone}
    return {**parts, **{definition: definition for definition in definitions}}


def old_definitions(branches: Iterable[OldBranch], facts: Facts) -> Users:
    """Return the definitions whose every mention goes, each with those who mention it: the places
    of branches, and other such definitions.
    """
    owners = dict(owners_of(branches))
    mentions = mentions_by_name(facts)
    waiting = [d for d in _definitions(facts) if owners and _may_go(d, owners, facts)]
    found: dict[Definition, Sequence[cst.CSTNode]] = {}
    before = -1
    while len(found) != before:
        before = len(found)
        for definition in waiting:
            users = users_of(definition, mentions[name_of(definition).value], owners, facts)
            if users:
                found[definition] = users
                owners[definition] = definition
    return found


def name_of(definition: Definition) -> cst.Name:
    """Return the name that a definition binds."""
    if not isinstance(definition, cst.Assign):
        return definition.name
    target = definition.targets[0].target
    assert isinstance(target, cst.Attribute)
    return target.attr


def mentions_by_name(facts: Facts) -> Mapping[str, list[cst.CSTNode]]:
    """Return the places that may mean a name, by the name; a string may be the name in
    `getattr(self, "_run_v8")` or in `__all__`.
    """
    found: dict[str, list[cst.CSTNode]] = defaultdict(list)
    for name in facts.tree.of_kind(cst.Name):
        found[name.value].append(name)
    for string in facts.tree.of_kind(cst.SimpleString):
        if isinstance(string.evaluated_value, str):
            found[string.evaluated_value].append(string)
    return found


def users_of(
    node: cst.CSTNode, mentions: Iterable[cst.CSTNode], owners: Owners, facts: Facts
) -> list[cst.CSTNode]:
    """Return what goes around each mention of a name that `node` binds; nothing if one stays."""
    users = []
    for mention in mentions:
        around = [mention, *facts.tree.ancestors(mention)]
        if node in around:
            continue  # its own name, and a call of itself
        user = next((owners[up] for up in around if up in owners), None)
        if user is None:
            return []
        users.append(user)
    return users


def _definitions(facts: Facts) -> list[Definition]:
    flags = [node for node in facts.tree.of_kind(cst.Assign) if _sets_flag(node, facts)]
    return [*facts.tree.of_kind(cst.FunctionDef), *facts.tree.of_kind(cst.ClassDef), *flags]


def _sets_flag(node: cst.Assign, facts: Facts) -> bool:
    """True for `self.by_name = hasattr(engine, "num_io_tensors")`."""
    plain = len(node.targets) == 1 and isinstance(node.targets[0].target, cst.Attribute)
    return plain and facts.truth_for_good(node.value) is not None


def _may_go(definition: Definition, owners: Owners, facts: Facts) -> bool:
    """False for what goes anyway, for what Python, a framework or another file may use, and for the
    whole body of a class.
    """
    name, around = name_of(definition).value, list(facts.tree.ancestors(definition))
    if name.startswith("__") or facts.outside.reaches(name) or any(up in owners for up in around):
        return False
    private = name.startswith("_") or is_script(facts.tree.module)
    if isinstance(definition, cst.Assign):
        return private
    if not all(code(d.decorator).startswith(_NEUTRAL) for d in definition.decorators):
        return False
    block = around[0]
    if isinstance(block, cst.IndentedBlock) and len(block.body) == 1:
        return False
    is_inner = any(isinstance(up, cst.FunctionDef) for up in around)
    return private or is_inner or _uses_removed_api(definition, facts)


def _uses_removed_api(definition: Definition, facts: Facts) -> bool:
    return any(definition in facts.tree.ancestors(use.node) for use in facts.all_uses)
