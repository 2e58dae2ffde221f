"""Executions that are missing, doubled, on another stream or in another order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from .common import COPY, EXECUTE, TO_HOST, applied, breaks, device_memory, is_output, names

count = itertools.count()
pending: list[Callable[[], Any]] = []


@breaks("no execution", EXECUTE, "literal_lists_pycuda")
def drop_all(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    return True


@breaks("the first execution is missing", EXECUTE, "literal_lists_pycuda")
def drop_first(context: Any, call: str, *given: Any, **more: Any) -> Any:
    if next(count):
        return getattr(context, call)(*given, **more)
    applied()
    return True


@breaks("the second execution is missing", EXECUTE, "literal_lists_pycuda")
def drop_second(context: Any, call: str, *given: Any, **more: Any) -> Any:
    if next(count) != 1:
        return getattr(context, call)(*given, **more)
    applied()
    return True


@breaks("an execution is made twice", EXECUTE, "literal_lists_pycuda")
def twice(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    getattr(context, call)(*given, **more)
    return getattr(context, call)(*given, **more)


@breaks("the execution is on a stream that nobody waits for", EXECUTE[:1], "literal_lists_pycuda")
def other_stream(context: Any, call: str, stream_handle: Any) -> Any:
    from cuda import cudart  # only on the simulator

    applied()
    _, stream = cudart.cudaStreamCreateWithFlags(cudart.cudaStreamNonBlocking)
    return context.execute_async_v3(int(stream))


@breaks("the execution is one of a new context", EXECUTE[:1], "literal_lists_pycuda")
def new_context(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    return context.engine.create_execution_context().execute_async_v3(*given, **more)


class Turned:
    """The result of an execution with its opposite truth."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def __bool__(self) -> bool:
        applied()
        return not self.result


@breaks("the result of the execution is turned round", EXECUTE, "execute_v2_synchronous")
def negate_result(context: Any, call: str, *given: Any, **more: Any) -> Any:
    return Turned(getattr(context, call)(*given, **more))


@breaks(
    "the outputs are copied before the execution", (*EXECUTE, *COPY), "two_contexts_two_streams"
)
def after_the_copy(owner: Any, call: str, *given: Any, **more: Any) -> Any:
    method = getattr(owner, call)
    if call in EXECUTE:
        pending.append(lambda: method(*given, **more))
        return True
    answer = method(*given, **more)
    if int(given[3]) == TO_HOST and pending:
        applied()
        pending.pop(0)()
    return answer


@breaks(
    "the executions use a context of their own, with the same addresses and shapes",
    EXECUTE[:1],
    "literal_lists_pycuda",
)
def copied_context(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    copy = context.engine.create_execution_context()
    for name in names(context):
        copy.set_tensor_address(name, context.get_tensor_address(name))
        if not is_output(context, name):
            copy.set_input_shape(name, context.get_tensor_shape(name))
    pending.append(copy)  # keeps it alive
    return copy.execute_async_v3(*given, **more)


@breaks(
    "an input is overwritten while the execution may still read it",
    EXECUTE[:1],
    "literal_lists_pycuda",
    uncovered="the recorder waits for every execution, so this race has always one end",
)
def overwrite_input(context: Any, call: str, *given: Any, **more: Any) -> Any:
    from cuda import cudart  # only on the simulator

    applied()
    answer = context.execute_async_v3(*given, **more)
    _, stream = cudart.cudaStreamCreateWithFlags(cudart.cudaStreamNonBlocking)
    first = context.get_tensor_address(names(context, "INPUT")[0])
    cudart.cudaMemsetAsync(first, 0, 4, stream)
    return answer


@breaks("an input is cleared before the execution", EXECUTE[:1], "literal_lists_pycuda")
def clear_input(context: Any, call: str, *given: Any, **more: Any) -> Any:
    from cuda import cudart  # only on the simulator

    applied()
    cudart.cudaDeviceSynchronize()
    cudart.cudaMemset(context.get_tensor_address(names(context, "INPUT")[0]), 0, 4)
    return context.execute_async_v3(*given, **more)


@breaks("an output is overwritten before it is read", EXECUTE[:1], "literal_lists_pycuda")
def clear_output(context: Any, call: str, *given: Any, **more: Any) -> Any:
    from cuda import cudart  # only on the simulator

    applied()
    answer = context.execute_async_v3(*given, **more)
    cudart.cudaDeviceSynchronize()
    cudart.cudaMemset(context.get_tensor_address(names(context, "OUTPUT")[0]), 255, 4)
    return answer


@breaks("the outputs are freed before they are read", EXECUTE[:1], "two_contexts_two_streams")
def free_output(context: Any, call: str, *given: Any, **more: Any) -> Any:
    from cuda import cudart  # only on the simulator

    applied()
    answer = context.execute_async_v3(*given, **more)
    cudart.cudaDeviceSynchronize()
    cudart.cudaFree(context.get_tensor_address(names(context, "OUTPUT")[0]))
    return answer


@breaks("a scratch execution comes before the real one", EXECUTE[:1], "literal_lists_pycuda")
def warm_up(context: Any, call: str, *given: Any, **more: Any) -> Any:
    if next(count) == 0:
        applied()
        target = names(context, "OUTPUT")[0]
        address = context.get_tensor_address(target)
        context.set_tensor_address(target, device_memory(1 << 16))
        context.execute_async_v3(*given, **more)
        context.set_tensor_address(target, address)
    return context.execute_async_v3(*given, **more)
