"""Open plans, also plans that another major release built."""

from __future__ import annotations

import hashlib
import weakref
from typing import Any

from .host_memory import HostMemory
from .recorder import Recorder


class Loading:
    """The calls of `deserialize_cuda_engine`."""

    def __init__(self, recorder: Recorder, config: dict[str, Any]) -> None:
        self._recorder = recorder
        self._compatible, self._lean = config["version_compatible"], config["lean_runtime"]
        self._lean_first = config["lean_first"]
        self.keeps_plans = False  # true for a release whose engines cannot be serialized
        self._plans: Any = weakref.WeakKeyDictionary()  # engine -> the plan it was made of
        self._lean_runtimes: dict[int, Any] = {}  # id of a runtime -> it and what it loaded

    def plan_of(self, engine: Any) -> HostMemory | None:
        """Return the plan that an engine was made of: a lean runtime cannot serialize it."""
        plan = self._plans.get(engine)
        return HostMemory(plan) if plan else None

    def load(self, runtime: Any, original: Any, args: Any, kwargs: Any) -> Any:
        """Return what `deserialize_cuda_engine` returns, and record the engine."""
        if getattr(self._recorder.inside, "load", False):
            return original(runtime, *args, **kwargs)
        self._recorder.inside.load = True
        try:
            engine = self._open(runtime, original, args, kwargs)
        finally:
            self._recorder.inside.load = False
        try:
            plan = memoryview(args[0] if args else next(iter(kwargs.values())))
            digest: str | None = hashlib.sha256(plan).hexdigest()
        except (TypeError, StopIteration):  # a stream reader
            digest = None
        self._recorder.add_engine(engine, "loaded", digest)
        if engine is not None and digest and self.keeps_plans:
            self._plans[engine] = bytes(plan)
        return engine

    def _open(self, runtime: Any, original: Any, args: Any, kwargs: Any) -> Any:
        if not self._compatible:
            return original(runtime, *args, **kwargs)
        if hasattr(runtime, "engine_host_code_allowed"):
            runtime.engine_host_code_allowed = True
        needs_lean = [False]
        if self._lean and hasattr(runtime, "load_runtime"):
            needs_lean = [True, False] if self._lean_first else [False, True]
        for lean in needs_lean:
            way = self._lean_runtime(runtime) if lean else runtime
            engine = original(way, *args, **kwargs)
            if engine is not None:
                return engine
        return None

    def _lean_runtime(self, runtime: Any) -> Any:
        """Return the lean runtime of `runtime`; it must not outlive `runtime`, so both are kept."""
        if id(runtime) not in self._lean_runtimes:
            loaded = runtime.load_runtime(self._lean)
            loaded.engine_host_code_allowed = True
            self._lean_runtimes[id(runtime)] = runtime, loaded
        return self._lean_runtimes[id(runtime)][1]
