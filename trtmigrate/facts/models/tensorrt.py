"""What TensorRT's own functions and members give back."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.binding_indexes import is_binding_index
from trtmigrate.facts.domain.polynomials import Poly, atom
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    External,
    Instance,
    IsInput,
    Items,
    Method,
    Number,
    Origin,
    Ref,
    TensorMode,
    TensorName,
    Text,
    Value,
    Variable,
    is_text,
    poly_of,
)
from trtmigrate.facts.models.machine import Machine

# classes


def lineage(cls: str) -> tuple[str, ...]:
    """Return a class and its bases, nearest first."""
    found = [cls]
    for base in api.bases(cls):
        found += [b for b in lineage(base) if b not in found]
    return tuple(found)


def has(cls: str, name: str) -> bool:
    """True if a class has, or ever had, a member."""
    return any(c in api.everywhere(name) for c in lineage(cls))


def is_method(cls: str, name: str) -> bool:
    """True if a member of a class is a method."""
    return any(api.parameters(c, name) for c in lineage(cls))


def has_member(machine: Machine, owner: Value, name: str) -> bool | None:
    """Return what `hasattr(owner, name)` gives on the target; None if `owner` is not TensorRT's."""
    if isinstance(owner, Instance):
        return api.exists(owner.cls, name, machine.release)
    if isinstance(owner, Ref) and owner.name == "tensorrt":
        return api.exists("", name, machine.release)
    if isinstance(owner, Ref) and owner.name.startswith("tensorrt."):
        return api.exists(owner.name.removeprefix("tensorrt."), name, machine.release)
    return None


@functools.lru_cache(maxsize=4096)
def current_path(path: str) -> str:
    """Return where a dotted name is today: TensorRT 5 and 6 kept the package of TensorRT 4 as
    `tensorrt.legacy`, and what was in `tensorrt.infer` is in the package itself, most of it under
    the same name.
    """
    parts = path.split(".")
    if parts[:2] == ["tensorrt", "legacy"]:
        del parts[1]
    if parts[:2] == ["tensorrt", "infer"] and len(parts) > 2:
        if f"infer.{parts[2]}" not in api.missing_in(str(api.releases()[-1])):
            del parts[1]
    return ".".join(parts)


def instance_of(name: str, origin: Origin | None, owner: Origin | None = None) -> Value:
    """Return an object of the class `name`; UNKNOWN if TensorRT has no class of this name."""
    return Instance(name, origin, owner) if api.members(name) else UNKNOWN


# counts, indexes and names of bindings


def count(machine: Machine, role: str, engine: Origin | None) -> Number:
    """Return a count of bindings: of all profiles where the code shows a sign of several."""
    poly = atom(role, engine)
    return Number(poly * atom("profiles", engine) if machine.several_profiles else poly, engine)


def tensors_of(engine: Origin | None) -> Number:
    """Return the number of bindings of one profile."""
    return Number(atom("tensors", engine), engine)


def inputs_counted(machine: Machine, truth: IsInput, rounds: Poly | None) -> Number:
    """Return how many bindings are inputs, or are not, in a loop of so many rounds."""
    role = "outputs" if truth.negated else "inputs"
    if rounds == atom("tensors", truth.engine):
        return Number(atom(role, truth.engine), truth.engine)
    if rounds == count(machine, "tensors", truth.engine).poly:
        return count(machine, role, truth.engine)
    return Number(None, truth.engine)


def index_of(engine: Origin | None, name: Value, node: cst.CSTNode | None = None) -> Number:
    """Return the binding index of a name: of a literal, of a counted name, or of what the variable
    at `node` holds.
    """
    if isinstance(name, TensorName) and name.index is not None and not name.cut:
        return Number(name.index, engine)
    if isinstance(name, TensorName) and (name.added or name.cut):
        return Number(None, engine)
    if isinstance(name, Const) and not isinstance(node, cst.Name):
        return Number(atom("index", (engine, name.value)), engine)
    if isinstance(node, cst.Name):  # the program's own variable, also where its value is known
        return Number(atom("index", (engine, Variable(node.value, name))), engine)
    return Number(None, engine)


def name_in_round(machine: Machine, engine: Instance, loop: Hashable) -> TensorName:
    """Return the name that a round of a loop over an engine gets."""
    return TensorName(engine.origin, atom("counter", loop), machine.several_profiles)


def element_in_round(machine: Machine, obj: Instance, loop: Hashable) -> Value:
    """Return what each round of a loop over an object gets."""
    if obj.cls == "ICudaEngine":
        machine.note_rounds(loop, count(machine, "tensors", obj.origin).poly)
        return name_in_round(machine, obj, loop)
    if obj.cls == "INetworkDefinition":
        return Instance("ILayer", owner=obj.origin)
    return UNKNOWN


