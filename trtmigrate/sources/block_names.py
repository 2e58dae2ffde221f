"""Which blocks of a document make a program together: those that use what earlier ones have made.

A document can show a program in pieces, and then again as a whole. A block that needs nothing of
the blocks above it, and makes anew what they have made, starts a program of its own. A block that
follows belongs to the program that has most of the names that it reads.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import TypeVar

_BUILTINS = frozenset(dir(builtins))
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Key = TypeVar("_Key")


def programs_in(blocks: Sequence[tuple[_Key, ast.Module]]) -> list[list[_Key]]:
    """Return the blocks of each program, in the order in which the programs start."""
    programs: list[list[_Key]] = []
    made: list[set[str]] = []  # by each program
    last = -1
    for key, tree in blocks:
        needed, bound = set(needed_names(tree)), set(bound_names(tree))
        shared = [len(needed & names) for names in made]
        if any(shared):
            last = max(range(len(made)), key=lambda at: (shared[at], at))
        elif last < 0 or bound & made[last]:
            programs.append([])
            made.append(set())
            last = len(made) - 1
        programs[last].append(key)
        made[last] |= bound
    return programs


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Yield the names that code binds, those inside of its functions left out."""
    for node in _outside_of_functions(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, _SCOPES):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def needed_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module reads and has not bound before."""
    bound: set[str] = set()
    everything = set(bound_names(tree))
    for statement in tree.body:
        here = {*bound, *_BUILTINS}
        if isinstance(statement, _SCOPES):
            here |= everything | _all_bound(statement)
        elif not isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            here |= _all_bound(statement)
        elif statement.value is not None:
            here |= _all_bound(statement.value)
        yield from (name for name in _read(statement) if name not in here)
        bound.update(bound_names(statement))


def imports_in(tree: ast.Module) -> dict[str, str]:
    """Return the imports of a module, each by the name that it binds."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if alias.name == "*" or getattr(node, "module", "") == "__future__":
                    continue
                name = (alias.asname or alias.name).partition(".")[0]
                alone = (
                    ast.Import([alias])
                    if isinstance(node, ast.Import)
                    else ast.ImportFrom(node.module, [alias], node.level)
                )
                found.setdefault(name, ast.unparse(alone))
    return found


def _outside_of_functions(tree: ast.AST) -> Iterator[ast.AST]:
    yield tree
    if not isinstance(tree, (*_SCOPES, ast.Lambda)):
        for child in ast.iter_child_nodes(tree):
            yield from _outside_of_functions(child)


def _all_bound(tree: ast.AST) -> set[str]:
    """Return the names that code binds, with those inside of its functions."""
    inside = [node for node in ast.walk(tree) if isinstance(node, (*_SCOPES, ast.Lambda))]
    arguments = (node.arg for node in ast.walk(tree) if isinstance(node, ast.arg))
    bodies = (
        name for node in inside for part in ast.iter_child_nodes(node) for name in bound_names(part)
    )
    return {*bound_names(tree), *arguments, *bodies}


def _read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
