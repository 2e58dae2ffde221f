"""What TensorRT's own members do: the part of the interpreter that knows the library."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.binding_indexes import is_binding_index
from trtmigrate.facts.domain.polynomials import atom
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
    TensorName,
    Text,
    Value,
    Variable,
    is_text,
    poly_of,
)
from trtmigrate.syntax.tree import Try, walk

if TYPE_CHECKING:
    from trtmigrate.facts.interpreter.expressions import Evaluator

# Members that only TensorRT's classes have: one of them is enough to know an object by its use.
_STRONG = frozenset(
    [
        "execute_async_v2",
        "execute_async_v3",
        "get_algorithm_io_info",
        "algorithm_variant",
        "create_execution_context",
        "create_execution_context_without_device_memory",
        "deserialize_cuda_engine",
        "build_cuda_engine",
        "build_serialized_network",
        "create_builder_config",
        "create_optimization_profile",
        "add_optimization_profile",
        "set_memory_pool_limit",
        "all_binding_shapes_specified",
        "all_shape_inputs_specified",
        "set_optimization_profile_async",
        "active_optimization_profile",
        "set_tensor_address",
        "get_tensor_name",
        "get_tensor_mode",
        "get_tensor_dtype",
        "get_tensor_shape",
        "num_io_tensors",
        "set_input_shape",
        "get_binding_shape",
        "get_binding_dtype",
        "get_binding_name",
        "get_binding_index",
        "binding_is_input",
        "set_binding_shape",
        "get_binding_format",
        "get_binding_format_desc",
        "get_binding_vectorized_dim",
        "get_binding_bytes_per_component",
        "get_binding_components_per_element",
        "is_shape_binding",
        "is_execution_binding",
        "get_profile_shape",
        "get_profile_shape_input",
        "has_implicit_batch_dimension",
        "mark_output",
        "platform_has_fast_fp16",
        "platform_has_fast_int8",
        "set_shape_input",
        "max_workspace_size",
        "int8_calibrator",
        "strict_type_constraints",
        "num_optimization_profiles",
        "get_nb_bindings",
        "get_binding_dimensions",
    ]
)
_WITH_IMPORT = frozenset(
    [
        "execute_async",
        "execute_v2",
        "num_bindings",
        "fp16_mode",
        "int8_mode",
        "max_batch_size",
        "set_flag",
        "refittable",
        "set_output_type",
        "get_output_type",
        "output_type_is_set",
        "reset_precision",
        "set_dynamic_range",
        "reset_dynamic_range",
    ]
)


def lineage(cls: str) -> tuple[str, ...]:
    """A class and its bases, nearest first."""
    found = [cls]
    for base in api.bases(cls):
        found += [b for b in lineage(base) if b not in found]
    return tuple(found)


def has(cls: str, name: str) -> bool:
    """Whether a class has, or ever had, a member."""
    return any(c in api.everywhere(name) for c in lineage(cls))


def is_method(cls: str, name: str) -> bool:
    return any(api.parameters(c, name) for c in lineage(cls))


def property_type(cls: str, name: str) -> str | None:
    return next((t for c in lineage(cls) if (t := api.value_type(f"{c}.{name}"))), None)


# Names of several words that other libraries' objects have as well.
_COMMON = frozenset(
    """
    get_shape get_strides get_type get_version get_batch get_batch_size num_layers num_inputs
    num_outputs hidden_size hidden_state cell_state input_mode kernel_size window_size
    error_recorder get_algorithm get_output_shape supports_model plugin_namespace workspace_size
    data_length num_output_channels serialization_size num_fields add_plugin create_plugin
    max_seq_length supports_format debug_sync get_engine set_profiler set_debug_sync
    get_debug_sync get_nb_layers get_nb_inputs get_nb_outputs get_max_batch_size
    """.split()
)
# Settings that programs keep in objects of their own as well.
_SETTINGS = frozenset(
    """
    max_workspace_size max_batch_size fp16_mode int8_mode int8_calibrator strict_type_constraints
    refittable mark_output set_shape_input has_implicit_batch_dimension
    """.split()
)
_TENSORRT_LIKE = (
    "trt builder config engine context network layer parser registry plugin runtime tensor ctx"
).split()
# Classes that a variable of the usual name holds, if it has only members of theirs.
_BY_NAME = {"network": "INetworkDefinition"}
_BY_WORD = {
    "context": "IExecutionContext",
    "ctx": "IExecutionContext",
    "engine": "ICudaEngine",
    "tensor": "ITensor",
    "get_output": "ITensor",
    "get_input": "ITensor",
    "refitter": "Refitter",
}


# Members whose names other libraries have too: alone they tell only with a usual name.
_WEAK_ALONE = frozenset(
    """
    num_bindings get_binding_name get_binding_index get_profile_shape set_flag max_batch_size
    execute_async execute_v2 refittable max_workspace_size mark_output fp16_mode int8_mode
    set_output_type set_dynamic_range reset_dynamic_range reset_precision
    """.split()
)
# Of these, what no setting of a program is called: where TensorRT is imported, a use of one on a
# parameter that cannot be followed is named.
_RUNTIME_ALONE = frozenset(
    ["num_bindings", "get_binding_name", "get_binding_index", "get_profile_shape", "execute_async"]
)
_USUAL = ("model", "trt", "net", "builder", "config", "runtime", "layer", *_BY_WORD)


def _is_usual(called: str) -> bool:
    last = called.rpartition(".")[2].lower()
    return any(word in last for word in _USUAL)


def is_certain(name: str) -> bool:
    """Whether only TensorRT's objects have a member of this name."""
    return name in _STRONG and name not in _SETTINGS


