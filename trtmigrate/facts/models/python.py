"""What Python's own functions and the usual libraries do to the values of the domain."""

from __future__ import annotations

import builtins
import re
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import libcst as cst

from trtmigrate.facts.domain.polynomials import Atom, Poly, atom, number
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    External,
    Function,
    Instance,
    IsInput,
    Items,
    Method,
    Number,
    Ref,
    Span,
    Table,
    TensorName,
    Text,
    UserClass,
    UserInstance,
    Value,
    Zipped,
    carries_suffix,
    is_text,
    join,
    poly_of,
)
from trtmigrate.facts.models import tensorrt
from trtmigrate.syntax.tree import code, dotted

if TYPE_CHECKING:
    from trtmigrate.facts.interpreter.expressions import Evaluator

_SAME_ITEMS = frozenset(
    [
        "builtins.list",
        "builtins.tuple",
        "builtins.sorted",
        "builtins.set",
        "builtins.iter",
        "numpy.array",
        "numpy.asarray",
        "numpy.ascontiguousarray",
        "copy.copy",
        "copy.deepcopy",
    ]
)
_VERSIONS = frozenset(
    [
        "packaging.version.parse",
        "packaging.version.Version",
        "distutils.version.LooseVersion",
        "distutils.version.StrictVersion",
        "pkg_resources.parse_version",
    ]
)


def name(text: str) -> Value:
    """A name that the module does not define."""
    if text in ("None", "True", "False"):
        return Const({"None": None, "True": True, "False": False}[text])
    return Ref("builtins." + text) if hasattr(builtins, text) else UNKNOWN


def attribute(ev: Evaluator, base: Ref, member: str) -> Value:
    """An attribute of a module or of something in one."""
    if base.name == "tensorrt" and member == "__version__":
        return Const(ev.target, versioned=True)
    return Ref(f"{base.name}.{member}")


def annotation(ev: Evaluator, node: cst.BaseExpression) -> Value:
    """The value that a type annotation promises: TensorRT's and this module's classes."""
    if isinstance(node, cst.Subscript):
        head = code(node.value).split(".")[-1]
        inner = [e.slice.value for e in node.slice if isinstance(e.slice, cst.Index)]
        if head == "Optional" and inner:
            return annotation(ev, inner[0])
        if head in ("List", "list", "Sequence", "Tuple", "tuple", "Iterable") and inner:
            return Items(annotation(ev, inner[0]))
        if head in ("Dict", "dict", "Mapping", "OrderedDict") and len(inner) == 2:
            return Table(annotation(ev, inner[0]), annotation(ev, inner[1]))
        return UNKNOWN
    if isinstance(node, cst.BinaryOperation):
        return join(annotation(ev, node.left), annotation(ev, node.right))
    if dotted(node) is None:
        return UNKNOWN
    value = ev.value(node)
    if isinstance(value, Ref) and value.name == "builtins.str":
        return Text()
    if isinstance(value, Ref) and value.name == "builtins.int":
        return Number(None)
    if isinstance(value, Ref) and value.name.startswith("tensorrt."):
        return tensorrt.instance_of(value.name.removeprefix("tensorrt."), None)
    if isinstance(value, UserClass):
        return UserInstance(value)
    return UNKNOWN


def element(ev: Evaluator, value: Value, loop: Hashable) -> Value:
    """What each round of a loop over `value` gives."""
    counter = atom("counter", loop)
    if isinstance(value, Span):
        start = value.start
        if start is None:
            start = atom("other", ("start", loop))
        long = value.stop - start if value.stop is not None and value.start is not None else None
        ev.lengths[Atom("counter", loop)] = long
        return Number(start + counter, value.engine)
    if isinstance(value, Instance) and value.cls == "ICudaEngine":
        ev.lengths[Atom("counter", loop)] = tensorrt.count(ev, "tensors", value.origin).poly
        return TensorName(value.origin, counter, ev.profiles)
    if isinstance(value, Instance) and value.cls == "INetworkDefinition":
        return Instance("ILayer", owner=value.origin)
    if isinstance(value, Zipped):
        return Items(UNKNOWN, tuple(element(ev, part, loop) for part in value.parts))
    if isinstance(value, Items):
        if value.items is not None and len(set(value.items)) > 1:
            return value.element
        return at_counter(value, counter)
    if isinstance(value, Table):
        return value.key
    return UNKNOWN


