"""Divides look-ups of names into parts, for each of which the engine is surely the same."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from trtmigrate.editing.edit import Lookup
from trtmigrate.syntax.effects import leaves_arguments
from trtmigrate.syntax.steady import SteadyExpressions
from trtmigrate.syntax.tree import Tree, code

_CONSUMING = ("dict", "frozenset", "next")  # functions that take from a generator on the spot


def parts_with_same_engine(
    tree: Tree,
    scope: cst.CSTNode,
    engine: str,
    lookups: Sequence[Lookup],
    steady: SteadyExpressions,
) -> list[list[Lookup]]:
    """Return the look-ups in parts. What is in no part has to ask the engine itself."""
    later = [one for one in lookups if _runs_later(tree, one.at)]
    if later and not steady.stays(engine, scope):
        lookups = [one for one in lookups if one not in later]
    return _parts(tree, engine, lookups, steady)


def _parts(
    tree: Tree, engine: str, lookups: Sequence[Lookup], steady: SteadyExpressions
) -> list[list[Lookup]]:
    if not lookups:
        return []
    statements = statements_around(tree, [one.at for one in lookups])
    if not statements:
        return []
    if steady.keeps(engine, statements):
        return [list(lookups)]
    if len(statements) == 1:
        return []
    found = []
    for statement in statements:
        inside = [one for one in lookups if tree.is_within(one.at, statement)]
        found += _parts(tree, engine, inside, steady)
    return found


def statements_around(tree: Tree, nodes: Sequence[cst.CSTNode]) -> Sequence[cst.CSTNode]:
    """Return the statements of the innermost block around nodes, from the first of them that has
    one of the nodes to the last.
    """
    first = nodes[0]
    for block in tree.ancestors(first):
        if isinstance(block, (cst.IndentedBlock, cst.Module)):
            if all(tree.is_within(node, block) for node in nodes):
                held = [
                    number
                    for number, statement in enumerate(block.body)
                    if any(tree.is_within(node, statement) for node in nodes)
                ]
                return block.body[held[0] : held[-1] + 1]
    return ()


def first_statement(
    tree: Tree,
    scope: cst.CSTNode,
    lookups: Sequence[Lookup],
    engine: str,
    steady: SteadyExpressions,
) -> cst.CSTNode | None:
    """The statement before which all names can be fetched: it runs once, before every use."""
    chains = []
    for one in lookups:
        chain = [one.at, *tree.ancestors(one.at)]
        chains.append(chain[: chain.index(scope)][::-1])  # outermost first
    common: list[cst.CSTNode] = []
    for level in zip(*chains, strict=False):
        if any(n is not level[0] for n in level):
            break
        common.append(level[0])
    # the innermost block that holds all uses; the first statement of it that holds one
    depth = next(
        (d for d in range(len(common) - 1, -1, -1) if isinstance(common[d], (cst.IndentedBlock,))),
        None,
    )
    if depth is None:
        block: cst.CSTNode = scope
        if isinstance(scope, cst.FunctionDef):
            return None
        inside = [chain[0] for chain in chains if chain]
    else:
        block = common[depth]
        inside = [(*chain, block.body[0])[depth + 1] for chain in chains]  # type: ignore[attr-defined]
    body: Sequence[cst.CSTNode] = block.body  # type: ignore[attr-defined]
    anchor = next((s for s in body if any(s is i for i in inside)), None)
    if anchor is None:
        return None
    # out of loops in which the engine stays the same
    for loop in tree.loops(anchor):
        if not steady.keeps(engine, [loop]):
            break
        anchor = loop
    return anchor.body[0] if isinstance(anchor, cst.SimpleStatementLine) else anchor


def _runs_later(tree: Tree, node: cst.CSTNode) -> bool:
    """True for a node in a lambda, or in a generator that nobody consumes on the spot."""
    for up in tree.ancestors(node):
        if isinstance(up, cst.BaseStatement):
            return False
        if isinstance(up, cst.Lambda):
            return True
        if isinstance(up, cst.GeneratorExp):
            arg = tree.parent(up)
            call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
            consumed = isinstance(call, cst.Call) and _consumes(call)
            if not consumed:
                return True
    return False


def _consumes(call: cst.Call) -> bool:
    return leaves_arguments(code(call.func)) or code(call.func) in _CONSUMING