def is_rare(name: str) -> bool:
    """Whether hardly anything but TensorRT's objects has a member of this name."""
    return "_" in name and name not in _COMMON


def is_telling(
    name: str, imports_tensorrt: bool, called: str = "", parameter: bool = False
) -> bool:
    """Whether a member hints by its name, that of its owner, and that this is a parameter, that the
    owner is TensorRT's.
    """
    if is_certain(name) or (imports_tensorrt and parameter and name in _RUNTIME_ALONE):
        return True
    if not any(word in called.lower() for word in _TENSORRT_LIKE):
        return False
    return imports_tensorrt and (name in _WITH_IMPORT or is_rare(name))


def is_called_like(called: str, cls: str) -> bool:
    """Whether a variable is called like a class: `self.builder_config` like IBuilderConfig."""
    words = re.findall(r"[a-z]+|[A-Z][a-z]*", called.rpartition(".")[2])
    return bool(words) and len(words[-1]) > 2 and cls.lower().endswith(words[-1].lower())


def is_kept_by(called: str, name: str, release: str) -> bool:
    """Whether a variable is called like a class that still has a member: `self.builder_config` of a
    member that builders lost and configurations kept.
    """
    kept = (cls for cls in api.everywhere(name) if api.exists(cls, name, release))
    return any(is_called_like(called, cls) for cls in kept)


def class_called(name: str) -> str | None:
    """The class of which a variable of this usual name is."""
    return _BY_WORD.get(name)


def class_with(members: Iterable[str], imports_tensorrt: bool, called: str = "") -> str | None:
    """The one TensorRT class that has all these members, if they are telling enough, for a variable
    or attribute `called` so.
    """
    known = [m for m in members if api.everywhere(m)]
    usual = _BY_NAME.get(called.rpartition(".")[2])
    if usual is not None and known and all(usual in api.everywhere(m) for m in members):
        return usual
    strong = [m for m in known if m in _STRONG or (imports_tensorrt and m in _WITH_IMPORT)]
    if not strong or (len(known) == 1 and known[0] in _WEAK_ALONE and not _is_usual(called)):
        return None
    candidates: set[str] | None = None
    for member in known:
        owners = set(api.everywhere(member))
        if member in strong or candidates is None or candidates & owners:
            candidates = owners if candidates is None else candidates & owners
    candidates = candidates or set()
    if len(candidates) > 1:
        # get_binding_shape alone fits an engine and a context: then the name has to say it
        last = called.rpartition(".")[2].lower()
        return next((c for word, c in _BY_WORD.items() if word in last and c in candidates), None)
    return next(iter(candidates), None)


def instance_of(name: str, origin: Origin | None, owner: Origin | None = None) -> Value:
    return Instance(name, origin, owner) if api.members(name) else UNKNOWN


def count(ev: Evaluator, role: str, engine: Origin | None) -> Number:
    """A count of bindings: over all profiles where the code shows a sign of several."""
    poly = atom(role, engine)
    return Number(poly * atom("profiles", engine) if ev.profiles else poly, engine)


