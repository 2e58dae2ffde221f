"""Read the tensors of an execution: shape, address and bytes."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable
from typing import Any

from .allocators import listen_to_allocator
from .device import Device
from .engines import BITS, describe, dims, format_of, known, profile_of, tensor_names
from .errors import NotCovered
from .execution import Execution, Numbers
from .layouts import DENSE, physical_shape, volume, without_padding
from .record import Record


class Tensors:
    """Reads tensors, and remembers what a program set that cannot be asked later."""

    def __init__(self, record: Record, device: Device, contexts: Numbers) -> None:
        self._record, self._device, self._contexts = record, device, contexts
        self._described: Any = weakref.WeakKeyDictionary()  # engine -> its description
        self._shape_values: Any = weakref.WeakKeyDictionary()  # context -> name -> values
        self._addresses: Any = weakref.WeakKeyDictionary()  # context -> name -> address
        self._allocated: dict[tuple[int, str], dict[str, Any]] = {}  # context number, name

    # -- what a program sets

    def keep_shape_values(self, context: Any, binding: int, values: Any) -> None:
        """Remember the values that `set_shape_input` copied."""
        names = tensor_names(context.engine)
        kept = self._shape_values.setdefault(context, {})
        kept[names[int(binding) % len(names)]] = [int(value) for value in values]

    def keep_address(self, context: Any, name: str, address: int) -> None:
        """Remember an address, for a release that has no `get_tensor_address`."""
        self._addresses.setdefault(context, {})[name] = address

    def keep_allocator(self, context: Any, name: str, allocator: Any) -> None:
        """Remember the address and the shape that the program's own allocator is told."""
        if allocator is not None:
            seen = self._allocated.setdefault((self._contexts.of(context), name), {})
            listen_to_allocator(allocator, name, seen)

    # -- what an execution uses

    def describe(self, execution: Execution, given: dict[str, Any]) -> None:
        """Fill in mode, dtype, shape and address of every tensor of an execution."""
        context, engine = execution.context, execution.context.engine
        bindings = [int(b) for b in given["bindings"]] if "bindings" in given else None
        batch = None
        if getattr(engine, "has_implicit_batch_dimension", False):
            batch = int(given.get("batch_size", 1))
        names = tensor_names(engine)
        profile = profile_of(context)
        padded = hasattr(engine, "num_bindings") and engine.num_bindings > len(names)
        offset = profile * len(names) if padded else 0
        if engine not in self._described:
            self._described[engine] = describe(engine)
        execution.tensors = [dict(tensor) for tensor in self._described[engine]]
        for index, tensor in enumerate(execution.tensors):
            name = tensor["name"]
            shape = _shape(context, name, offset + index, bindings is not None)
            if batch is not None and shape is not None:
                shape = [batch, *shape]
            tensor.update(shape=shape, format=format_of(engine, name, profile))
            tensor["binding"] = offset + index
            if bindings is None:
                execution.address[name] = self._address(context, name)
            elif offset + index < len(bindings):
                execution.address[name] = bindings[offset + index]

    def read_output(self, execution: Execution, tensor: dict[str, Any]) -> None:
        """Read an output after the execution: a shape that depends on data is only known then."""
        context, name = execution.context, tensor["name"]
        seen = self._allocated.get((self._contexts.of(context), name), {})
        by_binding = execution.api != "execute_async_v3"
        if not known(tensor["shape"]):
            tensor["shape"] = _shape(context, name, tensor["binding"], by_binding)
        if seen and not by_binding:
            execution.address[name] = seen.get("address", 0)
            tensor["shape"] = seen.get("shape") or tensor["shape"]
        self.read(execution, tensor)

    def read(self, execution: Execution, tensor: dict[str, Any]) -> None:
        """Add the content of a tensor to its description, or the reason why it is missing."""
        try:
            data = self._bytes(execution, tensor)
            tensor.update(self._record.content(data, tensor["dtype"]))
        except NotCovered as error:
            tensor["not_covered"] = str(error)

    def _address(self, context: Any, name: str) -> int:
        if hasattr(context, "get_tensor_address"):
            return int(context.get_tensor_address(name))
        return int(self._addresses.get(context, {}).get(name, 0))

    def _bytes(self, execution: Execution, tensor: dict[str, Any]) -> bytes:
        context, name, shape = execution.context, tensor["name"], tensor["shape"]
        bits = BITS.get(tensor["dtype"], 0)
        if not known(shape):
            raise NotCovered(f"its shape is not known: {shape}")
        if not bits:
            raise NotCovered(f"data type {tensor['dtype']}")
        if tensor["location"] == "host" and execution.api != "execute_async_v3":
            values = self._host_values(context, name, tensor)
            if values is not None:
                return values
        layout = tensor["format"]
        stored = physical_shape(shape, layout)
        if layout not in DENSE and bits < 8:
            raise NotCovered(f"tensor format {layout} of {bits} bits")
        nbytes = (volume(stored) * bits + 7) // 8
        address = execution.address.get(name, 0)
        if nbytes == 0:
            return b""
        if address == 0:
            raise NotCovered("no address")
        if tensor["location"] == "host":
            return ctypes.string_at(address, nbytes)
        return without_padding(self._device.cuda.to_host(address, nbytes), bits // 8, shape, layout)

    def _host_values(self, context: Any, name: str, tensor: dict[str, Any]) -> bytes | None:
        """Return the values of a shape tensor of the binding API.

        `set_shape_input` copied the values of an input; the values of an output are asked from the
        context. Return None if the tensor has an address after all.
        """
        values = self._shape_values.get(context, {}).get(name)
        if values is None and tensor["mode"] == "output" and hasattr(context, "get_shape"):
            values = list(context.get_shape(tensor["binding"]))
        if values is None and hasattr(context, "get_shape"):
            raise NotCovered("the values of this shape tensor were not seen")
        if values is None:
            return None
        size = 8 if tensor["dtype"] == "int64" else 4
        return b"".join(int(value).to_bytes(size, "little", signed=True) for value in values)


def _shape(context: Any, name: str, binding: int, by_binding: bool) -> list[int] | None:
    """Return the shape of a tensor in this execution.

    The two APIs keep shapes apart, so the API in use is asked first. The other API is asked only
    if that gives no shape: asking it is not harmless, it may resolve other buffers.
    """
    ways: list[Callable[[], Any]] = []
    if hasattr(context, "get_tensor_shape"):
        ways.append(lambda: context.get_tensor_shape(name))
    if hasattr(context, "get_binding_shape"):
        ways.insert(0 if by_binding else 1, lambda: context.get_binding_shape(binding))
    first = dims(ways[0]())
    if known(first) or len(ways) == 1:
        return first
    second = dims(ways[1]())
    return second if known(second) else first
