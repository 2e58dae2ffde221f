"""Follow copies of outputs and waits of cuda-python's driver module; begin memory as zeros."""

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

    def copied_on_device(_: Any, __: Any, source: Any, nbytes: int, stream: Any = None) -> None:
        handle = None if stream is None else int(stream)
        reads.copied(int(source), int(nbytes), handle, to_host=False)

    def waited_for_stream(_: Any, stream: Any) -> None:
        reads.waited(int(stream))

    def waited_for_all(*_: Any) -> None:
        reads.waited(None)

    def begin_as_zeros(answer: Any, nbytes: int) -> None:
        if int(nbytes):
            driver.cuMemsetD8(answer[1], 0, nbytes)

    for name in ("cuMemcpyDtoH", "cuMemcpy"):
        call_after(driver, name, copied, recorder)
        call_after(driver, f"{name}Async", copied_async, recorder)
    call_after(driver, "cuMemcpyDtoD", copied_on_device, recorder)
    call_after(driver, "cuMemcpyDtoDAsync", copied_on_device, recorder)
    call_after(driver, "cuStreamSynchronize", waited_for_stream, recorder)
    call_after(driver, "cuCtxSynchronize", waited_for_all, recorder)
    call_after(driver, "cuEventSynchronize", waited_for_all, recorder)
    call_after(driver, "cuMemAlloc", begin_as_zeros, recorder)
