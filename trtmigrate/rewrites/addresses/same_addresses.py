"""Read a result again: does each address go to the tensor that it had the index of?

The entries of the list that an execution was given are compared with the addresses that are set
before the execution by name. Only the two texts are compared, not the rules that wrote the second
text, and only what shows in both: a literal list, a list with zeros around it, a comprehension, a
loop over indexes, entries or names, and a list that is filled entry by entry. A difference counts
if the result shows the entry of another index. Where something else is written, nothing is said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from trtmigrate.rewrites.addresses.list_elements import COUNTER, Element, Index, Lists, index_of
from trtmigrate.rewrites.addresses.set_before import EXECUTION, SETTING

OLD = ("execute_v2", "execute_async_v2")
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
_NAME_OF_INDEX = ".get_tensor_name(<>)"


def swapped_addresses(before: str, after: str) -> Iterator[str]:
    """Yield which executions of a result have the address of a tensor at another, as the end of a
    sentence. Nothing is said of a program that sets addresses itself.
    """
    if EXECUTION not in after or SETTING in before:
        return
    try:
        old, new = _Text(before, OLD), _Text(after, (EXECUTION, *OLD))
    except (SyntaxError, ValueError):  # LibCST reads more than this Python
        return
    for scope, calls in old.executions.items():
        results = new.executions.get(scope, [])
        if len(calls) != len(results):
            continue
        for call, result in zip(calls, results, strict=True):
            listed = _listed(call)
            if listed is None or _method(result) != EXECUTION:
                continue
            problem = _problem(_Source(listed, call, old), new.settings_of(result), new)
            if problem is not None:
                yield f"`{ast.unparse(result)}` {problem}"


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _listed(call: ast.Call) -> ast.expr | None:
    """Return the list of addresses that an execution gets."""
    named = (keyword.value for keyword in call.keywords if keyword.arg == "bindings")
    first = call.args[0] if call.args and not isinstance(call.args[0], ast.Starred) else None
    return next(named, first)


class _Text:
    """The executions of a text by their function, and its lists."""

    def __init__(self, text: str, methods: tuple[str, ...]) -> None:
        self._tree = ast.parse(text)
        self._parents: dict[ast.AST, ast.AST] = {}
        nodes: list[ast.AST] = [self._tree]
        for node in nodes:
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
                nodes.append(child)
        self.executions: dict[tuple[str, ...], list[ast.Call]] = {}
        for call in nodes:
            if isinstance(call, ast.Call) and _method(call) in methods:
                self.executions.setdefault(tuple(self._names_around(call)), []).append(call)
        for calls in self.executions.values():
            calls.sort(key=lambda call: (call.lineno, call.col_offset))
        self._lists: dict[ast.AST, Lists] = {self._tree: Lists.of(nodes)}
        everywhere = self._lists[self._tree].set_to
        self._kept = {name: made for name, made in everywhere.items() if "." in name}

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self._parents:
            node = self._parents[node]
            yield node

    def _names_around(self, node: ast.AST) -> Iterator[str]:
        yield from (u.name for u in self.around(node) if isinstance(u, (*_METHODS, ast.ClassDef)))

    def function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Module:
        """Return the function that code stands in, or the module."""
        around = (up for up in self.around(node) if isinstance(up, _METHODS))
        return next(around, self._tree)

    def lists_at(self, node: ast.AST) -> Lists:
        """Return the lists of the function that code stands in, and those that objects keep."""
        function = self.function(node)
        if function not in self._lists:
            own = Lists.of(list(ast.walk(function))).set_to
            self._lists[function] = Lists({**self._kept, **own})
        return self._lists[function]

    def settings_of(self, execution: ast.Call) -> list[ast.Call]:
        """Return the settings of addresses that run last before an execution, in its function.

        They may stand anywhere if the text has no other execution.
        """
        assert isinstance(execution.func, ast.Attribute)
        context = ast.unparse(execution.func.value)
        below: ast.AST = execution
        for up in self.around(execution):
            found: list[ast.Call] = []
            for earlier in _before(below, up):
                here = [c for c in _settings_in(earlier) if _receiver(c) == context]
                if found and not here:
                    break
                found = here + found
            if found or isinstance(up, (*_METHODS, ast.Lambda)):
                break
            below = up
        alone = sum(map(len, self.executions.values())) == 1
        return list(_settings(self._tree)) if alone and not found else found

    def loops_around(self, setting: ast.Call) -> Iterator[tuple[ast.expr, ast.expr]]:
        """Yield the target and the source of the loops around a setting, the outermost first."""
        loops: list[tuple[ast.expr, ast.expr]] = []
        for up in self.around(setting):
            if isinstance(up, (*_METHODS, ast.Lambda)):
                break
            if isinstance(up, ast.For):
                loops.append((up.target, up.iter))
            elif isinstance(up, _COMPREHENSIONS):
                loops += [(clause.target, clause.iter) for clause in up.generators][::-1]
        yield from reversed(loops)


def _before(node: ast.AST, parent: ast.AST) -> list[ast.AST]:
    """Return what runs before a node in the same block or expression, the last first."""
    for field, value in ast.iter_fields(parent):
        if isinstance(value, list) and node in value and field not in ("handlers", "cases"):
            return value[: value.index(node)][::-1]
    return []


def _settings(node: ast.AST) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and _method(call) == SETTING and len(call.args) == 2:
            yield call


def _settings_in(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the settings that a statement makes, not those of a function that it defines."""
    return iter(()) if isinstance(node, (*_METHODS, ast.ClassDef)) else _settings(node)


