"""What every expression of a module is, and which uses of the removed API it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import libcst as cst

from trtmigrate import api
from trtmigrate.facts import at_hand
from trtmigrate.facts.domain.polynomials import atom
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    External,
    Instance,
    Ref,
    Span,
    Union,
    UserClass,
    UserInstance,
    Value,
    is_number,
    is_text,
)
from trtmigrate.facts.interpreter.expressions import Evaluator
from trtmigrate.facts.interpreter.reads import Read
from trtmigrate.facts.interpreter.statements import Interpreter
from trtmigrate.facts.models import tensorrt
from trtmigrate.facts.profile_signs import shows_several_profiles
from trtmigrate.facts.uses import AnyUse, CallUse, Context, Use
from trtmigrate.syntax.tree import Tree, code, dotted, walk


class Facts:
    """The facts of one module for one target."""

    def __init__(self, module: cst.Module, target: str) -> None:
        self.module = module
        self.target = target
        self.release = str(api.Release.parse(target))
        self.tree = Tree(module)
        self.several_profiles = shows_several_profiles(module)
        interpreter = Interpreter(self.tree, self.release, self.several_profiles)
        interpreter.run()
        self.interpreter = interpreter
        self.values = interpreter.values
        self.reads = interpreter.reads
        self.missing = api.missing_in(target)

    def value(self, node: cst.CSTNode) -> Value:
        """What an expression is."""
        return self.values.get(node, UNKNOWN)

    def kind(self, node: cst.CSTNode) -> str | None:
        """The TensorRT class of an expression."""
        value = self.value(node)
        return value.cls if isinstance(value, Instance) else None

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every use of a member of an object that the target lacks, in no particular order."""
        return tuple(use for use in self.all_uses if isinstance(use, Use))

    @cached_property
    def all_uses(self) -> tuple[AnyUse, ...]:
        """Every use of a member that the target lacks, in no particular order.

        Of a chain of names the longest counts: `trt.UffInputOrder.NCHW` is one use, not also one of
        `trt.UffInputOrder`.
        """
        found = [use for read in self.reads.values() for use in self._uses(read)]
        nodes = {use.node for use in found}
        return tuple(use for use in found if not self._goes_on(use.node, nodes))

    def _goes_on(self, node: cst.CSTNode, nodes: set[cst.CSTNode]) -> bool:
        parent = self.tree.parent(node)
        return isinstance(parent, cst.Attribute) and parent in nodes

    def _uses(self, read: Read) -> Iterator[AnyUse]:
        context, call = self._context(read.node)
        for member, lost_setter in self._members(read, context):
            receiver = getattr(read.node, "value", None)
            if isinstance(read.node, cst.Call):
                receiver = read.node.args[0].value
            if receiver is None:
                use = AnyUse(node=read.node, member=member, context=context, read=read)
            elif call is None:
                use = Use(
                    node=read.node, member=member, context=context, read=read, receiver=receiver
                )
            else:
                use = CallUse(
                    node=read.node,
                    member=member,
                    context=context,
                    read=read,
                    receiver=receiver,
                    call=call,
                )
            yield replace(use, lost_setter=lost_setter)

    def _members(self, read: Read, context: Context) -> Iterator[tuple[str, bool]]:
        owner, name = read.owner, read.member
        if isinstance(owner, Instance):
            for cls in tensorrt.lineage(owner.cls):
                full = f"{cls}.{name}"
                found = self.missing.get(full)
                if found is not None:
                    if found.kind == "setter" and context != "store":
                        return
                    if found.kind == "overload" and self._still_fits(read, cls):
                        return
                    yield full, found.kind == "setter"
                    return
            telling = owner.guessed or tensorrt.is_rare(name)
            if telling and name in self.missing_names and not tensorrt.has(owner.cls, name):
                yield f"?.{name}", False  # its class never had such a member
        elif isinstance(owner, Ref):
            if owner.name == "tensorrt" or owner.name.startswith("tensorrt."):
                full = f"{owner.name}.{name}".removeprefix("tensorrt.")
                found = self.missing.get(full)
                if found is not None and found.kind != "setter":
                    yield full, False
        elif isinstance(owner, (UserInstance, UserClass)):
            inherited = list(self._inherited(owner, name))
            yield from inherited
            known = self.interpreter.attribute(owner, name) != UNKNOWN
            if not inherited and not known and self._may_be_missing(read, certain=True):
                yield f"?.{name}", False
        elif owner == UNKNOWN or isinstance(owner, Union):
            if self._may_be_missing(read, certain=False):
                yield f"?.{name}", False
        elif isinstance(owner, External) and owner.is_made:
            return  # tensorrt_llm.Builder has a build_engine of its own
        elif self._may_be_missing(read, certain=True):
            yield f"?.{name}", False

    def _may_be_missing(self, read: Read, certain: bool) -> bool:
        """Whether a member of an object that cannot be followed has to be reported."""
        name = read.member
        if name not in self.missing_names or name in self._own_names:
            return False
        if certain:
            return tensorrt.is_certain(name)
        owner = getattr(read.node, "value", None)
        called = (dotted(owner) or "") if isinstance(owner, cst.CSTNode) else ""
        called = called.rpartition(".")[2]
        if tensorrt.is_kept_by(called, name, self.release):
            return False
        parameter = isinstance(owner, cst.Name) and self._is_parameter(owner)
        if parameter and self.interpreter.imports_tensorrt:
            if f"{tensorrt.class_called(called)}.{name}" in self.missing:
                return True
        return tensorrt.is_telling(name, self.interpreter.imports_tensorrt, called, parameter)

    def _is_parameter(self, node: cst.Name) -> bool:
        return any(
            isinstance(up, (cst.FunctionDef, cst.Lambda))
            and any(p.name.value == node.value for p in Evaluator.parameters(up))
            for up in self.tree.ancestors(node)
        )

    @cached_property
    def _own_names(self) -> frozenset[str]:
        """The functions and methods that the module defines itself."""
        return frozenset(n.name.value for n in walk(self.module) if isinstance(n, cst.FunctionDef))

    def _inherited(self, owner: UserInstance | UserClass, name: str) -> Iterator[tuple[str, bool]]:
        """A class of this module that derives from a TensorRT class has its members."""
        cls = owner.cls if isinstance(owner, UserInstance) else owner
        if (cls.node, name) in self.interpreter.known.attrs:
            return
        for base in self.interpreter.bases.get(cls.node, ()):
            if isinstance(base, Ref) and base.name.startswith("tensorrt."):
                full = f"{base.name.removeprefix('tensorrt.')}.{name}"
                if full in self.missing:
                    yield full, self.missing[full].kind == "setter"

    @cached_property
    def missing_names(self) -> frozenset[str]:
        return frozenset(member.rsplit(".", 1)[-1] for member in self.missing)

    def _still_fits(self, read: Read, cls: str) -> bool:
        """Whether the target has an overload for this call; `engine[x]` is gone only where x is a
        string.
        """
        if isinstance(read.node, cst.Subscript):
            index = read.node.slice[0].slice
            if not isinstance(index, cst.Index):
                return True
            value = self.value(index.value)
            return not is_text(value) and value != UNKNOWN
        call = self.tree.parent(read.node)
        if not isinstance(call, cst.Call) or call.func is not read.node:
            return False
        if any(arg.star for arg in call.args):
            return True
        keywords = {arg.keyword.value for arg in call.args if arg.keyword is not None}
        given = len(call.args) - len(keywords)
        for overload in api.overloads(cls, read.member, self.release):
            parameters = overload.parameters
            rest = parameters[given:]
            known = keywords <= {p.name for p in rest}
            if given <= len(parameters) and known:
                if all(p.has_default or p.name in keywords for p in rest):
                    return True
        return False

    def _context(self, node: cst.CSTNode) -> tuple[Context, cst.Call | None]:
        parent = self.tree.parent(node)
        if isinstance(node, cst.ImportAlias):
            return "import", None
        if isinstance(node, cst.Subscript):
            return "subscript", None
        if isinstance(node, cst.Call):  # len, getattr, hasattr
            func = code(node.func)
            if func == "hasattr":
                return "probe", None
            if func == "getattr" and len(node.args) > 2:
                return "probe", None
            if func == "getattr":
                called = isinstance(parent, cst.Call) and parent.func is node
                return (
                    ("call", parent) if called and isinstance(parent, cst.Call) else ("load", None)
                )
            return "load", None
        if isinstance(parent, cst.Call) and parent.func is node:
            return "call", parent
        if (
            isinstance(parent, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign))
            and parent.target is node
        ):
            return "store", None
        if isinstance(parent, cst.Element) and self.is_target(parent):
            return "store", None
        if isinstance(parent, cst.Del):
            return "delete", None
        return "load", None

    def is_target(self, node: cst.CSTNode) -> bool:
        for up in self.tree.ancestors(node):
            if isinstance(up, cst.AssignTarget):
                return True
            if isinstance(up, cst.For):
                return any(n is node for n in walk(up.target))
            if isinstance(up, cst.BaseStatement):
                return False
        return False

    # what is in scope

    def alias(self, use: AnyUse, module: str = "tensorrt") -> str | None:
        """The name that a module has where the use stands."""
        env = {**self.interpreter.known.globals, **use.read.env}
        known = next((n for n, v in env.items() if v == Ref(module)), None)
        return known if known is not None else self._imported_as(module)

    def _imported_as(self, module: str) -> str | None:
        """The name of a top-level import, where the variable holds something else elsewhere."""
        for line in self.module.body:
            for node in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                for alias in node.names if isinstance(node, cst.Import) else ():
                    if code(alias.name) == module:
                        return code(alias.asname.name) if alias.asname else module
        return None

    def engine_of(self, use: Use) -> cst.BaseExpression:
        """How to name the engine that a use is about: as the code around it does, or
        `context.engine`.
        """
        if use.engine is not None:
            return use.engine
        receiver = self.value(use.receiver)
        if isinstance(receiver, Instance) and receiver.cls == "IExecutionContext":
            own = ("engine of", receiver.origin) if receiver.origin is not None else None
            named = self.expression_for(receiver.owner or own, use)
            if named is not None:
                return named
            return cst.Attribute(use.receiver, cst.Name("engine"))
        return use.receiver

    def engine_at_end(self, use: Use, function: cst.FunctionDef) -> cst.BaseExpression | None:
        """How to name the engine of a context at the end of another method of its class."""
        receiver = self.value(use.receiver)
        env = self.interpreter.known.exits.get(function, {})
        if not isinstance(receiver, Instance) or receiver.owner is None:
            return None
        for name, value in env.items():
            if isinstance(value, Instance) and value.origin == receiver.owner:
                return cst.Name(name)
        return None

    def expression_for(self, origin: object, use: Use) -> cst.BaseExpression | None:
        """A variable or attribute of self that holds the object made at `origin`."""
        return at_hand.expression_for(self, origin, use)

    def name_for(self, index: cst.BaseExpression, use: Use) -> cst.BaseExpression | None:
        """An expression in scope that already is the name of the binding `index`; None if there is
        none.
        """
        return at_hand.name_for(self, index, use)

    def goes_over_all(self, node: cst.CSTNode) -> bool:
        """Whether an iterable is the range of all bindings, which become all I/O tensors."""
        value = self.value(node)
        if not isinstance(value, Span) or value.stop is None or value.start is None:
            return False
        per_profile = value.stop.without("profiles") or value.stop
        return value.start.constant == 0 and per_profile == atom("tensors", value.engine)

    def is_index(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is certainly an integer."""
        return is_number(self.value(node))

    def quoted(self, text: str) -> str:
        """A string literal in the quotes that the file uses most."""
        double = sum(isinstance(n, cst.SimpleString) and n.quote == '"' for n in self.tree.parents)
        single = sum(isinstance(n, cst.SimpleString) and n.quote == "'" for n in self.tree.parents)
        literal = repr(text)
        if double >= single and literal[0] == "'" and '"' not in text:
            return '"' + literal[1:-1] + '"'
        return literal
