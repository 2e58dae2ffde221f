"""Guess the engine that a program wants from the names and shapes in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trtmigrate.sources.program import python_of
from trtmigrate.verify.migrated import imported_files
from trtmigrate.verify.stand_in_engine import parse_engine

IMAGE, SCORES = (1, 3, 224, 224), (1, 1000)  # if the code has no shape

_TAKES_NAME = re.compile(r"(get|set)_(tensor|binding)_\w+|set_input_shape")
_ENGINE = re.compile(r"[\w.]*engine")
_SETS_SHAPE = ("set_input_shape", "set_binding_shape")
_INPUT = re.compile(r"in|x|inputs?|images?|img|data|samples?|src|ids|tokens?|masks?")
_INTEGERS = re.compile(r"ids|tokens?|masks?")

Shape = tuple[int, ...]


@dataclass
class _Found:
    """What the code of a program says of its engine, in the order of the code."""

    names: list[str] = field(default_factory=list)
    inputs: dict[str, Shape | None] = field(default_factory=dict)  # the program sets their shapes
    images: list[Shape] = field(default_factory=list)  # shapes that an image can have
    results: list[Shape] = field(default_factory=list)  # shapes that arrays are brought into


def guess_engine(script: Path) -> dict[str, Any]:
    """Return a description of an engine like those of --engine, with the guess in words."""
    found = _Found()
    for path in sorted(imported_files(script), key=lambda path: path != script):
        for node in _nodes_of(path):
            _look_at(node, found)
    text = f"{_inputs(found)} -> {_outputs(found)}"
    return {**parse_engine(text), "guess": text}


def _nodes_of(path: Path) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(ast.parse(python_of(path.read_bytes(), path.name)))
    except (SyntaxError, ValueError):
        return


def _look_at(node: ast.AST, found: _Found) -> None:
    """Add what one piece of code says."""
    if isinstance(node, (ast.Tuple, ast.List)):
        shape = _shape_of(node)
        if len(shape) == 4 and 3 in (shape[1], shape[3]):
            found.images.append(shape)
        elif len(shape) == 2 and min(shape) >= 32 and not any(n % 16 for n in shape):
            found.images.append((1, 3, *shape))
    elif isinstance(node, ast.Subscript) and _ENGINE.fullmatch(ast.unparse(node.value)):
        found.names += _names_in(node.slice)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        _look_at_call(node, node.func.attr, found)


def _look_at_call(call: ast.Call, method: str, found: _Found) -> None:
    if method == "reshape":
        whole = call.args[0] if len(call.args) == 1 else ast.Tuple(call.args)
        shape = _shape_of(whole)
        found.results += [shape] if shape else []
    if not _TAKES_NAME.fullmatch(method) or not call.args:
        return
    if method in _SETS_SHAPE:
        shape = _shape_of(call.args[1]) if len(call.args) > 1 else ()
        for name in _names_in(call.args[0]):
            found.inputs[name] = found.inputs.get(name) or shape or None
    found.names += _names_in(call.args[0])


def _names_in(node: ast.AST) -> list[str]:
    """Return a name that is given as it is, or to `get_binding_index`."""
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    text = node.value if isinstance(node, ast.Constant) else None
    return [text] if isinstance(text, str) and re.fullmatch(r"[\w./-]+", text) else []


def _shape_of(node: ast.AST) -> Shape:
    """Return the extents of a literal; empty if it is no shape."""
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else []
    extents = tuple(part.value for part in parts if isinstance(part, ast.Constant))
    good = all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in extents)
    return extents if good and len(extents) == len(parts) else ()  # type: ignore[return-value]


def _inputs(found: _Found) -> str:
    names = list(found.inputs) or [name for name in found.names if _sounds(_INPUT, name)]
    names = list(dict.fromkeys(names)) or found.names[:1] or ["input"]
    found.inputs = {name: found.inputs.get(name) for name in names}
    image = found.images[0] if found.images else IMAGE
    return ", ".join(_tensor(name, shape or image) for name, shape in found.inputs.items())


def _outputs(found: _Found) -> str:
    names = [name for name in dict.fromkeys(found.names) if name not in found.inputs] or ["output"]
    given = {*found.images, *found.inputs.values()}
    shape = next((shape for shape in found.results if shape not in given), SCORES)
    return ", ".join(f"{name}:{_extents(shape)}" for name in names)


def _tensor(name: str, shape: Shape) -> str:
    return f"{name}:{_extents(shape)}:{'int32' if _sounds(_INTEGERS, name) else 'float32'}"


def _sounds(words: re.Pattern[str], name: str) -> bool:
    """Return True if a part of a name is one of some words."""
    return any(words.fullmatch(part) for part in re.split(r"[^a-z]+", name.lower()))


def _extents(shape: Shape) -> str:
    return "x".join(map(str, shape))
