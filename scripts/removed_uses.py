"""An independent scan of one Python file for uses of TensorRT members that a release lacks.

Plain `ast` and the tables of removed_names.py; it shares nothing with the package that it measures,
and knows no types. It would rather count too much than too little. How each name is decided:

- DISTINCTIVE names (`get_binding_shape`, `num_bindings`, ...) count as an attribute of anything,
  load, store or call, whatever the receiver is called, except namesakes (below). Refinements, where
  a member of the same name survives or users have their own: `build_engine` on what is not likely a
  builder counts only with an argument called like a network or a config; `set_shape_input` not with
  three or more arguments nor on a `*profile*` (IOptimizationProfile keeps it);
  `has_implicit_batch_dimension` not on a `*network*`; `int8_calibrator` is gone before 8.5 on a
  builder and in 11 on the rest; `active_optimization_profile` counts only where it is assigned.
- GENERIC names (`execute`, `get_shape`, `stride`, `precision`, `parse`, ...) count only where the
  receiver is likely to be of the class that lost them. `x.__class__ = trt.ISliceLayer` above in the
  same block, or in one around it, decides before all else. Either the file binds it to a call that
  makes such an object (`network.add_convolution(...)`, `trt.UffParser()`: MAKERS), directly or
  through an own function's `return`, an alias, a list, `with ... as` or an annotation; of a plain
  name the bindings in the same function, of `self.x` those in the same class, go before others. Or
  its last name says so (`*engine`, `*context*`: NAMED) and the file does not show every binding to
  be something else. Where the variable certainly holds what a `x.add_...(...)` above, in the same
  block or in one around it, has made, that call decides before the other bindings. For `op`,
  `bias`, `parse` and the like, which other classes keep (ELSEWHERE), the nearest binding above
  decides. `dtype` counts only where it is assigned; `get_shape` not in an algorithm selector.
- QUALIFIED names (enumerators and the like) count where the receiver's last name is the class
  (`trt.BuilderFlag.STRICT_TYPES`), or a name that the file binds to it.
- TOP names (classes and submodules) count as an attribute of the tensorrt module (of anything,
  where the name is unmistakable), in `from tensorrt import NAME` and `import tensorrt.NAME`.
- `len(e)`, `reversed(e)` count as `__len__`, and `e["x"]`, `e[f"..."]`, `e[name]` with `name` from
  `for name in e` as `__getitem__`, where `e` is likely an engine. `with trt.Refitter(...)` counts
  as `__enter__`; a method `free` of a subclass of `IGpuAllocator` as `free`; calls that are no
  longer taken with two arguments (TWO_ARGUMENTS) where they have two.
- The second argument of `getattr`, `hasattr`, `setattr`, `delattr` and the first of `attrgetter`,
  `methodcaller` is a PROBE, by the same rules; probes are kept apart from uses.
- NAMESAKES are kept apart, too: `self.NAME` (`cls`, `super()`), unless a class of the file derives
  from one of tensorrt's and no class of the file defines NAME; NAME on an object that the file
  binds only to its own class that defines NAME; on a parsed command line (`args`, `opt`, `opts`,
  `FLAGS`, `options`, `hparams`, or bound to `parse_args()`); on a module imported by `import`,
  other than tensorrt; and calls by bare name of a function that the file defines or imports.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from removed_names import (
    COMMAND_LINE,
    DISTINCTIVE,
    ELSEWHERE,
    GENERIC,
    LAYERS,
    MADE,
    NAMED,
    QUALIFIED,
    SELF,
    STORED_ONLY,
    TOP,
    TWO_ARGUMENTS,
    UNMISTAKABLE,
)


def by_name(table: dict[int, dict[str, str]], major: int) -> dict[str, list[str]]:
    """name -> classes that lost it by `major`, the earliest release first."""
    found: dict[str, list[str]] = defaultdict(list)
    for release in sorted(table):
        for cls, names in table[release].items():
            for name in names.split() if release <= major else ():
                found[name].append(cls)
    return found


@dataclass(frozen=True)
class Use:
    """One use of a removed name; line and column (in characters) are those of the name, from 1."""

    owner: str
    name: str
    line: int
    column: int
    probe: bool = False

    @property
    def member(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass
class Scan:
    """What a file holds: uses and probes in source order, and how often namesakes occur."""

    uses: list[Use] = field(default_factory=list)
    namesakes: Counter[str] = field(default_factory=Counter)


def dotted(node: ast.AST) -> str:
    """A receiver as text without arguments: `self.engines[].f()`; "" for what has no name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case ast.Subscript(value=value):
            return f"{dotted(value)}[]"
        case ast.Call(func=func):
            return f"{dotted(func)}()"
    return ""


