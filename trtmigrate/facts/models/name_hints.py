"""What names hint at: members, variables and libraries that look like TensorRT's, or do not.

A program often does not show where an object comes from. Then only names tell: only an engine has
`get_binding_dtype`. This module is the one place with names that are judged by experience. Every
entry has its reason; everything else about TensorRT's names comes from `trtmigrate.api`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, auto
from typing import Literal

from trtmigrate import api


@dataclass(frozen=True)
class MemberHint:
    """Names of members that hint equally well at an object of TensorRT."""

    reason: str
    names: frozenset[str]
    # When a use of the member tells the class of its object: always, or only in a module that
    # imports TensorRT or a CUDA library.
    tells: Literal["always", "with import", "never"] = "never"
    needs_usual_name: bool = False  # as the only use of an object, it tells only with a usual name
    is_setting: bool = False  # a program keeps settings of this name in objects of its own
    is_reported: bool = False  # reported on a parameter that cannot be followed, with import
    is_common: bool = False  # objects of other libraries have a member of this name as well


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


MEMBERS = (
    MemberHint(
        "Several words of TensorRT's own vocabulary: no other library has such a member.",
        _names(
            """
            active_optimization_profile add_optimization_profile algorithm_variant
            all_binding_shapes_specified all_shape_inputs_specified binding_is_input
            build_cuda_engine build_serialized_network create_builder_config
            create_execution_context create_execution_context_without_device_memory
            create_optimization_profile deserialize_cuda_engine execute_async_v2 execute_async_v3
            get_algorithm_io_info get_binding_bytes_per_component
            get_binding_components_per_element get_binding_dimensions get_binding_dtype
            get_binding_format get_binding_format_desc get_binding_shape
            get_binding_vectorized_dim get_dynamic_range get_nb_bindings get_profile_shape_input
            get_tensor_dtype get_tensor_mode get_tensor_name get_tensor_shape is_execution_binding
            is_shape_binding
            num_io_tensors num_optimization_profiles platform_has_fast_fp16 platform_has_fast_int8
            set_binding_shape set_input_shape set_memory_pool_limit set_optimization_profile_async
            set_tensor_address
            """
        ),
        tells="always",
    ),
    MemberHint(
        "Only TensorRT has such a member, but a program may keep it as a setting or wrap it under "
        "the same name.",
        _names(
            "has_implicit_batch_dimension int8_calibrator set_shape_input strict_type_constraints"
        ),
        tells="always",
        is_setting=True,
    ),
    MemberHint(
        "As above, and a usual name for an option or a helper: alone it says too little.",
        _names("mark_output max_workspace_size"),
        tells="always",
        needs_usual_name=True,
        is_setting=True,
    ),
    MemberHint(
        "A program's own wrapper of an engine often has methods of this name, but no program has "
        "a setting of this name.",
        _names("get_binding_index get_binding_name get_profile_shape"),
        tells="always",
        needs_usual_name=True,
        is_reported=True,
    ),
    MemberHint(
        "As above, and less rare: it tells only where TensorRT or a CUDA library is imported.",
        _names("execute_async num_bindings"),
        tells="with import",
        needs_usual_name=True,
        is_reported=True,
    ),
    MemberHint(
        "Usual names of options: a program's arguments have them as well.",
        _names("fp16_mode int8_mode max_batch_size refittable"),
        tells="with import",
        needs_usual_name=True,
        is_setting=True,
    ),
    MemberHint(
        "Methods that other libraries could have under the same name.",
        _names(
            "execute_v2 reset_dynamic_range reset_precision set_dynamic_range set_flag"
            " set_output_type"
        ),
        tells="with import",
        needs_usual_name=True,
    ),
    MemberHint(
        "Members of layers; rare elsewhere, but not unheard of.",
        _names("get_output_type output_type_is_set"),
        tells="with import",
    ),
    MemberHint(
        "Objects of other libraries have members of this name: no hint.",
        _names(
            """
            add_plugin cell_state create_plugin data_length debug_sync error_recorder get_algorithm
            get_batch get_batch_size get_debug_sync get_engine get_max_batch_size get_nb_inputs
            get_nb_layers get_nb_outputs get_output_shape get_shape get_strides get_type
            get_version hidden_size hidden_state input_mode kernel_size max_seq_length num_fields
            num_inputs num_layers num_output_channels num_outputs plugin_namespace
            serialization_size set_debug_sync set_profiler supports_format supports_model
            window_size workspace_size
            """
        ),
        is_common=True,
    ),
)
_HINT = {name: hint for hint in MEMBERS for name in hint.names}
_NO_HINT = MemberHint("Not judged: nothing is known of the name.", frozenset())


class Supports(Flag):
    """For which members a word in the name of their object makes the difference."""

    WEAK = auto()  # members that say too little alone: the class of the object is guessed
    RARE = auto()  # members that are rare elsewhere: their use is reported
    BOTH = WEAK | RARE


@dataclass(frozen=True)
class VariableHint:
    """A word in the name of a variable, an attribute or a called method."""

    reason: str
    word: str
    supports: Supports
    cls: str | None = None  # the class that is taken where the members leave several


# In order: where a name holds two of the words, the first whose class fits is taken.
VARIABLES = (
    VariableHint("Contexts in NVIDIA's samples.", "context", Supports.BOTH, "IExecutionContext"),
    VariableHint("Short for context.", "ctx", Supports.BOTH, "IExecutionContext"),
    VariableHint("Engines in NVIDIA's samples.", "engine", Supports.BOTH, "ICudaEngine"),
    VariableHint("Tensors of a network.", "tensor", Supports.BOTH, "ITensor"),
    VariableHint("`layer.get_output(0)` is a tensor.", "get_output", Supports.WEAK, "ITensor"),
    VariableHint("`layer.get_input(0)` is a tensor.", "get_input", Supports.WEAK, "ITensor"),
    VariableHint("Only a refitter refits.", "refitter", Supports.WEAK, "Refitter"),
    VariableHint("The usual short name of the library.", "trt", Supports.BOTH),
    VariableHint("Builders.", "builder", Supports.BOTH),
    VariableHint("Builder configurations, and those of the program.", "config", Supports.BOTH),
    VariableHint("The runtime that loads engines.", "runtime", Supports.BOTH),
    VariableHint("Layers of a network.", "layer", Supports.BOTH),
    VariableHint("Engines and networks are often called so.", "model", Supports.WEAK),
    VariableHint("Networks and engines are often called so.", "net", Supports.WEAK),
    VariableHint("Networks.", "network", Supports.RARE),
    VariableHint("ONNX, UFF and Caffe parsers.", "parser", Supports.RARE),
    VariableHint("The registry of plugins.", "registry", Supports.RARE),
    VariableHint("Plugins and their creators.", "plugin", Supports.RARE),
)
_BY_WORD = {v.word: v.cls for v in VARIABLES if v.cls is not None}
# A variable of exactly this name, with members of this class only, is an object of the class,
# however little the members say alone.
_BY_WHOLE_NAME = {"network": "INetworkDefinition"}


@dataclass(frozen=True)
class LibraryHint:
    """Top-level packages whose objects are certainly not TensorRT's."""

    reason: str
    roots: frozenset[str]


