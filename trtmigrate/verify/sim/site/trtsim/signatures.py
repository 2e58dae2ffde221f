"""Calls checked as pybind checks them: against the signatures that the release states.

``add_input(self: INetworkDefinition, name: str, dtype: DataType, shape: Dims) -> ITensor`` says
which arguments there are and of which types; a call that fits no overload is a TypeError, as it is
there.
"""

from __future__ import annotations

import ast
import functools
import re
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

Converter = Callable[[Any], Any]

_OMITTED = object()
_NOISE = re.compile(
    r"\b(?:nvinfer1|nvonnxparser|v_1_0|typing_extensions|typing|collections\.abc|std)(?:::|\.)"
)
_SAME = {"SupportsInt": "int", "SupportsIndex": "int", "SupportsFloat": "float", "Buffer": "buffer"}


class Parameter(NamedTuple):
    """One argument after ``self``; ``default`` is ``_OMITTED`` where there is none."""

    name: str
    type: str
    default: Any


def plain_type(text: str) -> str:
    """A type as the oldest releases spell it: ``nvinfer1::TensorIOMode`` -> ``TensorIOMode``,
    ``collections.abc.Sequence[typing.SupportsInt]`` -> ``List[int]``.
    """
    text = _NOISE.sub("", text).replace("::", ".").strip()
    match = re.fullmatch(r"(?:List|list|Sequence)\[(.*)\]", text)
    if match:
        return "List[%s]" % plain_type(match.group(1))
    return _SAME.get(text, text)


def _split(text: str) -> List[str]:
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(<") - (character in "])>")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _default(text: str, type_name: str) -> Any:
    enumerator = re.fullmatch(r"<\w+\.(\w+): -?\d+>", text)
    if enumerator:
        return getattr(CLASSES[type_name], enumerator.group(1))
    return ast.literal_eval(text)


def parse(signature: str) -> Optional[List[Parameter]]:
    """The arguments of one overload after ``self``; None where it is stated as ``*args``."""
    inner = signature[signature.index("(") + 1 : signature.rindex(")", 0, _arrow(signature))]
    parameters = []
    for part in _split(inner):
        if part.startswith("*"):
            return None
        name, _, rest = part.partition(":")
        type_name, _, default = rest.partition(" = ")
        if name.strip() == "self":
            continue
        type_name = plain_type(type_name)
        value = _default(default.strip(), type_name) if default else _OMITTED
        parameters.append(Parameter(name.strip(), type_name, value))
    return parameters


def _arrow(signature: str) -> int:
    place = signature.rfind("->")
    return place if place >= 0 else len(signature)


# Filled by expose.py: the classes a type name can mean.
CLASSES: Dict[str, type] = {}
# Filled by values.py: what is accepted in place of an instance (a tuple for Dims).
IMPLICIT: Dict[str, Converter] = {}


def as_int(value: Any) -> int:
    """What pybind takes for an integer: anything with ``__index__`` or ``__int__`` but a float.

    Raises TypeError otherwise.
    """
    if isinstance(value, float) or getattr(value, "ndim", None) or isinstance(value, (str, bytes)):
        raise TypeError("not an integer: %r" % (value,))
    if hasattr(type(value), "__index__"):
        return int(value.__index__())
    if (
        hasattr(type(value), "__int__")
        and getattr(getattr(value, "dtype", None), "kind", "i") in "iub"
    ):
        return int(value)
    raise TypeError("not an integer: %r" % (value,))


def _as_float(value: Any) -> float:
    if isinstance(value, (str, bytes)) or (
        not hasattr(type(value), "__float__") and not hasattr(type(value), "__index__")
    ):
        raise TypeError("not a number: %r" % (value,))
    return float(value)


def _as_str(value: Any) -> Optional[str]:
    # Most strings are ``char const*`` on the other side, which takes None for a null pointer.
    if value is None or isinstance(value, str):
        return value
    raise TypeError("not a string: %r" % (value,))


def _as_bool(value: Any) -> bool:
    if hasattr(type(value), "__bool__") or value is None:
        return bool(value)
    raise TypeError("not a bool: %r" % (value,))


def _as_buffer(value: Any) -> bytes:
    return memoryview(value).tobytes()


def _as_list(convert: Converter) -> Converter:
    def converted(value: Any) -> List[Any]:
        # pybind asks for the sequence protocol: no sets, no generators, no strings.
        if isinstance(value, (str, bytes, dict)) or not hasattr(type(value), "__getitem__"):
            raise TypeError("not a sequence: %r" % (value,))
        return [convert(value[index]) for index in range(len(value))]

    return converted


_SCALARS: Dict[str, Converter] = {
    "int": as_int,
    "float": _as_float,
    "str": _as_str,
    "bool": _as_bool,
    "buffer": _as_buffer,
}


@functools.lru_cache(maxsize=None)
def converter(type_name: str) -> Converter:
    """How an argument of a type is taken; types that the data only names are taken as they are."""
    if type_name in _SCALARS:
        return _SCALARS[type_name]
    if type_name.startswith("List["):
        return _as_list(converter(type_name[5:-1]))
    if type_name in CLASSES:
        return _as_instance(CLASSES[type_name], IMPLICIT.get(type_name))
    return lambda value: value


def _as_instance(cls: type, implicit: Optional[Converter]) -> Converter:
    def converted(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if implicit is not None:
            return implicit(value)
        raise TypeError("not a %s: %r" % (cls.__name__, value))

    return converted


def _fit(
    parameters: Sequence[Parameter], args: Tuple[Any, ...], kwargs: Dict[str, Any]
) -> List[Any]:
    """The arguments of one overload, converted and in order. Raises TypeError where they do not
    fit.
    """
    if len(args) > len(parameters):
        raise TypeError("too many arguments")
    left = dict(kwargs)
    taken = []
    for place, parameter in enumerate(parameters):
        if place < len(args):
            if parameter.name in left:
                raise TypeError("%s given twice" % parameter.name)
            value = args[place]
        elif parameter.name in left:
            value = left.pop(parameter.name)
        elif parameter.default is not _OMITTED:
            taken.append(parameter.default)
            continue
        else:
            raise TypeError("%s missing" % parameter.name)
        if value is None and parameter.default is None:
            taken.append(None)
        else:
            taken.append(converter(parameter.type)(value))
    if left:
        raise TypeError("unknown keyword")
    return taken


def checked(
    name: str, signatures: Sequence[str], function: Callable[..., Any]
) -> Callable[..., Any]:
    """``function`` behind the overloads of a method: it gets every argument by position.

    The caller gets a TypeError, worded as pybind words it, where no overload fits.
    """
    parsed: List[List[Parameter]] = []

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not parsed:
            parsed.extend(found for found in map(parse, signatures) if found is not None)
        for parameters in parsed:
            try:
                taken = _fit(parameters, args, kwargs)
            except (TypeError, ValueError, OverflowError):
                continue
            return function(self, *taken)
        listed = "\n".join("    %d. %s" % (i, text) for i, text in enumerate(signatures, 1))
        shown = ", ".join([repr(self)] + [repr(value) for value in args])
        if kwargs:
            shown += "; kwargs: " + ", ".join("%s=%r" % item for item in kwargs.items())
        raise TypeError(
            "%s(): incompatible function arguments. The following argument types are supported:\n"
            "%s\n\nInvoked with: %s" % (name, listed, shown)
        )

    # No functools.wraps: what is behind this call is nobody's to unwrap.
    call.__name__ = call.__qualname__ = name
    call.__doc__ = "\n".join(signatures)
    return call
