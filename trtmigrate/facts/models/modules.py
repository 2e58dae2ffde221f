"""What functions of other modules give back: imports, named tuples, releases, polygraphy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from trtmigrate.facts.domain.values import (
    Const,
    Instance,
    Items,
    Ref,
    UserClass,
    UserInstance,
    Value,
)
from trtmigrate.facts.models import tensorrt
from trtmigrate.facts.models.external_call import Call

_BY_NAME = {"setattr", "vars", "__dict__"}  # may set any attribute


def _import_module(call: Call) -> Value | None:
    first = call.first
    is_name = isinstance(first, Const) and isinstance(first.value, str)
    return Ref(first.value) if is_name and isinstance(first, Const) else None


def _namedtuple(call: Call) -> Value | None:
    if len(call.node.args) < 2:
        return None
    given = call.args[1]
    fields: list[str] = []
    if isinstance(given, Const) and isinstance(given.value, str):
        fields = re.split(r"[,\s]+", given.value.strip())
    elif isinstance(given, Items) and given.items is not None:
        for field in given.items:
            named = field.items[0] if isinstance(field, Items) and field.items else field
            if isinstance(named, Const) and isinstance(named.value, str):
                fields.append(named.value)
    return UserClass(call.node, tuple(fields))


def _namespace(call: Call) -> Value | None:
    """Return the object of a namespace: each call stands for a class with attributes of its own."""
    names = [arg.keyword.value for arg in call.node.args if arg.keyword is not None]
    tree = call.machine.tree
    known = len(names) == len(call.node.args) and not _BY_NAME & tree.names(tree.module)
    return UserInstance(UserClass(call.node, tuple(names))) if known else None


def _version(call: Call) -> Value | None:
    first = call.first
    return Const(_release(first.value), first.versioned) if isinstance(first, Const) else None


def _release(text: Any) -> tuple[int, ...]:
    """Return a version as numbers, which compare as versions do."""
    return tuple(int(part) for part in re.findall(r"\d+", str(text)))


def _bindings_per_profile(call: Call) -> Value:
    """Polygraphy's function counts the bindings of one profile."""
    return tensorrt.tensors_of(call.first.origin if isinstance(call.first, Instance) else None)


def _mock(call: Call) -> Value | None:
    """A stand-in with a specification: `Mock(spec=trt.ICudaEngine)` has the members of an engine,
    and those of a mock.
    """
    for arg, value in zip(call.node.args, call.args, strict=True):
        keyword = arg.keyword.value if arg.keyword is not None else "spec"
        if keyword in ("spec", "spec_set") and isinstance(value, Ref):
            made = tensorrt.instance_of(value.name.removeprefix("tensorrt."), call.node)
            if value.name.startswith("tensorrt.") and isinstance(made, Instance):
                return replace(made, guessed=True)
    return None


VERSIONS: dict[str, Callable[[Call], Value | None]] = {
    "packaging.version.parse": _version,
    "packaging.version.Version": _version,
    "distutils.version.LooseVersion": _version,
    "distutils.version.StrictVersion": _version,
    "pkg_resources.parse_version": _version,
}

FUNCTIONS: dict[str, Callable[[Call], Value | None]] = {
    **VERSIONS,
    "builtins.__import__": _import_module,
    "importlib.import_module": _import_module,
    "collections.namedtuple": _namedtuple,
    "typing.NamedTuple": _namedtuple,
    "types.SimpleNamespace": _namespace,
    "argparse.Namespace": _namespace,
    **{
        f"{module}.{maker}": _mock
        for module in ("unittest.mock", "mock")
        for maker in ("Mock", "MagicMock", "NonCallableMock", "create_autospec")
    },
    "polygraphy.backend.trt.util.get_bindings_per_profile": _bindings_per_profile,
}
