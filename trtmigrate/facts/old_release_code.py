"""Find the functions and classes that only code for an old release uses.

A program for several releases keeps the old API in functions of their own, `_infer_v8` beside
`_infer_v10`, and calls the former behind a test of the release. Such a function is as dead on the
target as the call. It must be named in dead code, and nowhere else but in code of the same kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import libcst as cst

from trtmigrate.facts.domain.values import UserInstance
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models.api_generations import is_of_an_api
from trtmigrate.syntax.tree import code

Definition = cst.FunctionDef | cst.ClassDef
# Decorators that leave it to the program who calls a function.
_NEUTRAL = ("staticmethod", "classmethod", "property", "functools.", "cached_property", "torch.")


def find_old_release_code(state: State) -> set[cst.CSTNode]:
    """Return the functions and classes that the target never reaches, because only code for an old
    release uses them.

    Nothing is found where hardly anything would be left: a program that is for old releases as a
    whole calls all of it behind a test of the release.
    """
    if not state.dead:
        return set()
    tree = state.tree
    definitions: list[Definition] = list(tree.of_kind(cst.FunctionDef))
    definitions += tree.of_kind(cst.ClassDef)
    mentions = _mentions(state)
    waiting = [d for d in definitions if d not in state.dead and _may_be_unused(d, state)]
    found: set[cst.CSTNode] = set()
    before = -1
    while len(found) != before:
        before = len(found)
        found |= {d for d in waiting if _is_only_in_dead_code(d, mentions, found, state)}
    return found if found and _runs_elsewhere(found, state) else set()


def _runs_elsewhere(found: set[cst.CSTNode], state: State) -> bool:
    """True if code for the target uses one of both APIs as well."""
    used = (n for n in state.tree.of_kind(cst.Attribute) if is_of_an_api(n.attr.value))
    return any(
        node not in state.dead and not any(up in found for up in state.tree.ancestors(node))
        for node in used
    )


def _mentions(state: State) -> Mapping[str, list[cst.CSTNode]]:
    """Return the places that may mean a function or class, by its name.

    A string may be the name in `getattr(self, "_run_v8")` or in `__all__`.
    """
    found: dict[str, list[cst.CSTNode]] = defaultdict(list)
    for name in state.tree.of_kind(cst.Name):
        if not _is_name_of_definition(name, state):
            found[name.value].append(name)
    for string in state.tree.of_kind(cst.SimpleString):
        if isinstance(string.evaluated_value, str):
            found[string.evaluated_value].append(string)
    return found


def _is_name_of_definition(name: cst.Name, state: State) -> bool:
    parent = state.tree.parent(name)
    return isinstance(parent, (cst.FunctionDef, cst.ClassDef)) and parent.name is name


def _may_be_unused(definition: Definition, state: State) -> bool:
    """False for what Python, a framework or another file uses: `__init__`, a function with a
    decorator, a function that is imported.
    """
    name = definition.name.value
    if name.startswith("__") or state.outside.reaches(name):
        return False
    return all(code(d.decorator).startswith(_NEUTRAL) for d in definition.decorators)


def _is_only_in_dead_code(
    definition: Definition,
    mentions: Mapping[str, list[cst.CSTNode]],
    found: set[cst.CSTNode],
    state: State,
) -> bool:
    dead = False
    for node in mentions.get(definition.name.value, ()):
        around = list(state.tree.ancestors(node))
        if definition in around:
            continue  # a recursive call
        if _is_of_an_object(node, around, state) and not _is_method(definition, state):
            continue  # `self.infer`, which is not the function `infer` of the module
        if not (_is_dead(node, around, state) or any(up in found for up in around)):
            return False
        dead = True
    return dead


def _is_of_an_object(node: cst.CSTNode, around: list[cst.CSTNode], state: State) -> bool:
    """True for the name of a member of an object whose class the module defines."""
    member = around[0]
    if not isinstance(member, cst.Attribute) or member.attr is not node:
        return False
    return isinstance(state.value(member.value), UserInstance)


def _is_method(definition: Definition, state: State) -> bool:
    return any(isinstance(up, cst.ClassDef) for up in state.tree.ancestors(definition))


def _is_dead(node: cst.CSTNode, around: list[cst.CSTNode], state: State) -> bool:
    """True if the target never evaluates a name, a member under that name, or a string."""
    if node in state.dead:
        return True
    parent = around[0]
    is_member = isinstance(parent, cst.Attribute) and parent.attr is node
    return is_member and parent in state.dead
