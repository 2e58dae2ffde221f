"""What Python's own functions and the usual libraries do to the values of the domain."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from trtmigrate.facts.domain import arithmetic
from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.polynomials import number
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    External,
    Function,
    Instance,
    Items,
    Method,
    Number,
    Ref,
    Span,
    Table,
    TensorName,
    Text,
    Value,
    Zipped,
    is_text,
    poly_of,
)
from trtmigrate.facts.models import callables, containers, modules, name_hints, strings, tensorrt
from trtmigrate.facts.models.containers import Outcome, element_at, element_in_round
from trtmigrate.facts.models.external_call import Call
from trtmigrate.facts.models.machine import Machine
from trtmigrate.syntax.tree import code

_IS_TENSORRT = re.compile(r"tensorrt\s*([<>=!~].*)?").fullmatch  # as a requirement names it


def name(text: str) -> Value:
    """Return what a name is that the module does not define."""
    if text in ("None", "True", "False"):
        return Const({"None": None, "True": True, "False": False}[text])
    return Ref("builtins." + text) if hasattr(builtins, text) else UNKNOWN


def attribute(machine: Machine, base: Ref, member: str) -> Value:
    """Return an attribute of a module, or of something in a module."""
    if base.name == "tensorrt" and member == "__version__":
        return Const(machine.release, versioned=True)
    if name_hints.hands_on_tensorrt(base.name, member):
        return Ref("tensorrt")
    return Ref(tensorrt.current_path(f"{base.name}.{member}"))


def imported_module(function: cst.BaseExpression, args: list[Value]) -> Value:
    """Return what a function of unknown origin gives if it imports tensorrt: it says so by its
    name, and has the name of the module as an argument: `lazy_import("tensorrt>=8.5")`.
    """
    texts = [arg.value for arg in args if isinstance(arg, Const) and isinstance(arg.value, str)]
    if not any(map(_IS_TENSORRT, texts)):
        return UNKNOWN
    called = code(function).rpartition(".")[2].lower()
    imports = any(word in called for word in ("import", "lazy"))
    return Ref("tensorrt") if imports else UNKNOWN


def method(
    machine: Machine, base: Value, member: str, node: cst.Call, args: list[Value]
) -> Outcome | None:
    """Return the outcome of a method of a list, a dictionary or a string; None for others."""
    if isinstance(base, Items):
        return containers.list_method(machine, base, member, node, args)
    if isinstance(base, Table):
        return containers.table_method(machine, base, member, args)
    if isinstance(base, TensorName) or (isinstance(base, Const) and isinstance(base.value, str)):
        return Outcome(strings.string_method(base, member, args))
    return None


def call(machine: Machine, func: str, node: cst.Call, args: list[Value]) -> Value:
    """Return the result of a call of the function with the dotted name `func`."""
    if func.startswith("tensorrt."):
        return tensorrt.construct(func.removeprefix("tensorrt."), node)
    function = _FUNCTIONS.get(func)
    if function is not None:
        result = function(Call(machine, func, node, args))
        if result is not None:
            return result
    return External(func + "()", node) if name_hints.is_foreign(func) else UNKNOWN


# Each function returns None where it has nothing to say about its arguments.


def _range(call: Call) -> Value:
    bounds = [poly_of(arg) for arg in call.args]
    engine = next((a.engine for a in call.args if isinstance(a, Number) and a.engine), None)
    if len(bounds) == 1:
        return Span(number(0), bounds[0], engine)
    if len(bounds) == 2:
        return Span(bounds[0], bounds[1], engine)
    return Span(None, None, engine)


def _enumerate(call: Call) -> Value:
    start = poly_of(call.args[1]) if len(call.args) > 1 else number(0)
    return Zipped((Span(start, None), call.first), numbered=True)


def _zip(call: Call) -> Value:
    return Zipped(tuple(call.args))


def _same_items(call: Call) -> Value:
    """`list(x)`, `numpy.array(x)`, `copy.copy(x)`: the items of `x` again, in the same order."""
    first = call.first
    if isinstance(first, (Items, Zipped)):
        return first
    if isinstance(first, Table) and call.name.startswith("copy."):
        return first
    return _items_of(call)


def _in_other_order(call: Call) -> Value:
    """`sorted(x)`, `set(x)`: the items of `x`, in an order that is not known."""
    made = call.first if isinstance(call.first, Items) else _items_of(call)
    return Items(element_at(call.machine, made, None)) if isinstance(made, Items) else made


def _items_of(call: Call) -> Value:
    first = call.first
    if isinstance(first, Instance) and first.cls == "ICudaEngine":
        return Items(element_in_round(call.machine, first, call.node), counter=call.node)
    if isinstance(first, Span):
        return Items(element_in_round(call.machine, first, call.node), counter=call.node)
    if isinstance(first, Table):
        return Items(first.key)
    return first if isinstance(first, Const) and first.versioned else Items(UNKNOWN)


def _sorted(call: Call) -> Value:
    _hand_to_key(call)
    return _in_other_order(call)


def _reversed(call: Call) -> Value:
    if isinstance(call.first, Span):
        return Span(None, None, call.first.engine)
    return _in_other_order(call)


def _sum(call: Call) -> Value:
    return containers.total(call.machine, call.first)


def _len(call: Call) -> Value:
    return containers.length(call.machine, call.first, call.node)


def _divmod(call: Call) -> Value:
    """The quotient is what `//` gives."""
    if len(call.args) != 2:
        return UNKNOWN
    rest = arithmetic.operate("Modulo", *call.args)
    return Items(Number(None), (arithmetic.operate("FloorDivide", *call.args), rest))


def _integer(call: Call) -> Value:
    return _as_integer(call.first)


def _as_integer(value: Value) -> Value:
    if isinstance(value, Const):
        try:
            return Const(int(value.value), value.versioned)
        except Exception:
            return Number(None)
    return replace(value, is_float=False) if isinstance(value, Number) else Number(None)


def _float(call: Call) -> Value:
    first = call.first
    if isinstance(first, Const):
        try:
            return Const(float(first.value), first.versioned)
        except Exception:
            return UNKNOWN
    return first if isinstance(first, Number) else UNKNOWN


def _str(call: Call) -> Value:
    return call.first if is_text(call.first) else Text()


def _next(call: Call) -> Value:
    return element_in_round(call.machine, call.first, call.node)


def _type(call: Call) -> Value | None:
    return Ref("tensorrt." + call.first.cls) if isinstance(call.first, Instance) else None


def _super(call: Call) -> Value | None:
    bases = call.machine.bases_here()
    if bases is None:
        return None
    for base in bases:
        if isinstance(base, Ref) and base.name.startswith("tensorrt."):
            return tensorrt.instance_of(base.name.removeprefix("tensorrt."), None)
    return UNKNOWN


def _least_or_greatest(call: Call) -> None:
    """`min` and `max` call their key function; which element they return is not followed."""
    if call.args:
        _hand_to_key(call)


def _hand_to_key(call: Call) -> None:
    """The function under `key=` is called with the elements."""
    for arg, value in zip(call.node.args, call.args, strict=True):
        if arg.keyword is not None and arg.keyword.value == "key" and isinstance(value, Function):
            if value.node.params.params:
                each = element_in_round(call.machine, call.args[0], call.node)
                call.machine.hand_over(value, [each])


def _hasattr(call: Call) -> Value:
    member = _asked_member(call)
    if member is None:
        return UNKNOWN
    truth = tensorrt.has_member(call.machine, call.first, member)
    return Const(truth, versioned=True) if truth is not None else UNKNOWN


def _getattr(call: Call) -> Value:
    member = _asked_member(call)
    owner = call.first
    if member is not None and isinstance(owner, Instance):
        found = tensorrt.member(call.machine, owner, member, call.node)
        return join(found, call.args[2]) if len(call.args) > 2 else found
    if member is not None and isinstance(owner, Ref):
        return attribute(call.machine, owner, member)
    return UNKNOWN


def _asked_member(call: Call) -> str | None:
    """Return the constant name that `hasattr` or `getattr` asks for, and note that it is read."""
    if len(call.args) < 2:
        return None
    owner, member = call.args[:2]
    if not isinstance(member, Const) or not isinstance(member.value, str):
        return None
    call.machine.note_read(call.node, owner, member.value)
    if owner is UNKNOWN:
        call.machine.note_use(call.node.args[0].value, member.value)
    return member.value


def _filter(call: Call) -> Value | None:
    if len(call.args) < 2:
        return None
    return Items(_hand_each(call))


def _map(call: Call) -> Value | None:
    if len(call.args) < 2:
        return None
    each = _hand_each(call)
    function = call.args[0]
    if isinstance(function, Method):
        made = tensorrt.result(call.machine, function.obj, function.name, [each], call.node)
        return Items(made, counter=call.node)
    if isinstance(function, Function):
        return Items(call.machine.result_of(function), counter=call.node)
    if function == Ref("builtins.int"):
        if isinstance(each, Const):
            return _as_integer(each)
        if isinstance(call.args[1], Items) and call.args[1].items is not None:
            return Items(UNKNOWN, tuple(_as_integer(part) for part in call.args[1].items))
    return Items(UNKNOWN)


def _hand_each(call: Call) -> Value:
    """Return each element that `map` and `filter` call their function with; a lambda learns it."""
    each = element_in_round(call.machine, call.args[1], call.node)
    function = call.args[0]
    if isinstance(function, Function) and isinstance(function.node, cst.Lambda):
        call.machine.hand_over(function, [each])
    return each


def _dict(call: Call) -> Value:
    first = call.first
    if isinstance(first, Table):
        return first
    if isinstance(first, Zipped) and len(first.parts) == 2:
        key, value = (p.element if isinstance(p, Items) else UNKNOWN for p in first.parts)
        return Table(key, value)
    if isinstance(first, Items) and isinstance(first.element, Items):
        pair = first.element.items
        if pair is not None and len(pair) == 2:
            return Table(pair[0], pair[1])
    return Table()


def _operate(operator: str) -> Callable[[Call], Value | None]:
    """Return the model of a function of the module `operator` that does what an operator does."""

    def called(call: Call) -> Value | None:
        return arithmetic.operate(operator, *call.args) if len(call.args) == 2 else None

    return called


_FUNCTIONS: dict[str, Callable[[Call], Value | None]] = {
    **modules.FUNCTIONS,
    **callables.FUNCTIONS,
    "operator.add": _operate("Add"),
    "operator.sub": _operate("Subtract"),
    "operator.mul": _operate("Multiply"),
    "operator.floordiv": _operate("FloorDivide"),
    "operator.truediv": _operate("Divide"),
    "operator.mod": _operate("Modulo"),
    "builtins.range": _range,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.list": _same_items,
    "builtins.tuple": _same_items,
    "builtins.iter": _same_items,
    "numpy.array": _same_items,
    "numpy.asarray": _same_items,
    "numpy.ascontiguousarray": _same_items,
    "copy.copy": _same_items,
    "copy.deepcopy": _same_items,
    "builtins.set": _in_other_order,
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "builtins.sum": _sum,
    "numpy.sum": _sum,
    "numpy.count_nonzero": _sum,
    "builtins.len": _len,
    "builtins.divmod": _divmod,
    "builtins.int": _integer,
    "numpy.int32": _integer,
    "numpy.int64": _integer,
    "builtins.float": _float,
    "builtins.str": _str,
    "builtins.next": _next,
    "builtins.type": _type,
    "builtins.super": _super,
    "builtins.min": _least_or_greatest,
    "builtins.max": _least_or_greatest,
    "builtins.hasattr": _hasattr,
    "builtins.getattr": _getattr,
    "builtins.filter": _filter,
    "builtins.map": _map,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
}
