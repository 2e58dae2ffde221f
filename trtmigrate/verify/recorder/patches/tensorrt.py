"""Put the recorder into the classes of TensorRT."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..loading import Loading
from ..pinning import BUILD, Pinning
from ..recorder import EXECUTE, Recorder
from ..stand_ins import add_stand_ins
from .replacing import replace


def patch_tensorrt(
    trt: Any, recorder: Recorder, pinning: Pinning, loading: Loading, surface: dict[str, Any] | None
) -> None:
    """Patch executing, building and loading; add stand-ins if there is no builder."""
    pinning.trt = trt
    stand_ins: list[str] = []
    if not hasattr(trt, "Builder") and surface is not None:
        stand_ins = add_stand_ins(trt, surface)
        loading.keeps_plans = True
    recorder.record.event(
        "tensorrt", version=str(trt.__version__), module=trt.__name__, stand_ins=stand_ins
    )
    _patch_context(trt.IExecutionContext, recorder)
    _patch_engine(trt.ICudaEngine, recorder)
    if "Builder" in stand_ins:
        assert surface is not None
        _add_builds(trt.Builder, surface["classes"]["Builder"], pinning)
        _give_plans(trt.ICudaEngine, loading)
    elif hasattr(trt, "Builder"):
        _patch_builder(trt.Builder, pinning)
    _patch_runtime(trt.Runtime, loading)


def _patch_context(context: Any, recorder: Recorder) -> None:
    tensors = recorder.tensors

    def execution(api: str) -> Callable[[Any], Callable[..., Any]]:
        return lambda original: (
            lambda self, *args, **kwargs: recorder.execute(self, api, original, args, kwargs)
        )

    for api in EXECUTE:
        replace(context, api, execution(api))

    def set_shape_input(original: Any) -> Callable[..., Any]:
        def kept(self: Any, binding: int, shape: Any) -> Any:
            tensors.keep_shape_values(self, binding, shape)
            return original(self, binding, shape)

        return kept

    replace(context, "set_shape_input", set_shape_input)

    def set_output_allocator(original: Any) -> Callable[..., Any]:
        def listened(self: Any, name: str, output_allocator: Any) -> Any:
            tensors.keep_allocator(self, name, output_allocator)
            return original(self, name, output_allocator)

        return listened

    replace(context, "set_output_allocator", set_output_allocator)

    def set_tensor_address(original: Any) -> Callable[..., Any]:
        def kept(self: Any, name: str, memory: Any) -> Any:
            answer = original(self, name, memory)
            if answer is not False:
                tensors.keep_address(self, name, int(memory))
            return answer

        return kept

    if not hasattr(context, "get_tensor_address"):
        replace(context, "set_tensor_address", set_tensor_address)


def _patch_engine(engine: Any, recorder: Recorder) -> None:
    def create(original: Any) -> Callable[..., Any]:
        def created(self: Any, *args: Any, **kwargs: Any) -> Any:
            made = original(self, *args, **kwargs)
            recorder.add_context(self, made)
            return made

        return created

    for name in ("create_execution_context", "create_execution_context_without_device_memory"):
        replace(engine, name, create)


def _patch_builder(builder: Any, pinning: Pinning) -> None:
    def build(api: str) -> Callable[[Any], Callable[..., Any]]:
        return lambda original: (
            lambda self, *args, **kwargs: pinning.build(self, api, original, args, kwargs)
        )

    for api in BUILD:
        replace(builder, api, build(api))


def _patch_runtime(runtime: Any, loading: Loading) -> None:
    replace(
        runtime,
        "deserialize_cuda_engine",
        lambda original: lambda self, *args, **kw: loading.load(self, original, args, kw),
    )


def _add_builds(builder: Any, members: dict[str, Any], pinning: Pinning) -> None:
    """Give the stand-in of the builder the methods that return kept engines."""
    for api in BUILD:
        if api in members:
            build = functools.partial(_build_stand_in, pinning, api)
            setattr(builder, api, functools.partialmethod(_call, build))


def _call(self: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(self, *args, **kwargs)


def _build_stand_in(pinning: Pinning, api: str, builder: Any, *args: Any, **kwargs: Any) -> Any:
    return pinning.build(builder, api, None, args, kwargs)


def _give_plans(engine: Any, loading: Loading) -> None:
    replace(
        engine,
        "serialize",
        lambda original: lambda self: original(self) or loading.plan_of(self),
    )
