"""Optimization profiles that are chosen wrongly."""

from __future__ import annotations

from typing import Any

from .common import EXECUTE, PROFILE, applied, breaks

before: dict[Any, Any] = {}


@breaks("the profile is never chosen", PROFILE, "active_profile_stream_pycuda")
def drop(context: Any, call: str, number: int, stream: Any) -> Any:
    applied()
    return True


@breaks("the profile is always the first", PROFILE, "active_profile_stream_pycuda")
def always_first(context: Any, call: str, number: int, stream: Any) -> Any:
    if number:
        applied()
    return context.set_optimization_profile_async(0, stream)


@breaks("the profile is another", PROFILE, "active_profile_stream_pycuda")
def another(context: Any, call: str, number: int, stream: Any) -> Any:
    applied()
    count = context.engine.num_optimization_profiles
    return context.set_optimization_profile_async((number + 1) % count, stream)


@breaks("the profile does not exist", PROFILE, "active_profile_stream_pycuda")
def beyond(context: Any, call: str, number: int, stream: Any) -> Any:
    applied()
    count = context.engine.num_optimization_profiles
    return context.set_optimization_profile_async(number + count, stream)


@breaks("the profile is chosen once and never again", PROFILE, "active_profile_stream_pycuda")
def choose_once(context: Any, call: str, number: int, stream: Any) -> Any:
    if before.setdefault(id(context), number) != number:
        applied()
        return True
    return context.set_optimization_profile_async(number, stream)


@breaks("the profile is chosen on another context", PROFILE, "active_profile_stream_pycuda")
def other_context(context: Any, call: str, number: int, stream: Any) -> Any:
    applied()
    if "context" not in before:
        before["context"] = context.engine.create_execution_context()
    return before["context"].set_optimization_profile_async(number, stream)


@breaks("another profile is chosen after the shapes", EXECUTE, "active_profile_stream_pycuda")
def after_the_shapes(context: Any, call: str, *given: Any, **more: Any) -> Any:
    count = context.engine.num_optimization_profiles
    if count > 1:
        applied()
        context.set_optimization_profile_async((context.active_optimization_profile + 1) % count, 0)
    return getattr(context, call)(*given, **more)