def at_counter(value: Items, index: Poly | None) -> Value:
    """The element of a list at an index: one made by counting knows its number."""
    made = value.element
    if value.counter is None:
        if isinstance(made, TensorName):
            return replace(made, index=None)
        if isinstance(made, Number):
            return Number(None, made.engine)
        return made
    old = Atom("counter", value.counter)
    if isinstance(made, (TensorName, IsInput)) and made.index is not None:
        moved = made.index.substitute(old, index) if index is not None else None
        if isinstance(made, TensorName):
            return replace(made, index=moved)
        return IsInput(made.engine, moved, made.negated)
    if isinstance(made, Number) and made.poly is not None:
        return Number(made.poly.substitute(old, index) if index is not None else None, made.engine)
    return made


def sliced(ev: Evaluator, base: Value, node: cst.Slice) -> Value:
    """`base[a:b]`."""
    if isinstance(base, Items):
        return Items(base.element)
    if isinstance(base, Const) and base.versioned:
        bounds = []
        for bound in (node.lower, node.upper, node.step):
            value = ev.values.get(bound, UNKNOWN) if bound is not None else Const(None)
            if not isinstance(value, Const):
                return UNKNOWN
            bounds.append(value.value)
        try:
            return Const(base.value[slice(*bounds)], True)
        except Exception:
            return UNKNOWN
    if is_text(base):
        return Text()
    return UNKNOWN


def _release(text: Any) -> Any:
    """A version as something that compares like one."""
    return tuple(int(part) for part in re.findall(r"\d+", str(text)))


def call(ev: Evaluator, func: str, node: cst.Call, args: list[Value]) -> Value:
    """A call of something reached by a dotted name."""
    first = args[0] if args else UNKNOWN
    if func.startswith("tensorrt."):
        return tensorrt.construct(ev, func.removeprefix("tensorrt."), node, args)
    if func == "builtins.range":
        bounds = [poly_of(a) for a in args]
        engine = next((a.engine for a in args if isinstance(a, Number) and a.engine), None)
        if len(bounds) == 1:
            return Span(number(0), bounds[0], engine)
        if len(bounds) == 2:
            return Span(bounds[0], bounds[1], engine)
        return Span(None, None, engine)
    if func == "builtins.enumerate":
        start = poly_of(args[1]) if len(args) > 1 else number(0)
        return Zipped((Span(start, None), first))
    if func == "builtins.zip":
        return Zipped(tuple(args))
    if func == "builtins.sorted":
        _keyed(ev, node, args)
    if func in _SAME_ITEMS:
        if isinstance(first, Instance) and first.cls == "ICudaEngine":
            name_of = TensorName(first.origin, atom("counter", node), ev.profiles)
            return Items(name_of, counter=node)
        if isinstance(first, Span):
            return Items(element(ev, first, node), counter=node)
        if isinstance(first, (Items, Zipped)) and not func.endswith(("sorted", "set")):
            return first
        if isinstance(first, Items):
            return Items(at_counter(first, None))
        if isinstance(first, Table):
            return first if func.startswith("copy.") else Items(first.key)
        return first if isinstance(first, Const) and first.versioned else Items(UNKNOWN)
    if func == "builtins.reversed":
        return Items(at_counter(first, None)) if isinstance(first, Items) else Items(UNKNOWN)
    if func in ("builtins.sum", "numpy.sum"):
        return total(ev, first)
    if func in ("builtins.len",):
        return length(ev, first, node)
    if func in ("builtins.int", "numpy.int32", "numpy.int64", "builtins.float"):
        if isinstance(first, Const):
            try:
                made = int(first.value) if "int" in func else float(first.value)
                return Const(made, first.versioned)
            except Exception:
                first = UNKNOWN
        if isinstance(first, Number):
            return first
        return UNKNOWN if func == "builtins.float" else Number(None)
    if func == "builtins.str":
        return first if is_text(first) else Text()
    if func in ("builtins.hasattr", "builtins.getattr"):
        return _probe(ev, func, node, args)
    if func == "polygraphy.backend.trt.util.get_bindings_per_profile":
        engine = first.origin if isinstance(first, Instance) else None
        return Number(atom("tensors", engine), engine)
    if func in ("builtins.min", "builtins.max") and args:
        _keyed(ev, node, args)
    if func in ("builtins.map", "builtins.filter") and len(args) >= 2:
        return _mapped(ev, func, node, args)
    if func in ("builtins.dict", "collections.OrderedDict"):
        return _table(first)
    if func in ("collections.namedtuple", "typing.NamedTuple") and len(node.args) >= 2:
        return _namedtuple(node, args)
    if func in _VERSIONS and isinstance(first, Const):
        return Const(_release(first.value), first.versioned)
    if func == "builtins.super" and ev.frame.cls is not None:
        bases = ev.bases.get(ev.frame.cls.node, ())
        of = [b.name for b in bases if isinstance(b, Ref) and b.name.startswith("tensorrt.")]
        return tensorrt.instance_of(of[0].removeprefix("tensorrt."), None) if of else UNKNOWN
    if func == "builtins.next":
        return element(ev, first, node)
    if func == "builtins.type" and isinstance(first, Instance):
        return Ref("tensorrt." + first.cls)
    if ev.is_foreign(func):
        return External(func + "()", node)
    return UNKNOWN


