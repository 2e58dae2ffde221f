"""Follow copies to the host and waits of cuda-python's driver module; begin memory as zeros."""

from __future__ import annotations

from typing import Any

from ..recorder import Recorder
from .cuda_python import call_after


def patch_cuda_driver(driver: Any, recorder: Recorder) -> None:
    """Patch the driver module of cuda-python."""
    reads = recorder.reads

    def copied(_: Any, __: Any, source: Any, nbytes: int) -> None:
        reads.copied(int(source), int(nbytes), None)

    def copied_async(_: Any, __: Any, source: Any, nbytes: int, stream: Any) -> None:
        reads.copied(int(source), int(nbytes), int(stream))

    def waited_for_stream(_: Any, stream: Any) -> None:
        reads.waited(int(stream))

    def waited_for_all(*_: Any) -> None:
        reads.waited(None)

    def begin_as_zeros(answer: Any, nbytes: int) -> None:
        if int(nbytes):
            driver.cuMemsetD8(answer[1], 0, nbytes)

    call_after(driver, "cuMemcpyDtoH", copied, recorder)
    call_after(driver, "cuMemcpyDtoHAsync", copied_async, recorder)
    call_after(driver, "cuStreamSynchronize", waited_for_stream, recorder)
    call_after(driver, "cuCtxSynchronize", waited_for_all, recorder)
    call_after(driver, "cuEventSynchronize", waited_for_all, recorder)
    call_after(driver, "cuMemAlloc", begin_as_zeros, recorder)