# members

_MEMBERS: dict[tuple[str, str], Callable[[Machine, Instance], Value]] = {
    ("ICudaEngine", "num_bindings"): lambda machine, obj: count(machine, "tensors", obj.origin),
    ("ICudaEngine", "num_io_tensors"): lambda machine, obj: tensors_of(obj.origin),
    ("ICudaEngine", "num_optimization_profiles"): lambda machine, obj: Number(
        atom("profiles", obj.origin), obj.origin
    ),
    ("IExecutionContext", "engine"): lambda machine, obj: Instance(
        "ICudaEngine", obj.owner or ("engine of", obj.origin)
    ),
}


def member(machine: Machine, obj: Instance, name: str, node: cst.CSTNode) -> Value:
    """Return what reading `obj.name` gives."""
    known = _MEMBERS.get((obj.cls, name))
    if known is not None:
        return known(machine, obj)
    if name == "has_implicit_batch_dimension":
        if api.as_release(machine.release).major >= 10:
            return Const(False, versioned=True)
    listed = api.property_type(obj.cls, name) or ""
    if listed.startswith("list["):
        return Items(instance_of(listed[5:-1], None, obj.owner or obj.origin))
    kind = _property_type(obj.cls, name)
    if kind is not None:
        made = instance_of(kind, ("member", obj.origin, name), obj.owner or obj.origin)
        return made if made is not UNKNOWN else External(f"tensorrt.{obj.cls}.{name}")
    if is_method(obj.cls, name):
        return Method(obj, name)
    return External(f"tensorrt.{obj.cls}.{name}", node)


def _property_type(cls: str, name: str) -> str | None:
    return next((t for c in lineage(cls) if (t := api.value_type(f"{c}.{name}"))), None)


def inherited(cls: str, name: str) -> Value:
    """Return an attribute that a class of the module has from its TensorRT base `cls`."""
    if cls in api.everywhere(name) and is_method(cls, name):
        return Method(Instance(cls), name)
    return UNKNOWN


def subscript(machine: Machine, obj: Instance, index: Value, node: cst.Subscript) -> Value:
    """Return `obj[index]`: `engine["x"]` is an index, `engine[0]` a name, `network[0]` a layer."""
    if obj.cls == "INetworkDefinition":
        return Instance("ILayer", node, obj.origin)
    if obj.cls != "ICudaEngine":
        return UNKNOWN
    inner = node.slice[0].slice
    if is_text(index):
        return index_of(obj.origin, index, getattr(inner, "value", None))
    if not isinstance(index, (Number, Const)):
        used_as_index = is_binding_index(node, machine.tree, machine.values)
        if not isinstance(inner, cst.Index) or not used_as_index:
            return UNKNOWN
        machine.correct(inner.value, Text())  # what has an index is a name
        return index_of(obj.origin, index, inner.value)
    return TensorName(obj.origin, poly_of(index), machine.several_profiles)


def length(machine: Machine, obj: Instance, node: cst.Call) -> Value:
    """Return `len(obj)`."""
    machine.note_read(node, obj, "__len__")
    return bindings_of(machine, obj)


def bindings_of(machine: Machine, obj: Instance) -> Number:
    """Return how many bindings a loop over an object goes over, if it is an engine."""
    return count(machine, "tensors", obj.origin) if obj.cls == "ICudaEngine" else Number(None)


# calls


def call(machine: Machine, func: Method, node: cst.Call, args: list[Value]) -> Value:
    """Return the result of a method; its parameters tell what its unknown arguments are."""
    types = api.parameter_types(func.obj.cls, func.name)
    order = list(types)
    given = []
    for position, arg in enumerate(node.args):
        if arg.star:
            break
        given.append(args[position])
        name = arg.keyword.value if arg.keyword is not None else None
        if name is None and position < len(order):
            name = order[position]
        kind = types.get(name) if name is not None else None
        if kind is not None and _tells_argument(kind):
            machine.expect(arg.value, kind)
    return result(machine, func.obj, func.name, given, node)


def _tells_argument(kind: str) -> bool:
    """True if a parameter of this type takes only objects of one TensorRT class."""
    if kind in ("ILogger", "Weights") or kind[:1] not in "IOB":
        return False
    return bool(api.members(kind)) and not api.is_enum(kind)


def _count_bindings(machine: Machine, obj: Instance, args: list[Value], node: cst.CSTNode) -> Value:
    return count(machine, "tensors", obj.origin)


