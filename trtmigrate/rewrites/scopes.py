"""Where a name is bound and where it is sure to be bound."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.syntax.tree import walk, walk_scope


def is_variable(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether a Name is a variable: no attribute, keyword, parameter or function name."""
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Attribute):
        return parent.value is node
    if isinstance(parent, cst.Arg):
        return parent.value is node
    if isinstance(parent, cst.Param):
        return parent.default is node
    return not isinstance(parent, (cst.FunctionDef, cst.ClassDef, cst.ImportAlias))


def binders(name: str, scope: cst.CSTNode, facts: Facts) -> list[cst.CSTNode]:
    """The nodes that bind a name in a scope: its occurrences as a target, parameters, imports."""
    found: list[cst.CSTNode] = []
    for node in walk_scope(scope):
        if isinstance(node, cst.Name) and node.value == name:
            if not is_variable(node, facts) or is_target(node, facts):
                parent = facts.tree.parent(node)
                named = isinstance(parent, (cst.Attribute, cst.Arg))
                if not named:
                    found.append(node)
    if isinstance(scope, cst.FunctionDef):
        # walk_scope does not look into the header of nested functions, but into this one's
        found = [n for n in found if n is not scope.name]
    return found


def is_target(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether an expression is assigned to."""
    below = node
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.AssignTarget, cst.AsName, cst.NameItem)):
            return True
        if isinstance(up, (cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr)):
            return up.target is below
        if not isinstance(up, (cst.Tuple, cst.List, cst.Element, cst.StarredElement)):
            return False
        below = up
    return False


def loads(name: str, scope: cst.CSTNode, facts: Facts) -> list[cst.Name]:
    """The reads of a variable in a scope itself."""
    return [
        node
        for node in walk_scope(scope)
        if isinstance(node, cst.Name)
        and node.value == name
        and is_variable(node, facts)
        and not is_target(node, facts)
    ]


def seen_from_within(name: str, scope: cst.CSTNode, facts: Facts) -> bool:
    """Whether a function, class or lambda inside the scope uses its variable of that name, or the
    scope shares it (`global`, `nonlocal`).
    """
    for node in walk_scope(scope):
        if isinstance(node, cst.NameItem) and node.name.value == name:
            return True
        if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            used = any(
                isinstance(n, cst.Name) and n.value == name and is_variable(n, facts)
                for n in walk(node)
            )
            if used and not (isinstance(node, cst.FunctionDef) and binders(name, node, facts)):
                return True
    return False


def comes_before(statement: cst.CSTNode, node: cst.CSTNode, facts: Facts) -> bool:
    """Whether a statement is sure to have run when `node` runs, within one function."""
    if facts.tree.order[statement] >= facts.tree.order[node]:
        return False
    ancestors = list(facts.tree.ancestors(node))
    return any(block in ancestors for block in blocks_run_with(statement, facts))


def blocks_run_with(statement: cst.CSTNode, facts: Facts) -> list[cst.CSTNode]:
    """The blocks that run the statement whenever they run: its own, and further ones around `with`
    statements.
    """
    found: list[cst.CSTNode] = []
    for up in facts.tree.ancestors(statement):
        if isinstance(up, (cst.BaseSuite, cst.Module)):
            found.append(up)
        elif not isinstance(up, (cst.With, cst.SimpleStatementLine)):
            break
    return found


def still_bound(name: str, made: cst.CSTNode, node: cst.CSTNode, facts: Facts) -> bool:
    """Whether a variable has the value that the statement `made` gave it where `node` stands."""
    order = facts.tree.order
    inside = any(up is made for up in facts.tree.ancestors(node))
    if not inside and not comes_before(made, node, facts):
        return False
    around = [up for up in facts.tree.loops(node) if up not in facts.tree.loops(made)]
    for binder in binders(name, home(made, facts), facts):
        if facts.tree.statement(binder) is made or order[binder] < order[made]:
            continue
        if order[binder] < order[node] or any(up in around for up in facts.tree.loops(binder)):
            return False
    return True


def surely_bound(name: str, node: cst.CSTNode, facts: Facts) -> bool:
    """Whether the variable `name` surely has its value where `node` stands."""
    scope = home(node, facts)
    own = binders(name, scope, facts)
    if not own:
        if isinstance(scope, cst.Module):
            return False
        outer = home(scope, facts)
        return surely_bound(name, scope, facts) or (
            isinstance(outer, cst.Module)
            and any(_at_top(b, facts) for b in binders(name, outer, facts))
        )
    return any(binds_before(binder, node, facts) for binder in own)


def binds_before(binder: cst.CSTNode, node: cst.CSTNode, facts: Facts) -> bool:
    """Whether a target, parameter or `with ... as` is sure to be bound where `node` stands."""
    for up in facts.tree.ancestors(binder):
        if isinstance(up, cst.Param):
            return True
        if isinstance(up, cst.With):
            inside = any(a is up.body for a in facts.tree.ancestors(node))
            later = any(a is up for a in facts.tree.ancestors(node))
            earlier = facts.tree.order[binder] < facts.tree.order[node]
            return inside or (later and earlier) or comes_before(up, node, facts)
        if isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return comes_before(up, node, facts)
    return False


def _at_top(binder: cst.CSTNode, facts: Facts) -> bool:
    statement = facts.tree.small_statement(binder)
    line = facts.tree.parent(statement) if statement is not None else None
    return line is not None and isinstance(facts.tree.parent(line), cst.Module)


def home(node: cst.CSTNode, facts: Facts) -> cst.CSTNode:
    """The function or module around a node."""
    return facts.tree.function(node) or facts.tree.module


def common_anchor(nodes: list[cst.CSTNode], facts: Facts) -> cst.CSTNode | None:
    """The first statement of the innermost block that holds all nodes: it runs before all of them.

    A small statement where it is one, else the compound one.
    """
    chains = []
    for node in nodes:
        chain = [node, *facts.tree.ancestors(node)]
        chains.append(chain[::-1])
    block: cst.CSTNode | None = None
    for level in zip(*chains, strict=False):
        if any(n is not level[0] for n in level):
            break
        if isinstance(level[0], (cst.IndentedBlock, cst.Module)):
            block = level[0]
    if block is None:
        return None
    inside = [chain[chain.index(block) + 1] for chain in chains]
    body: list[cst.CSTNode] = list(block.body)  # type: ignore[attr-defined]
    anchor = next((s for s in body if any(s is i for i in inside)), None)
    if isinstance(anchor, cst.SimpleStatementLine):
        held = [s for s in anchor.body if any(s in chain for chain in chains)]
        return held[0]
    return anchor
