"""Removes what the edits made pointless: an assignment whose every reader is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.apply import Applier
from trtmigrate.editing.edit import Edit
from trtmigrate.editing.effects import has_effect
from trtmigrate.editing.name_lists import KEPT
from trtmigrate.editing.tally import Tally
from trtmigrate.editing.unread_names import count_occurrences, unread_names
from trtmigrate.outside import NOTHING_OUTSIDE, Outside
from trtmigrate.syntax.scopes import reads_all_names
from trtmigrate.syntax.tree import Tree, walk, walk_scope


def without_unread(
    before: Tree,
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
    before_by_path = {_path(before, scope): scope for scope in _scopes(before)}
    existed = {name.value for name in before.of_kind(cst.Name)}
    reads, occurrences = Tally(count_reads), Tally(count_occurrences)
    for _ in range(10):
        tree = Tree(after)
        gone: list[cst.CSTNode] = []
        for scope in _scopes(tree):
            if scope in before.order or reads_all_names(scope):
                continue  # no edit changed it, or each of its names has a reader
            was = before_by_path.get(_path(tree, scope))
            kept = outside if scope is after else NOTHING_OUTSIDE
            gone += _unread(scope, reads, was, existed, kept)
        gone += _unread_lists(tree, existed)
        edits = [Edit(remove=tuple(gone))]
        if not gone:
            was_read = occurrences.of(before.module)
            is_read = occurrences.of(after).copy()
            is_read.update(was_read if outside.names_all else outside.names)
            edits = unread_names(was_read, is_read, tree)
        if not edits:
            return after
        applier = Applier(edits, tree)
        after = after.visit(applier)
        if dropped is not None:
            dropped += applier.dropped
    return after


def _unread(
    scope: cst.CSTNode,
    reads: Tally,
    was: cst.CSTNode | None,
    existed: set[str],
    outside: Outside,
) -> Iterator[cst.CSTNode]:
    """Yield the plain assignments of a scope whose targets nothing reads any more; some of several
    targets may never have been read.
    """
    plain = [(node, targets) for node in walk_scope(scope) if (targets := _plain_targets(node))]
    if not plain:
        return
    now = reads.of(scope)
    were: Counter[str] = reads.of(was) if was is not None else Counter()
    for node, targets in plain:
        if any(now[target] or outside.reaches(target) for target in targets):
            continue
        if any(were[target] or target not in existed for target in targets):
            yield node


def _unread_lists(tree: Tree, existed: set[str]) -> list[cst.CSTNode]:
    """The new attributes with all tensor names that no method of their class reads any more."""
    if KEPT in existed or not any(name.value == KEPT for name in tree.of_kind(cst.Name)):
        return []
    gone: list[cst.CSTNode] = []
    for cls in tree.of_kind(cst.ClassDef):
        named = [n for n in walk(cls) if isinstance(n, cst.Attribute) and n.attr.value == KEPT]
        made = [
            node
            for node in walk(cls)
            if isinstance(node, cst.Assign) and any(node.targets[0].target is n for n in named)
        ]
        gone += made if len(made) == len(named) else []
    return gone


def _scopes(tree: Tree) -> list[cst.CSTNode]:
    """The module and its functions; class variables may be read from elsewhere."""
    return [tree.module, *tree.of_kind(cst.FunctionDef)]


def _path(tree: Tree, scope: cst.CSTNode) -> tuple[str, ...]:
    """The names of the functions and classes around a scope, its own first."""
    around = [scope, *tree.ancestors(scope)]
    return tuple(n.name.value for n in around if isinstance(n, (cst.FunctionDef, cst.ClassDef)))


def _plain_targets(node: cst.CSTNode) -> list[str]:
    """The names that a plain assignment without effect sets; none where it sets anything else."""
    if type(node) is cst.AnnAssign and node.value is not None:
        target, value = node.target, node.value
    elif type(node) is cst.Assign and len(node.targets) == 1:
        target, value = node.targets[0].target, node.value
    else:
        return []
    elements = [e.value for e in target.elements] if isinstance(target, cst.Tuple) else [target]
    names = [e.value for e in elements if isinstance(e, cst.Name)]
    return names if len(names) == len(elements) and not has_effect(value) else []


_COMPREHENSIONS = frozenset([cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp])


def count_reads(node: cst.CSTNode, names: Counter[str]) -> None:
    """Count a name that occurs other than as a target."""
    if type(node) is cst.Name:
        names[node.value] += 1
    elif type(node) is cst.Attribute:
        names[node.attr.value] -= 1
    elif type(node) in _COMPREHENSIONS:
        assert isinstance(node, cst.BaseComp)
        own = {n.value for n in walk(node.for_in.target) if isinstance(n, cst.Name)}
        names.subtract(n.value for n in walk(node) if isinstance(n, cst.Name) and n.value in own)
    elif type(node) is cst.AssignTarget and isinstance(node.target, (cst.Name, cst.Tuple)):
        names.subtract(n.value for n in walk(node.target) if isinstance(n, cst.Name))
    elif type(node) is cst.AnnAssign and node.value is not None:
        if isinstance(node.target, cst.Name):
            names[node.target.value] -= 1
    elif type(node) is cst.Arg and node.keyword is not None:
        names[node.keyword.value] -= 1
    elif type(node) is cst.Global or type(node) is cst.Nonlocal:
        for item in node.names:
            names[item.name.value] += 1
