"""Classes offered exactly as a release has them.

An implementation is an ordinary class that may know more than one release. ``expose`` drops the
members that this release lacks, adds the ones that the class leaves out as refusals by name, and
puts the release's signatures in front of the rest. Instances have no ``__dict__``, as in pybind, so
assigning a removed attribute is an AttributeError here too.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Tuple, Type, TypeVar

from . import surface
from .release import refuse
from .signatures import CLASSES, checked, converter, plain_type

_C = TypeVar("_C", bound=type)

# Python gives every class these; only what a release declares beyond them counts as its member.
_OBJECT = frozenset(dir(object)) | {"__slots__", "__module__", "__weakref__", "__dict__"}
# The special methods that the data tells of; others are Python's business with an implementation.
_SPECIAL = frozenset(
    "__contains__ __del__ __enter__ __eq__ __exit__ __getitem__ __init__ __iter__ __len__".split()
)


class Native:
    """An object of the library: no instance dictionary, and made by the library alone.

    ``_make`` builds an instance and hands its arguments to ``_setup``.
    """

    __slots__ = ("__weakref__",)

    @classmethod
    def _make(cls: Type[Any], *args: Any) -> Any:
        made = object.__new__(cls)
        made._setup(*args)
        return made

    def _setup(self, *args: Any) -> None:
        pass


class Part:
    """A share of an implementation's members, in a file of its own: a base that gives all it
    has.
    """

    __slots__ = ()


def expose(cls: _C) -> _C:
    """Offer an implementation under its own name."""
    return expose_as(cls.__name__, cls)


def expose_as(path: str, cls: _C) -> _C:
    """Offer an implementation under a path (``ILogger.Severity``); nothing where the release lacks
    that class.
    """
    if not surface.has(path):
        return cls
    for part in cls.__bases__:
        if issubclass(part, Part):
            _move(part, cls)
    declared = surface.own_members(path)
    for name in [name for name in vars(cls) if _is_public(name) and name not in declared]:
        delattr(cls, name)
    for name, member in declared.items():
        place = "%s.%s" % (path, name)
        own = vars(cls).get(name)
        if own is None and _inherited(cls, name):
            continue
        offered = _offered(place, name, member, own)
        if offered is not None:
            setattr(cls, name, offered)
    cls.__module__ = "tensorrt.tensorrt"
    CLASSES[path] = cls
    return cls


def _move(part: type, cls: type) -> None:
    for name, value in list(vars(part).items()):
        if name not in _OBJECT:
            setattr(cls, name, value)
            delattr(part, name)


def _is_public(name: str) -> bool:
    return name in _SPECIAL or not name.startswith("_")


def _inherited(cls: type, name: str) -> bool:
    return name != "__init__" and any(name in vars(base) for base in cls.__mro__[1:-1])


def _offered(place: str, name: str, member: surface.Member, own: Any) -> Any:
    if member.kind == "method":
        return _method(place, name, member.details, own)
    if member.kind in ("property", "readonly"):
        return _property(place, member, own)
    return own


def _method(place: str, name: str, signatures: Tuple[str, ...], own: Any) -> Any:
    if name == "__init__" and not signatures:
        return own or _no_constructor(place.rpartition(".")[0])
    if name in ("__enter__", "__exit__", "__del__"):
        return own or _LIFETIME[name]
    if own is None:
        return _refusal(place)
    if name == "__init__" and not any(
        "self: %s" % place.rpartition(".")[0] in s for s in signatures
    ):
        return own
    return checked(name, signatures, own) if signatures else own


def _property(place: str, member: surface.Member, own: Any) -> Any:
    if own is not None and not isinstance(own, property):
        return own
    read = own.fget if own is not None else _refusal(place)
    if member.kind == "readonly":
        return property(read)
    write = own.fset if own is not None else None
    type_name = plain_type(str(member.details[1])) if len(member.details) > 1 else ""
    return property(read, _setter(place, type_name, write or _refusal(place)))


def _setter(
    place: str, type_name: str, write: Callable[[Any, Any], None]
) -> Callable[[Any, Any], None]:
    def assign(self: Any, value: Any) -> None:
        if type_name and value is not None:
            try:
                value = converter(type_name)(value)
            except (TypeError, ValueError, OverflowError) as problem:
                raise TypeError("%s: %s" % (place, problem)) from None
        write(self, value)

    return assign


def _refusal(place: str) -> Callable[..., Any]:
    def refused(self: Any, *args: Any, **kwargs: Any) -> Any:
        refuse(place)

    refused.__name__ = place.rpartition(".")[2]
    return refused


def _no_constructor(path: str) -> Callable[..., None]:
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        raise TypeError("tensorrt.tensorrt.%s: No constructor defined!" % path)

    return init


def _enter(self: Any) -> Any:
    return self


def _exit(self: Any, *problem: Any) -> None:
    # Objects live as long as something refers to them; leaving the block frees nothing since 8.0.
    return None


def _delete(self: Any) -> None:
    return None


_LIFETIME: Dict[str, Callable[..., Any]] = {
    "__enter__": _enter,
    "__exit__": _exit,
    "__del__": _delete,
}
