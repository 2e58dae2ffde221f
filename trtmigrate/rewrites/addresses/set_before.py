"""Read a result again: are the addresses set before each execution by name?

Only the two texts are compared, by the order of their statements. The rules that chose the place of
a setting are not asked, so this shows where a choice was wrong:

- before a new execution, something sets addresses of its context, on every way to it;
- from there to the execution, neither the context nor what the addresses come from changes, and
  nobody sets other addresses.

A context that a method finds in an attribute may get its addresses in another method of the class,
and a context of a scope around in any statement of that scope.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from trtmigrate.rewrites.addresses.rebinding import changed_names, names_read

EXECUTION, SETTING = "execute_async_v3", "set_tensor_address"
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FUNCTIONS = (*_METHODS, ast.Lambda)
_DEFINITIONS = (*_METHODS, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_JUMPS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
_UNORDERED = ("handlers", "cases")  # of these, only one runs


def unset_executions(before: str, after: str) -> Iterator[str]:
    """Yield what is wrong with the executions by name of a result, as the end of a sentence.

    Nothing is said of a program that sets addresses itself.
    """
    if EXECUTION not in after or SETTING in before:
        return
    try:
        known = Counter(_Text(before).executions.values() if EXECUTION in before else ())
        new = _Text(after)
    except (SyntaxError, ValueError):  # LibCST reads more than this Python
        return
    for call, place in new.executions.items():
        known[place] -= 1
        if known[place] < 0:  # it is new
            problem = new.problem_of(call)
            if problem is not None:
                yield f"`{ast.unparse(call)}` {problem}"


class _Text:
    """The executions of a text, and what is around them."""

    def __init__(self, text: str) -> None:
        tree = ast.parse(text)
        self._parents = {
            child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
        }
        self.executions = {
            call: (ast.unparse(call), *self._names_around(call))
            for call in self._parents
            if isinstance(call, ast.Call)
            if isinstance(call.func, ast.Attribute) and call.func.attr == EXECUTION
        }

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self._parents:
            node = self._parents[node]
            yield node

    def _names_around(self, node: ast.AST) -> Iterator[str]:
        yield from (up.name for up in self._around(node) if isinstance(up, _DEFINITIONS))

    def problem_of(self, execution: ast.Call) -> str | None:
        """Return what is wrong with an execution; None if nothing shows that it is wrong."""
        contexts = self._names_of_context(execution)
        if contexts is None:
            return None
        passed: list[ast.AST] = []  # what can run between the setting and the execution
        below: ast.AST = execution
        for up in self._around(execution):
            for earlier in _before(below, up):
                if _sets(earlier, contexts):
                    return _problem_since(earlier, passed, contexts)
                passed.append(earlier)
            if isinstance(up, _FUNCTIONS):
                return None if self._is_set_outside(up, contexts) else _unset(contexts)
            if isinstance(up, _LOOPS):
                passed.append(up)
            below = up
        return _unset(contexts)

    def _names_of_context(self, execution: ast.Call) -> tuple[str, ...] | None:
        """Return how the context is written, and the attribute that a variable of the function
        stands for. None if it may be another object wherever it is written.
        """
        assert isinstance(execution.func, ast.Attribute)
        context = execution.func.value
        if any(isinstance(part, ast.Call) for part in ast.walk(context)):
            return None
        written = ast.unparse(context)
        function = next((up for up in self._around(execution) if isinstance(up, _FUNCTIONS)), None)
        held = [
            ast.unparse(node.value)
            for node in (ast.walk(function) if function is not None else ())
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute)
            if any(ast.unparse(target) == written for target in node.targets)
        ]
        return (written, *held[:1])

    def _is_set_outside(self, function: ast.AST, contexts: Sequence[str]) -> bool:
        """True if code around a function sets addresses of a context, at whatever time."""
        assert isinstance(function, _FUNCTIONS)
        own = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
        outer = [name for name in contexts if name.split(".")[0] not in own]
        attributes = [name for name in contexts if "." in name]
        for scope in self._around(function):
            if isinstance(scope, ast.ClassDef):
                blocks = [
                    s.body for s in scope.body if isinstance(s, _METHODS) and s is not function
                ]
                if any(_sets(one, attributes) for block in blocks for one in block):
                    return True
            elif isinstance(scope, (ast.Module, *_METHODS)):
                if any(_sets(one, outer) for one in scope.body):
                    return True
        return False


def _before(node: ast.AST, parent: ast.AST) -> list[ast.AST]:
    """Return what runs before a node in the same block or expression, the last first."""
    for field, value in ast.iter_fields(parent):
        if isinstance(value, list) and node in value and field not in _UNORDERED:
            return value[: value.index(node)][::-1]
    return []


def _sets(node: ast.AST, contexts: Sequence[str]) -> bool:
    """True if code sets addresses of a context on every way through it.

    A loop is taken to go round: it goes over tensors.
    """
    if isinstance(node, _DEFINITIONS):
        return False
    if isinstance(node, ast.If):
        blocks = [block for block in (node.body, node.orelse) if not _jumps(block)]
        return all(any(_sets(one, contexts) for one in block) for block in blocks)
    if isinstance(node, ast.Try):
        return any(_sets(one, contexts) for one in (*node.body, *node.finalbody))
    return next(_settings(node, contexts), None) is not None


def _settings(node: ast.AST, contexts: Sequence[str]) -> Iterator[ast.Call]:
    """Yield the calls that set an address of a context."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr == SETTING and ast.unparse(call.func.value) in contexts:
                yield call


def _jumps(block: Sequence[ast.stmt]) -> bool:
    return bool(block) and isinstance(block[-1], _JUMPS)


def _problem_since(
    setting: ast.AST, passed: Sequence[ast.AST], contexts: Sequence[str]
) -> str | None:
    """Return what makes the addresses stale that `setting` sets, where `passed` runs afterwards."""
    here = set(map(ast.unparse, _settings(setting, contexts)))
    if any(ast.unparse(call) not in here for node in passed for call in _settings(node, contexts)):
        return f"can run with other addresses of `{contexts[0]}`"
    changed = changed_names(passed) & {*contexts, *_sources(setting, contexts)}
    if changed:
        return f"runs with stale addresses: `{min(changed)}` changes after they are set"
    return None


def _sources(setting: ast.AST, contexts: Sequence[str]) -> set[str]:
    """Return the names that the addresses come from, but those that `setting` itself binds."""
    given: list[ast.AST] = []
    for node in ast.walk(setting):
        if isinstance(node, (ast.For, *_COMPREHENSIONS)) and any(_settings(node, contexts)):
            given += [node.iter] if isinstance(node, ast.For) else [c.iter for c in node.generators]
    for call in _settings(setting, contexts):
        given += [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    return names_read(given) - changed_names([setting])


def _unset(contexts: Sequence[str]) -> str:
    return f"can run before an address of `{contexts[0]}` is set"