def total(ev: Evaluator, value: Value) -> Value:
    """The sum of a list: of `binding_is_input` over all bindings it is the number of inputs."""
    if isinstance(value, Items) and value.counter is not None:
        truth = value.element
        if isinstance(truth, IsInput):
            role = "outputs" if truth.negated else "inputs"
            count = atom(role, truth.engine)
            if ev.profiles:
                count = count * atom("profiles", truth.engine)
            return Number(count, truth.engine)
    return Number(None)


def length(ev: Evaluator, value: Value, node: cst.Call) -> Value:
    if isinstance(value, Instance):
        return tensorrt.length(ev, value, node)
    if isinstance(value, Items):
        if value.items is not None:
            return Const(len(value.items))
        return Number(value.length)
    if isinstance(value, Const):
        try:
            return Const(len(value.value), value.versioned)
        except Exception:
            return UNKNOWN
    return Number(None)


def _probe(ev: Evaluator, func: str, node: cst.Call, args: list[Value]) -> Value:
    """`hasattr` and `getattr` with a constant name."""
    if len(args) < 2 or not isinstance(args[1], Const) or not isinstance(args[1].value, str):
        return UNKNOWN
    member = args[1].value
    from trtmigrate.facts.interpreter.reads import Read

    ev.reads[node] = Read(node, args[0], member, ev.frame, dict(ev.frame.env), bool(ev.frame.dead))
    owner = args[0]
    if owner == UNKNOWN:
        ev.known.uses[ev.place(node.args[0].value)].add(member)
    if func.endswith("hasattr"):
        truth = tensorrt.has_member(ev, owner, member)
        return Const(truth, versioned=True) if truth is not None else UNKNOWN
    if isinstance(owner, Instance):
        found = tensorrt.member(ev, owner, member, node)
        return join(found, args[2]) if len(args) > 2 else found
    if isinstance(owner, Ref):
        return attribute(ev, owner, member)
    return UNKNOWN


def _mapped(ev: Evaluator, func: str, node: cst.Call, args: list[Value]) -> Value:
    each = element(ev, args[1], node)
    function = args[0]
    if isinstance(function, Function):
        params = list(function.node.params.params)
        if params and isinstance(function.node, cst.Lambda):
            ev.known.add(ev.known.params, (function.node, params[0].name.value), each)
    if func.endswith("filter"):
        return Items(each)
    if isinstance(function, Method):
        result = tensorrt.result(ev, function.obj, function.name, [each], node)
        return Items(result, counter=node)
    if isinstance(function, Function):
        return Items(ev.known.returns.get(function.node, UNKNOWN), counter=node)
    if isinstance(function, Ref) and function.name == "builtins.int":
        if isinstance(each, Const):
            return call(ev, "builtins.int", node, [each])
        if isinstance(args[1], Items) and args[1].items is not None:
            parts = tuple(call(ev, "builtins.int", node, [p]) for p in args[1].items)
            return Items(UNKNOWN, parts)
    return Items(UNKNOWN)