def last(text: str) -> str:
    return text.rsplit(".", 1)[-1]


def defined_by(of: ast.ClassDef) -> Iterator[str]:
    """What a class body defines, and what its methods assign on self."""
    for statement in of.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield statement.name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
    for node in ast.walk(of):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def binds(statement: ast.AST, text: str) -> bool:
    """Whether anything in the statement assigns to `text` or to its `__class__`."""
    return any(
        isinstance(node, ast.Name | ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and dotted(node) in (text, f"{text}.__class__")
        for node in ast.walk(statement)
    )


class _File:
    """The lexical facts of one file: what is imported, defined, and bound to which call."""

    def __init__(self, tree: ast.Module) -> None:
        self.modules: set[str] = set()  # imported modules other than tensorrt, by local name
        self.tensorrt: set[str] = {"tensorrt"}
        self.alias: dict[str, str] = {}  # local name of a class or enum -> its own
        self.callables: set[str] = set()  # functions defined or imported, by local name
        self.classes: dict[str, set[str]] = {}  # own class -> what its body and self define
        self.values: dict[str, list[ast.expr]] = defaultdict(list)
        self.given: set[str] = set()  # what is assigned a `__class__`
        self.returns: dict[str, list[ast.expr]] = defaultdict(list)
        self.functions: list[tuple[int, int]] = []  # first and last line, as below
        self.bodies: list[tuple[int, int]] = []  # of classes
        self.selectors: list[tuple[int, int]] = []  # of the methods of algorithm selectors
        self.parents = {
            child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
        }
        self.derives = False  # a class of the file derives from one of tensorrt's
        self.known: dict[tuple[str, int, tuple[int, int]], set[str]] = {}
        for node in ast.walk(tree):
            self._note(node)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    root, _, rest = dotted(base).partition(".")
                    self.derives |= root in (self.tensorrt if rest else self.alias)
                    self.classes[node.name] |= self.classes.get(last(dotted(base)), set())
        self.own: set[str] = set().union(*self.classes.values())

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for n in names:
                    local = n.asname or n.name.split(".")[0]
                    if n.name.split(".")[0] == "tensorrt":
                        self.tensorrt.add(local)
                    else:
                        self.modules |= {local, n.asname or n.name}
            case ast.ImportFrom(module=module, names=names):
                trt = (module or "").split(".")[0] == "tensorrt"
                for n in names:
                    if trt:
                        self.alias[n.asname or n.name] = n.name
                    else:
                        self.callables.add(n.asname or n.name)
            case ast.ClassDef(name=name):
                self.classes.setdefault(name, set()).update(defined_by(node))
                self.bodies.append((node.lineno, node.end_lineno or node.lineno))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self.callables.add(name)
                self.functions.append((node.lineno, node.end_lineno or node.lineno))
                if name in ("select_algorithms", "report_algorithms"):
                    self.selectors.append(self.functions[-1])
                self.returns[name] += [
                    part.value
                    for part in ast.walk(node)
                    if isinstance(part, ast.Return) and part.value is not None
                ]
                for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                    known: ast.expr = arg.annotation or ast.Name(id="?")
                    made = ast.Call(func=known, args=[], keywords=[], lineno=arg.lineno)
                    self.values[arg.arg].append(made)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._bind(target, value)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case (ast.Tuple(elts=names), ast.Tuple(elts=parts)) if len(names) == len(parts):
                for name, part in zip(names, parts, strict=True):
                    self._bind(name, part)
            case ast.Attribute(value=of, attr="__class__"), _:
                self.given.add(dotted(of))
                self._bind(of, ast.Call(func=value, args=[], keywords=[], lineno=value.lineno))
            case ast.Name() | ast.Attribute() | ast.Subscript(), _:
                self.values[dotted(target)].append(value)
                if isinstance(value, ast.Attribute) and isinstance(target, ast.Name):
                    self.alias.setdefault(target.id, value.attr)
            case _:
                pass

    def makes(self, value: ast.expr, depth: int = 8) -> set[str]:
        """The classes that the expression may be of: TensorRT's, "own:Name", "literal",
        "command line", "?" for the rest."""
        if depth < 0:
            return {"?"}
        match value:
            case ast.IfExp(body=a, orelse=b):
                return self.makes(a, depth) | self.makes(b, depth)
            case ast.BoolOp(values=parts):
                return set().union(*(self.makes(part, depth) for part in parts))
            case ast.Constant(value=None):
                return set()
            case (
                ast.Constant(value=str() | bytes() | int())
                | ast.JoinedStr()
                | ast.Dict()
                | ast.List()
            ):
                return {"literal"}
            case ast.Await(value=inner):
                return self.makes(inner, depth)
            case ast.Call(func=ast.Attribute(value=of, attr="parse")):
                parser = "UffParser" in self.makes(of, depth - 1)
                return {"IBlobNameToTensor"} if parser else {"?"}
            case ast.Call(func=func):
                name = last(dotted(func))
                if name in self.classes:
                    return {f"own:{name}"}
                if name in ("parse_args", "parse_known_args"):
                    return {"command line"}
                own = [r for r in self.returns.get(name, ()) if r is not value]
                made = set().union(*(self.makes(r, depth - 1) for r in own)) - {"?"}
                return made or {MADE.get(self.alias.get(name, name), "?")}
            case ast.Name() | ast.Attribute() | ast.Subscript() if dotted(value) in self.values:
                return self.kinds_of(value, depth - 1)
            case ast.Subscript(value=of):
                return self.elements(of, depth - 1)
        return {"?"}

    def elements(self, container: ast.expr, depth: int) -> set[str]:
        found: set[str] = set()
        for value in self.values.get(dotted(container), ()):
            match value:
                case ast.List(elts=parts) | ast.Tuple(elts=parts):
                    for part in parts:
                        found |= self.makes(part, depth)
                case ast.ListComp(elt=part):
                    found |= self.makes(part, depth)
        return found or {"?"}

    def scope(self, node: ast.expr) -> tuple[int, int]:
        """The lines of the function around a plain name, of the class around what is self's."""
        spans = self.functions if isinstance(node, ast.Name) else self.bodies
        if not isinstance(node, ast.Name) and not dotted(node).startswith("self."):
            return 0, 0
        return max((s for s in spans if s[0] <= node.lineno <= s[1]), default=(0, 0))

    def bindings(self, node: ast.expr) -> list[ast.expr]:
        """What the file binds to that text, in the same scope if there is any."""
        values = self.values.get(dotted(node), [])
        first, end = self.scope(node)
        return [v for v in values if first <= v.lineno <= end] or values

    def kinds_of(self, node: ast.expr, depth: int) -> set[str]:
        key = dotted(node), depth, self.scope(node)
        if key not in self.known:
            self.known[key] = {"?"}  # for a name that is bound to itself
            self.known[key] = set().union(*(self.makes(v, depth) for v in self.bindings(node)))
        return self.known[key]

    def bound_last(self, node: ast.expr) -> set[str]:
        """The classes that the binding nearest above makes."""
        above = [value for value in self.bindings(node) if value.lineno <= node.lineno]
        return self.makes(max(above, key=lambda value: value.lineno)) if above else {"?"}

    def class_given(self, node: ast.expr) -> str | None:
        """The class of tensorrt's last given to it by `x.__class__ = trt.CLS` before, in the block
        of the statement or in one around it; None where nothing is, or x may be another since."""
        text = dotted(node)
        if text not in self.given:
            return None
        child: ast.AST = node
        while not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            parent = self.parents.get(child)
            if parent is None or (isinstance(parent, ast.For) and dotted(parent.target) == text):
                return None
            for _, block in ast.iter_fields(parent):
                above = isinstance(block, list) and child in block and block[: block.index(child)]
                for before in reversed(above or []):
                    match before:
                        case ast.Assign(
                            targets=[ast.Attribute(value=of, attr="__class__")], value=cls
                        ) if dotted(of) == text:
                            return self.of_tensorrt(cls)
                    if binds(before, text):
                        return None
            child = parent
        return None

    def added_last(self, node: ast.expr) -> set[str]:
        """The classes that the `x.add_...()` makes whose result the variable certainly holds: it is
        assigned above in the block, or in one around it, with no other assignment between; empty
        where there is none.
        """
        text = dotted(node)
        child: ast.AST = node
        while not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            parent = self.parents.get(child)
            if parent is None:
                return set()
            for _, block in ast.iter_fields(parent):
                above = isinstance(block, list) and child in block and block[: block.index(child)]
                for before in reversed(above or []):
                    match before:
                        case ast.Assign(
                            targets=[ast.Name() as name],
                            value=ast.Call(func=ast.Attribute(attr=called)) as made,
                        ) if name.id == text and called.startswith("add_"):
                            return (self.makes(made) - {"?"}) or {"ILayer"}
                    if binds(before, text):
                        return set()
            if isinstance(parent, ast.For | ast.While) and binds(parent, text):
                return set()  # by an earlier round, perhaps
            child = parent
        return set()

    def of_tensorrt(self, node: ast.expr) -> str | None:
        root, _, rest = dotted(node).partition(".")
        return rest if rest and root in self.tensorrt else self.alias.get(root)

    def likely(self, receiver: ast.expr) -> set[str]:
        """The classes that the receiver is likely to be of, by its bindings and by its name."""
        bound = self.makes(receiver)
        if bound and "?" not in bound:
            return bound
        name = last(dotted(receiver))
        return bound | {cls for cls, pattern in NAMED.items() if pattern.search(name)}

    def is_namesake(self, receiver: ast.expr, name: str) -> bool:
        text = dotted(receiver)
        if text in SELF:
            return name in self.own or not self.derives
        if text in self.modules or last(text) in COMMAND_LINE:
            return True
        if text in self.classes:
            return name in self.classes[text]
        kinds = self.makes(receiver)
        return bool(kinds) and all(
            kind == "command line" or (kind[:4] == "own:" and name in self.classes[kind[4:]])
            for kind in kinds
        )


class _Scanner:
    def __init__(self, text: str, major: int) -> None:
        self.major = major
        self.tree = ast.parse(text)
        self.lines = re.split(r"\r\n|\r|\n", text)
        self.file = _File(self.tree)
        self.distinctive = by_name(DISTINCTIVE, major)
        self.generic = by_name(GENERIC, major)
        self.qualified = by_name(QUALIFIED, major)
        self.top = {n for release, names in TOP.items() if release <= major for n in names.split()}
        self.scan = Scan()
        self.kept = {  # IOptimizationProfile.set_shape_input(input, min, opt, max) survives
            id(node.func)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call)
            and last(dotted(node.func)) == "set_shape_input"
            and len(node.args) + len(node.keywords) >= 3
        }
        self.others = {  # receivers of a build_engine that is given neither a network nor a config
            id(node.func.value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and not any(
                re.search(r"net|config|cfg", last(dotted(arg)), re.I)
                for arg in (*node.args, *(keyword.value for keyword in node.keywords))
            )
        }

    def place(self, line: int, byte: int) -> tuple[int, int]:
        return line, len(self.lines[line - 1].encode()[:byte].decode(errors="replace")) + 1

    def add(self, owner: str, name: str, line: int, byte: int, probe: bool = False) -> None:
        self.scan.uses.append(Use(owner, name, *self.place(line, byte), probe))

    def run(self) -> Scan:
        iterated = set(self.names_from_engines())
        for node in ast.walk(self.tree):
            match node:
                case ast.Attribute(value=receiver, attr=name) if id(node) not in self.kept:
                    stored = not isinstance(node.ctx, ast.Load)
                    self.member(receiver, name, self.end_of(node), stored=stored)
                case ast.Call():
                    self.call(node)
                case ast.Subscript(value=of, slice=key, ctx=ast.Load()) if self.is_engine(of):
                    if self.is_name(key) or (isinstance(key, ast.Name) and key.id in iterated):
                        self.add("ICudaEngine", "__getitem__", key.lineno, key.col_offset)
                case ast.With(items=items) | ast.AsyncWith(items=items):
                    for item in items:
                        made = self.file.makes(item.context_expr)
                        if self.major >= 10 and "Refitter" in made:
                            where = item.context_expr
                            self.add("Refitter", "__enter__", where.lineno, where.col_offset)
                case ast.ImportFrom() | ast.Import():
                    self.imported(node)
                case ast.ClassDef(bases=bases, body=body) if self.major >= 10:
                    if any(last(dotted(base)) == "IGpuAllocator" for base in bases):
                        for part in body:
                            if isinstance(part, ast.FunctionDef) and part.name == "free":
                                self.add("IGpuAllocator", "free", part.lineno, part.col_offset)
        self.scan.uses.sort(key=lambda use: (use.line, use.column))
        return self.scan

    @staticmethod
    def end_of(node: ast.Attribute) -> tuple[int, int]:
        """Line and byte of the attribute's name."""
        return node.end_lineno or 0, (node.end_col_offset or 0) - len(node.attr.encode())

    @staticmethod
    def is_name(key: ast.expr) -> bool:
        text = isinstance(key, ast.Constant) and isinstance(key.value, str)
        return text or isinstance(key, ast.JoinedStr)

    def is_engine(self, node: ast.expr) -> bool:
        likely = self.file.likely(node)
        return self.major >= 10 and "ICudaEngine" in likely and not dotted(node).endswith("s")

    def names_from_engines(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            match node:
                case ast.For(target=ast.Name(id=name), iter=of) if self.is_engine(of):
                    yield name
                case ast.comprehension(target=ast.Name(id=name), iter=of) if self.is_engine(of):
                    yield name

    def call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id="len" | "reversed"), args=[of]) if self.is_engine(of):
                self.add("ICudaEngine", "__len__", node.lineno, node.col_offset)
            case ast.Call(
                func=ast.Name(id="getattr" | "hasattr" | "setattr" | "delattr" as how),
                args=[receiver, ast.Constant(value=str(name)) as text, *_],
            ):
                at = (text.lineno, text.col_offset)
                self.member(receiver, name, at, stored=how == "setattr", probe=True)
            case ast.Call(func=func, args=[ast.Constant(value=str(name)) as text, *_]) if last(
                dotted(func)
            ) in ("attrgetter", "methodcaller"):
                if name in self.distinctive:
                    owner = self.distinctive[name][-1]
                    self.add(owner, name, text.lineno, text.col_offset, probe=True)
            case ast.Call(func=ast.Attribute(attr=name) as func) if name in TWO_ARGUMENTS:
                release, owner = TWO_ARGUMENTS[name]
                if release <= self.major and len(node.args) + len(node.keywords) == 2:
                    self.add(owner, name, *self.end_of(func))
            case ast.Call(func=ast.Name(id=name)):
                if name in self.distinctive and name in self.file.callables:
                    self.scan.namesakes[name] += 1

    def imported(self, node: ast.ImportFrom | ast.Import) -> None:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for name in node.names:
            path = f"{module}.{name.name}" if module else name.name
            root, _, rest = path.partition(".")
            first = rest.split(".")[0]
            if root == "tensorrt" and first in self.top:
                self.add("", first, name.lineno, name.col_offset)

    def member(
        self,
        receiver: ast.expr,
        name: str,
        at: tuple[int, int],
        *,
        stored: bool,
        probe: bool = False,
    ) -> None:
        owner = self.owner(receiver, name, stored)
        if owner is None:
            return
        if owner and self.file.is_namesake(receiver, name):
            self.scan.namesakes[name] += 1
        else:
            self.add(owner, name, *at, probe=probe)

    def owner(self, receiver: ast.expr, name: str, stored: bool) -> str | None:
        """The class whose removed member this is; "" for one of the module; None for no use."""
        text = dotted(receiver)
        if name in self.top and (text in self.file.tensorrt or UNMISTAKABLE.fullmatch(name)):
            return ""
        of = self.file.alias.get(last(text), last(text))
        if of in self.qualified.get(name, ()):
            return of
        if name in STORED_ONLY and not stored:
            return None
        likely = self.file.likely(receiver)
        if given := self.file.class_given(receiver):
            likely = {given, "ILayer"} if given.endswith("Layer") else {given}
        elif made := self.file.added_last(receiver):
            likely = made
        elif name in ELSEWHERE and text in self.file.values:
            likely = self.file.bound_last(receiver)
        if name == "get_shape" and any(
            first <= receiver.lineno <= end for first, end in self.file.selectors
        ):
            return None
        for cls in self.generic.get(name, ()):
            if cls in likely or (cls == "ILayer" and LAYERS & likely):
                return cls
        if name not in self.distinctive or self.survives(receiver, name, likely):
            return None
        owners = self.distinctive[name]
        return next((cls for cls in owners if cls in likely), owners[-1])

    def survives(self, receiver: ast.expr, name: str, likely: Iterable[str]) -> bool:
        text = last(dotted(receiver)).lower()
        match name:
            case "int8_calibrator":
                return self.major < 11 and "Builder" not in likely
            case "build_engine":
                return id(receiver) in self.others and "Builder" not in likely
            case "set_shape_input":
                return "profile" in text
            case "has_implicit_batch_dimension":
                return "network" in text
        return False


def scan(text: str, target: str = "10") -> Scan:
    """The uses of what `target` lacks in the Python source `text`.

    Raises SyntaxError, ValueError or RecursionError where `ast` cannot parse it.
    """
    return _Scanner(text, int(target.split(".")[0])).run()
