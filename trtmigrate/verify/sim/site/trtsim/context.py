"""IExecutionContext: shapes, addresses and executions by tensor name."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from . import dtypes, log
from .bindings import ContextBindings, strides
from .device import events, memory, streams
from .execution import Execution
from .expose import Native, expose
from .ops import Info
from .plan import TensorSpec
from .release import TENSOR_NAMES_ONLY
from .settings import kept, kept_enum, write_only
from .values import Dims

Shapes = Dict[str, Tuple[int, ...]]


class IExecutionContext(ContextBindings, Native):
    __slots__ = (
        "_addresses",
        "_allocators",
        "_bound",
        "_engine",
        "_found",
        "_inferred",
        "_pending",
        "_profile",
        "_ran",
        "_settings",
        "_shapes",
        "_stale",
        "_values",
    )

    def _setup(self, engine: Any) -> None:
        self._engine = engine
        self._settings: Dict[str, Any] = {}
        self._addresses: Dict[str, int] = {}
        self._allocators: Dict[str, Any] = {}
        self._profile = 0 if self._may_take(0) else -1
        self._forget_shapes()
        if engine.error_recorder is not None:
            self._settings["error_recorder"] = engine.error_recorder
        engine._contexts.add(self)

    def _forget_shapes(self) -> None:
        self._shapes: Shapes = {}  # by set_input_shape
        self._bound: Shapes = {}  # by set_binding_shape
        self._values: Dict[str, Tuple[int, ...]] = {}  # by set_shape_input
        self._found: Shapes = {}  # of outputs that only an execution tells
        self._pending = True  # on 8.x: shapes were set and nothing has settled them yet
        self._inferred = True  # infer_shapes was called since a shape was set by name
        self._ran: Shapes = {}  # the input shapes of the last execution
        self._stale = False  # the next execution runs with these, whatever was set since

    def _complain(self, message: str) -> None:
        log.error(self._engine._logger, "3: [executionContext] %s" % message, self.error_recorder)

    # -- profiles

    def _may_take(self, profile: int) -> bool:
        """Up to 8.6 a profile with a choice of shapes serves one context, unless built shared."""
        data = self._engine._data
        if TENSOR_NAMES_ONLY or data.settings.get("shared_profiles"):
            return True
        if not any(-1 in spec.shape or spec.is_shape for spec in data.inputs):
            return True
        others = [one for one in self._engine._contexts if one is not self]
        return all(one._profile != profile for one in others)

    @property
    def active_optimization_profile(self) -> int:
        return self._profile

    @active_optimization_profile.setter
    def active_optimization_profile(self, profile: int) -> None:
        self.set_optimization_profile_async(profile, 0)

    def set_optimization_profile_async(self, profile: int, stream: int) -> bool:
        streams.get(stream)
        if not 0 <= profile < len(self._engine._data.profiles):
            reason = "there is no optimization profile %d" % profile
        elif not self._may_take(profile):
            reason = "profile %d has been chosen by another IExecutionContext" % profile
        else:
            self._profile = profile
            named = self._shapes
            self._forget_shapes()
            if not TENSOR_NAMES_ONLY:
                self._shapes = named  # 8.6.0 keeps what was set by name, measured
            return True
        self._complain("setOptimizationProfileAsync: %s" % reason)
        raise RuntimeError("Error in set optimization profile: %s" % reason)

    # -- shapes

    def _input_shape(self, spec: TensorSpec) -> Tuple[int, ...]:
        if spec.name in self._shapes:
            return self._shapes[spec.name]
        shape: Tuple[int, ...] = self._engine._shape_in_profile(spec, self._profile)
        return shape

    def _fits(self, spec: TensorSpec, shape: Tuple[int, ...], profile: int) -> bool:
        limits = self._engine._data.profiles[profile][spec.name]
        return shape == spec.shape if limits.of_values else bool(limits.allow(shape))

    def _is_allowed(self, spec: TensorSpec, shape: Tuple[int, ...], call: str) -> bool:
        allowed = self._fits(spec, shape, self._profile)
        if not allowed:
            limits = self._engine._data.profiles[self._profile][spec.name]
            self._complain(
                "%s: %s for %s is outside of profile %d: %s"
                % (call, shape, spec.name, self._profile, limits[1:])
            )
        return allowed

    def set_input_shape(self, name: Optional[str], shape: Any) -> bool:
        spec = self._engine._spec(name)
        if spec is None or not spec.is_input:
            self._complain("setInputShape: %s is not an input" % name)
            return False
        shape = Dims(shape)  # 10 takes any tuple or list, and fails at extents that are no integers
        # 8.6 takes a shape without a profile, or of any profile; the execution asks for the active.
        profiles = range(len(self._engine._data.profiles))
        if not any(self._fits(spec, tuple(shape), one) for one in profiles):
            self._complain("setInputShape: %s for %s fits no profile" % (shape, spec.name))
            return False
        if self._shapes.get(spec.name) != tuple(shape):
            self._pending = True
            self._inferred = self._stale = False
        self._shapes[spec.name] = tuple(shape)
        self._found = {}
        return True

    def get_tensor_shape(self, name: Optional[str]) -> Any:
        spec = self._engine._spec(name)
        if spec is None:
            return Dims._invalid()
        if spec.is_input:
            return Dims(self._input_shape(spec))
        if spec.name in self._found:
            return Dims(self._found[spec.name])
        shapes = {one.name: self._input_shape(one) for one in self._engine._data.inputs}
        if any(-1 in shape for shape in shapes.values()):
            return Dims(spec.shape)
        self._pending = True
        self._stale = False
        outputs = self._infer(shapes, self._host_values(shapes))
        return Dims(spec.shape if outputs is None else outputs[spec.name].shape)

    def get_tensor_strides(self, name: Optional[str]) -> Any:
        shape = self.get_tensor_shape(name)
        spec = self._engine._spec(name)
        # Measured on 8.6.0 and 10.16.1: asked for after set_input_shape and before infer_shapes,
        # the strides are right, but the next execution runs with the former shapes.
        self._stale = spec is not None and not self._inferred and bool(self._ran)
        return shape if shape._values is None else Dims(strides(tuple(shape)))

    def _host_values(self, shapes: Shapes) -> Dict[str, Tuple[int, ...]]:
        """The elements of the shape tensors whose addresses are set, read now."""
        found = {}
        for spec in self._engine._data.inputs:
            address = self._addresses.get(spec.name, 0)
            if spec.on_host and address and -1 not in shapes[spec.name]:
                size = dtypes.nbytes(spec.dtype, shapes[spec.name])
                data = memory.host(address, size, "the shape tensor %s" % spec.name)
                found[spec.name] = tuple(data.view(dtypes.to_numpy(spec.dtype)).tolist())
        return found

    def _infer(self, shapes: Shapes, values: Dict[str, Any]) -> Optional[Dict[str, Info]]:
        given = {}
        for spec in self._engine._data.inputs:
            shape, value = shapes[spec.name], None
            if spec.name in values:
                value = np.array(values[spec.name], dtypes.to_numpy(spec.dtype)).reshape(shape)
            given[spec.name] = Info(shape, spec.dtype, value)
        try:
            found: Dict[str, Info] = self._engine._data.model.infer(given)
            return found
        except ValueError as problem:
            self._complain("the input shapes do not fit the network: %s" % problem)
            return None

    def infer_shapes(self) -> List[str]:
        shapes = {one.name: self._input_shape(one) for one in self._engine._data.inputs}
        missing = self._missing(shapes)
        if not missing:
            self._settle_by_name(shapes)
            self._inferred, self._stale = True, False
        if not missing and self._infer(shapes, self._host_values(shapes)) is None:
            raise RuntimeError("infer_shapes failed")
        return missing

    def _missing(self, shapes: Shapes) -> List[str]:
        """The inputs that have no shape yet, or no values where these are a shape."""
        return [
            spec.name
            for spec in self._engine._data.inputs
            if -1 in shapes[spec.name] or (spec.on_host and not self._addresses.get(spec.name))
        ]

    # -- addresses

    def set_tensor_address(self, name: Optional[str], address: int) -> bool:
        if address < 0:
            raise TypeError("an address cannot be negative: %d" % address)
        spec = self._engine._spec(name)
        if spec is None:
            return False
        self._addresses[spec.name] = address
        return True

    set_input_tensor_address = set_tensor_address

    def get_tensor_address(self, name: Optional[str]) -> int:
        spec = self._engine._spec(name)
        return 0 if spec is None else self._addresses.get(spec.name, 0)

    def set_output_allocator(self, name: Optional[str], allocator: Any) -> bool:
        spec = self._engine._spec(name)
        if spec is None or spec.is_input:
            self._complain("setOutputAllocator: %s is not an output" % name)
            return False
        self._allocators[spec.name] = allocator
        return True

    def get_output_allocator(self, name: Optional[str]) -> Any:
        return self._allocators.get(name or "")

    def get_max_output_size(self, name: Optional[str]) -> int:
        spec = self._engine._spec(name)
        if spec is None or spec.is_input or self._profile < 0:
            return -1
        profile = self._engine._data.profiles[self._profile]
        shapes = {
            s.name: s.shape if profile[s.name].of_values else profile[s.name].high
            for s in self._engine._data.inputs
        }
        values = {n: limits.high for n, limits in profile.items() if limits.of_values}
        outputs = self._infer(shapes, values)
        if outputs is None or not outputs[spec.name].is_static:
            return -1
        return dtypes.nbytes(spec.dtype, outputs[spec.name].shape)

    # -- executions

    def execute_async_v3(self, stream_handle: int) -> bool:
        if self._profile < 0:
            self._complain("enqueueV3: no optimization profile is chosen")
            return False
        for spec in self._engine._data.tensors:
            if not self._addresses.get(spec.name) and not self._allocators.get(spec.name):
                kind = "input" if spec.is_input else "output"
                self._complain(
                    "enqueueV3: Address is not set for %s tensor %s." % (kind, spec.name)
                )
                return False
        if TENSOR_NAMES_ONLY:
            shapes = {one.name: self._input_shape(one) for one in self._engine._data.inputs}
        else:
            shapes = self._settled_shapes()
        missing = self._missing(shapes)
        if missing:
            self._complain("enqueueV3: shapes are missing for %s" % ", ".join(missing))
            return False
        return self._enqueue(shapes, self._host_values(shapes), self._addresses, stream_handle)

    def execute_v2(self, bindings: List[int]) -> bool:
        if not self._may_execute():
            self._complain("executeV2: not all binding shapes are specified")
            return False
        if TENSOR_NAMES_ONLY:
            addresses = self._addresses_in(bindings)
            shapes = {one.name: self._input_shape(one) for one in self._engine._data.inputs}
            values = self._host_values(shapes)
        else:
            addresses = self._addresses_in(bindings)
            shapes, values = self._executed_inputs()
        done = self._enqueue(shapes, values, addresses, 0)
        streams.synchronize(0)
        return done

    def _enqueue(
        self, shapes: Shapes, values: Dict[str, Any], addresses: Dict[str, int], stream: int
    ) -> bool:
        """Queue one execution with everything it needs fixed now. False where something is missing.

        Raises MemoryMisuse where an address is no memory or too little for its tensor.
        """
        streams.get(stream)
        if self._stale:
            shapes = self._ran
        for spec in self._engine._data.inputs:
            if not self._is_allowed(spec, shapes[spec.name], "enqueue"):
                return False
        self._ran = shapes
        outputs = self._infer(shapes, values)
        if outputs is None:
            return False
        run = Execution(self, shapes, values, outputs, addresses)
        for allocator in self._allocators.values():
            if allocator is not None and not hasattr(allocator, "notify_shape"):
                raise TypeError("an output allocator needs notify_shape")
        unknown = [name for name, info in outputs.items() if not info.is_static]
        if unknown:
            return self._execute_now(run, unknown, stream)
        for name, info in outputs.items():
            if self._allocators.get(name) is not None:
                run.addresses[name] = self._allocate(name, info.shape, run.addresses.get(name, 0))
        if not run.check():
            return False
        streams.queue(stream, "execution", run.perform)
        self._consumed(stream)
        return True

    def _execute_now(self, run: Execution, unknown: List[str], stream: int) -> bool:
        """An execution whose output shapes depend on its data: the host waits for them."""
        for name in unknown:
            if self._allocators.get(name) is None and not run.addresses.get(name):
                self._complain("%s needs an IOutputAllocator: its shape depends on the data" % name)
                return False
        streams.synchronize(stream)
        found = run.compute()
        for name, array in found.items():
            if self._allocators.get(name) is not None:
                run.addresses[name] = self._allocate(name, array.shape, run.addresses.get(name, 0))
            self._found[name] = array.shape
            run.outputs[name] = Info(array.shape, run.outputs[name].dtype)
        if not run.check():
            return False
        streams.queue(stream, "execution", lambda: run.write(found))
        self._consumed(stream)
        return True

    def _allocate(self, name: str, shape: Tuple[int, ...], address: int) -> int:
        allocator = self._allocators[name]
        size = dtypes.nbytes(self._engine._data.by_name[name].dtype, shape)
        found = allocator.reallocate_output(name, address, size, 256)
        allocator.notify_shape(name, Dims(shape))
        self._addresses[name] = int(found or 0)
        return self._addresses[name]

    def _consumed(self, stream: int) -> None:
        handle = self._settings.get("input_consumed_event", 0)
        if handle:
            events[handle].work = streams.queue(stream, "event", None)

    def set_input_consumed_event(self, event: int) -> bool:
        self._settings["input_consumed_event"] = event
        return True

    def get_input_consumed_event(self) -> int:
        return int(self._settings.get("input_consumed_event", 0))

    def set_aux_streams(self, handles: List[int]) -> None:
        for handle in handles:
            streams.get(handle)

    def report_to_profiler(self) -> bool:
        return self.profiler is not None

    # -- settings

    @property
    def engine(self) -> Any:
        return self._engine

    name = kept("name", "")
    debug_sync = kept("debug_sync", False)
    enqueue_emits_profile = kept("enqueue_emits_profile", True)
    error_recorder = kept("error_recorder")
    profiler = kept("profiler")
    persistent_cache_limit = kept("persistent_cache_limit", 0)
    temporary_allocator = kept("temporary_allocator")
    device_memory = write_only("device_memory")
    nvtx_verbosity = kept_enum("nvtx_verbosity", "ProfilingVerbosity", "LAYER_NAMES_ONLY")


expose(IExecutionContext)
