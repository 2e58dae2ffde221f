"""Tell what a method takes and returns, from pybind's signatures of every release.

Types are written one way for all releases: ``int``, ``str``, ``list[Dims]``, a TensorRT class by
its Python name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from trtmigrate.api._data import raw_before_8_5
from trtmigrate.api.release import Release, releases
from trtmigrate.api.surface import (
    classes,
    join,
    own_span,
    signatures,
    span_of,
)

# How pybind writes a type, by its version, and how it is written here; the order matters.
_SPELLINGS = (
    (r"\btensorrt\.(tensorrt\.)?", ""),
    (r"\b(typing|typing_extensions|collections\.abc)\.", ""),
    (r"\bBuffer\b", "buffer"),
    (r"\bCapsuleType\b", "capsule"),
    (r"\bfunction\b", "Callable"),
    (r"\bdetail::accessor<.*>", "object"),
    (r"\bstd::vector<(?:\w+::)?(\w+), std::allocator<.*>", r"list[\1]"),
    (r"\bSupportsInt( \| SupportsIndex)?\b", "int"),
    (r"\bSupportsFloat( \| SupportsIndex)?\b", "float"),
    (r"\b(List|Sequence)\[", "list["),
    (r"\bTuple\[", "tuple["),
    (r"\bDict\[", "dict["),
    (r"\b(?:nvinfer1|nvonnxparser)::(?:\w+::)*(\w+)", r"\1"),
    (r"^Severity$", "ILogger.Severity"),
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of an overload, without ``self``."""

    name: str
    type: str
    has_default: bool


@dataclass(frozen=True)
class Overload:
    """One way to call a method: its parameters in positional order and the type of the result."""

    parameters: tuple[Parameter, ...]
    result: str


@cache
def normalized_type(text: str) -> str:
    """Return a type in the one spelling used here: ``List[tensorrt.Dims]`` of pybind becomes
    ``list[Dims]``.
    """
    for pattern, replacement in _SPELLINGS:
        text = re.sub(pattern, replacement, text)
    if text.startswith("I") and text not in classes() and text[1:] in classes():
        # C++ calls an interface IEngineInspector where Python has EngineInspector.
        return text[1:]
    return text


def _split_top(text: str) -> list[str]:
    """Cut a text at the commas outside all brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{<":
            depth += 1
        elif char in ")]}>" and text[position - 1 : position + 1] != "->":
            depth -= 1
        elif char == "," and not depth:
            parts.append(text[start:position])
            start = position + 1
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


@cache
def parse_signature(text: str) -> Overload:
    """Read an overload from pybind's ``name(self: C, a: int = 0) -> R``.

    Raises ValueError for a text that is no signature.
    """
    found = re.fullmatch(r"[\w.]+\((.*)\)(?: -> (.*))?", text, flags=re.DOTALL)
    if not found:
        raise ValueError(f"not a signature: {text!r}")
    parameters = []
    for part in _split_top(found.group(1)):
        if part in ("/", "*"):
            continue
        name, _, rest = part.partition(": ")
        annotation, equals, _ = rest.partition(" = ")
        if name != "self":
            parameters.append(Parameter(name, normalized_type(annotation.strip()), bool(equals)))
    return Overload(tuple(parameters), normalized_type((found.group(2) or "None").strip()))


@cache
def overloads(cls: str, method: str, release: Release | str) -> tuple[Overload, ...]:
    """Return the overloads of a method in one release: ``__init__`` for a class, a function if
    ``cls`` is empty.
    """
    return tuple(parse_signature(text) for text in signatures(cls, method, release))


@cache
def all_overloads(cls: str, method: str) -> tuple[Overload, ...]:
    """Return every distinct overload of any release, newest first."""
    found: dict[Overload, None] = {}
    for release in reversed(releases()):
        found.update(dict.fromkeys(overloads(cls, method, release)))
    known = raw_before_8_5().get(join(cls, method), {})
    if "signature" in known:
        found.setdefault(parse_signature(known["signature"]))
    return tuple(found)


def parameters(cls: str, method: str) -> list[list[Parameter]]:
    """Return the parameters of every distinct overload of any release, newest first."""
    return [list(one) for one in dict.fromkeys(o.parameters for o in all_overloads(cls, method))]


def constructors(cls: str) -> list[list[Parameter]]:
    """Return the parameters of every distinct constructor of any release; empty where Python cannot
    make the object.
    """
    return parameters(cls, "__init__")


@cache
def parameter_types(cls: str, method: str) -> dict[str, str]:
    """Return the type of each parameter over all releases, in order of first sight; types that
    differ are joined by `` | ``.
    """
    found: dict[str, dict[str, None]] = {}
    for overload in all_overloads(cls, method):
        for parameter in overload.parameters:
            found.setdefault(parameter.name, {})[parameter.type] = None
    return {name: " | ".join(kinds) for name, kinds in found.items()}


@cache
def result_type(cls: str, method: str) -> str | None:
    """Return the type of what a method returns (``int``, ``None``); None where its overloads or
    releases disagree.
    """
    results = dict.fromkeys(overload.result for overload in all_overloads(cls, method))
    if len(results) > 1:
        results.pop("object", None)  # some releases state nothing more exact
    return next(iter(results)) if len(results) == 1 else None


def is_tensorrt_type(text: str) -> bool:
    """True if a type is, or is a list of, a TensorRT class."""
    inner = re.fullmatch(r"list\[(.*)\]", text)
    return (inner.group(1) if inner else text) in classes()


@cache
def return_type(cls: str, method: str) -> str | None:
    """Return the TensorRT class that a method, or a function if ``cls`` is empty, returns, or
    ``list[...]`` of one; else None.

    A class as ``method`` of the module stands for its constructor.
    """
    if not cls and method in classes():
        return method
    found = result_type(cls, method)
    return found if found and is_tensorrt_type(found) else None


@cache
def property_type(cls: str, name: str) -> str | None:
    """Return the type of a property (``DataType``, ``int``, ``list[IPluginCreator]``).

    None if it can only be set, if pybind does not state its type, or if it is no property.
    """
    for release in reversed(releases()):
        span = span_of(cls, name, release)
        if span and span.kind in ("property", "readonly") and span.details:
            text = normalized_type(str(span.details[0]))
            return text if text not in ("", "object") else None
    return None


@cache
def value_type(name: str) -> str | None:
    """Return the class of a value of the module: ``DataType`` for ``float32``, or None."""
    for release in reversed(releases()):
        span = own_span(name, release)
        if span and span.kind == "value":
            return str(span.details[0]) if span.details else None
    return None