def index_of(engine: Origin | None, name: Value, node: cst.CSTNode | None = None) -> Number:
    """The binding index of a name: of a literal, of a counted name, or of what a variable holds."""
    if isinstance(name, TensorName) and name.index is not None and not name.cut:
        return Number(name.index, engine)
    if isinstance(name, TensorName) and (name.added or name.cut):
        return Number(None, engine)
    if isinstance(name, Const):
        return Number(atom("index", (engine, name.value)), engine)
    if isinstance(node, cst.Name):
        return Number(atom("index", (engine, Variable(node.value, name))), engine)
    return Number(None, engine)


def member(ev: Evaluator, obj: Instance, name: str, node: cst.CSTNode) -> Value:
    """Reading `obj.name`."""
    if obj.cls == "ICudaEngine":
        if name == "num_bindings":
            return count(ev, "tensors", obj.origin)
        if name == "num_io_tensors":
            return Number(atom("tensors", obj.origin), obj.origin)
        if name == "num_optimization_profiles":
            return Number(atom("profiles", obj.origin), obj.origin)
    if name == "has_implicit_batch_dimension" and api.Release.parse(ev.target).major >= 10:
        return Const(False, versioned=True)
    if obj.cls == "IExecutionContext" and name == "engine":
        return Instance("ICudaEngine", obj.owner or ("engine of", obj.origin))
    kind = property_type(obj.cls, name)
    listed = api.property_type(obj.cls, name) or ""
    if listed.startswith("list["):
        return Items(instance_of(listed[5:-1], None, obj.owner or obj.origin))
    if kind is not None:
        made = instance_of(kind, ("member", obj.origin, name), obj.owner or obj.origin)
        return made if made != UNKNOWN else External(f"tensorrt.{obj.cls}.{name}")
    if is_method(obj.cls, name):
        return Method(obj, name)
    return External(f"tensorrt.{obj.cls}.{name}", node)


def inherited(ev: Evaluator, cls: str, name: str, node: cst.CSTNode) -> Value:
    """An attribute that a class of this module has from its TensorRT base."""
    if api.everywhere(name) and cls in api.everywhere(name):
        return Method(Instance(cls), name) if is_method(cls, name) else UNKNOWN
    return UNKNOWN


def subscript(ev: Evaluator, obj: Instance, index: Value, node: cst.Subscript) -> Value:
    """`engine["x"]` gives an index, `engine[i]` a name; networks and profiles give layers."""
    if obj.cls == "ICudaEngine":
        if is_text(index):
            inner = node.slice[0].slice
            return index_of(obj.origin, index, getattr(inner, "value", None))
        if index == UNKNOWN:
            inner = node.slice[0].slice
            if not isinstance(inner, cst.Index) or not is_binding_index(node, ev.tree, ev.values):
                return UNKNOWN
            ev.values[inner.value] = Text()  # what has an index is a name
            return index_of(obj.origin, index, inner.value)
        return TensorName(obj.origin, poly_of(index), ev.profiles)
    if obj.cls == "INetworkDefinition":
        return Instance("ILayer", node, obj.origin)
    return UNKNOWN


def length(ev: Evaluator, obj: Instance, node: cst.Call) -> Value:
    from trtmigrate.facts.interpreter.reads import Read

    ev.reads[node] = Read(node, obj, "__len__", ev.frame, dict(ev.frame.env), bool(ev.frame.dead))
    return count(ev, "tensors", obj.origin) if obj.cls == "ICudaEngine" else Number(None)


def call(ev: Evaluator, func: Method, node: cst.Call, args: list[Value]) -> Value:
    """A call of a method of a TensorRT object; its parameters tell what unknown arguments are."""
    types = api.parameter_types(func.obj.cls, func.name)
    order = list(types)
    for position, arg in enumerate(node.args):
        if arg.star:
            break
        name = arg.keyword.value if arg.keyword is not None else None
        if name is None and position < len(order):
            name = order[position]
        kind = types.get(name) if name is not None else None
        if kind is not None and kind not in ("ILogger", "Weights") and kind[:1] in "IOB":
            if api.members(kind) and not api.is_enum(kind):
                ev.expect(arg.value, kind)
    ordered = []
    for position, value in enumerate(args):
        if node.args[position].star:
            break
        ordered.append(value)
    return result(ev, func.obj, func.name, ordered, node)


