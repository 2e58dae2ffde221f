"""Removes what the edits made pointless: an assignment whose every reader is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.apply import Applier
from trtmigrate.editing.edit import Edit
from trtmigrate.editing.effects import has_effect
from trtmigrate.editing.name_lists import KEPT
from trtmigrate.editing.unread_names import unread_names
from trtmigrate.outside import NOTHING_OUTSIDE, Outside
from trtmigrate.syntax.tree import Tree, walk, walk_scope


def without_unread(
    before: cst.Module,
    after: cst.Module,
    dropped: list[str] | None = None,
    outside: Outside = NOTHING_OUTSIDE,
) -> cst.Module:
    """`after` without assignments to local names that were read before the edits, or are new, and
    that nothing reads any more.

    Only plain `name = expression` whose expression has no effect goes; so do names that only such
    an assignment read, hence the loop. Then imports and counters of loops go. The comments that go
    with them are added to `dropped`. What other files import stays.
    """
    was_read = {_path(tree_of, scope): _reads(scope) for tree_of, scope in _scopes(Tree(before))}
    existed = {n.value for n in walk(before) if isinstance(n, cst.Name)}
    for _ in range(10):
        tree = Tree(after)
        gone: list[cst.CSTNode] = []
        for _, scope in _scopes(tree):
            reads = _reads(scope)
            were = was_read.get(_path(tree, scope), Counter())
            for node in walk_scope(scope):
                targets = _plain_targets(node)
                if not targets or any(reads[target] for target in targets):
                    continue
                if scope is after and any(map(outside.reaches, targets)):
                    continue
                if all(were[target] or target not in existed for target in targets):
                    gone.append(node)
        gone += _unread_lists(after, existed)
        edits = [Edit(remove=tuple(gone))] if gone else unread_names(before, after, outside)
        if not edits:
            return after
        applier = Applier(edits)
        after = after.visit(applier)
        if dropped is not None:
            dropped += applier.dropped
    return after


def _unread_lists(after: cst.Module, existed: set[str]) -> list[cst.CSTNode]:
    """The new attributes with all tensor names that no method of their class reads any more."""
    if KEPT in existed:
        return []
    gone: list[cst.CSTNode] = []
    for cls in (node for node in walk(after) if isinstance(node, cst.ClassDef)):
        named = [n for n in walk(cls) if isinstance(n, cst.Attribute) and n.attr.value == KEPT]
        made = [
            node
            for node in walk(cls)
            if isinstance(node, cst.Assign) and any(node.targets[0].target is n for n in named)
        ]
        gone += made if len(made) == len(named) else []
    return gone


def _scopes(tree: Tree) -> Iterator[tuple[Tree, cst.CSTNode]]:
    """The module and its functions; class variables may be read from elsewhere."""
    yield tree, tree.module
    for node in walk(tree.module):
        if isinstance(node, cst.FunctionDef):
            yield tree, node


def _path(tree: Tree, scope: cst.CSTNode) -> tuple[str, ...]:
    """The names of the functions and classes around a scope, its own first."""
    around = [scope, *tree.ancestors(scope)]
    return tuple(n.name.value for n in around if isinstance(n, (cst.FunctionDef, cst.ClassDef)))


def _plain_targets(node: cst.CSTNode) -> list[str]:
    """The names that a plain assignment without effect sets; none where it sets anything else."""
    if not isinstance(node, cst.Assign) or len(node.targets) != 1 or has_effect(node.value):
        return []
    target = node.targets[0].target
    elements = [e.value for e in target.elements] if isinstance(target, cst.Tuple) else [target]
    names = [e.value for e in elements if isinstance(e, cst.Name)]
    return names if len(names) == len(elements) else []


def _reads(scope: cst.CSTNode) -> Counter[str]:
    """How often each name occurs in a scope, nested ones included, other than as a target."""
    names = Counter(n.value for n in walk(scope) if isinstance(n, cst.Name))
    for node in walk(scope):
        if isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)):
            own = {n.value for n in walk(node.for_in.target) if isinstance(n, cst.Name)}
            names.subtract(
                n.value for n in walk(node) if isinstance(n, cst.Name) and n.value in own
            )
        if isinstance(node, cst.AssignTarget) and isinstance(node.target, (cst.Name, cst.Tuple)):
            names.subtract(n.value for n in walk(node.target) if isinstance(n, cst.Name))
        if isinstance(node, cst.Attribute):
            names[node.attr.value] -= 1
        if isinstance(node, cst.Arg) and node.keyword is not None:
            names[node.keyword.value] -= 1
        if isinstance(node, (cst.Global, cst.Nonlocal)):
            for item in node.names:
                names[item.name.value] += 1
    return names
