"""Names that a migration binds once more, by a loop, where they hold something else already."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator

Scope = tuple[str, ...]
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


def overwritten_by_loops(before: str, after: str) -> list[str]:
    """The names that a new `for` statement binds in a scope that had bound them otherwise."""
    tree = ast.parse(before)
    old = bound_names(tree)
    new = bound_names(ast.parse(after), loops_in(tree))
    return sorted(
        ".".join((*scope, name))
        for (scope, name, by), number in new.items()
        if by == "for" and number > old[scope, name, by] and old[scope, name, "else"]
    )


def loops_in(tree: ast.Module) -> set[tuple[Scope, str]]:
    """The scope and the target of each `for` statement."""
    loops = (ast.For, ast.AsyncFor)
    return {
        (scope, ast.unparse(node.target))
        for scope, node in walk(tree, ())
        if isinstance(node, loops)
    }


def bound_names(
    tree: ast.Module, known: Collection[tuple[Scope, str]] = ()
) -> Counter[tuple[Scope, str, str]]:
    """How often each scope binds each name: in every round of a `for` statement, by it or by a
    statement right in its block, or otherwise. In the block of a known loop, a name is bound
    otherwise.
    """
    found: Counter[tuple[Scope, str, str]] = Counter()
    for scope, node in walk(tree, ()):
        if isinstance(node, (ast.For, ast.AsyncFor)):
            new = (scope, ast.unparse(node.target)) not in known
            bound = (node.target, *(targets_in(node.body) if new else ()))
            for name in (name for target in bound for name in stored(target)):
                found[scope, name, "for"] += 1
                found[scope, name, "else"] -= 1  # the walk comes to the target, too
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[scope, node.id, "else"] += 1
        elif isinstance(node, ast.arg):
            found[scope, node.arg, "else"] += 1
    return found


def targets_in(block: list[ast.stmt]) -> Iterator[ast.expr]:
    """What the assignments and `with` statements of a block bind whenever it runs."""
    for statement in block:
        if isinstance(statement, ast.Assign):
            yield from statement.targets
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            yield from (i.optional_vars for i in statement.items if i.optional_vars is not None)
            yield from targets_in(statement.body)


def stored(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def walk(node: ast.AST, scope: Scope) -> Iterator[tuple[Scope, ast.AST]]:
    """Every node with its scope; comprehensions and lambdas bind names of their own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, COMPREHENSIONS):
            continue
        yield scope, child
        inside = (*scope, child.name) if isinstance(child, SCOPES) else scope
        yield from walk(child, inside)
