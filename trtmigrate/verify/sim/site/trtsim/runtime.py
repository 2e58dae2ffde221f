"""Runtime: from the bytes of a plan to an engine."""

from __future__ import annotations

from typing import Any, Dict

from . import described, log, plan
from .engine import ICudaEngine
from .expose import Native, expose
from .release import refuse
from .settings import kept, write_only


@expose
class Runtime(Native):
    __slots__ = ("_logger", "_settings")

    def __init__(self, logger: Any) -> None:
        self._logger = logger
        self._settings: Dict[str, Any] = {}

    def deserialize_cuda_engine(self, content: Any) -> Any:
        if not isinstance(content, bytes):
            refuse("Runtime.deserialize_cuda_engine from a stream reader")
        if not content:
            log.error(self._logger, "1: [stdArchiveReader] the plan is empty", self.error_recorder)
            return None
        data = plan.load(content)
        if data is None:
            data = described.find(content)
        engine = ICudaEngine._make(data, self._logger, content)
        engine.error_recorder = self.error_recorder
        return engine

    def get_plugin_registry(self) -> Any:
        from .plugins import registry

        return registry

    @property
    def logger(self) -> Any:
        return self._logger

    DLA_core = kept("DLA_core", -1)
    num_DLA_cores = property(lambda self: 0)
    engine_host_code_allowed = kept("engine_host_code_allowed", False)
    error_recorder = kept("error_recorder")
    gpu_allocator = write_only("gpu_allocator")
    max_threads = kept("max_threads", 1)
    temporary_directory = kept("temporary_directory", "/tmp")
    tempfile_control_flags = kept("tempfile_control_flags", 0)
