"""Names that a block of statements binds in its own scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(statements: Sequence[ast.stmt]) -> tuple[frozenset[str], set[str]]:
    """Return the names that a scope binds, and those that it declares global or nonlocal."""
    bound: set[str] = set()
    elsewhere: set[str] = set()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
        elif isinstance(node, _DEFINITIONS):
            bound.add(node.name)
            waiting += node.decorator_list
        elif isinstance(node, _COMPREHENSIONS):
            bound |= _walrus_targets(node)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            elsewhere |= set(node.names)
        elif not isinstance(node, (ast.Lambda, ast.Constant)):
            bound |= set(_without_name_node(node))
            waiting += children(node)
    return frozenset(bound - elsewhere), elsewhere


def children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes right inside a node, without those that say how a name is used."""
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            for part in value:
                if isinstance(part, ast.AST):
                    yield part
        elif isinstance(value, ast.AST) and name != "ctx":
            yield value


def _walrus_targets(node: ast.AST) -> set[str]:
    """Return what a comprehension binds in the scope around it."""
    found = (part.target for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
    return {target.id for target in found}


def _without_name_node(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds itself, as a string and not as an `ast.Name`."""
    if isinstance(node, ast.Import):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names if alias.name != "*")
    elif isinstance(node, ast.ExceptHandler) and node.name is not None:
        yield node.name
    elif isinstance(node, ast.pattern):
        yield from _captured(node)


def captures(pattern: ast.pattern) -> Iterator[str]:
    """Yield the names that a `case` pattern binds."""
    for part in ast.walk(pattern):
        yield from _captured(part)


def _captured(part: ast.AST) -> Iterator[str]:
    if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name is not None:
        yield part.name
    elif isinstance(part, ast.MatchMapping) and part.rest is not None:
        yield part.rest


def parameters(arguments: ast.arguments) -> Iterator[str]:
    """Yield the names of a function's parameters."""
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            yield rest.arg


def reads_all_locals(function: ast.AST) -> bool:
    """True if a function calls `locals()` or `vars()`, which reads each of its names."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and not node.args)
    return any(isinstance(c.func, ast.Name) and c.func.id in ("locals", "vars") for c in calls)


def reads_at_any_time(scope: ast.AST, name: str) -> bool:
    """True if a function or lambda inside a scope reads a name that it does not bind itself."""
    for node in ast.walk(scope):
        if node is scope or not isinstance(node, (*_DEFINITIONS[:2], ast.Lambda)):
            continue
        body = node.body if isinstance(node.body, list) else [ast.Expr(node.body)]
        own = bound_names(body)[0] | set(parameters(node.args))
        if name not in own and any(_reads_here(part, name) for part in body):
            return True
    return False


def _reads_here(node: ast.AST, name: str) -> bool:
    """True if a node reads a name, and not only in functions and comprehensions that bind it."""
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, ast.Load)
    if isinstance(node, (*_DEFINITIONS[:2], ast.Lambda)):
        return False
    if isinstance(node, _COMPREHENSIONS):
        targets = (part for generator in node.generators for part in ast.walk(generator.target))
        if any(isinstance(part, ast.Name) and part.id == name for part in targets):
            return False
    return any(_reads_here(child, name) for child in children(node))
