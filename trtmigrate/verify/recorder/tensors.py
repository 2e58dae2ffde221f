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
        if getattr(engine, "has_implicit_batch_dimension", False):
            execution.batch = int(given.get("batch_size", 1))
        names = tensor_names(engine)
        profile = profile_of(context)
        padded = hasattr(engine, "num_bindings") and engine.num_bindings > len(names)
        offset = profile * len(names) if padded else 0
        if engine not in self._described:
            self._described[engine] = describe(engine)
        execution.tensors = [dict(tensor) for tensor in self._described[engine]]
        for index, tensor in enumerate(execution.tensors):
            name = tensor["name"]
            tensor.update(format=format_of(engine, name, profile), binding=offset + index)
            if bindings is None:
                execution.address[name] = self._address(context, name)
            elif offset + index < len(bindings):
                execution.address[name] = bindings[offset + index]
        for tensor in execution.tensors:
            if tensor["mode"] == "input":
                tensor["shape"] = _with_batch(execution, _input_shape(context, tensor))
            elif execution.capturing:  # nothing runs that could be asked afterwards
                tensor["shape"] = _with_batch(execution, _output_shape(execution, tensor))

    def read_inputs(self, execution: Execution) -> None:
        """Read the inputs before the execution."""
        for tensor in execution.tensors:
            if tensor["mode"] == "input":
                self.read(execution, tensor)

    def read_outputs(self, execution: Execution) -> None:
        """Read the outputs after the execution, and inputs that had another shape than they told.

        The shape of an output is asked only now. A shape may depend on data, and to ask for it
        before the execution would change with which shapes it runs, see `_output_shape`.
        """
        context = execution.context
        number = self._contexts.of(context)
        for tensor in execution.tensors:
            if tensor["mode"] == "input" and _has_both(context):
                shape = _with_batch(execution, dims(context.get_binding_shape(tensor["binding"])))
                if known(shape) and shape != tensor["shape"]:
                    tensor["shape"] = shape
                    self.read(execution, tensor)
        for tensor in execution.tensors:
            if tensor["mode"] == "output":
                tensor["shape"] = _with_batch(execution, _output_shape(execution, tensor))
                seen = self._allocated.get((number, tensor["name"]), {})
                if seen and execution.api == "execute_async_v3":
                    execution.address[tensor["name"]] = seen.get("address", 0)
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


def _has_both(context: Any) -> bool:
    """Return True for a context with both APIs (8.5 and 8.6)."""
    return hasattr(context, "get_tensor_shape") and hasattr(context, "get_binding_shape")


def _with_batch(execution: Execution, shape: list[int] | None) -> list[int] | None:
    """Return a shape with the batch dimension of an engine that keeps it apart."""
    return shape if execution.batch is None or shape is None else [execution.batch, *shape]


def _input_shape(context: Any, tensor: dict[str, Any]) -> list[int] | None:
    """Return the shape of an input: set by name, or that of the binding if there is none."""
    return _first_known(context, tensor, by_name=True)


def _output_shape(execution: Execution, tensor: dict[str, Any]) -> list[int] | None:
    """Return the shape of an output.

    A context with both APIs keeps two shapes for each input. `get_binding_shape` of an output
    computes with those of the bindings, and the next execution then runs with them, even if others
    were set by name; `get_tensor_shape` does the same with the names (measured on TensorRT 8.6.0).
    After an execution the shapes of the bindings are those that it ran with, so asking for them
    changes nothing. The names are asked if they say the same, because only they know a shape that
    depends on data.
    """
    context = execution.context
    by_name = True
    if _has_both(context):
        inputs = [one for one in execution.tensors if one["mode"] == "input"]
        shapes = (dims(context.get_tensor_shape(one["name"])) for one in inputs)
        pairs = zip(inputs, shapes)
        by_name = all(one["shape"] == _with_batch(execution, shape) for one, shape in pairs)
    return _first_known(context, tensor, by_name)


def _first_known(context: Any, tensor: dict[str, Any], by_name: bool) -> list[int] | None:
    """Return the shape that a context gives by name or by binding; the other if it is unknown."""
    ways: list[Callable[[], Any]] = []
    if hasattr(context, "get_tensor_shape"):
        ways.append(lambda: context.get_tensor_shape(tensor["name"]))
    if hasattr(context, "get_binding_shape"):
        ways.append(lambda: context.get_binding_shape(tensor["binding"]))
    if not by_name:
        ways.reverse()
    first = dims(ways[0]())
    if known(first) or len(ways) == 1:
        return first
    second = dims(ways[1]())
    return second if known(second) else first
