"""Real torch on the CPU, in the place of torch on a GPU.

Whatever is asked for on the device "cuda" is made on the CPU and marked, so that it says that it is
on a GPU; ``data_ptr()`` of it is an address that the simulated device can use. An operation waits
for the current stream first, as the kernels of torch are queued behind it.
"""

from __future__ import annotations

import importlib
from typing import Any, Dict, Set, Tuple

from . import torchcuda
from .device import memory, streams

MARK = "_on_simulated_device"
# Methods of a tensor that bring it to another place, handled by themselves.
MOVES = ("cuda", "cpu", "to", "pin_memory")

_registered: Set[int] = set()  # addresses of storages that the device can use


def redirect(torch: Any) -> None:
    """Bring torch onto the simulated device, for this thread and every thread made later."""
    for name, member in torchcuda.MEMBERS.items():
        setattr(torch.cuda, name, member)
    load = torch.load
    torch.load = lambda *args, **kwargs: load(*args, **{**kwargs, "map_location": "cpu"})
    mode = _mode_of(torch)
    mode().__enter__()
    _enter_in_threads(mode)


def _enter_in_threads(mode: Any) -> None:
    """Modes of torch are those of a thread, so let each thread begin with this mode."""
    import threading

    run = threading.Thread.run

    def run_with_mode(self: Any) -> None:
        with mode():
            run(self)

    threading.Thread.run = run_with_mode  # type: ignore[method-assign]


def _mode_of(torch: Any) -> Any:
    """The class of the mode through which every function of torch goes."""
    base: Any = importlib.import_module("torch.overrides").TorchFunctionMode

    class OnSimulator(base):  # type: ignore[misc, valid-type, unused-ignore]
        def __torch_function__(
            self, function: Any, types: Any, args: Tuple[Any, ...] = (), kwargs: Any = None
        ) -> Any:
            return _call(torch, function, args, dict(kwargs or {}))

    return OnSimulator


def _call(torch: Any, function: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
    name = getattr(function, "__name__", "")
    owner = getattr(function, "__self__", None)  # of a property, whose function is __get__
    if name == "__get__" and args and getattr(args[0], MARK, False):
        answer = _property(torch, getattr(owner, "__name__", ""))
        if answer is not None:
            return answer
    if name == "__set__" and getattr(owner, "__name__", "") == "data":  # by nn.Module.to()
        setattr(args[0], MARK, bool(getattr(args[1], MARK, False)))
    if args and isinstance(args[0], torch.Tensor):
        if name in MOVES:
            return _move(torch, name, function, args, kwargs)
        if name == "data_ptr" and getattr(args[0], MARK, False):
            return _address(args[0], function(*args))
        if name == "numpy" and getattr(args[0], MARK, False):
            raise TypeError(
                "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the "
                "tensor to host memory first."
            )
    given = [*args, *kwargs.values()]
    on_device = any(_is_marked(torch, one) for one in given)
    if on_device:
        streams.synchronize(torchcuda.current_stream().cuda_stream)
    made = _names_device(torch, kwargs.get("device"))
    if made:
        kwargs["device"] = "cpu"
    kwargs.pop("pin_memory", None)
    answer = function(*args, **kwargs)
    elsewhere = "device" in kwargs and not made and kwargs["device"] is not None
    in_place = name.endswith("_") and not name.endswith("__")
    if (made or on_device) and not elsewhere and not in_place:
        _mark(torch, answer)
        if made and name in ("empty", "empty_like", "new_empty"):
            answer.zero_()  # new memory begins as zeros, as everywhere on this device
    return answer


def _property(torch: Any, name: str) -> Any:
    """What a property of a tensor says on a GPU; None for one that says the same."""
    return {"device": torch.device("cuda", 0), "is_cuda": True, "is_cpu": False}.get(name)


def _move(
    torch: Any, name: str, function: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any]
) -> Any:
    tensor, *rest = args
    streams.synchronize(torchcuda.current_stream().cuda_stream)
    here = bool(getattr(tensor, MARK, False))
    places = [one for one in (*rest, *kwargs.values()) if _names_place(torch, one)]
    there = here
    if name == "cuda":
        there = True
    elif name == "cpu":
        there = False
    elif places:
        there = _names_device(torch, places[-1]) or bool(getattr(places[-1], MARK, False))
    types = [one for one in (*rest, *kwargs.values()) if isinstance(one, torch.dtype)]
    types += [one.dtype for one in rest if isinstance(one, torch.Tensor)]
    found = tensor.to(types[0]) if types and types[0] != tensor.dtype else tensor
    if (there != here and found is tensor) or kwargs.get("copy"):
        with torch.no_grad():
            found = tensor.detach().clone() if not tensor.requires_grad else tensor.clone()
    if found is not tensor:
        setattr(found, MARK, there)
    return found


def _names_place(torch: Any, one: Any) -> bool:
    if isinstance(one, str):
        return one.split(":")[0] in ("cuda", "cpu")
    return isinstance(one, (torch.device, torch.Tensor)) or (
        isinstance(one, int) and not isinstance(one, bool)
    )


def _names_device(torch: Any, one: Any) -> bool:
    """True for what names a GPU: "cuda:0", a torch.device, or a number."""
    if isinstance(one, str):
        return one.split(":")[0] == "cuda"
    if isinstance(one, torch.device):
        return bool(one.type == "cuda")
    return isinstance(one, int) and not isinstance(one, bool)


def _is_marked(torch: Any, one: Any) -> bool:
    if isinstance(one, (list, tuple)):
        return any(_is_marked(torch, item) for item in one[:8])
    return isinstance(one, torch.Tensor) and bool(getattr(one, MARK, False))


def _mark(torch: Any, answer: Any) -> None:
    if isinstance(answer, (list, tuple)):
        for one in answer:
            _mark(torch, one)
    elif isinstance(answer, torch.Tensor):
        setattr(answer, MARK, True)


def _address(tensor: Any, address: int) -> int:
    """The address of a tensor, after its memory was made known to the device."""
    storage = tensor.untyped_storage()
    start = int(storage.data_ptr())
    if start and start not in _registered:
        # Kept for good, so that an address never means other memory.
        _registered.add(start)
        memory.register(start, int(storage.nbytes()), storage)
    return address
