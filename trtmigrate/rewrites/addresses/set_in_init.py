"""Find the place in `__init__` where the addresses of an object are complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.changes import changes_in
from trtmigrate.facts.mentions import is_within, members_in
from trtmigrate.syntax.effects import MUTATING_METHODS
from trtmigrate.syntax.tree import dotted


def find_place_in_init(use: CallUse, facts: Facts, names: tuple[str, str]) -> cst.CSTNode | None:
    """Return the statement of `__init__` after which list, context and engine stay as they are.

    `names` are the attributes of list and context.
    """
    cls = facts.tree.class_of(use.node)
    init = _constructor(cls)
    if cls is None or init is None:
        return None
    if facts.tree.function(use.node) is init or not _is_method(use, facts):
        return None
    engine = dotted(facts.engine_of(use)) or ""
    wanted = (
        {*names, engine} if engine.startswith("self.") and engine.count(".") == 1 else set(names)
    )
    every: list[cst.CSTNode] = []
    for name in sorted(wanted):
        changes = list(changes_in(facts, cls, (name,)))
        if not changes or any(facts.tree.function(c) is not init for c in changes):
            return None
        every += [*changes, *_changes_of_source(facts, init, changes)]
    tops = [top for change in every if (top := _top_level(facts, change, init)) is not None]
    if len(tops) < len(every) or changed_elsewhere(facts, cls, names):
        return None
    last = max(tops, key=lambda top: facts.tree.order[top])
    return _within_body(facts, last, every)


def _constructor(cls: cst.ClassDef | None) -> cst.FunctionDef | None:
    methods = [s for s in cls.body.body if isinstance(s, cst.FunctionDef)] if cls else []
    return next((m for m in methods if m.name.value == "__init__"), None)


def _within_body(facts: Facts, statement: cst.CSTNode, changes: list[cst.CSTNode]) -> cst.CSTNode:
    """Return the last statement with a change in the body of a `try` or `with` that has them all.

    What the block releases at its end may be needed for the addresses, too.
    """
    while isinstance(statement, (cst.Try, cst.With)):
        within = [c for c in changes if statement in facts.tree.ancestors(c)]
        body = statement.body
        if not all(body in facts.tree.ancestors(c) for c in within):
            break
        lines = [s for c in within for s in body.body if s in facts.tree.ancestors(c)]
        if not isinstance(body, cst.IndentedBlock) or not lines:
            break
        line = max(lines, key=lambda s: facts.tree.order[s])
        statement = line
        if isinstance(line, cst.SimpleStatementLine):
            return line.body[-1]
    return statement


def _is_method(use: CallUse, facts: Facts) -> bool:
    function = facts.tree.function(use.node)
    return (
        function is not None
        and bool(function.params.params)
        and function.params.params[0].name.value == "self"
    )


def _top_level(facts: Facts, node: cst.CSTNode, init: cst.FunctionDef) -> cst.CSTNode | None:
    """Return the statement of the body of `init` that holds `node`, if it always runs."""
    body = init.body
    below: cst.CSTNode = node
    for up in facts.tree.ancestors(node):
        if up is body:
            return below
        if isinstance(up, cst.FunctionDef):
            return None
        if not isinstance(up, cst.SimpleStatementLine):  # edits speak of the statements of a line
            below = up
    return None


def changed_elsewhere(facts: Facts, cls: cst.ClassDef, names: Iterable[str]) -> bool:
    """True if code outside the class assigns or fills the attributes, or executes with them; or
    if code of the class does so for another object.
    """
    attributes = {name.split(".")[1] for name in names}
    for node in members_in(facts, facts.module, attributes):
        own = isinstance(node.value, cst.Name) and node.value.value == "self"
        if own and (is_within(facts, node, cls) or _is_of_other_class(facts, node)):
            continue
        parent = facts.tree.parent(node)
        if isinstance(parent, (cst.AssignTarget, cst.AugAssign)):
            return True
        if isinstance(parent, cst.Subscript) and isinstance(
            facts.tree.parent(parent), cst.AssignTarget
        ):
            return True
        if isinstance(parent, cst.Attribute) and parent.attr.value in MUTATING_METHODS:
            return True
        if isinstance(parent, cst.Attribute) and parent.attr.value.startswith("execute"):
            if not own:
                return True
    return False


def _is_of_other_class(facts: Facts, node: cst.Attribute) -> bool:
    """True if an attribute of `self` stands in a class that derives from nothing."""
    cls = facts.tree.class_of(node)
    return cls is not None and not cls.bases


def _changes_of_source(
    facts: Facts, init: cst.FunctionDef, changes: list[cst.CSTNode]
) -> Iterator[cst.CSTNode]:
    """Yield the changes of a list under its local name, before `self.bindings = bindings`."""
    for change in changes:
        statement = facts.tree.small_statement(change)
        if isinstance(statement, cst.Assign) and isinstance(statement.value, cst.Name):
            yield from changes_in(facts, init, (statement.value.value,))
