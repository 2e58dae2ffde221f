"""Properties that an object only keeps and gives back."""

from __future__ import annotations

from typing import Any

from . import enums


def kept(name: str, default: Any = None) -> property:
    """A property over ``self._settings``."""

    def read(self: Any) -> Any:
        return self._settings.get(name, default)

    def write(self: Any, value: Any) -> None:
        self._settings[name] = value

    return property(read, write)


def kept_enum(name: str, enum: str, default: str) -> property:
    """The same for an enumerator, which a release without that enum does not have."""

    def read(self: Any) -> Any:
        return self._settings.get(name) or enums.value(enum, default)

    def write(self: Any, value: Any) -> None:
        self._settings[name] = value

    return property(read, write)


def name_kept(owner: Any, name: str, default: str) -> str:
    """Return the name of the enumerator that an object keeps.

    It is read from the object itself, because a release may lack the property.
    """
    value = owner._settings.get(name)
    return default if value is None else str(value.name)


def write_only(name: str) -> property:
    """A property that cannot be read, as pybind has some."""

    def read(self: Any) -> Any:
        raise AttributeError("unreadable attribute")

    def write(self: Any, value: Any) -> None:
        self._settings[name] = value

    return property(read, write)
