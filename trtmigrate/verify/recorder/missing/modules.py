"""Find stand-ins for modules that are not installed."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import sys
import types
from functools import lru_cache
from typing import Any

from ..record import Record
from .images import cv2_member, pil_member
from .installed import is_installed
from .thing import Thing

# Modules without which nothing could be executed or compared.
NEVER = ("tensorrt", "cuda", "pycuda", "numpy")
MEMBERS = {"cv2": cv2_member, "PIL.Image": pil_member}


class StandInModule(types.ModuleType):
    """A module in which every name is a stand-in."""

    is_stand_in = True
    __version__ = "0.0.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        if full in MEMBERS:  # `from PIL import Image` looks here before it imports
            return importlib.import_module(full)
        make = MEMBERS.get(self.__name__)
        return make(name) if make else Thing(full)


class MissingModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder: it is asked for modules that no other finder has."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """Return the spec of a stand-in, unless the program has a way without the module."""
        parent, _, _ = fullname.rpartition(".")
        if parent:
            if not isinstance(sys.modules.get(parent), StandInModule):
                return None
        elif fullname in NEVER or is_optional():
            return None
        else:
            self._record.event("stand_in", what="module", name=fullname)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        return StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None: ...


def is_optional() -> bool:
    """Return True if the import that is made now is one of a library, or in a `try` without need.

    What is installed knows itself what it can do without.
    """
    frame: Any = sys._getframe(1)
    while frame is not None and _is_machinery(frame):
        frame = frame.f_back
    if frame is None:
        return False
    path = frame.f_code.co_filename
    if is_installed(path):
        return True
    return any(first <= frame.f_lineno <= last for first, last in optional_lines(path))


def _is_machinery(frame: Any) -> bool:
    name = frame.f_code.co_filename
    return name == __file__ or "importlib" in name


@lru_cache(maxsize=None)
def optional_lines(path: str) -> tuple[tuple[int, int], ...]:
    """Return the lines of a file, first and last, from which an ImportError is caught for good."""
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return ()
    return tuple(
        (node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try) and any(_goes_on(handler) for handler in node.handlers)
    )


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Return True if a handler catches an ImportError and does not end the program."""
    caught = handler.type
    named = [getattr(one, "id", "") for one in ast.walk(caught)] if caught else ["Exception"]
    if not {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"} & set(named):
        return False
    return not any(_ends(statement) for statement in handler.body)


def _ends(statement: ast.stmt) -> bool:
    """Return True for a `raise`, and for a call of exit()."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        function = statement.value.func
        return getattr(function, "attr", getattr(function, "id", "")) in ("exit", "_exit", "quit")
    return isinstance(statement, ast.Raise)