_STAND_INS = _names("unittest mock")
LIBRARIES = (
    LibraryHint(
        "Python's own library hands out no object of TensorRT.",
        _names(
            "builtins os sys time json ctypes math argparse logging pathlib collections itertools"
            " functools"
        ),
    ),
    LibraryHint("Arrays and images.", _names("numpy cupy cv2 PIL")),
    LibraryHint(
        "Other frameworks: members of the same name are their own.",
        _names("torch torchvision onnx tensorflow keras"),
    ),
    LibraryHint(
        "Built on TensorRT, with classes of its own names (`tensorrt_llm.Builder`).",
        _names("tensorrt_llm"),
    ),
    LibraryHint("Stand-ins of tests, which have every member.", _STAND_INS),
    LibraryHint("CUDA: streams, events and memory.", _names("pycuda cuda")),
)
_FOREIGN = frozenset(root for library in LIBRARIES for root in library.roots)
# Libraries with a module of their own that is called `trt` or `tensorrt`.
_HAVE_OWN_TRT = ("polygraphy", "onnxruntime", "torch_tensorrt", "tritonclient")
# A program that imports one of these works with TensorRT's objects.
_WORKS_WITH_TENSORRT = ("tensorrt", "pycuda", "cuda")


def is_foreign(name: str) -> bool:
    """True if a dotted name belongs to a library that hands out no objects of TensorRT."""
    return name.split(".")[0] in _FOREIGN


def is_stand_in(name: str) -> bool:
    """True if a dotted name belongs to a library whose objects stand for others in tests."""
    return name.split(".")[0] in _STAND_INS


def hands_on_tensorrt(module: str, name: str) -> bool:
    """True if a module of the project hands on the library: `from .compat import trt`."""
    root = module.lstrip(".").split(".")[0]
    return name in ("trt", "tensorrt") and not is_foreign(module) and root not in _HAVE_OWN_TRT


