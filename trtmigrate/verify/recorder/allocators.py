"""Listen to output allocators: the address and the shape of an output come from them."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from .engines import dims


def listen_to_allocator(allocator: Any, name: str, seen: dict[str, Any]) -> None:
    """Keep in `seen` the "address" and the "shape" that `allocator` is told for tensor `name`."""

    def keep_address(answer: Any, *_: Any) -> None:
        seen["address"] = int(answer or 0)

    def keep_shape(_: Any, shape: Any = None, *__: Any) -> None:
        seen["shape"] = dims(shape) if shape is not None else None

    _listen(allocator, name, "reallocate_output", keep_address)
    _listen(allocator, name, "reallocate_output_async", keep_address)
    _listen(allocator, name, "notify_shape", keep_shape)


def _listen(allocator: Any, name: str, method: str, keep: Callable[..., None]) -> None:
    """Call `keep` after each call of `method` for `name`, if the program wrote that method."""
    if not isinstance(getattr(type(allocator), method, None), types.FunctionType):
        return  # the method of TensorRT's own base class
    original = getattr(allocator, method)

    def heard(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        tensor = args[0] if args else kwargs.get("tensor_name", name)
        if tensor == name:
            keep(answer, *args[1:])
        return answer

    setattr(allocator, method, heard)
