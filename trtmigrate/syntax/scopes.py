"""Where a name is bound, and where it is certainly bound."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import Tree, walk, walk_scope

# Functions that give a scope all its names, and that run a text in it.
_ALL_NAMES = frozenset({"locals", "globals", "vars", "dir"})
_RUN_TEXT = frozenset({"eval", "exec"})
# Nodes that bind what is in them, that bind their target, and of which targets consist.
_BINDERS = frozenset({cst.AssignTarget, cst.AsName, cst.NameItem})
_WITH_TARGET = frozenset({cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr})
_UNPACKING = frozenset({cst.Tuple, cst.List, cst.Element, cst.StarredElement})


def is_variable(node: cst.CSTNode, tree: Tree) -> bool:
    """True if a Name is a variable, and no attribute, keyword, parameter or function name."""
    parent = tree.parent(node)
    if isinstance(parent, cst.Attribute):
        return parent.value is node
    if isinstance(parent, cst.Arg):
        return parent.value is node
    if isinstance(parent, cst.Param):
        return parent.default is node
    return not isinstance(parent, (cst.FunctionDef, cst.ClassDef, cst.ImportAlias))


def binders(name: str, scope: cst.CSTNode, tree: Tree) -> list[cst.CSTNode]:
    """Return the nodes that bind a name in a scope: targets, parameters, imports."""
    found: list[cst.CSTNode] = []
    for node in _names_in(scope, name, tree):
        if not is_variable(node, tree) or is_target(node, tree):
            if not isinstance(tree.parent(node), (cst.Attribute, cst.Arg)):
                found.append(node)
    if isinstance(scope, cst.FunctionDef):
        # the names of nested functions are not in the scope, but this one's is
        found = [n for n in found if n is not scope.name]
    return found


def _names_in(scope: cst.CSTNode, name: str, tree: Tree) -> list[cst.Name]:
    """Return the Names with this text in a scope itself, not in functions or classes in it."""
    if not isinstance(scope, (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Module)):
        return [n for n in walk_scope(scope) if isinstance(n, cst.Name) and n.value == name]
    return tree.named_in(scope, name)


def is_target(node: cst.CSTNode, tree: Tree) -> bool:
    """True if an expression is assigned to, alone or by unpacking."""
    below, up = node, tree.parent(node)
    while up.__class__ in _UNPACKING:
        below, up = up, tree.parent(up)
    if up.__class__ in _WITH_TARGET:
        return up.target is below
    return up.__class__ in _BINDERS


def is_within_target(node: cst.CSTNode, tree: Tree) -> bool:
    """True if an expression is part of an assignment target, an index within it included."""
    for up in tree.ancestors(node):
        if isinstance(up, cst.AssignTarget):
            return True
        if isinstance(up, cst.For):
            return any(n is node for n in walk(up.target))
        if isinstance(up, cst.BaseStatement):
            return False
    return False


def loads(name: str, scope: cst.CSTNode, tree: Tree) -> list[cst.Name]:
    """Return the reads of a variable in a scope itself."""
    return [
        node
        for node in _names_in(scope, name, tree)
        if is_variable(node, tree) and not is_target(node, tree)
    ]


def seen_from_within(name: str, scope: cst.CSTNode, tree: Tree) -> bool:
    """True if a function, class or lambda within a scope uses a variable of the scope, or if the
    scope declares the variable `global` or `nonlocal`.
    """
    if len(tree.named(name)) == len(_names_in(scope, name, tree)):
        # a declaration is in the scope, too
        return any(isinstance(tree.parent(node), cst.NameItem) for node in tree.named(name))
    for node in walk_scope(scope):
        if isinstance(node, cst.NameItem) and node.name.value == name:
            return True
        if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            used = any(
                isinstance(n, cst.Name) and n.value == name and is_variable(n, tree)
                for n in walk(node)
            )
            if used and not (isinstance(node, cst.FunctionDef) and binders(name, node, tree)):
                return True
    return False


def reads_all_names(scope: cst.CSTNode) -> bool:
    """True if a scope itself calls `locals()` or runs a text, which may read each of its names."""
    for node in walk_scope(scope):
        if type(node) is cst.Call and type(node.func) is cst.Name:
            if node.func.value in _RUN_TEXT or (node.func.value in _ALL_NAMES and not node.args):
                return True
    return False


def comes_before(statement: cst.CSTNode, node: cst.CSTNode, tree: Tree) -> bool:
    """True if a statement has certainly run when `node` runs, within one function."""
    if tree.order[statement] >= tree.order[node]:
        return False
    ancestors = list(tree.ancestors(node))
    return any(block in ancestors for block in blocks_run_with(statement, tree))


def blocks_run_with(statement: cst.CSTNode, tree: Tree) -> list[cst.CSTNode]:
    """Return the blocks that run a statement whenever they run: the block of the statement, and
    the blocks around it as long as only `with` statements are between.
    """
    found: list[cst.CSTNode] = []
    for up in tree.ancestors(statement):
        if isinstance(up, (cst.BaseSuite, cst.Module)):
            found.append(up)
        elif not isinstance(up, (cst.With, cst.SimpleStatementLine)):
            break
    return found


def still_bound(name: str, made: cst.CSTNode, node: cst.CSTNode, tree: Tree) -> bool:
    """True if a variable still has the value that the statement `made` gave it at `node`; `made` is
    the definition of the function for a parameter.
    """
    order = tree.order
    inside = any(up is made for up in tree.ancestors(node))
    if not inside and not comes_before(made, node, tree):
        return False
    around = [up for up in tree.loops(node) if up not in tree.loops(made)]
    scope = made if inside and isinstance(made, cst.FunctionDef) else home(made, tree)
    for binder in binders(name, scope, tree):
        if tree.statement(binder) is made or order[binder] < order[made]:
            continue
        if order[binder] < order[node] or any(up in around for up in tree.loops(binder)):
            return False
    return True


def surely_bound(name: str, node: cst.CSTNode, tree: Tree) -> bool:
    """True if a variable is certainly bound at `node`."""
    scope = home(node, tree)
    own = binders(name, scope, tree)
    if not own:
        if isinstance(scope, cst.Module):
            return False
        outer = home(scope, tree)
        return surely_bound(name, scope, tree) or (
            isinstance(outer, cst.Module)
            and any(_at_top(b, tree) for b in binders(name, outer, tree))
        )
    return any(binds_before(binder, node, tree) for binder in own)


def binds_before(binder: cst.CSTNode, node: cst.CSTNode, tree: Tree) -> bool:
    """True if a target, parameter or `with ... as` is certainly bound at `node`."""
    for up in tree.ancestors(binder):
        if isinstance(up, cst.Param):
            return True
        if isinstance(up, cst.With):
            inside = any(a is up.body for a in tree.ancestors(node))
            later = any(a is up for a in tree.ancestors(node))
            earlier = tree.order[binder] < tree.order[node]
            return inside or (later and earlier) or comes_before(up, node, tree)
        if isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return comes_before(up, node, tree)
    return False


def _at_top(binder: cst.CSTNode, tree: Tree) -> bool:
    statement = tree.small_statement(binder)
    line = tree.parent(statement) if statement is not None else None
    return line is not None and isinstance(tree.parent(line), cst.Module)


def home(node: cst.CSTNode, tree: Tree) -> cst.CSTNode:
    """Return the function or module around a node."""
    return tree.function(node) or tree.module


def runs_at_import(node: cst.CSTNode, tree: Tree) -> bool:
    """True if an expression is evaluated when the module is imported: outside of functions, or as a
    base class, a default value or an annotation.
    """
    below = node
    for up in tree.ancestors(node):
        if isinstance(up, cst.FunctionDef) and below is up.body:
            return False
        if isinstance(up, cst.Lambda):
            return False
        below = up
    return True


def may_get_value_from(loop: cst.For, node: cst.Name, tree: Tree) -> bool:
    """True unless the variable `node`, which a loop sets, stands before the loop, or in another one
    that sets it.
    """
    below: cst.CSTNode = node
    for up in tree.ancestors(node):
        if up is loop:
            return True
        if isinstance(up, cst.For) and below is up.body:
            if any(isinstance(n, cst.Name) and n.value == node.value for n in walk(up.target)):
                return False
        below = up
    again = set(tree.loops(node)) & set(tree.loops(loop))
    return bool(again) or tree.order[node] > tree.order[loop]


def common_anchor(nodes: list[cst.CSTNode], tree: Tree) -> cst.CSTNode | None:
    """Return the statement of the innermost block around all nodes that runs before all of them.

    It is the first statement of that block with one of the nodes; None if they share no block.
    """
    chains = []
    for node in nodes:
        chain = [node, *tree.ancestors(node)]
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
