"""Follow copies to the host and waits of pycuda; begin new memory as zeros."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

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

    def copied(_: Any, target: Any, source: Any) -> None:
        reads.copied(int(source), memoryview(target).nbytes, None)

    def copied_async(_: Any, target: Any, source: Any, stream: Any = None) -> None:
        handle = int(stream.handle) if stream is not None else 0
        reads.copied(int(source), memoryview(target).nbytes, handle)

    def begin_as_zeros(answer: Any, nbytes: Any, *_: Any) -> None:
        if int(nbytes):
            driver.memset_d8(answer, 0, int(nbytes))

    after(driver, "memcpy_dtoh", copied)
    after(driver, "memcpy_dtoh_async", copied_async)
    after(driver, "mem_alloc", begin_as_zeros)
    after(driver.Stream, "synchronize", lambda _, stream: reads.waited(int(stream.handle)))
    after(driver.Event, "synchronize", lambda _, event: reads.waited(None))
    after(driver.Context, "synchronize", lambda _: reads.waited(None))