def _keyed(ev: Evaluator, node: cst.Call, args: list[Value]) -> None:
    """The function under `key=` is called with the elements."""
    for arg, value in zip(node.args, args, strict=True):
        if arg.keyword is not None and arg.keyword.value == "key" and isinstance(value, Function):
            params = list(value.node.params.params)
            if params:
                each = element(ev, args[0], node)
                ev.known.add(ev.known.params, (value.node, params[0].name.value), each)


def _table(first: Value) -> Value:
    if isinstance(first, Table):
        return first
    if isinstance(first, Zipped) and len(first.parts) == 2:
        sides = [p.element if isinstance(p, Items) else UNKNOWN for p in first.parts]
        return Table(sides[0], sides[1])
    if isinstance(first, Items) and isinstance(first.element, Items):
        pair = first.element.items
        if pair is not None and len(pair) == 2:
            return Table(pair[0], pair[1])
    return Table()


def _namedtuple(node: cst.Call, args: list[Value]) -> Value:
    fields: list[str] = []
    given = args[1]
    if isinstance(given, Const) and isinstance(given.value, str):
        fields = re.split(r"[,\s]+", given.value.strip())
    elif isinstance(given, Items) and given.items is not None:
        for item in given.items:
            inner = item.items[0] if isinstance(item, Items) and item.items else item
            if isinstance(inner, Const) and isinstance(inner.value, str):
                fields.append(inner.value)
    return UserClass(node, tuple(fields))


def _takes_locals(ev: Evaluator, node: cst.Call) -> None:
    """`self.__dict__.update(locals())` makes attributes of all variables of the function."""
    if len(node.args) != 1 or code(node.args[0].value) != "locals()":
        return
    func = node.func
    if isinstance(func, cst.Attribute) and code(func.value) in ("self.__dict__", "vars(self)"):
        holder = ev.frame.env.get("self")
        if isinstance(holder, UserInstance):
            for name, value in ev.frame.env.items():
                ev.known.add(ev.known.attrs, (holder.cls.node, name), value)


def method(
    ev: Evaluator, node: cst.Call, func: cst.Attribute, base: Value, args: list[Value]
) -> Value | None:
    """A method of a list, a dictionary or a string; None where it is something else."""
    called = func.attr.value
    if called == "update":
        _takes_locals(ev, node)
    if isinstance(base, Items):
        if called in ("append", "add") and args:
            grown = Items(join(base.element, args[0]))
            ev.assign(func.value, grown)
            return Const(None)
        if called == "extend" and args:
            ev.assign(func.value, Items(join(base.element, element(ev, args[0], node))))
            return Const(None)
        if called == "insert" and len(args) == 2:
            ev.assign(func.value, Items(join(base.element, args[1])))
            return Const(None)
        if called in ("index", "count"):
            truth = base.element
            if called == "count" and args == [Const(True)]:
                return total(ev, base)
            if called == "index" and isinstance(truth, TensorName) and args:
                return tensorrt.index_of(truth.engine, args[0])
            return Number(None)
        if called in ("pop",):
            return at_counter(base, None)
        if called in ("copy", "tolist"):
            return base
        return UNKNOWN
    if isinstance(base, Table):
        if called == "copy":
            return base
        if called == "items":
            return Items(Items(UNKNOWN, (base.key, base.value)))
        if called == "values":
            return Items(base.value)
        if called == "keys":
            return Items(base.key)
        if called in ("get", "pop", "setdefault") and args:
            return ev.item(base, args[0])
        return UNKNOWN
    if isinstance(base, Const) and isinstance(base.value, str):
        if all(isinstance(a, Const) for a in args) and hasattr(str, called):
            try:
                made = getattr(base.value, called)(*(a.value for a in args))  # type: ignore[attr-defined]
            except Exception:
                return UNKNOWN
            if isinstance(made, list):
                parts = tuple(Const(p, base.versioned) for p in made)
                return Items(UNKNOWN, parts, number(len(parts)))
            return Const(made, base.versioned)
        if called == "format" and carries_suffix(base):
            return TensorName(suffixed=True, added=True)
        return Text()
    if isinstance(base, TensorName):
        if called in ("split", "partition"):
            by = args[0] if args else UNKNOWN
            at_mark = isinstance(by, Const) and str(by.value).strip().startswith("[")
            clean = TensorName(base.engine, base.index if at_mark else None, cut=at_mark)
            return Items(Text(), (clean,))
        if called in ("startswith", "endswith"):
            return UNKNOWN
        return Text()
    return None
