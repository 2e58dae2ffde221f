"""What the breaks share: how they are listed, and helpers for the broken programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

APPLIED = "broken: applied"  # on stderr: the break took place and was not only in the text
ADDRESS = ("set_tensor_address",)
SHAPE = ("set_input_shape",)
PROFILE = ("set_optimization_profile_async",)
EXECUTE = ("execute_async_v3", "execute_v2")
COPY = ("cudaMemcpy", "cudaMemcpyAsync")
WAIT = ("cudaStreamSynchronize", "cuStreamSynchronize", "synchronize")
TO_DEVICE, TO_HOST = 1, 2


@dataclass(frozen=True)
class Break:
    """One way to break a program, or to do the same in another way."""

    name: str  # a claim: "two inputs have each other's address"
    theme: str
    function: str  # its dotted name in this package
    calls: tuple[str, ...]  # the calls that it replaces
    program: str  # where the tests try it: the smallest program in which it makes a difference
    same: bool = False  # not a break at all: verify has to say "identical"
    uncovered: str = ""  # why verify cannot find it
    rebuild: bool = False  # only --rebuild can find it
    same_in: tuple[str, ...] = ()  # programs in which it makes no difference


BREAKS: list[Break] = []


def breaks(name: str, calls: tuple[str, ...], program: str, **more: Any) -> Callable[[Any], Any]:
    """List a function as a break."""

    def listed(function: Any) -> Any:
        theme = function.__module__.rpartition(".")[2]
        made = Break(name, theme, f"{theme}.{function.__name__}", calls, program)
        BREAKS.append(replace(made, **more))
        return function

    return listed


def applied() -> None:
    """Say on stderr that the break took place."""
    print(APPLIED, file=sys.stderr, flush=True)


def names(context: Any, mode: str | None = None) -> list[str]:
    """Return the names of the tensors, or of the inputs or outputs."""
    engine = context.engine
    found = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    return [name for name in found if mode in (None, engine.get_tensor_mode(name).name)]


def is_output(context: Any, name: str) -> bool:
    """Return True for the name of an output."""
    return name in names(context, "OUTPUT")


def other(name: str, found: list[str]) -> str:
    """Return the neighbor of a name in a list of names: the first two are exchanged."""
    if name not in found[:2] or len(found) < 2:
        return name
    applied()
    return found[1 - found.index(name)]


kept: list[Any] = []  # what must stay alive


def device_memory(nbytes: int) -> int:
    """Return the address of new device memory, filled with zeros."""
    from cuda import cudart  # only on the simulator

    address = int(cudart.cudaMalloc(nbytes)[1])
    cudart.cudaMemset(address, 0, nbytes)
    return address


def host_memory(nbytes: int) -> int:
    """Return the address of new memory of the host, filled with zeros."""
    kept.append(bytearray(nbytes))
    return address_of(kept[-1])


def address_of(data: Any) -> int:
    """Return the address of a buffer."""
    import ctypes  # only in a program

    return ctypes.addressof(ctypes.c_char.from_buffer(data))


def first_time(key: Any) -> bool:
    """Return True when a key is seen for the first time."""
    if key in seen:
        return False
    seen.add(key)
    return True


seen: set[Any] = set()
