"""Which bindings of a name each read of it can see, scope by scope.

This is a small flow analysis over `ast`. A binding is known by the text of what it binds, so that
the bindings of two versions of a file can be compared.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Sequence
from typing import Any

from trtmigrate.editing.bindings import (
    OUTER,
    UNBOUND,
    Read,
    Scope,
    Source,
    State,
    copied,
    few,
    joined,
    owner_of,
)
from trtmigrate.editing.bound_names import bound_names, captures, children, parameters
from trtmigrate.editing.segments import Segments

MAX_REPEATED_DEPTH = 5  # deeper loops are read once: the time would double with every level
_ENDS = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort"})
_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__builtins__", "__path__"}


Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (ast.Module, ast.ClassDef, *_FUNCTIONS)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ANCHORS = (ast.Attribute, ast.Subscript, ast.Call)


def module_scope(tree: ast.Module) -> Scope:
    """Return the scope of a module, not yet filled."""
    local, elsewhere = bound_names(tree.body)
    return Scope("", tree, None, local, elsewhere=elsewhere)


def fill_scope(scope: Scope, segments: Segments) -> list[Scope]:
    """Add what a scope binds and reads; return the scopes that start inside it, not yet filled."""
    return _Flow(scope, segments).run()


class _Flow:
    """One walk through the statements of a scope, in the order of execution."""

    def __init__(self, scope: Scope, segments: Segments) -> None:
        self.scope = scope
        self.segments = segments
        self.inside: dict[ast.AST, Scope] = {}
        self.state: State | None = {name: frozenset({self._entry(name)}) for name in scope.local}
        self.handlers: list[State] = []  # what an exception in each open `try` can find
        self.loops: list[tuple[list[State | None], list[State | None]]] = []  # break, continue
        self.blocks: list[ast.AST] = []
        self.statement: ast.stmt | ast.ExceptHandler | ast.match_case

    def _entry(self, name: str) -> Source:
        if isinstance(self.scope.node, ast.ClassDef):
            return OUTER
        if isinstance(self.scope.node, ast.Module) and name in _BUILTINS:
            return OUTER
        return UNBOUND

    def run(self) -> list[Scope]:
        """Fill the scope and return the scopes that start inside it."""
        node = self.scope.node
        if isinstance(node, _FUNCTIONS):
            for name in parameters(node.args):
                self._bind(name, Source("parameter"))
        if isinstance(node, _SCOPES):
            self._block(node.body)
        return list(self.inside.values())

    # Names

    def _bind(self, name: str, source: Source) -> None:
        scope = self.scope
        if name in scope.elsewhere:
            owner = owner_of(name, scope.parent or scope)
            (owner or scope).sources.setdefault(name, set()).add(source.text)
            return
        scope.sources.setdefault(name, set()).add(source.text)
        self._put(name, frozenset({source}))

    def _put(self, name: str, sources: frozenset[Source]) -> None:
        if self.state is not None and name in self.state:
            self.state[name] = sources
            for state in self.handlers:
                state[name] = few(state[name] | sources)

    def _read(self, node: ast.Name, around: ast.AST) -> None:
        if self.state is None:
            return
        read = self.scope.reads.get(node)
        if read is None:
            read = Read(node.id, node.lineno, self.statement, around)
            self.scope.reads[node] = read
        sources = self.state.get(node.id, frozenset({OUTER}))
        read.sources |= sources
        read.left |= any(s.block is not None and s.block not in self.blocks for s in sources)

    def _store(self, target: ast.AST, source: Source) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, source)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for place, element in enumerate(target.elts):
                self._store(element, Source(f"{source.text}[{place}]", source.block))
        elif isinstance(target, ast.Starred):
            self._store(target.value, source)
        else:
            self._expression(target, target)

    def _text(self, node: ast.AST) -> str:
        return self.segments.text_of(node)

    # Expressions

    def _expression(
        self, node: ast.AST | None, around: ast.AST, hidden: frozenset[str] = frozenset()
    ) -> None:
        if node is None or isinstance(node, ast.Constant):
            return
        if isinstance(node, ast.Name):
            if node.id not in hidden and isinstance(node.ctx, ast.Load):
                self._read(node, around)
        elif isinstance(node, ast.NamedExpr):
            self._expression(node.value, node, hidden)
            self._store(node.target, Source("=" + self._text(node.value)))
        elif isinstance(node, ast.Lambda):  # its body runs at another time
            self._expression(node.args, node, hidden)
        elif isinstance(node, _COMPREHENSIONS):
            self._comprehension(node, hidden)
        else:
            inner = node if isinstance(node, _ANCHORS) else around
            for child in children(node):
                self._expression(child, inner, hidden)

    def _comprehension(self, node: Comprehension, hidden: frozenset[str]) -> None:
        for generator in node.generators:
            self._expression(generator.iter, generator, hidden)
            hidden |= {n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)}
            for test in generator.ifs:
                self._expression(test, generator, hidden)
        if isinstance(node, ast.DictComp):
            self._expression(node.key, node, hidden)
            self._expression(node.value, node, hidden)
        else:
            self._expression(node.elt, node, hidden)

    # Statements

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self.statement = statement
            step = _STEPS.get(type(statement))
            if step is not None:
                step(self, statement)
            else:
                self._expression(statement, statement)

    def _definition(self, node: Function) -> None:
        for decorator in node.decorator_list:
            self._expression(decorator, node)
        self._expression(node.args, node)
        self._expression(node.returns, node)
        local, elsewhere = bound_names(node.body)
        local = (local | set(parameters(node.args))) - elsewhere
        self._start(node, local, elsewhere)
        self._bind(node.name, Source("def"))

    def _class(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self._expression(part, node)
        local, elsewhere = bound_names(node.body)
        self._start(node, local - elsewhere, elsewhere)
        self._bind(node.name, Source("class"))

    def _start(
        self, node: Function | ast.ClassDef, local: frozenset[str], elsewhere: set[str]
    ) -> None:
        if node in self.inside:
            return
        name = plain = f"{self.scope.name}.{node.name}"
        taken = {scope.name for scope in self.inside.values()}
        count = 1
        while name in taken:
            count += 1
            name = f"{plain}#{count}"
        self.inside[node] = Scope(name, node, self.scope, local, elsewhere=elsewhere)

    def _assign(self, node: ast.Assign) -> None:
        self._expression(node.value, node)
        source = Source("=" + self._text(node.value))
        for target in node.targets:
            self._store(target, source)
            if isinstance(target, ast.Name) and _mentions(node.value, target.id):
                self.scope.derived.add((target.id, source.text))

    def _augmented(self, node: ast.AugAssign) -> None:
        self._expression(node.value, node)
        if isinstance(node.target, ast.Name):
            self._read(node.target, node)
            self._bind(node.target.id, Source(self._text(node)))
        else:
            self._expression(node.target, node)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._expression(node.annotation, node)
        if node.value is not None:
            self._expression(node.value, node)
            self._store(node.target, Source("=" + self._text(node.value)))
        elif not isinstance(node.target, ast.Name):
            self._expression(node.target, node)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._put(target.id, frozenset({UNBOUND}))
            else:
                self._expression(target, node)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            bound = alias.asname or alias.name.split(".")[0]
            self._bind(bound, Source("import " + (alias.name if alias.asname else bound)))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name != "*":
                self._bind(alias.asname or alias.name, Source(f"import {module}.{alias.name}"))
            elif self.state is not None:  # may bind any name
                self.state = {name: sources | {OUTER} for name, sources in self.state.items()}

    def _leave(self, node: ast.stmt) -> None:
        self._expression(node, node)
        self.state = None

    def _call(self, node: ast.Expr) -> None:
        self._expression(node.value, node)
        if isinstance(node.value, ast.Call) and self._text(node.value.func) in _ENDS:
            self.state = None

    def _break(self, node: ast.stmt) -> None:
        if self.loops:
            self.loops[-1][isinstance(node, ast.Continue)].append(self.state)
        self.state = None

    def _if(self, node: ast.If) -> None:
        self._expression(node.test, node)
        self._branches([node.body, node.orelse])

    def _branches(self, branches: Sequence[Sequence[ast.stmt]]) -> None:
        start, ends = self.state, []
        for branch in branches:
            self.state = copied(start)
            self._block(branch)
            ends.append(self.state)
        self.state = joined(ends)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._expression(node.iter, node)
        source = Source("for " + self._text(node.iter), node)
        self._loop(node, lambda: self._store(node.target, source), forever=False)

    def _while(self, node: ast.While) -> None:
        forever = isinstance(node.test, ast.Constant) and bool(node.test.value)

        def test() -> None:
            self.statement = node
            self._expression(node.test, node)

        self._loop(node, test, forever)

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        begin: Callable[[], None],
        forever: bool,
    ) -> None:
        start = self.state
        broken: list[State | None] = []
        self.blocks.append(node)
        for _ in range(2 if len(self.loops) < MAX_REPEATED_DEPTH else 1):
            continued: list[State | None] = []
            self.loops.append((broken, continued))
            self.state = copied(start)
            begin()
            self._block(node.body)
            self.loops.pop()
            again = joined([start, self.state, *continued])
            if again == start:
                break
            start = again
        self.blocks.pop()
        self.state = None if forever else copied(start)
        self._block(node.orelse)
        self.state = joined([self.state, *broken])

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._expression(item.context_expr, node)
            if item.optional_vars is not None:
                source = Source("with " + self._text(item.context_expr), node)
                self._store(item.optional_vars, source)
        self.blocks.append(node)
        self._block(node.body)
        self.blocks.pop()

    def _try(self, node: ast.Try) -> None:
        found = copied(self.state)
        outside = self.handlers
        self.handlers = [*outside, found] if found is not None else outside
        self._block(node.body)
        self.handlers = outside
        self._block(node.orelse)
        ends = [self.state]
        for handler in node.handlers:
            self.state = copied(found)
            self.statement = handler
            self._expression(handler.type, handler)
            if handler.name is not None:
                self._bind(handler.name, Source("except"))
            self._block(handler.body)
            if handler.name is not None:
                self._put(handler.name, frozenset({UNBOUND}))
            ends.append(self.state)
        self._finally(node, ends, found)

    def _finally(self, node: ast.Try, ends: list[State | None], found: State | None) -> None:
        normal = joined(ends)
        if node.finalbody:
            self.state = joined([normal, found])
            self._block(node.finalbody)
        self.state = normal
        self._block(node.finalbody)

    def _match(self, node: ast.Match) -> None:
        self._expression(node.subject, node)
        start = self.state
        ends: list[State | None] = []
        for case in node.cases:
            self.state = copied(start)
            self.statement = case
            for name in captures(case.pattern):
                self._bind(name, Source("case " + self._text(node.subject)))
            self._expression(case.guard, case)
            self._block(case.body)
            ends.append(self.state)
        self.state = joined([*ends, start])


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


_STEPS: dict[type[ast.stmt], Callable[[_Flow, Any], None]] = {
    ast.FunctionDef: _Flow._definition,
    ast.AsyncFunctionDef: _Flow._definition,
    ast.ClassDef: _Flow._class,
    ast.Return: _Flow._leave,
    ast.Raise: _Flow._leave,
    ast.Delete: _Flow._delete,
    ast.Assign: _Flow._assign,
    ast.AugAssign: _Flow._augmented,
    ast.AnnAssign: _Flow._annotated,
    ast.For: _Flow._for,
    ast.AsyncFor: _Flow._for,
    ast.While: _Flow._while,
    ast.If: _Flow._if,
    ast.With: _Flow._with,
    ast.AsyncWith: _Flow._with,
    ast.Match: _Flow._match,
    ast.Try: _Flow._try,
    ast.Import: _Flow._import,
    ast.ImportFrom: _Flow._import_from,
    ast.Expr: _Flow._call,
    ast.Break: _Flow._break,
    ast.Continue: _Flow._break,
}
if sys.version_info >= (3, 11):
    _STEPS[ast.TryStar] = _Flow._try
