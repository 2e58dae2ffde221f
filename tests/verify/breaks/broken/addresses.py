"""Addresses that are set wrongly. Each function stands for ``set_tensor_address``."""

from __future__ import annotations

from typing import Any

from .common import (
    ADDRESS,
    applied,
    breaks,
    device_memory,
    first_time,
    host_memory,
    is_output,
    names,
    other,
)

before: dict[Any, int] = {}
SPACE = 1 << 16


@breaks("two inputs have each other's address", ADDRESS, "ping_pong_in_place")
def swap_inputs(context: Any, call: str, name: str, address: Any) -> Any:
    return context.set_tensor_address(other(name, names(context, "INPUT")), address)


@breaks("two outputs have each other's address", ADDRESS, "queries_by_name")
def swap_outputs(context: Any, call: str, name: str, address: Any) -> Any:
    return context.set_tensor_address(other(name, names(context, "OUTPUT")), address)


@breaks("an input and an output have each other's address", ADDRESS, "literal_lists_pycuda")
def swap_input_and_output(context: Any, call: str, name: str, address: Any) -> Any:
    pair = [names(context, "INPUT")[0], names(context, "OUTPUT")[0]]
    return context.set_tensor_address(other(name, pair), address)


@breaks("the address of an input is never set", ADDRESS, "literal_lists_pycuda")
def drop_input(context: Any, call: str, name: str, address: Any) -> Any:
    if name != names(context, "INPUT")[0]:
        return context.set_tensor_address(name, address)
    return applied()


@breaks("the address of an output is never set", ADDRESS, "literal_lists_pycuda")
def drop_output(context: Any, call: str, name: str, address: Any) -> Any:
    if name != names(context, "OUTPUT")[0]:
        return context.set_tensor_address(name, address)
    return applied()


@breaks("an address is set for the first execution only", ADDRESS, "literal_lists_pycuda")
def set_once(context: Any, call: str, name: str, address: Any) -> Any:
    if before.setdefault((id(context), name), int(address)) != int(address):
        applied()
    return context.set_tensor_address(name, before[id(context), name])


@breaks("an address is that of the execution before", ADDRESS, "literal_lists_pycuda")
def one_behind(context: Any, call: str, name: str, address: Any) -> Any:
    old = before.get((id(context), name), int(address))
    before[id(context), name] = int(address)
    if old != int(address):
        applied()
    return context.set_tensor_address(name, old)


@breaks("the address of an output is four bytes off", ADDRESS, "literal_lists_pycuda")
def output_four_bytes_off(context: Any, call: str, name: str, address: Any) -> Any:
    if is_output(context, name):
        applied()
    return context.set_tensor_address(name, int(address) + 4 * is_output(context, name))


@breaks("the address of an input is four bytes off", ADDRESS, "literal_lists_pycuda")
def input_four_bytes_off(context: Any, call: str, name: str, address: Any) -> Any:
    if not is_output(context, name):
        applied()
    return context.set_tensor_address(name, int(address) + 4 * (not is_output(context, name)))


@breaks("two outputs share one address", ADDRESS, "queries_by_name")
def share_output(context: Any, call: str, name: str, address: Any) -> Any:
    if is_output(context, name) and before.setdefault(id(context), int(address)) != int(address):
        applied()
        address = before[id(context)]
    return context.set_tensor_address(name, address)


@breaks("two inputs share one address", ADDRESS, "ping_pong_in_place")
def share_input(context: Any, call: str, name: str, address: Any) -> Any:
    first = before.setdefault(id(context), int(address))
    if not is_output(context, name) and first != int(address):
        applied()
        address = first
    return context.set_tensor_address(name, address)


@breaks("an output is written over an input", ADDRESS, "literal_lists_pycuda")
def output_over_input(context: Any, call: str, name: str, address: Any) -> Any:
    if is_output(context, name):
        applied()
        address = context.get_tensor_address(names(context, "INPUT")[0])
    return context.set_tensor_address(name, address)


@breaks("an input has new memory without its data", ADDRESS, "literal_lists_pycuda")
def fresh_input(context: Any, call: str, name: str, address: Any) -> Any:
    if not is_output(context, name):
        applied()
        address = device_memory(SPACE)
    return context.set_tensor_address(name, address)


@breaks("an output goes to memory that nobody reads", ADDRESS, "literal_lists_pycuda")
def fresh_output(context: Any, call: str, name: str, address: Any) -> Any:
    if is_output(context, name):
        applied()
        address = device_memory(SPACE)
    return context.set_tensor_address(name, address)


@breaks("an address is one of the host", ADDRESS, "literal_lists_pycuda")
def host_pointer(context: Any, call: str, name: str, address: Any) -> Any:
    applied()
    return context.set_tensor_address(name, host_memory(SPACE))


@breaks("an address is null", ADDRESS, "literal_lists_pycuda")
def null_pointer(context: Any, call: str, name: str, address: Any) -> Any:
    applied()
    return context.set_tensor_address(name, 0)


@breaks("the name of a tensor is wrong", ADDRESS, "literal_lists_pycuda")
def wrong_name(context: Any, call: str, name: str, address: Any) -> Any:
    applied()
    return context.set_tensor_address(f"{name}0", address)


@breaks("a name still has the suffix of its profile", ADDRESS, "literal_lists_pycuda")
def suffixed_name(context: Any, call: str, name: str, address: Any) -> Any:
    applied()
    return context.set_tensor_address(f"{name} [profile 1]", address)


@breaks("an index stands for a name", ADDRESS, "literal_lists_pycuda")
def index_for_name(context: Any, call: str, name: str, address: Any) -> Any:
    applied()
    return context.set_tensor_address(names(context).index(name), address)


@breaks("the addresses go to another context", ADDRESS, "literal_lists_pycuda")
def other_context(context: Any, call: str, name: str, address: Any) -> Any:
    applied()
    before.setdefault("context", context.engine.create_execution_context())
    return before["context"].set_tensor_address(name, address)  # type: ignore[attr-defined]


@breaks("an input was freed before the execution", ADDRESS, "two_contexts_two_streams")
def freed_input(context: Any, call: str, name: str, address: Any) -> Any:
    from cuda import cudart  # only on the simulator

    answer = context.set_tensor_address(name, address)
    if not is_output(context, name) and first_time(int(address)):
        applied()
        cudart.cudaFree(int(address))
    return answer


@breaks("an output was freed before the execution", ADDRESS, "two_contexts_two_streams")
def freed_output(context: Any, call: str, name: str, address: Any) -> Any:
    from cuda import cudart  # only on the simulator

    answer = context.set_tensor_address(name, address)
    if is_output(context, name) and first_time(int(address)):
        applied()
        cudart.cudaFree(int(address))
    return answer


@breaks("the values of a shape tensor are others", ADDRESS, "shape_input_async")
def other_shape_values(context: Any, call: str, name: str, address: Any) -> Any:
    if context.engine.get_tensor_location(name).name != "HOST":
        return context.set_tensor_address(name, address)
    import ctypes  # only in a program

    applied()
    count = context.engine.get_tensor_shape(name)[0]
    values = ctypes.string_at(int(address), 4 * count)
    turned = bytearray(b"".join(values[i : i + 4] for i in range(4 * count - 4, -4, -4)))
    keep = host_memory(len(turned))
    ctypes.memmove(keep, bytes(turned), len(turned))
    return context.set_tensor_address(name, keep)
