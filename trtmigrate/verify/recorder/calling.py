"""Call a function of a program that is a library, in the place of running its main part."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import sys
import types
from typing import Any

from .missing.files import input_shape
from .missing.values import import_numpy, made_up, made_up_image

FUNCTION = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_]\w*)")
ITEMS = 100  # of a result that are printed


def call(text: str, script: str, root: str, engines: list[dict[str, Any]]) -> None:
    """Do a call and print its result, so that the results of both sides are compared.

    `text` is ``module:function``, a function without arguments, or an expression over the names of
    the script and of `arguments_of`. `root` is the folder that was copied.
    """
    # A module of a package finds the others by way of the package, not beside itself.
    sys.path.insert(0, root if is_in_package(script) else os.path.dirname(script))
    if root not in sys.path:
        sys.path.insert(1, root)
    found = FUNCTION.fullmatch(text.strip())
    if found:
        result = getattr(importlib.import_module(found[1]), found[2])()
    else:
        module = import_script(script, root)
        names = {**arguments_of(engines), **module.__dict__}
        result = eval(compile(text, "--call", "eval"), names)
    print("result:", describe(result))


def is_in_package(script: str) -> bool:
    """Return True for a module of a package."""
    return os.path.exists(os.path.join(os.path.dirname(script), "__init__.py"))


def import_script(script: str, root: str) -> types.ModuleType:
    """Import a script by its place in the folder that was copied, so that it finds its package."""
    parts = os.path.relpath(os.path.splitext(script)[0], root).split(os.sep)
    if not all(part.isidentifier() for part in parts) or not is_in_package(script):
        parts = parts[-1:]
    return importlib.import_module(".".join(parts))


def arguments_of(engines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what an expression can use as arguments.

    `array` is the first input of the engine that the command line gives (else 1x3x224x224),
    `arrays` are all its inputs, `image` is 480x640x3 of bytes.
    """
    np = import_numpy()
    arrays = []
    for tensor in engines[0]["tensors"] if engines else []:
        if tensor["mode"] == "input":
            ranges = engines[0]["profiles"][0].get(tensor["name"])
            shape = ranges[1] if ranges else tensor["shape"]
            arrays.append(made_up(tensor["name"], shape, tensor["dtype"]))
    array = arrays[0] if arrays else made_up("array", input_shape(engines), "float32")
    return {"np": np, "array": array, "arrays": arrays or [array], "image": made_up_image("image")}


def describe(value: Any) -> str:
    """Return a value in words; arrays by type, shape and digest."""
    np = import_numpy()
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()[:16]
        return f"array {value.dtype} {value.shape} {digest}"
    if isinstance(value, (list, tuple)):
        return f"({', '.join(describe(item) for item in value[:ITEMS])})"
    if isinstance(value, dict):
        items = list(value.items())[:ITEMS]
        return f"{{{', '.join(f'{key}: {describe(item)}' for key, item in items)}}}"
    if value is None or isinstance(value, (bool, int, float, str, bytes, np.generic)):
        return repr(value)
    return f"an object of {type(value).__name__}"
