"""Runs a module over the abstract domain: statements, functions and classes, to a fixed point."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from trtmigrate.facts.domain.polynomials import Atom, Poly
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    External,
    Function,
    Instance,
    Items,
    Number,
    Ref,
    Table,
    TensorName,
    Text,
    UserClass,
    UserInstance,
    Value,
    join,
    rebrand,
)
from trtmigrate.facts.interpreter.imports import Importer
from trtmigrate.facts.interpreter.state import Env, Frame
from trtmigrate.facts.models import tensorrt
from trtmigrate.syntax.tree import Tree, Try, dotted, walk

MAX_ROUNDS = 6  # a chain of helper functions deeper than this is not followed


class Interpreter(Importer):
    """One module. `run` fills `values`: what every expression node is."""

    def __init__(self, tree: Tree, target: str, profiles: bool) -> None:
        super().__init__(tree, target, profiles)
        self.functions: list[tuple[cst.FunctionDef, UserClass | None, Frame | None]] = []

    def run(self) -> None:
        previous: object = None
        for _ in range(MAX_ROUNDS):
            self.values.clear()
            self.reads.clear()
            self.dead.clear()
            self.profile_divisions.clear()
            self._round()
            self._guess()
            state = (
                dict(self.known.params),
                dict(self.known.returns),
                dict(self.known.attrs),
                dict(self.known.globals),
                dict(self.known.guesses),
            )
            if state == previous:
                break
            previous = state

    def _round(self) -> None:
        self.functions.clear()
        frame = Frame(self.tree.module, {})
        self.frame = frame
        self.block(self.tree.module.body)
        self.known.exits[self.tree.module] = frame.env
        done = 0
        while done < len(self.functions):
            node, cls, outer = self.functions[done]
            self._function(node, cls, outer)
            done += 1

    def _guess(self) -> None:
        """Makes objects out of unknown places that are used as only one TensorRT class can be."""
        for place, members in self.known.uses.items():
            called = str(place[1]) if isinstance(place, tuple) else ""
            cls = tensorrt.class_with(members, self.imports_tensorrt, called)
            if cls is not None:
                self.known.guesses[place] = Instance(cls, ("place", place), guessed=True)

    # functions and classes

    def _function(self, node: cst.FunctionDef, cls: UserClass | None, outer: Frame | None) -> None:
        dead = 1 if node in self.dead else 0
        frame = Frame(node, {}, outer, cls, dead)
        self.frame = frame
        for position, param in enumerate(self.parameters(node)):
            name = param.name.value
            place = (node, name)
            value = self.known.params.get(place, UNKNOWN)
            if position == 0 and cls is not None and not self.is_static(node):
                value = cls if self.is_classmethod(node) else UserInstance(cls)
            elif param.annotation is not None:
                value = self._promised(value, self.annotated(param.annotation))
            if param.default is not None:
                value = join(value, self.known.params.get((node, "=" + name), UNKNOWN))
            if param.star == "*":
                value = Items(UNKNOWN)
            elif param.star == "**":
                value = Table()
            if value == UNKNOWN and param.annotation is not None:
                value = self._of_another_library(param.annotation)
            value = self.guessed(value, place)
            frame.env[name] = rebrand(value, ("param", node, name))
        if not self.known.returns.get(node):
            self.known.returns.setdefault(node, UNKNOWN)
        self.block(node.body.body)
        self.known.exits[node] = frame.env
        if node.returns is not None:
            self.known.add(self.known.returns, node, self.annotated(node.returns))

    @staticmethod
    def _promised(value: Value, annotated: Value) -> Value:
        """What is known of a parameter: what calls hand over, which tells more than the class that
        an annotation names.
        """
        if isinstance(value, Instance) and isinstance(annotated, Instance):
            if value.cls == annotated.cls and not value.guessed:
                return value
        return join(value, annotated)

    def _of_another_library(self, node: cst.Annotation) -> Value:
        """What `builder: tensorrt_llm.Builder` promises: no object of TensorRT's."""
        value = self.values.get(node.annotation, UNKNOWN)
        made = External(f"{value.name}()") if isinstance(value, Ref) else External("")
        return made if made.is_made and self.is_foreign(made.name) else UNKNOWN

    def _define_function(self, node: cst.FunctionDef) -> None:
        for decorator in node.decorators:
            self.value(decorator.decorator)
        for param in self.parameters(node):
            if param.default is not None:
                default = self.value(param.default)
                self.known.add(self.known.params, (node, "=" + param.name.value), default)
        cls = self.frame.cls if isinstance(self.frame.node, cst.ClassDef) else None
        if self.frame.dead:
            self.dead.add(node)
        outer = self.frame.outer if isinstance(self.frame.node, cst.ClassDef) else self.frame
        self.functions.append((node, cls, outer))
        self.frame.env[node.name.value] = Function(node)
        if cls is not None:
            properties = {dotted(d.decorator) for d in node.decorators}
            if "property" in properties or "cached_property" in properties:
                self.known.add(
                    self.known.attrs,
                    (cls.node, node.name.value),
                    self.known.returns.get(node, UNKNOWN),
                )
            else:
                self.known.attrs[(cls.node, node.name.value)] = Function(node)
        self.store_global(node.name.value, Function(node))

    def _define_class(self, node: cst.ClassDef) -> None:
        cls = UserClass(node, self._fields(node))
        bases = tuple(self.value(arg.value) for arg in (*node.bases, *node.keywords))
        self.bases[node] = bases
        for decorator in node.decorators:
            self.value(decorator.decorator)
        outer = self.frame
        self.frame = Frame(node, {}, outer, cls, outer.dead)
        self.block(node.body.body)
        for name, value in self.frame.env.items():
            if not isinstance(value, Function):
                self.known.add(self.known.attrs, (node, name), value)
        self.frame = outer
        outer.env[node.name.value] = cls
        self.store_global(node.name.value, cls)

    @staticmethod
    def _fields(node: cst.ClassDef) -> tuple[str, ...] | None:
        """The names that the constructor of a dataclass or NamedTuple takes, in order."""
        has_init = False
        names = []
        for line in node.body.body:
            if isinstance(line, cst.FunctionDef) and line.name.value == "__init__":
                has_init = True
            if isinstance(line, cst.SimpleStatementLine):
                for small in line.body:
                    if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
                        names.append(small.target.value)
        return None if has_init or not names else tuple(names)

    # statements

    def block(self, body: object) -> None:
        for statement in body:  # type: ignore[attr-defined]
            dead = self.frame.exits
            if dead:
                self.frame.dead += 1
                self.frame.exits = False
            self.statement(statement)
            if dead:
                self.frame.dead -= 1
                self.frame.exits = True

    def statement(self, node: cst.CSTNode) -> None:
        method = getattr(self, "on_" + type(node).__name__, None)
        if method is not None:
            method(node)

    def on_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        for small in node.body:
            self.statement(small)

    def on_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._define_function(node)

    def on_ClassDef(self, node: cst.ClassDef) -> None:
        self._define_class(node)

    def on_Expr(self, node: cst.Expr) -> None:
        self.value(node.value)

    def on_Assign(self, node: cst.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.assign(target.target, value)

    def on_AnnAssign(self, node: cst.AnnAssign) -> None:
        value = self.annotated(node.annotation)
        if node.value is not None:
            value = join(self.value(node.value), value)
        if (
            node.value is not None
            or not isinstance(node.target, cst.Name)
            or isinstance(self.frame.node, cst.ClassDef)
        ):
            self.assign(node.target, value)

    def on_AugAssign(self, node: cst.AugAssign) -> None:
        old, by = self.value(node.target), self.value(node.value)
        name = type(node.operator).__name__.removesuffix("Assign")
        result = self.operate(name, old, self.symbol(by, old, node.value))
        if name in ("FloorDivide", "Divide") and self.is_over_profiles(old):
            if not self.is_over_profiles(result):
                self.profile_divisions[node] = None
        self.assign(node.target, result)

    def on_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            value = self.value(node.value)
            if isinstance(self.frame.node, cst.FunctionDef) and not self.frame.dead:
                self.known.add(self.known.returns, self.frame.node, value)
        self.frame.exits = True

    def on_Raise(self, node: cst.Raise) -> None:
        for part in (node.exc, node.cause.item if node.cause else None):
            if part is not None:
                self.value(part)
        self.frame.exits = True

    def on_Continue(self, node: cst.Continue) -> None:
        self.frame.exits = True

    def on_Break(self, node: cst.Break) -> None:
        self.frame.exits = True

    def on_Assert(self, node: cst.Assert) -> None:
        self.value(node.test)
        self._is_now(node.test)
        if node.msg is not None:
            self.value(node.msg)

    def _is_now(self, test: cst.BaseExpression) -> None:
        """After `assert engine.get_binding_name(i) == name` the variable holds that name."""
        if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
            return
        (target,) = test.comparisons
        if not isinstance(target.operator, cst.Equal):
            return
        for one, other in ((test.left, target.comparator), (target.comparator, test.left)):
            name = self.values.get(other, UNKNOWN)
            known = isinstance(name, TensorName) and name.index is not None and not name.suffixed
            held = self.values.get(one, UNKNOWN)
            vague = held == UNKNOWN or (isinstance(held, TensorName) and held.index is None)
            if known and isinstance(one, cst.Name) and (vague or isinstance(held, Text)):
                self.frame.env[one.value] = name

    def on_Del(self, node: cst.Del) -> None:
        self.value(node.target)

    def on_Global(self, node: cst.Global) -> None:
        self.declared_global.setdefault(self.frame.node, set()).update(
            n.name.value for n in node.names
        )

    def on_Import(self, node: cst.Import) -> None:
        self.import_module(node)

    def on_ImportFrom(self, node: cst.ImportFrom) -> None:
        self.import_from(node)

    def on_If(self, node: cst.If) -> None:
        truth = self.target_truth(node.test)
        self.value(node.test)
        if truth is None and node.orelse is not None:
            truth = tensorrt.newer_branch(node.body, node.orelse)
        before = dict(self.frame.env)
        exits_before = self.frame.exits
        self._branch(node.body, dead=truth is False)
        then_env, then_exits = self.frame.env, self.frame.exits
        self.frame.env, self.frame.exits = before, exits_before
        if node.orelse is not None:
            orelse = node.orelse.body if isinstance(node.orelse, cst.Else) else node.orelse
            self._branch(orelse, dead=truth is True)
        else_exits = self.frame.exits
        if truth is True or (else_exits and not then_exits):
            self.frame.env = then_env
        elif not (truth is False or then_exits):
            self.frame.env = self.merge(then_env, self.frame.env, node)
        if truth is None:
            self.frame.exits = then_exits and else_exits
        else:
            self.frame.exits = then_exits if truth else else_exits

    def _branch(self, body: cst.CSTNode, dead: bool) -> None:
        self.frame.dead += dead
        if isinstance(body, cst.If):
            self.statement(body)
        else:
            self.block(body.body)  # type: ignore[attr-defined]
        self.frame.dead -= dead

    def merge(self, a: Env, b: Env, node: cst.CSTNode) -> Env:
        """The environment after two ways through `node`."""
        merged: Env = {}
        for name in {**a, **b}:
            if name in a and name in b:
                merged[name] = rebrand(join(a[name], b[name]), ("merge", node, name))
            else:
                merged[name] = a.get(name, UNKNOWN) if name in a else b[name]
        return merged

    def _loop(self, node: cst.For | cst.While) -> None:
        before = dict(self.frame.env)
        for _ in range(2):
            self._forget_round(node)
            if isinstance(node, cst.For):
                self.assign(node.target, self.element_of(node.iter, self.value(node.iter), node))
            else:
                self.value(node.test)
            self.block(node.body.body)
            self.frame.exits = False
            self.frame.env = self.merge(before, self.frame.env, node)
        if node.orelse is not None:
            self.block(node.orelse.body.body)

    def _forget_round(self, loop: cst.For | cst.While) -> None:
        """What was counted or made in one round of a loop is another thing in the next."""
        for name, value in self.frame.env.items():
            if isinstance(value, TensorName) and value.index and self._varies(value.index, loop):
                self.frame.env[name] = replace(value, index=None)
            elif isinstance(value, Number) and value.poly and self._varies(value.poly, loop):
                self.frame.env[name] = replace(value, poly=None)

    def _varies(self, poly: Poly, loop: cst.For | cst.While) -> bool:
        """Whether a number may have another value in every round of a loop."""
        for one in poly.atoms:
            if one == Atom("counter", loop):
                return True
            keys = one.key if isinstance(one.key, tuple) else ()
            if one.role == "other" and any(
                isinstance(key, cst.CSTNode) and loop in self.tree.ancestors(key) for key in keys
            ):
                return True
        return False

    def on_For(self, node: cst.For) -> None:
        self._loop(node)

    def on_While(self, node: cst.While) -> None:
        self._loop(node)

    def on_With(self, node: cst.With) -> None:
        for item in node.items:
            value = self.value(item.item)
            if item.asname is not None:
                self.assign(item.asname.name, value)
        self.block(node.body.body)

    def on_Try(self, node: Try) -> None:
        fallback = self.is_probe(node)
        before = dict(self.frame.env)
        self.frame.dead += fallback
        self.block(node.body.body)
        self.frame.dead -= fallback
        after = self.frame.env
        exits = self.frame.exits
        for handler in node.handlers:
            if handler.type is not None:
                self.value(handler.type)
            self.frame.env = self.merge(before, after, handler)
            self.frame.exits = False
            if handler.name is not None:
                self.assign(handler.name.name, UNKNOWN)
            unreached = fallback or self.never_raised(node, handler)
            self.frame.dead += unreached
            self.block(handler.body.body)
            self.frame.dead -= unreached
            if not self.frame.exits:
                after = self.merge(after, self.frame.env, handler)
                exits = False
        self.frame.env, self.frame.exits = after, exits
        if node.orelse is not None:
            self.block(node.orelse.body.body)
        if node.finalbody is not None:
            self.block(node.finalbody.body.body)

    on_TryStar = on_Try

    def on_Match(self, node: cst.Match) -> None:
        self.value(node.subject)
        before = dict(self.frame.env)
        total: Env | None = None
        for case in node.cases:
            self.frame.env = dict(before)
            self._pattern(case.pattern)
            if case.guard is not None:
                self.value(case.guard)
            self.block(case.body.body)
            self.frame.exits = False
            total = self.merge(total, self.frame.env, node) if total is not None else self.frame.env
        self.frame.env = self.merge(before, total or before, node)

    def _pattern(self, pattern: cst.CSTNode) -> None:
        """Evaluates the values that a pattern compares with, and binds its names."""
        for node in walk(pattern):
            if isinstance(node, cst.MatchValue):
                self.value(node.value)
            elif isinstance(node, cst.MatchClass):
                self.value(node.cls)
            elif isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
                self.assign(node.name, UNKNOWN)
            elif isinstance(node, cst.MatchMapping) and node.rest is not None:
                self.assign(node.rest, UNKNOWN)

    # assignment

    def assign(self, target: cst.CSTNode, value: Value) -> None:
        if isinstance(target, cst.Name):
            name = target.value
            place = (self.frame.node, name)
            value = self.guessed(value, place)
            self.values[target] = value
            if name in self.declared_global.get(self.frame.node, ()):
                self.known.add(self.known.globals, name, value)
            else:
                self.frame.env[name] = value
                self.store_global(name, value)
        elif isinstance(target, cst.Attribute):
            base = self.value(target.value)
            self.values[target] = value
            if target.attr.value == "__class__" and isinstance(value, Ref):
                made = tensorrt.instance_of(value.name.removeprefix("tensorrt."), target)
                if value.name.startswith("tensorrt.") and made != UNKNOWN:
                    self.assign(target.value, made)
                    return
            self.read_member(target, base, "store", value)
            if isinstance(base, UserInstance):
                self.known.add(self.known.attrs, (base.cls.node, target.attr.value), value)
            elif isinstance(base, UserClass):
                self.known.add(self.known.attrs, (base.node, target.attr.value), value)
            elif target.attr.value == "__class__" and isinstance(value, Ref):
                self._turn_into(target.value, base, value.name)
        elif isinstance(target, cst.Subscript):
            base = self.value(target.value)
            index = self.subscript_index(target)
            if isinstance(base, Items):
                self.assign(target.value, Items(join(base.element, value), None, base.length, None))
            elif isinstance(base, Table):
                entries = base.entries
                if isinstance(index, Const) and isinstance(index.value, str):
                    kept = tuple(e for e in entries if e[0] != index.value)
                    entries = (*kept, (index.value, value))
                self.assign(
                    target.value, Table(join(base.key, index), join(base.value, value), entries)
                )
        elif isinstance(target, (cst.Tuple, cst.List)):
            self._unpack(target, value)
        elif isinstance(target, cst.StarredElement):
            self.assign(target.value, value)

    def _turn_into(self, node: cst.BaseExpression, value: Value, name: str) -> None:
        """`layer.__class__ = trt.IConvolutionLayer`: how a program gets at the members of the kind
        of layer that `get_layer` gave it.
        """
        if name.startswith("tensorrt."):
            owner = value.owner if isinstance(value, Instance) else None
            origin = value.origin if isinstance(value, Instance) else None
            made = tensorrt.instance_of(name.removeprefix("tensorrt."), origin, owner)
            if made != UNKNOWN:
                self.assign(node, made)

    def _unpack(self, target: cst.Tuple | cst.List, value: Value) -> None:
        elements = target.elements
        starred = any(isinstance(e, cst.StarredElement) for e in elements)
        for position, element in enumerate(elements):
            part = self.item(value, position) if not starred else UNKNOWN
            if isinstance(value, Number):
                part = UNKNOWN
            self.assign(element.value, part)

    def store_global(self, name: str, value: Value) -> None:
        """Module variables are seen from functions as the join of all their assignments."""
        own = self.frame.dead or self.frame.comprehended
        if self.frame.node is self.tree.module and not own:
            self.known.add(self.known.globals, name, value)