def _binding_name(machine: Machine, obj: Instance, args: list[Value], node: cst.CSTNode) -> Value:
    index = poly_of(args[0]) if args else None
    return TensorName(obj.origin, index, machine.several_profiles)


def _tensor_name(machine: Machine, obj: Instance, args: list[Value], node: cst.CSTNode) -> Value:
    return TensorName(obj.origin, poly_of(args[0]) if args else None, False)


def _binding_index(machine: Machine, obj: Instance, args: list[Value], node: cst.CSTNode) -> Value:
    given = node.args if isinstance(node, cst.Call) else ()
    name = args[0] if args else UNKNOWN
    return index_of(obj.origin, name, given[0].value if given else None)


def _is_input(machine: Machine, obj: Instance, args: list[Value], node: cst.CSTNode) -> Value:
    first = args[0] if args else UNKNOWN
    index = first.index if isinstance(first, TensorName) else poly_of(first)
    return IsInput(obj.origin, index)


def _tensor_mode(machine: Machine, obj: Instance, args: list[Value], node: cst.CSTNode) -> Value:
    index = args[0].index if args and isinstance(args[0], TensorName) else None
    return TensorMode(obj.origin, index)


def compare_mode(operator: str, mode: TensorMode, other: Value) -> Value:
    """Return the value of `engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT`."""
    if not isinstance(other, Ref) or (operator not in _SAME and operator not in _OTHER):
        return UNKNOWN
    kind = other.name.removeprefix("tensorrt.TensorIOMode.")
    if kind not in ("INPUT", "OUTPUT"):
        return UNKNOWN
    return IsInput(mode.engine, mode.index, negated=(kind == "OUTPUT") != (operator in _OTHER))


_SAME = ("Equal", "Is")
_OTHER = ("NotEqual", "IsNot")


def _context(machine: Machine, obj: Instance, args: list[Value], node: cst.CSTNode) -> Value:
    return Instance("IExecutionContext", node, obj.origin)


_RESULTS: dict[tuple[str, str], Callable[[Machine, Instance, list[Value], cst.CSTNode], Value]] = {
    ("ICudaEngine", "get_nb_bindings"): _count_bindings,
    ("ICudaEngine", "get_binding_name"): _binding_name,
    ("ICudaEngine", "get_tensor_name"): _tensor_name,
    ("ICudaEngine", "get_binding_index"): _binding_index,
    ("ICudaEngine", "binding_is_input"): _is_input,
    ("ICudaEngine", "get_tensor_mode"): _tensor_mode,
    ("ICudaEngine", "create_execution_context"): _context,
    ("ICudaEngine", "create_execution_context_without_device_memory"): _context,
}


def result(
    machine: Machine, obj: Instance, name: str, args: list[Value], node: cst.CSTNode
) -> Value:
    """Return what a method of `obj` returns for these positional arguments."""
    known = _RESULTS.get((obj.cls, name))
    if known is not None:
        return known(machine, obj, args, node)
    if name == "__enter__":
        return obj
    kind = api.return_type(obj.cls, name)
    if kind is None:
        return External(f"tensorrt.{obj.cls}.{name}()", node)
    if kind.startswith("list["):
        return Items(instance_of(kind[5:-1], None, obj.origin))
    if kind == "str":
        return Text()
    made = instance_of(kind, node, obj.owner or obj.origin)
    return made if made is not UNKNOWN else External(f"tensorrt.{obj.cls}.{name}()", node)


# Functions and classes of TensorRT 3 and 4, by the class of what they make.
_FORMER_NAMES = {
    "infer.create_infer_builder": "Builder",
    "infer.create_infer_runtime": "Runtime",
    "infer.ConsoleLogger": "Logger",
}
_FORMER_ENDS = {".create_uff_parser": "UffParser", ".create_caffe_parser": "CaffeParser"}


def construct(name: str, node: cst.Call) -> Value:
    """Return what `tensorrt.NAME(...)` makes."""
    if name.startswith("utils.") and name.endswith(("_to_trt_engine", ".load_engine")):
        return Instance("ICudaEngine", node)
    cls = _FORMER_NAMES.get(name, name.removeprefix("infer."))  # `import tensorrt.infer as trt`
    cls = next((made for end, made in _FORMER_ENDS.items() if name.endswith(end)), cls)
    made = instance_of(cls, node)
    if made is UNKNOWN:  # a function of the module
        kind = api.return_type("", name)
        made = instance_of(kind, node) if kind is not None else UNKNOWN
    return made if made is not UNKNOWN else External(f"tensorrt.{name}()", node)