def _receiver(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return ast.unparse(call.func.value)


class _Source:
    """The addresses that an execution was given."""

    def __init__(self, listed: ast.expr, call: ast.Call, text: _Text) -> None:
        self._lists = text.lists_at(call)
        self._listed, self.literal = self._lists.core(listed), self._lists.literal(listed)
        name = ast.unparse(listed)
        self._stored = [
            (node.targets[0].slice, ast.unparse(node.value))
            for node in ast.walk(text.function(call))
            if isinstance(node, ast.Assign) and len(node.targets) == 1
            if isinstance(node.targets[0], ast.Subscript)
            if ast.unparse(node.targets[0].value) == name
        ]

    def is_of_another(self, index: Index, address: Element) -> bool:
        """True if an address is an entry of the list, and not that at an index."""
        elements = self.literal
        if elements is not None and not index.terms:
            texts = [ast.unparse(one) for one in elements]
            right = texts[index.number] if 0 <= index.number < len(texts) else None
            return address.at is None and address.text != right and address.text in texts
        entry = self._lists.entry(self._listed, index)
        if entry.text != address.text or entry.at is None or address.at is None:
            return False
        difference = address.at.plus(entry.at, -1)
        return difference != Index() and {term for term, _ in difference.terms} <= {COUNTER}

    def moved(self, index: Index, address: str) -> Index | None:
        """Return how far the index that an address is set at is from that it is stored at; None if
        this does not show.
        """
        places = {index_of(place, {}) for place, stored in self._stored if stored == address}
        return index.plus(places.pop(), -1) if len(places) == 1 else None


def _problem(source: _Source, settings: list[ast.Call], text: _Text) -> str | None:
    indexes: list[Index | None] = []
    moved: set[Index] = set()
    for setting in settings:
        index, written, address = _read(setting, text)
        indexes.append(index)
        if written is not None:
            far = source.moved(written, ast.unparse(setting.args[1]))
            moved |= {far} if far is not None and not far.terms else set()
        if index is not None and source.is_of_another(index, address):
            return _WRONG.format(ast.unparse(setting))
        if len(moved) > 1 or any(far.number > 0 for far in moved):
            return _WRONG.format(ast.unparse(setting))
    missing = _missing(source.literal or [], indexes)
    return None if missing is None else f"runs without an address for the tensor at index {missing}"


def _missing(elements: list[ast.expr], indexes: list[Index | None]) -> int | None:
    """Return the index of a tensor whose address nothing sets."""
    known = {index.number for index in indexes if index is not None and not index.terms}
    if not indexes or len(known) < len(indexes):
        return None
    return min(set(range(len(elements))) - known, default=None)


_WRONG = "runs with the address of another tensor, in `{}`"


def _read(setting: ast.Call, text: _Text) -> tuple[Index | None, Index | None, Element]:
    """Return the index of the tensor whose address is set in a round of the loop, the same as it is
    written there, and the address; no index if it does not show.
    """
    lists = text.lists_at(setting)
    name, address = setting.args
    written = _index_of_name(name, {}, lists)
    loops = list(text.loops_around(setting))
    rounds = lists.round_of(*loops[0]) if len(loops) == 1 else {}
    if len(loops) > 1 or rounds is None:
        return None, written, Element("")
    return _index_of_name(name, rounds, lists), written, lists.read(address, rounds)


def _index_of_name(
    name: ast.expr, rounds: Mapping[str, Element | Index], lists: Lists
) -> Index | None:
    """Return the index of the tensor that a name is of, if it is asked for by an index."""
    if isinstance(name, ast.Call) and _method(name) == "get_tensor_name" and len(name.args) == 1:
        return index_of(name.args[0], rounds)
    element = lists.read(name, rounds)
    return element.at if element.text.endswith(_NAME_OF_INDEX) else None
