"""Follow copies of outputs and waits of pycuda; begin new memory as zeros."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..reads import Reads
from ..recorder import Recorder
from .replacing import replace


def patch_pycuda(driver: Any, recorder: Recorder) -> None:
    """Patch the module pycuda.driver."""
    reads = recorder.reads

    def after(owner: Any, name: str, then: Callable[..., None]) -> None:
        """Call `then` after each call of `owner.name`, with its answer and arguments."""

        def make(original: Any) -> Callable[..., Any]:
            def called(*args: Any, **kwargs: Any) -> Any:
                answer = original(*args, **kwargs)
                begin = time.perf_counter()
                then(answer, *args, *kwargs.values())
                recorder.record.seconds += time.perf_counter() - begin
                return answer

            return called

        replace(owner, name, make, static=owner is driver.Context)

    def begin_as_zeros(answer: Any, nbytes: Any, *_: Any) -> None:
        if int(nbytes):
            driver.memset_d8(answer, 0, int(nbytes))

    for suffix, default in (("", None), ("_async", 0)):
        copied, copied_on_device = followers_of(reads, default)
        after(driver, f"memcpy_dtoh{suffix}", copied)
        after(driver, f"memcpy_dtod{suffix}", copied_on_device)
    after(driver, "mem_alloc", begin_as_zeros)
    after(driver.Stream, "synchronize", lambda _, stream: reads.waited(int(stream.handle)))
    after(driver.Event, "synchronize", lambda _, event: reads.waited(None))
    after(driver.Context, "synchronize", lambda _: reads.waited(None))


def followers_of(
    reads: Reads, default: int | None
) -> tuple[Callable[..., None], Callable[..., None]]:
    """Return what follows a copy to the host, and a copy on the device.

    `default` is the stream of a copy that is given none; None for copies that block.
    """

    def handle_of(stream: Any = None) -> int | None:
        return default if stream is None else int(stream.handle)

    def copied(_: Any, target: Any, source: Any, *stream: Any) -> None:
        reads.copied(int(source), memoryview(target).nbytes, handle_of(*stream))

    def copied_on_device(_: Any, __: Any, source: Any, nbytes: Any, *stream: Any) -> None:
        reads.copied(int(source), int(nbytes), handle_of(*stream), to_host=False)

    return copied, copied_on_device
