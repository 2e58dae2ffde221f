"""Follow what torch brings to the host and waits for, and seed torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..recorder import Recorder
from .replacing import replace

# Methods of a tensor whose answer is on the host, or can be.
TO_HOST = ("cpu", "item", "to", "tolist")


def patch_torch(torch: Any, recorder: Recorder, seed: int) -> None:
    """Seed torch, and patch what copies a tensor of the device to the host or waits."""
    torch.manual_seed(seed)
    follow_copies(torch, recorder)
    follow_waits(torch, recorder)


def follow_copies(torch: Any, recorder: Recorder) -> None:
    """Note copies: in torch's current stream, which they wait for unless they are told not to."""

    def note(tensor: Any, non_blocking: bool) -> None:
        stream = int(torch.cuda.current_stream(tensor.device).cuda_stream)
        nbytes = tensor.numel() * tensor.element_size()
        recorder.reads.copied(int(tensor.data_ptr()), nbytes, stream)
        if not non_blocking:
            recorder.reads.waited(stream)

    def make(original: Any) -> Callable[..., Any]:
        def bring(self: Any, *args: Any, **kwargs: Any) -> Any:
            answer = original(self, *args, **kwargs)
            if self.is_cuda and not getattr(answer, "is_cuda", False):
                note(self, kwargs.get("non_blocking", False))
            return answer

        return bring

    def make_copy(original: Any) -> Callable[..., Any]:
        def copy_(self: Any, source: Any, non_blocking: bool = False) -> Any:
            answer = original(self, source, non_blocking)
            if source.is_cuda and not self.is_cuda:
                note(source, non_blocking)
            return answer

        return copy_

    for name in TO_HOST:
        replace(torch.Tensor, name, make)
    replace(torch.Tensor, "copy_", make_copy)


def follow_waits(torch: Any, recorder: Recorder) -> None:
    """Note waits for a stream, and for all of them."""

    def make(original: Any) -> Callable[..., Any]:
        def synchronize(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            stream = getattr(args[0], "cuda_stream", None) if args else None
            recorder.reads.waited(None if stream is None else int(stream))
            return answer

        return synchronize

    replace(torch.cuda.Stream, "synchronize", make)
    replace(torch.cuda, "synchronize", make)