def works_with_tensorrt(module: str) -> bool:
    """True if a program that imports this module works with TensorRT."""
    return module.split(".")[0] in _WORKS_WITH_TENSORRT


def may_tell(member: str) -> bool:
    """True if a member of this name can be a sign of TensorRT at all."""
    return member in _HINT and not _HINT[member].is_common


def is_certain(member: str) -> bool:
    """True if only objects of TensorRT have a member of this name."""
    hint = _HINT.get(member, _NO_HINT)
    return hint.tells == "always" and not hint.is_setting


def is_of_tensorrt(member: str) -> bool:
    """True if an object that may have any member stands for one of TensorRT if it has this one."""
    hint = _HINT.get(member, _NO_HINT)
    return hint.tells != "never" and not hint.is_setting


def is_rare(member: str) -> bool:
    """True if hardly any other library has a member of this name."""
    return "_" in member and not _HINT.get(member, _NO_HINT).is_common


def is_telling(
    member: str,
    imports_tensorrt: bool,
    called: str = "",
    parameter: bool = False,
    names_tensorrt: bool = True,
) -> bool:
    """True if a member hints that its object is TensorRT's.

    `called` is the name of the object, `parameter` says that it is a parameter of a function.
    Without `names_tensorrt` the module only imports a CUDA library: a name that is merely rare
    says nothing there.
    """
    hint = _HINT.get(member, _NO_HINT)
    if is_certain(member) or (imports_tensorrt and parameter and hint.is_reported):
        return True
    lowered = called.lower()
    if not any(Supports.RARE in v.supports and v.word in lowered for v in VARIABLES):
        return False
    tells = hint.tells == "with import" or (names_tensorrt and is_rare(member))
    return imports_tensorrt and tells


def is_called_like(called: str, cls: str) -> bool:
    """True if a variable is called like a class: `self.builder_config` like IBuilderConfig."""
    words = re.findall(r"[a-z]+|[A-Z][a-z]*", called.rpartition(".")[2])
    return bool(words) and len(words[-1]) > 2 and cls.lower().endswith(words[-1].lower())


def is_kept_by(called: str, member: str, release: str) -> bool:
    """True if a variable is called like a class that still has a member.

    `self.builder_config` is called like IBuilderConfig: a member that builders lost and
    configurations kept is no use of the removed member.
    """
    kept = (cls for cls in api.everywhere(member) if api.exists(cls, member, release))
    return any(is_called_like(called, cls) for cls in kept)


def class_called(name: str) -> str | None:
    """Return the class of the objects that are usually called `name`; None if there is none."""
    return _BY_WORD.get(name)


def class_with(members: Iterable[str], imports_tensorrt: bool, called: str = "") -> str | None:
    """Return the one TensorRT class that has all these members, for an object `called` so.

    None if the members tell too little, or fit several classes.
    """
    members = sorted(members)
    last = called.rpartition(".")[2]
    known = [m for m in members if api.everywhere(m)]
    whole = _BY_WHOLE_NAME.get(last)
    if whole is not None and known and all(whole in api.everywhere(m) for m in members):
        return whole
    strong = [m for m in known if _tells(m, imports_tensorrt)]
    if not strong or (len(known) == 1 and _needs_usual_name(known[0]) and not _is_usual(last)):
        return None
    candidates = _owners_of_all(strong, known)
    if len(candidates) > 1:
        # get_binding_shape alone fits an engine and a context: then the name has to say it
        word = last.lower()
        return next((c for part, c in _BY_WORD.items() if part in word and c in candidates), None)
    return next(iter(candidates), None)


def _owners_of_all(strong: list[str], known: list[str]) -> set[str]:
    """Return the classes that have all telling members and, where that leaves any, the others."""
    candidates = set.intersection(*(set(api.everywhere(m)) for m in strong))
    for member in known:
        owners = candidates.intersection(api.everywhere(member))
        candidates = owners or candidates
    return candidates


def _tells(member: str, imports_tensorrt: bool) -> bool:
    tells = _HINT.get(member, _NO_HINT).tells
    return tells == "always" or (imports_tensorrt and tells == "with import")


def _needs_usual_name(member: str) -> bool:
    return _HINT.get(member, _NO_HINT).needs_usual_name


def _is_usual(called: str) -> bool:
    lowered = called.lower()
    return any(Supports.WEAK in v.supports and v.word in lowered for v in VARIABLES)