def result(ev: Evaluator, obj: Instance, name: str, args: list[Value], node: cst.CSTNode) -> Value:
    """What the method gives back."""
    first = args[0] if args else UNKNOWN
    if name in ("__enter__",):
        return obj
    if obj.cls == "ICudaEngine":
        if name == "get_nb_bindings":
            return count(ev, "tensors", obj.origin)
        if name in ("get_binding_name", "get_tensor_name"):
            suffixed = ev.profiles and name == "get_binding_name"
            return TensorName(obj.origin, poly_of(first), suffixed)
        if name == "get_binding_index":
            args_of = node.args if isinstance(node, cst.Call) else ()
            return index_of(obj.origin, first, args_of[0].value if args_of else None)
        if name == "binding_is_input":
            index = poly_of(first)
            if isinstance(first, TensorName):
                index = first.index
            return IsInput(obj.origin, index)
        if name.startswith("create_execution_context"):
            return Instance("IExecutionContext", node, obj.origin)
    kind = api.return_type(obj.cls, name)
    if kind is None:
        return External(f"tensorrt.{obj.cls}.{name}()", node)
    if kind.startswith("list["):
        return Items(instance_of(kind[5:-1], None, obj.origin))
    if kind == "str":
        return Text()
    made = instance_of(kind, node, obj.owner or obj.origin)
    return made if made != UNKNOWN else External(f"tensorrt.{obj.cls}.{name}()", node)


def construct(ev: Evaluator, name: str, node: cst.Call, args: list[Value]) -> Value:
    """`tensorrt.NAME(...)`."""
    if name == "infer.create_infer_builder":
        return Instance("Builder", node)
    if name == "infer.create_infer_runtime":
        return Instance("Runtime", node)
    if name.endswith((".create_uff_parser", ".create_caffe_parser")):
        return Instance("UffParser" if name.endswith("uff_parser") else "CaffeParser", node)
    if name.startswith("utils.") and name.endswith(("_to_trt_engine", ".load_engine")):
        return Instance("ICudaEngine", node)
    cls = "Logger" if name == "infer.ConsoleLogger" else name
    made = instance_of(cls, node)
    if made == UNKNOWN:  # a function of the module
        kind = api.return_type("", name)
        made = instance_of(kind, node) if kind is not None else UNKNOWN
    return made if made != UNKNOWN else External(f"tensorrt.{name}()", node)


def has_member(ev: Evaluator, owner: Value, name: str) -> bool | None:
    """What `hasattr(owner, name)` says on the target; None where the owner is not TensorRT's."""
    if isinstance(owner, Instance):
        return api.exists(owner.cls, name, ev.target)
    if isinstance(owner, Ref) and owner.name == "tensorrt":
        return api.exists("", name, ev.target)
    if isinstance(owner, Ref) and owner.name.startswith("tensorrt."):
        return api.exists(owner.name.removeprefix("tensorrt."), name, ev.target)
    return None


_NEW = frozenset(
    [
        "num_io_tensors",
        "get_tensor_name",
        "get_tensor_shape",
        "get_tensor_mode",
        "get_tensor_dtype",
        "set_input_shape",
        "set_tensor_address",
        "execute_async_v3",
        "set_memory_pool_limit",
        "build_serialized_network",
    ]
)
_OLD = frozenset(
    [
        "num_bindings",
        "get_binding_name",
        "get_binding_shape",
        "binding_is_input",
        "get_binding_dtype",
        "set_binding_shape",
        "execute_async_v2",
        "execute_async",
        "max_workspace_size",
        "build_engine",
        "build_cuda_engine",
        "get_binding_index",
    ]
)


def newer_branch(body: cst.CSTNode, orelse: cst.CSTNode) -> bool | None:
    """Whether the first of two branches is the one for the tensor API, the other for the binding
    API: a test of the release by whatever name. None where they do not differ so.
    """
    first, second = (
        {n.attr.value for n in walk(part) if isinstance(n, cst.Attribute)}
        for part in (body, orelse)
    )
    if first & _NEW and not first & _OLD and second & _OLD and not second & _NEW:
        return True
    if second & _NEW and not second & _OLD and first & _OLD and not first & _NEW:
        return False
    return None


def tells_apis_apart(node: Try) -> bool:
    """Whether the `try` body uses one of the two APIs and a handler the other."""
    tried = {n.attr.value for n in walk(node.body) if isinstance(n, cst.Attribute)}
    caught = {
        n.attr.value for h in node.handlers for n in walk(h.body) if isinstance(n, cst.Attribute)
    }
    return bool((tried & _OLD and caught & _NEW) or (tried & _NEW and caught & _OLD))
