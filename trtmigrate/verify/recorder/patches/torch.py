"""Record what `Tensor.cpu()` of torch copies to the host, and seed torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..recorder import Recorder
from .replacing import replace


def patch_torch(torch: Any, recorder: Recorder, seed: int) -> None:
    """Seed torch, and patch `Tensor.cpu()`, which copies and waits for torch's current stream."""
    torch.manual_seed(seed)

    def make(original: Any) -> Callable[..., Any]:
        def cpu(self: Any, *args: Any, **kwargs: Any) -> Any:
            answer = original(self, *args, **kwargs)
            if self.is_cuda:
                stream = int(torch.cuda.current_stream(self.device).cuda_stream)
                nbytes = self.numel() * self.element_size()
                recorder.reads.copied(int(self.data_ptr()), nbytes, stream)
                recorder.reads.waited(stream)
            return answer

        return cpu

    replace(torch.Tensor, "cpu", make)
