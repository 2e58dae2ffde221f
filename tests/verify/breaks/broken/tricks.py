"""Ways to deceive the recorder, or to be compared wrongly."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from typing import Any

from .common import COPY, EXECUTE, TO_DEVICE, TO_HOST, applied, breaks, names

count = itertools.count()


@breaks("the recorder is patched away", EXECUTE[:1], "literal_lists_pycuda")
def unpatch(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    method = getattr(type(context), call)
    return getattr(method, "__wrapped__", method)(context, *given, **more)


@breaks("the program ends without error after the first execution", EXECUTE, "literal_lists_pycuda")
def leave(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    getattr(context, call)(*given, **more)
    sys.exit(0)


@breaks("the process ends at once after the first execution", EXECUTE, "literal_lists_pycuda")
def leave_at_once(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    getattr(context, call)(*given, **more)
    os._exit(0)


@breaks("the process kills itself after the first execution", EXECUTE, "literal_lists_pycuda")
def kill(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    getattr(context, call)(*given, **more)
    os.kill(os.getpid(), signal.SIGKILL)


@breaks("an exception comes after the first execution", EXECUTE, "literal_lists_pycuda")
def fail(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    getattr(context, call)(*given, **more)
    raise RuntimeError("broken")


@breaks("the exit status is another", ("print",), "literal_lists_pycuda")
def other_status(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    builtins.print(*given, **more)
    sys.exit(3)


@breaks("the executions are made in a child process", EXECUTE, "literal_lists_pycuda")
def in_child(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    child = os.fork()
    if child == 0:
        getattr(context, call)(*given, **more)
        os._exit(0)
    os.waitpid(child, 0)
    return True


@breaks("the executions are made in threads", EXECUTE, "literal_lists_pycuda", same=True)
def in_thread(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    answers: list[Any] = []
    method = getattr(context, call)
    thread = threading.Thread(target=lambda: answers.append(method(*given, **more)))
    thread.start()
    thread.join()
    return answers[0]


@breaks("an execution in a thread is missing", EXECUTE, "literal_lists_pycuda")
def lost_thread(context: Any, call: str, *given: Any, **more: Any) -> Any:
    if next(count):
        applied()
        return True
    return in_thread(context, call, *given, **more)


@breaks("the inputs are NaNs", COPY, "two_contexts_two_streams")
def nan_input(cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any) -> Any:
    answer = getattr(cudart, call)(to, source, size, kind, *on)
    if int(kind) == TO_DEVICE:
        applied()
        cudart.cudaDeviceSynchronize()
        cudart.cudaMemset(to, 255, 4)
    return answer


@breaks("the outputs are NaNs when they are copied", COPY, "two_contexts_two_streams")
def nan_output(cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any) -> Any:
    if int(kind) == TO_HOST:
        applied()
        cudart.cudaDeviceSynchronize()
        cudart.cudaMemset(source, 255, 4)
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("nothing is printed", ("print",), "literal_lists_pycuda")
def no_print(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()


@breaks("the lines go to stderr", ("print",), "literal_lists_pycuda")
def print_to_stderr(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    builtins.print(*given, file=sys.stderr)


@breaks("a result that is printed is turned round", ("print",), "literal_lists_pycuda")
def print_other_result(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    turned = [not one if isinstance(one, bool) else one for one in given]
    if turned != list(given):
        applied()
    builtins.print(*turned, **more)


@breaks("a line is printed twice", ("print",), "literal_lists_pycuda")
def print_twice(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    builtins.print(*given, **more)
    builtins.print(*given, **more)


@breaks(
    "the words of a line are others",
    ("print",),
    "literal_lists_pycuda",
    uncovered="other words are told and are no difference, unless --stdout exact is given",
)
def print_other_words(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    builtins.print(*given, "indeed", **more)


@breaks("the process ends at once after its work", ("print",), "literal_lists_pycuda")
def end_at_once(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    builtins.print(*given, **more, flush=True)
    os._exit(0)


@breaks(
    "a file that the program writes is another",
    ("print",),
    "literal_lists_pycuda",
    uncovered="files that the programs write are not compared",
)
def other_file(builtins: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    with open("result.txt", "a", encoding="utf-8") as file:
        file.write("broken")
    builtins.print(*given, **more)


@breaks("the random numbers have another seed", ("RandomState",), "two_contexts_two_streams")
def other_seed(random: Any, call: str, seed: int) -> Any:
    applied()
    return random.RandomState(seed + 1)


@breaks("unused values are asked for", EXECUTE[:1], "literal_lists_pycuda", same=True)
def ask_more(context: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()
    for name in names(context):
        context.get_tensor_shape(name)
    return context.execute_async_v3(*given, **more)
