"""Runs one program and records every TensorRT execution in it.

    PYTHON runner.py CONFIG.json SCRIPT [ARG ...]
    PYTHON runner.py --probe                 what this interpreter has: one line of JSON
    PYTHON runner.py --describe PLAN         the inputs and outputs of a plan file: JSON

One self-contained file (standard library, NumPy where it has to look into tensors) for any
interpreter from Python 3.8 on, because the interpreter that has the wanted TensorRT is often not
the one that has this package. CONFIG.json:

    record              folder for record.jsonl and tensors/
    plans               folder of the pinned engines
    pin                 "keep" what is built, "use" what was kept, or "off"
    keep_whole          bytes up to which a tensor is kept whole, else digest and statistics
    version_compatible  build and load plans that another major release can open
    lean_runtime        path of the lean runtime library of the building release, or null
    lean_first          whether this side is of another major release and needs that library
    quick_build         build without trying kernels, where the release can
    surface             what the release of this side has, for where it has no builder; or null
    seed                seed of random, numpy and torch

Nothing is pickled: the record is JSON lines, tensors are raw little-endian bytes.
"""
# Python 3.8 has no zip(strict=).
# ruff: noqa: B905

from __future__ import annotations

import atexit
import ctypes
import enum
import functools
import glob
import hashlib
import importlib
import importlib.abc
import importlib.util
import itertools
import json
import os
import random
import re
import sys
import threading
import time
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

# TensorRT's name of a data type -> (our name, bits); NumPy knows all but the last five.
DTYPES = {
    "FLOAT": ("float32", 32),
    "HALF": ("float16", 16),
    "INT8": ("int8", 8),
    "INT32": ("int32", 32),
    "BOOL": ("bool", 8),
    "UINT8": ("uint8", 8),
    "INT64": ("int64", 64),
    "BF16": ("bfloat16", 16),
    "FP8": ("float8", 8),
    "INT4": ("int4", 4),
    "FP4": ("float4", 4),
    "E8M0": ("e8m0", 8),
}
# The positional parameters of every way to execute, after the context itself.
EXECUTE = {
    "execute": ("batch_size", "bindings"),
    "execute_v2": ("bindings",),
    "execute_async": ("batch_size", "bindings", "stream_handle", "input_consumed"),
    "execute_async_v2": ("bindings", "stream_handle", "input_consumed"),
    "execute_async_v3": ("stream_handle",),
}
BUILD = (
    "build_serialized_network",
    "build_engine",
    "build_cuda_engine",
    "build_engine_with_config",
)
PROFILE_SUFFIX = " [profile "


class NotCovered(Exception):
    """Why something could not be recorded."""


# ---------------------------------------------------------------------------------------------
# The record


class Record:
    """record.jsonl, one event a line, and the bytes of tensors in files named by their digest."""

    def __init__(self, folder: str, keep_whole: int) -> None:
        self.folder, self.keep_whole, self.pid = folder, keep_whole, os.getpid()
        os.makedirs(os.path.join(folder, "tensors"), exist_ok=True)
        self._file = open(  # noqa: SIM115  (closed by the end of the process)
            os.path.join(folder, "record.jsonl"), "w", encoding="utf-8"
        )
        self._lock = threading.Lock()
        self._told: set[tuple[str, str]] = set()
        self._statistics: dict[str, dict[str, Any]] = {}  # by digest: loops repeat their tensors
        self.seconds = 0.0  # what recording itself took

    def event(self, kind: str, **fields: Any) -> None:
        line = json.dumps({"event": kind, **fields}, default=str)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()

    def not_covered(self, what: str, reason: str) -> None:
        """Says once that something is not in the record."""
        if (what, reason) not in self._told:
            self._told.add((what, reason))
            self.event("not_covered", what=what, reason=reason)

    def content(self, data: bytes, dtype: str) -> dict[str, Any]:
        """The fields that describe the bytes of a tensor; keeps them whole where they are few."""
        digest = hashlib.sha256(data).hexdigest()
        fields: dict[str, Any] = {"nbytes": len(data), "sha256": digest, "data": None}
        if len(data) <= self.keep_whole:
            name = f"tensors/{digest[:32]}.bin"
            path = os.path.join(self.folder, name)
            if not os.path.exists(path):
                with open(f"{path}.{threading.get_ident()}", "wb") as file:
                    file.write(data)
                os.replace(f"{path}.{threading.get_ident()}", path)
            fields["data"] = name
        else:
            if digest not in self._statistics:
                self._statistics[digest] = statistics(data, dtype)
            fields["stats"] = self._statistics[digest]
        return fields


def statistics(data: bytes, dtype: str) -> dict[str, Any]:
    """Least, greatest and mean of the finite values, and how many are not finite."""
    import numpy as np

    try:
        values = np.frombuffer(data, dtype=dtype)
    except TypeError:
        return {}
    finite = values[np.isfinite(values)].astype(np.float64)
    found: dict[str, Any] = {"elements": int(values.size), "finite": int(finite.size)}
    if finite.size:
        found.update(min=float(finite.min()), max=float(finite.max()), mean=float(finite.mean()))
    return found


# ---------------------------------------------------------------------------------------------
# CUDA: whichever library is there


class PythonCuda:
    """cuda-python's runtime module."""

    name = "cuda-python"

    def __init__(self) -> None:
        for name in ("cuda.bindings.runtime", "cuda.cudart"):
            try:
                self._module = importlib.import_module(name)
                break
            except ImportError:
                continue
        else:
            raise ImportError("no cuda-python")

    def call(self, function: str, *args: Any) -> tuple[Any, ...]:
        found = getattr(self._module, function)
        answer = getattr(found, "__wrapped__", found)(*args)
        if int(answer[0]) != 0:
            raise NotCovered(f"{function} failed: {answer[0]}")
        return tuple(answer[1:])

    def to_host(self, address: int, nbytes: int) -> bytes:
        data = bytearray(nbytes)
        target = ctypes.addressof((ctypes.c_char * nbytes).from_buffer(data))
        kind = self._module.cudaMemcpyKind.cudaMemcpyDeviceToHost
        self.call("cudaMemcpy", target, address, nbytes, kind)
        return bytes(data)

    def synchronize(self, stream: int | None) -> None:
        if stream is None:
            self.call("cudaDeviceSynchronize")
        else:
            self.call("cudaStreamSynchronize", stream)

    def capturing(self, stream: int | None) -> bool:
        if stream is None or not hasattr(self._module, "cudaStreamIsCapturing"):
            return False
        return int(self.call("cudaStreamIsCapturing", stream)[0]) != 0

    def non_blocking(self, stream: int) -> bool:
        if stream in (0, 1, 2) or not hasattr(self._module, "cudaStreamGetFlags"):
            return False
        return bool(int(self.call("cudaStreamGetFlags", stream)[0]) & 1)

    def device(self) -> dict[str, Any]:
        if int(self.call("cudaGetDeviceCount")[0]) < 1:
            raise NotCovered("no CUDA device")
        number = int(self.call("cudaGetDevice")[0])
        name = self.call("cudaGetDeviceProperties", number)[0].name
        return {
            "name": name.decode().rstrip("\0") if isinstance(name, bytes) else str(name),
            "cuda_driver": cuda_version(self.call("cudaDriverGetVersion")[0]),
            "cuda_runtime": cuda_version(self.call("cudaRuntimeGetVersion")[0]),
        }


class LibraryCuda:
    """The runtime library itself, through ctypes."""

    name = "libcudart"

    def __init__(self) -> None:
        here = [os.path.join(path, "nvidia", "*", "lib", "libcudart.so.*") for path in sys.path]
        found = [match for pattern in here for match in glob.glob(pattern)]
        for name in [
            "libcudart.so",
            *(f"libcudart.so.{n}" for n in (13, 12, "11.0", "10.2")),
            *found,
        ]:
            try:
                self._library = ctypes.CDLL(name)
                return
            except OSError:
                continue
        raise ImportError("no libcudart")

    def call(self, function: str, *args: Any) -> None:
        status = getattr(self._library, function)(*args)
        if status != 0:
            raise NotCovered(f"{function} failed with {status}")

    def to_host(self, address: int, nbytes: int) -> bytes:
        data = bytearray(nbytes)
        target = (ctypes.c_char * nbytes).from_buffer(data)
        self.call("cudaMemcpy", target, ctypes.c_void_p(address), ctypes.c_size_t(nbytes), 2)
        return bytes(data)

    def synchronize(self, stream: int | None) -> None:
        if stream is None:
            self.call("cudaDeviceSynchronize")
        else:
            self.call("cudaStreamSynchronize", ctypes.c_void_p(stream))

    def _number(self, function: str, *args: Any) -> int:
        number = ctypes.c_int(0)
        self.call(function, *args, ctypes.byref(number))
        return number.value

    def capturing(self, stream: int | None) -> bool:
        if stream is None:
            return False
        return self._number("cudaStreamIsCapturing", ctypes.c_void_p(stream)) != 0

    def non_blocking(self, stream: int) -> bool:
        if stream in (0, 1, 2):
            return False
        return bool(self._number("cudaStreamGetFlags", ctypes.c_void_p(stream)) & 1)

    def device(self) -> dict[str, Any]:
        number, count = ctypes.c_int(0), ctypes.c_int(0)
        self.call("cudaGetDeviceCount", ctypes.byref(count))
        if count.value < 1:
            raise NotCovered("no CUDA device")
        self.call("cudaGetDevice", ctypes.byref(number))
        # cudaDeviceProp begins with `char name[256]`; the whole is far below 16 KiB.
        properties = ctypes.create_string_buffer(1 << 14)
        self.call("cudaGetDeviceProperties", properties, number)
        driver, runtime = ctypes.c_int(0), ctypes.c_int(0)
        self.call("cudaDriverGetVersion", ctypes.byref(driver))
        self.call("cudaRuntimeGetVersion", ctypes.byref(runtime))
        return {
            "name": properties.value.decode(),
            "cuda_driver": cuda_version(driver.value),
            "cuda_runtime": cuda_version(runtime.value),
        }


class PycudaCuda:
    """pycuda's driver module: it takes no foreign stream's handle, so it waits for them all."""

    name = "pycuda"

    def __init__(self) -> None:
        self._driver: Any = importlib.import_module("pycuda.driver")

    def _original(self, owner: Any, name: str) -> Any:
        found = getattr(owner, name)
        return getattr(found, "__wrapped__", found)

    def to_host(self, address: int, nbytes: int) -> bytes:
        data = bytearray(nbytes)
        self._original(self._driver, "memcpy_dtoh")(data, address)
        return bytes(data)

    def synchronize(self, stream: int | None) -> None:
        self._original(self._driver.Context, "synchronize")()

    def capturing(self, stream: int | None) -> bool:
        return False

    def non_blocking(self, stream: int) -> bool:
        return False

    def device(self) -> dict[str, Any]:
        self._driver.init()
        if self._driver.Device.count() < 1:
            raise NotCovered("no CUDA device")
        return {
            "name": self._driver.Device(0).name(),
            "cuda_driver": cuda_version(self._driver.get_driver_version()),
            "cuda_runtime": None,
        }


def cuda_version(number: int) -> str:
    """12080 -> "12.8"."""
    return f"{int(number) // 1000}.{int(number) % 1000 // 10}"


def find_cuda() -> Any:
    """The first library that answers; raises NotCovered where none does."""
    reasons = []
    for library in (PythonCuda, LibraryCuda, PycudaCuda):
        try:
            cuda = library()
            cuda.device()
            return cuda
        except (ImportError, NotCovered, AttributeError, OSError, RuntimeError) as error:
            reasons.append(f"{library.name}: {error}")
    raise NotCovered("no way to copy from the device (" + "; ".join(reasons) + ")")


# ---------------------------------------------------------------------------------------------
# What an engine and a context say of their tensors, through whichever API they have


def tensor_names(engine: Any) -> list[str]:
    """The names of the tensors, in the order of the bindings of one profile."""
    if hasattr(engine, "get_tensor_name"):
        return [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    count = engine.num_bindings // max(1, engine.num_optimization_profiles)
    return [engine.get_binding_name(i).split(PROFILE_SUFFIX)[0] for i in range(count)]


def describe(engine: Any) -> list[dict[str, Any]]:
    """Name, mode, dtype, shape and location of every tensor."""
    found = []
    for name in tensor_names(engine):
        if hasattr(engine, "get_tensor_mode"):
            is_input = engine.get_tensor_mode(name).name == "INPUT"
            dtype, shape = engine.get_tensor_dtype(name), engine.get_tensor_shape(name)
            location = engine.get_tensor_location(name).name
        else:
            is_input = engine.binding_is_input(name)
            dtype, shape = engine.get_binding_dtype(name), engine.get_binding_shape(name)
            location = engine.get_location(name).name
        found.append(
            {
                "name": name,
                "mode": "input" if is_input else "output",
                "dtype": DTYPES.get(dtype.name, (dtype.name, 0))[0],
                "shape": dims(shape),
                "location": location.lower(),
            }
        )
    return found


def dims(shape: Any) -> list[int] | None:
    """A Dims as a list; None for the invalid Dims, whose len() raises."""
    try:
        return [int(extent) for extent in tuple(shape)]
    except ValueError:
        return None


def known(shape: list[int] | None) -> bool:
    return shape is not None and all(extent >= 0 for extent in shape)


def format_of(engine: Any, name: str, profile: int) -> str:
    """The name of a tensor's format; LINEAR where there is no way to ask, as before 8.5.

    The description, "... (kCHW4)", comes first: lean runtimes do not know the enum. The format of
    an output may be given for profile 0 only, and releases differ in whether they take a profile.
    """
    for method in ("get_tensor_format_desc", "get_tensor_format"):
        for arguments in ((name, profile), (name,)):
            try:
                answer = getattr(engine, method)(*arguments)
            except (TypeError, AttributeError):
                continue
            found = re.search(r"\bk?([A-Z][A-Z0-9_]+)\)?$", str(getattr(answer, "name", answer)))
            if found:
                return found[1]
    return "unknown" if hasattr(engine, "get_tensor_format") else "LINEAR"


DENSE = ("LINEAR", "HWC", "DHWC")
VECTORIZED = {
    "CHW2": 2,
    "CHW4": 4,
    "CHW16": 16,
    "CHW32": 32,
    "CDHW32": 32,
    "HWC8": 8,
    "HWC16": 16,
    "DHWC8": 8,
}


def physical_shape(shape: list[int], layout: str) -> list[int]:
    """How the elements of a tensor lie in memory, padding included.

    CHW4 of (n, c, h, w) is (n, c/4, h, w, 4), HWC8 is (n, h, w, c padded to a multiple of 8).
    Raises NotCovered for a format whose padding depends on the hardware.
    """
    if layout in DENSE:
        return shape
    if layout not in VECTORIZED:
        raise NotCovered(f"tensor format {layout}")
    rank, step = 4 if "D" in layout else 3, VECTORIZED[layout]
    if len(shape) < rank:
        raise NotCovered(f"tensor format {layout} of {len(shape)} dimensions")
    batch, channels, space = shape[:-rank], shape[-rank], shape[1 - rank :]
    groups = -(-channels // step)
    if layout.startswith("C"):
        return [*batch, groups, *space, step]
    return [*batch, *space, groups * step]


def without_padding(data: bytes, itemsize: int, shape: list[int], layout: str) -> bytes:
    """The bytes of the real elements in plain order: what lies in the padding is not defined."""
    if layout in DENSE:
        return data
    import numpy as np

    rank = 4 if "D" in layout else 3
    axis, channels = len(shape) - rank, shape[-rank]
    items = np.frombuffer(data, dtype=f"V{itemsize}").reshape(physical_shape(shape, layout))
    if layout.startswith("C"):
        items = np.moveaxis(items, -1, axis + 1)
        items = items.reshape([*items.shape[:axis], -1, *items.shape[axis + 2 :]])
        items = items.take(range(channels), axis=axis)
    else:
        items = np.moveaxis(items[..., :channels], -1, axis)
    return np.ascontiguousarray(items).tobytes()


def volume(shape: Iterable[int]) -> int:
    product = 1
    for extent in shape:
        product *= extent
    return product


# ---------------------------------------------------------------------------------------------
# Executions


class Numbers:
    """A number for each object in order of first sight, without keeping the object alive."""

    def __init__(self) -> None:
        self._known: Any = weakref.WeakKeyDictionary()
        self._next = itertools.count()

    def of(self, thing: Any) -> int:
        if thing not in self._known:
            self._known[thing] = next(self._next)
        return int(self._known[thing])


class Execution:
    """One execution under way: what it reads and writes, and what became of its outputs."""

    def __init__(self, number: int, context: Any, api: str, stream: int | None) -> None:
        self.number, self.context, self.api, self.stream = number, context, api, stream
        self.tensors: list[dict[str, Any]] = []
        self.address: dict[str, int] = {}
        self.capturing = False  # into a CUDA graph: nothing runs yet
        self.waited = stream is None  # whether the program waited for it (see Reads)
        self.reads: list[dict[str, Any]] = []


class Recorder:
    """Writes down the executions of a program; its methods are called from the patched ones."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.contexts, self.engines = Numbers(), Numbers()
        self.tensors: Any = weakref.WeakKeyDictionary()  # engine -> its description
        self.shape_values: Any = weakref.WeakKeyDictionary()  # context -> name -> values
        self.addresses: Any = weakref.WeakKeyDictionary()  # context -> name -> address
        self.allocated: dict[tuple[int, str], dict[str, Any]] = {}  # context number, name
        self.inside = threading.local()
        self.captured: dict[int, list[Execution]] = {}  # stream -> executions in its capture
        self.reads = Reads(record)
        self._cuda: Any = None
        self._count = itertools.count()

    @property
    def cuda(self) -> Any:
        if self._cuda is None:
            self._cuda = find_cuda()
            device = self._cuda.device()
            self.record.event("device", copied_with=self._cuda.name, **device)
            self.reads.cuda = self._cuda
        return self._cuda

    # -- engines and contexts

    def engine(self, engine: Any, origin: str, plan: str | None) -> None:
        """`origin`: "built" or "loaded"; `plan`: digest of its bytes where they were seen."""
        if engine is None:
            return
        try:
            tensors = describe(engine)
        except Exception as error:  # a description is worth no failing program
            self.record.not_covered("engine", f"cannot be described: {error}")
            tensors = []
        number = self.engines.of(engine)
        self.record.event("engine", number=number, origin=origin, plan=plan, tensors=tensors)

    def context(self, engine: Any, context: Any) -> None:
        if context is not None:
            number = self.contexts.of(context)
            self.record.event("context", number=number, engine=self.engines.of(engine))

    def output_allocator(self, context: Any, name: str, allocator: Any) -> None:
        """Listens to a program's own allocator: address and shape of an output come from there."""
        if allocator is None:
            return
        seen = self.allocated.setdefault((self.contexts.of(context), name), {})

        def listen(method: str, keep: Callable[..., None]) -> None:
            if isinstance(getattr(type(allocator), method, None), types.FunctionType):
                original = getattr(allocator, method)  # the program's own, not the base's

                def heard(*args: Any, **kwargs: Any) -> Any:
                    answer = original(*args, **kwargs)
                    tensor = args[0] if args else kwargs.get("tensor_name", name)
                    if tensor == name:
                        keep(answer, *args[1:])
                    return answer

                setattr(allocator, method, heard)

        def keep_address(answer: Any, *_: Any) -> None:
            seen["address"] = int(answer or 0)

        def keep_shape(_: Any, shape: Any = None, *__: Any) -> None:
            seen["shape"] = dims(shape) if shape is not None else None

        listen("reallocate_output", keep_address)
        listen("reallocate_output_async", keep_address)
        listen("notify_shape", keep_shape)

    # -- one execution

    def execute(
        self, context: Any, api: str, original: Callable[..., Any], args: Any, kw: Any
    ) -> Any:
        """Runs `original` and records what it read and wrote."""
        if getattr(self.inside, "execution", False):
            return original(context, *args, **kw)
        self.inside.execution = True
        try:
            begin = time.perf_counter()
            execution = self._guarded(lambda: self._begin(context, api, args, kw))
            self.record.seconds += time.perf_counter() - begin
            answer = original(context, *args, **kw)
            begin = time.perf_counter()
            if execution is not None and not execution.capturing:
                self._guarded(lambda: self._finish(execution, answer))
            self.record.seconds += time.perf_counter() - begin
            return answer
        finally:
            self.inside.execution = False

    def _guarded(self, step: Callable[[], Any]) -> Any:
        """The answer of a step of recording; None, and a line in the record, where it fails.

        Whatever fails here must not change what the program does.
        """
        try:
            return step()
        except Exception as error:
            self.record.not_covered("execution", f"{type(error).__name__}: {error}")
            return None

    def _begin(self, context: Any, api: str, args: Any, kw: Any) -> Execution | None:
        given: dict[str, Any] = dict(zip(EXECUTE[api], args), **kw)
        stream = int(given["stream_handle"]) if "stream_handle" in given else None
        number = self.contexts.of(context)
        if os.getpid() != self.record.pid:
            self.record.not_covered("execution", "it ran in a child process")
            return None
        try:
            execution = Execution(next(self._count), context, api, stream)
            execution.capturing = self.cuda.capturing(stream)
            self.reads.next_of(number)
            if not execution.capturing:
                self.cuda.synchronize(stream)
        except NotCovered as error:
            self.record.not_covered(f"execution of context {number}", str(error))
            return None
        self._describe(execution, given)
        if execution.capturing:
            self.captured.setdefault(stream or 0, []).append(execution)
            self.record.not_covered(
                f"execution of context {number} during the capture of a CUDA graph",
                "nothing runs then; recorded after each launch of the graph where that is seen",
            )
        else:
            for tensor in execution.tensors:
                if tensor["mode"] == "input":
                    self._content(execution, tensor)
        return execution

    def _finish(self, execution: Execution, answer: Any) -> None:
        result = None if answer is None else bool(answer)
        try:
            self.cuda.synchronize(execution.stream)
            failure = "the execution was refused" if result is False else None
        except NotCovered as error:
            failure = str(error)
        for tensor in execution.tensors:
            if tensor["mode"] != "output":
                continue
            if failure:
                tensor["not_covered"] = failure
            else:
                self._output(execution, tensor)
        self._write(execution, result)

    def _write(self, execution: Execution, result: bool | None) -> None:
        context = execution.context
        number = self.contexts.of(context)
        self.record.event(
            "execution",
            number=execution.number,
            context=number,
            engine=self.engines.of(context.engine),
            api=execution.api,
            profile=profile_of(context),
            result=result,
            tensors=execution.tensors,
        )
        self.reads.follow(number, execution)

    def launch(self, executions: list[Execution], stream: int) -> None:
        """After the launch of a graph: the buffers of the executions that were captured in it.

        The graph itself may fill its inputs, so these too are as the launch left them.
        """
        self.cuda.synchronize(stream)
        for captured in executions:
            execution = Execution(next(self._count), captured.context, "cudaGraphLaunch", stream)
            execution.tensors = [dict(tensor) for tensor in captured.tensors]
            execution.address = dict(captured.address)
            self.reads.next_of(self.contexts.of(captured.context))
            for tensor in execution.tensors:
                self._content(execution, tensor)
            self._write(execution, True)

    # -- tensors of one execution

    def _describe(self, execution: Execution, given: dict[str, Any]) -> None:
        """Fills in the tensors with mode, dtype and shape, and the address of each."""
        context, engine = execution.context, execution.context.engine
        bindings = [int(b) for b in given["bindings"]] if "bindings" in given else None
        batch = None
        if getattr(engine, "has_implicit_batch_dimension", False):
            batch = int(given.get("batch_size", 1))
        names = tensor_names(engine)
        profile = profile_of(context)
        padded = hasattr(engine, "num_bindings") and engine.num_bindings > len(names)
        offset = profile * len(names) if padded else 0
        if engine not in self.tensors:
            self.tensors[engine] = describe(engine)
        execution.tensors = [dict(tensor) for tensor in self.tensors[engine]]
        for index, tensor in enumerate(execution.tensors):
            name = tensor["name"]
            shape = self._shape(context, name, offset + index, bindings is not None)
            if batch is not None and shape is not None:
                shape = [batch, *shape]
            tensor.update(shape=shape, format=format_of(engine, name, profile))
            tensor["binding"] = offset + index
            if bindings is None:
                execution.address[name] = self._address(context, name)
            elif offset + index < len(bindings):
                execution.address[name] = bindings[offset + index]

    @staticmethod
    def _shape(context: Any, name: str, binding: int, by_binding: bool) -> list[int] | None:
        """The shape in this execution. The APIs keep shapes apart: the one in use goes first."""
        ways: list[Callable[[], Any]] = []
        if hasattr(context, "get_tensor_shape"):
            ways.append(lambda: context.get_tensor_shape(name))
        if hasattr(context, "get_binding_shape"):
            ways.insert(0 if by_binding else 1, lambda: context.get_binding_shape(binding))
        # Asking through the API that is not in use is not harmless (it may resolve other buffers).
        first = dims(ways[0]())
        if known(first) or len(ways) == 1:
            return first
        second = dims(ways[1]())
        return second if known(second) else first

    def _address(self, context: Any, name: str) -> int:
        if hasattr(context, "get_tensor_address"):
            return int(context.get_tensor_address(name))
        return int(self.addresses.get(context, {}).get(name, 0))

    def _output(self, execution: Execution, tensor: dict[str, Any]) -> None:
        """An output after the execution: only now is a data-dependent shape known."""
        context, name = execution.context, tensor["name"]
        seen = self.allocated.get((self.contexts.of(context), name), {})
        by_binding = execution.api != "execute_async_v3"
        if not known(tensor["shape"]):
            tensor["shape"] = self._shape(context, name, tensor["binding"], by_binding)
        if seen and not by_binding:
            execution.address[name] = seen.get("address", 0)
            tensor["shape"] = seen.get("shape") or tensor["shape"]
        self._content(execution, tensor)

    def _content(self, execution: Execution, tensor: dict[str, Any]) -> None:
        try:
            data = self._bytes(execution, tensor)
            tensor.update(self.record.content(data, tensor["dtype"]))
        except NotCovered as error:
            tensor["not_covered"] = str(error)

    def _bytes(self, execution: Execution, tensor: dict[str, Any]) -> bytes:
        context, name, shape = execution.context, tensor["name"], tensor["shape"]
        bits = next(
            (bits for known_name, bits in DTYPES.values() if known_name == tensor["dtype"]), 0
        )
        if not known(shape):
            raise NotCovered(f"its shape is not known: {shape}")
        if not bits:
            raise NotCovered(f"data type {tensor['dtype']}")
        if tensor["location"] == "host" and execution.api != "execute_async_v3":
            values = self._host_values(context, name, tensor)
            if values is not None:
                return values
        layout = tensor["format"]
        stored = physical_shape(shape, layout)
        if layout not in DENSE and bits < 8:
            raise NotCovered(f"tensor format {layout} of {bits} bits")
        nbytes = (volume(stored) * bits + 7) // 8
        address = execution.address.get(name, 0)
        if nbytes == 0:
            return b""
        if address == 0:
            raise NotCovered("no address")
        if tensor["location"] == "host":
            return ctypes.string_at(address, nbytes)
        return without_padding(self.cuda.to_host(address, nbytes), bits // 8, shape, layout)

    def _host_values(self, context: Any, name: str, tensor: dict[str, Any]) -> bytes | None:
        """A shape tensor of the binding API: set_shape_input copied the values of an input, those
        of an output are asked from the context. None where it takes an address after all.
        """
        values = self.shape_values.get(context, {}).get(name)
        if values is None and tensor["mode"] == "output" and hasattr(context, "get_shape"):
            values = list(context.get_shape(tensor["binding"]))
        if values is None and hasattr(context, "get_shape"):
            raise NotCovered("the values of this shape tensor were not seen")
        if values is None:
            return None
        size = 8 if tensor["dtype"] == "int64" else 4
        return b"".join(int(value).to_bytes(size, "little", signed=True) for value in values)


def profile_of(context: Any) -> int:
    """The active profile; a context without one (-1 in 8.x) counts as on profile 0."""
    return max(0, int(getattr(context, "active_optimization_profile", 0)))


class Reads:
    """Which outputs the program copies to the host, and whether it waited for them.

    Tensors are recorded at their own addresses, so a program that reads the wrong buffer would not
    show in them; and the recorder waits for every execution, so neither would a missing wait. Both
    are followed in the program's own calls instead: each copy to the host out of an output is
    listed with its place in the tensor, and is `complete` when it was ordered behind the execution
    and waited for before the context ran again (or the program ended), else `early`. Copies and
    waits of cuda-python, pycuda and torch's `cpu()` are seen.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self.cuda: Any = None
        self._open: dict[int, Execution] = {}  # number of a context -> its latest execution

    def follow(self, context: int, execution: Execution) -> None:
        """Takes the execution over; the context may go: the program decides how long it lives."""
        execution.context = None
        self._open[context] = execution

    def next_of(self, context: int) -> None:
        execution = self._open.pop(context, None)
        if execution is not None and execution.reads:
            for read in execution.reads:
                del read["stream"]
                read["state"] = "early" if read["state"] == "pending" else read["state"]
            self.record.event("reads", execution=execution.number, copies=execution.reads)

    def end(self) -> None:
        for context in list(self._open):
            self.next_of(context)

    def copied(self, source: int, nbytes: int, stream: int | None) -> None:
        """A copy to the host; `stream` None: one that returns when it is done.

        Only the latest execution that wrote there counts: the memory may have been freed and
        allocated again since an earlier one.
        """
        for execution in reversed(self._open.values()):
            found = False
            for tensor in execution.tensors:
                begin = execution.address.get(tensor["name"], 0)
                inside = begin <= source < begin + tensor.get("nbytes", 0)
                if tensor["mode"] == "output" and begin and inside:
                    found = True
                    execution.reads.append(
                        {
                            "tensor": tensor["name"],
                            "offset": source - begin,
                            "nbytes": nbytes,
                            "state": self._state(execution, stream),
                            "stream": stream,
                        }
                    )
            if found:
                return

    def _state(self, execution: Execution, stream: int | None) -> str:
        behind = execution.waited or stream == execution.stream
        if not behind and stream in (None, 0, 1):
            # The default stream orders itself behind every stream that is not "non-blocking".
            behind = not self.cuda.non_blocking(execution.stream)
        if not behind:
            return "early"
        return "complete" if stream is None else "pending"

    def waited(self, stream: int | None) -> None:
        """The program waited for one stream, or (None) for everything."""
        for execution in list(self._open.values()):
            if stream is None or stream == execution.stream:
                execution.waited = True
            for read in execution.reads:
                if read["state"] == "pending" and stream in (None, read["stream"]):
                    read["state"] = "complete"


# ---------------------------------------------------------------------------------------------
# Pinned engines


class HostMemory(bytes):
    """A plan where the real IHostMemory cannot be made: a buffer, and nothing that it has not."""

    dtype = "int8"

    @property
    def nbytes(self) -> int:
        return memoryview(self).nbytes

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> HostMemory:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def _refuse(self, *_: Any) -> Any:
        raise TypeError("an IHostMemory has neither a length nor items")

    __len__ = __getitem__ = __iter__ = _refuse


class Pinning:
    """Keeps what is built, or gives back what was kept, in order."""

    def __init__(self, recorder: Recorder, config: dict[str, Any]) -> None:
        self.recorder, self.record = recorder, recorder.record
        self.folder, self.mode = config["plans"], config["pin"]
        self.compatible, self.lean = config["version_compatible"], config["lean_runtime"]
        self.lean_first, self.quick = config["lean_first"], config["quick_build"]
        self.trt: Any = None
        self.has_builder = True
        self.plans: Any = weakref.WeakKeyDictionary()  # engine -> what a lean runtime opened
        self._count = itertools.count()
        self._lean_runtimes: dict[int, Any] = {}  # id of a runtime -> it and what it loaded
        os.makedirs(self.folder, exist_ok=True)

    def _path(self, number: int) -> str:
        return os.path.join(self.folder, f"{number:03}.plan")

    # -- building

    def build(self, builder: Any, api: str, original: Any, args: Any, kwargs: Any) -> Any:
        """Builds, or gives the engine that the other side built at this place."""
        inside = self.recorder.inside
        if getattr(inside, "build", False):
            return original(builder, *args, **kwargs)
        inside.build = True
        try:
            number = next(self._count)
            network = args[0] if args else kwargs.get("network")
            about = {"number": number, "api": api, "network": network_summary(network)}
            if self.mode == "use" and os.path.exists(self._path(number)):
                return self._pinned(builder, api, about)
            if original is None:
                self.record.event("build", pinned=False, sha256=None, missing=True, **about)
                return None
            return self._built(builder, api, original, args, kwargs, about)
        finally:
            inside.build = False

    def _built(
        self, builder: Any, api: str, original: Any, args: Any, kwargs: Any, about: dict[str, Any]
    ) -> Any:
        config = args[1] if len(args) > 1 else kwargs.get("config")
        if self.quick and hasattr(config, "builder_optimization_level"):
            config.builder_optimization_level = 0
        compatible = self.compatible and config is not None and self._make_compatible(config, True)
        built = original(builder, *args, **kwargs)
        if built is None and compatible:
            self._make_compatible(config, False)
            compatible = False
            built = original(builder, *args, **kwargs)
        plan = b""
        if built is not None:
            is_plan = api == "build_serialized_network"
            plan = bytes(built if is_plan else built.serialize())
        digest = hashlib.sha256(plan).hexdigest() if plan else None
        if self.mode == "keep":
            with open(self._path(about["number"]), "wb") as file:
                file.write(plan)
        self.record.event(
            "build", pinned=False, sha256=digest, bytes=len(plan), compatible=compatible, **about
        )
        if built is not None and api != "build_serialized_network":
            self.recorder.engine(built, "built", digest)
        return built

    def _pinned(self, builder: Any, api: str, about: dict[str, Any]) -> Any:
        with open(self._path(about["number"]), "rb") as file:
            plan = file.read()
        digest = hashlib.sha256(plan).hexdigest() if plan else None
        self.record.event("build", pinned=True, sha256=digest, bytes=len(plan), **about)
        if not plan:  # the other side's build failed
            return None
        as_plan = api == "build_serialized_network"
        if as_plan and self.compatible:
            return HostMemory(plan)
        logger = getattr(builder, "logger", None) or self.trt.Logger()
        runtime = self.trt.Runtime(logger)
        engine = self.load(runtime, type(runtime).deserialize_cuda_engine, (plan,), {})
        if not as_plan:
            return engine
        memory = engine.serialize() if engine is not None else None
        same = memory is not None and bytes(memory) == plan
        return memory if same else HostMemory(plan)

    def _make_compatible(self, config: Any, on: bool) -> bool:
        flags = [getattr(self.trt.BuilderFlag, "VERSION_COMPATIBLE", None)]
        if self.lean:
            flags.append(getattr(self.trt.BuilderFlag, "EXCLUDE_LEAN_RUNTIME", None))
        for flag in flags:
            if flag is not None:
                (config.set_flag if on else config.clear_flag)(flag)
        return flags[0] is not None

    # -- loading

    def plan_of(self, engine: Any) -> HostMemory | None:
        """The plan that the engine was made of: a lean runtime serializes none."""
        plan = self.plans.get(engine)
        return HostMemory(plan) if plan else None

    def load(self, runtime: Any, original: Any, args: Any, kwargs: Any) -> Any:
        """`deserialize_cuda_engine`, opening what another release built where that is wanted."""
        if getattr(self.recorder.inside, "load", False):
            return original(runtime, *args, **kwargs)
        self.recorder.inside.load = True
        try:
            engine = self._load(runtime, original, args, kwargs)
        finally:
            self.recorder.inside.load = False
        try:
            plan = memoryview(args[0] if args else next(iter(kwargs.values())))
            digest: str | None = hashlib.sha256(plan).hexdigest()
        except (TypeError, StopIteration):  # a stream reader
            digest = None
        self.recorder.engine(engine, "loaded", digest)
        if engine is not None and digest and not self.has_builder:
            self.plans[engine] = bytes(plan)
        return engine

    def _load(self, runtime: Any, original: Any, args: Any, kwargs: Any) -> Any:
        if not self.compatible:
            return original(runtime, *args, **kwargs)
        if hasattr(runtime, "engine_host_code_allowed"):
            runtime.engine_host_code_allowed = True
        needs_lean = [False]
        if self.lean and hasattr(runtime, "load_runtime"):
            needs_lean = [True, False] if self.lean_first else [False, True]
        for lean in needs_lean:
            way = self._lean_runtime(runtime) if lean else runtime
            engine = original(way, *args, **kwargs)
            if engine is not None:
                return engine
        return None

    def _lean_runtime(self, runtime: Any) -> Any:
        """The lean runtime, which must not outlive the runtime that loaded it: both are kept."""
        if id(runtime) not in self._lean_runtimes:
            loaded = runtime.load_runtime(self.lean)
            loaded.engine_host_code_allowed = True
            self._lean_runtimes[id(runtime)] = runtime, loaded
        return self._lean_runtimes[id(runtime)][1]


def network_summary(network: Any) -> dict[str, Any] | None:
    """Inputs, outputs and number of layers, for the report; None for what is no real network."""
    if network is None or isinstance(network, StandIn):
        return None
    try:

        def tensor(one: Any) -> list[Any]:
            return [one.name, one.dtype.name, dims(one.shape)]

        return {
            "inputs": [tensor(network.get_input(i)) for i in range(network.num_inputs)],
            "outputs": [tensor(network.get_output(i)) for i in range(network.num_outputs)],
            "layers": int(network.num_layers),
        }
    except Exception:  # only a note in the report: never a reason to fail the program
        return None


# ---------------------------------------------------------------------------------------------
# Stand-ins where the runtime has no builder


class Anything:
    """The value of which nothing is known: takes every use, gives itself."""

    def _itself(self, *_: Any, **__: Any) -> Anything:
        return self

    __call__ = __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __floordiv__ = __truediv__ = __mod__ = __neg__ = __enter__ = _itself

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setitem__(self, *_: Any) -> None: ...

    def __exit__(self, *_: Any) -> None: ...

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __int__(self) -> int:
        return 0

    __index__ = __int__

    def __float__(self) -> float:
        return 0.0


class StandIn:
    """An object of the build side: has the members of its class in this release, no others."""

    _members: Any = types.MappingProxyType({})  # name -> (kind, type of its result)
    _make: Callable[[str], Any] = staticmethod(lambda _: Anything())

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        kind, result = _member_of(self, name)
        if kind == "method":
            return lambda *args, **kwargs: self._make(result)
        return self._make(result)

    def __setattr__(self, name: str, value: Any) -> None:
        if "_members" in type(self).__dict__:  # not a class that the program derived
            kind, _ = _member_of(self, name)
            if kind != "property":
                raise AttributeError(f"property '{name}' has no setter")
        object.__setattr__(self, name, value)

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __getitem__(self, _: Any) -> Anything:
        return Anything()


def _member_of(thing: StandIn, name: str) -> tuple[str, str]:
    if name not in thing._members:
        raise AttributeError(f"'{type(thing).__name__}' object has no attribute '{name}'")
    kind, result = thing._members[name]
    return kind, result


class StandInEnum(enum.Enum):
    """As pybind's enums: an integer only where int() asks for it."""

    def __int__(self) -> int:
        return int(self.value)


def add_stand_ins(trt: Any, surface: dict[str, Any], pinning: Pinning) -> list[str]:
    """Adds the classes, enums and functions that `surface` has and the module lacks: their names.

    `surface`: {"classes": {class: {member: [kind, type of the result]}}, "enums": {enum: {name:
    integer}}, "functions": {name: type of the result}} of the release of this side.
    """
    simple: dict[str, Callable[[], Any]] = {
        "None": lambda: None,
        "bool": lambda: True,
        "int": lambda: 0,
        "float": lambda: 0.0,
        "str": lambda: "",
    }

    def make(result: str) -> Any:
        if result in simple:
            return simple[result]()
        if result.startswith("list["):
            return []
        made = getattr(trt, result, None)
        return made() if isinstance(made, type) and issubclass(made, StandIn) else Anything()

    added = []
    for name, values in surface["enums"].items():
        if not hasattr(trt, name):
            setattr(trt, name, StandInEnum(name, values))  # type: ignore[call-arg]
            added.append(name)
    for name, members in surface["classes"].items():
        if not hasattr(trt, name):
            space = {"_members": members, "_make": staticmethod(make), "__module__": trt.__name__}
            setattr(trt, name, type(name, (StandIn,), space))
            added.append(name)
    for name, result in surface["functions"].items():
        if not hasattr(trt, name):
            setattr(trt, name, lambda *_, result=result, **__: make(result))
            added.append(name)
    if "Builder" in added:
        for api in BUILD:
            if api in surface["classes"]["Builder"]:
                build = functools.partial(_build_stand_in, pinning, api)
                setattr(trt.Builder, api, functools.partialmethod(_call, build))
    return added


def _call(self: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(self, *args, **kwargs)


def _build_stand_in(pinning: Pinning, api: str, builder: Any, *args: Any, **kwargs: Any) -> Any:
    return pinning.build(builder, api, None, args, kwargs)


# ---------------------------------------------------------------------------------------------
# Patching


def replace(
    owner: Any, name: str, make: Callable[[Any], Callable[..., Any]], static: bool = False
) -> None:
    """Puts `make(original)` in the place of a function or method, once, where there is one."""
    original = getattr(owner, name, None)
    if original is None or getattr(original, "_recorded", False):
        return
    wrapper: Any = make(original)
    wrapper.__wrapped__, wrapper._recorded = original, True
    wrapper.__name__, wrapper.__doc__ = name, getattr(original, "__doc__", None)
    setattr(owner, name, staticmethod(wrapper) if static else wrapper)


def patch_tensorrt(
    trt: Any, recorder: Recorder, pinning: Pinning, surface: dict[str, Any] | None
) -> None:
    """Puts the recorder into TensorRT's classes."""
    pinning.trt = trt
    stand_ins: list[str] = []
    if not hasattr(trt, "Builder") and surface is not None:
        stand_ins = add_stand_ins(trt, surface, pinning)
        pinning.has_builder = False
    recorder.record.event(
        "tensorrt", version=str(trt.__version__), module=trt.__name__, stand_ins=stand_ins
    )
    context, engine = trt.IExecutionContext, trt.ICudaEngine

    def execution(api: str) -> Callable[[Any], Callable[..., Any]]:
        return lambda original: (
            lambda self, *args, **kwargs: recorder.execute(self, api, original, args, kwargs)
        )

    for api in EXECUTE:
        replace(context, api, execution(api))

    def create(original: Any) -> Callable[..., Any]:
        def created(self: Any, *args: Any, **kwargs: Any) -> Any:
            made = original(self, *args, **kwargs)
            recorder.context(self, made)
            return made

        return created

    for name in ("create_execution_context", "create_execution_context_without_device_memory"):
        replace(engine, name, create)

    def set_shape_input(original: Any) -> Callable[..., Any]:
        def kept(self: Any, binding: int, shape: Any) -> Any:
            names = tensor_names(self.engine)
            values = recorder.shape_values.setdefault(self, {})
            values[names[int(binding) % len(names)]] = [int(value) for value in shape]
            return original(self, binding, shape)

        return kept

    replace(context, "set_shape_input", set_shape_input)

    def set_output_allocator(original: Any) -> Callable[..., Any]:
        def listened(self: Any, name: str, output_allocator: Any) -> Any:
            recorder.output_allocator(self, name, output_allocator)
            return original(self, name, output_allocator)

        return listened

    replace(context, "set_output_allocator", set_output_allocator)

    def set_tensor_address(original: Any) -> Callable[..., Any]:
        def kept(self: Any, name: str, memory: Any) -> Any:
            answer = original(self, name, memory)
            if answer is not False:
                recorder.addresses.setdefault(self, {})[name] = int(memory)
            return answer

        return kept

    if not hasattr(context, "get_tensor_address"):
        replace(context, "set_tensor_address", set_tensor_address)

    def build(api: str) -> Callable[[Any], Callable[..., Any]]:
        return lambda original: (
            lambda self, *args, **kwargs: pinning.build(self, api, original, args, kwargs)
        )

    if "Builder" not in stand_ins:
        for api in BUILD:
            if hasattr(trt, "Builder"):
                replace(trt.Builder, api, build(api))
    else:
        replace(
            engine,
            "serialize",
            lambda original: lambda self: original(self) or pinning.plan_of(self),
        )
    replace(
        trt.Runtime,
        "deserialize_cuda_engine",
        lambda original: lambda self, *args, **kw: pinning.load(self, original, args, kw),
    )


def patch_cuda_python(cudart: Any, recorder: Recorder) -> None:
    """Follows copies to the host, waits and graphs of cuda-python; new memory begins as zeros."""
    reads = recorder.reads
    to_host = (2, 4)  # cudaMemcpyDeviceToHost, cudaMemcpyDefault
    graphs: dict[int, list[Execution]] = {}  # graph or executable graph -> its executions

    def after(name: str, then: Callable[..., None]) -> None:
        def make(original: Any) -> Callable[..., Any]:
            def called(*args: Any, **kwargs: Any) -> Any:
                answer = original(*args, **kwargs)
                if isinstance(answer, tuple) and int(answer[0]) == 0:
                    begin = time.perf_counter()
                    then(answer, *args, *kwargs.values())
                    recorder.record.seconds += time.perf_counter() - begin
                return answer

            return called

        replace(cudart, name, make)

    def copied(_: Any, __: Any, source: Any, nbytes: int, kind: Any) -> None:
        if int(kind) in to_host:
            reads.copied(int(source), int(nbytes), None)

    def copied_async(_: Any, __: Any, source: Any, nbytes: int, kind: Any, stream: Any = 0) -> None:
        if int(kind) in to_host:
            reads.copied(int(source), int(nbytes), int(stream))

    def zeroed(answer: Any, nbytes: int) -> None:
        if int(nbytes):
            cudart.cudaMemset(answer[1], 0, nbytes)

    def end_capture(answer: Any, stream: Any) -> None:
        graphs[int(answer[1])] = recorder.captured.pop(int(stream), [])

    def instantiate(answer: Any, graph: Any, *_: Any) -> None:
        graphs[int(answer[1])] = graphs.get(int(graph), [])

    def launched(_: Any, graph: Any, stream: Any) -> None:
        recorder.launch(graphs.get(int(graph), []), int(stream))

    after("cudaMemcpy", copied)
    after("cudaMemcpyAsync", copied_async)
    after("cudaMalloc", zeroed)
    after("cudaStreamSynchronize", lambda _, stream: reads.waited(int(stream)))
    after("cudaDeviceSynchronize", lambda _: reads.waited(None))
    after("cudaEventSynchronize", lambda _, __: reads.waited(None))
    after("cudaStreamEndCapture", end_capture)
    after("cudaGraphInstantiate", instantiate)
    after("cudaGraphLaunch", launched)


def patch_pycuda(driver: Any, recorder: Recorder) -> None:
    """Follows copies to the host and waits of pycuda; new memory begins as zeros."""
    reads = recorder.reads

    def after(owner: Any, name: str, then: Callable[..., None]) -> None:
        def make(original: Any) -> Callable[..., Any]:
            def called(*args: Any, **kwargs: Any) -> Any:
                answer = original(*args, **kwargs)
                begin = time.perf_counter()
                then(answer, *args, *kwargs.values())
                recorder.record.seconds += time.perf_counter() - begin
                return answer

            return called

        replace(owner, name, make, static=owner is driver.Context)

    def copied(_: Any, target: Any, source: Any) -> None:
        reads.copied(int(source), memoryview(target).nbytes, None)

    def copied_async(_: Any, target: Any, source: Any, stream: Any = None) -> None:
        handle = int(stream.handle) if stream is not None else 0
        reads.copied(int(source), memoryview(target).nbytes, handle)

    def zeroed(answer: Any, nbytes: Any, *_: Any) -> None:
        if int(nbytes):
            driver.memset_d8(answer, 0, int(nbytes))

    after(driver, "memcpy_dtoh", copied)
    after(driver, "memcpy_dtoh_async", copied_async)
    after(driver, "mem_alloc", zeroed)
    after(driver.Stream, "synchronize", lambda _, stream: reads.waited(int(stream.handle)))
    after(driver.Event, "synchronize", lambda _, event: reads.waited(None))
    after(driver.Context, "synchronize", lambda _: reads.waited(None))


def patch_torch(torch: Any, recorder: Recorder, seed: int) -> None:
    """Seeds torch and follows `Tensor.cpu()`, which waits for torch's own stream."""
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


def seed_numpy(numpy: Any, seed: int) -> None:
    """Seeds the global generator, and those that the program makes without a seed."""
    numpy.random.seed(seed)
    original = numpy.random.default_rng
    numpy.random.default_rng = lambda given=None: original(seed if given is None else given)


class AfterImport(importlib.abc.MetaPathFinder):
    """Calls an action with a module as soon as it is imported."""

    def __init__(self, actions: dict[str, Callable[[Any], None]]) -> None:
        self._actions = actions
        self._looking: set[str] = set()
        for name, action in actions.items():
            if name in sys.modules:
                action(sys.modules[name])
        sys.meta_path.insert(0, self)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname not in self._actions or fullname in self._looking:
            return None
        self._looking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.discard(fullname)
        if spec is None or spec.loader is None:
            return None
        original, action = spec.loader.exec_module, self._actions[fullname]

        def exec_module(module: Any) -> None:
            original(module)
            action(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


# ---------------------------------------------------------------------------------------------
# Start


class Ending:
    """The end of the process, without taking down what is still alive.

    Engines and contexts that a script leaves in its globals would go after the CUDA context that
    pycuda has by then destroyed. TensorRT 8.6.0 reports errors there or dies of signal 11, as the
    order happens to be (seen on an H100); nothing of the program's work is left to be done then.
    """

    def __init__(self) -> None:
        self.status = 0

    def after(self, error: BaseException) -> None:
        """Sets the exit status that the interpreter gives to a program which ended so."""
        self.status = 1
        if isinstance(error, SystemExit) and (error.code is None or isinstance(error.code, int)):
            self.status = int(error.code or 0) & 0xFF

    def leave(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(self.status)


def run(config: dict[str, Any], script: str, arguments: list[str]) -> None:
    """Runs `script` as the main program, recorded."""
    record = Record(config["record"], config["keep_whole"])
    recorder = Recorder(record)
    pinning = Pinning(recorder, config)
    surface = None
    if config["surface"]:
        with open(config["surface"], encoding="utf-8") as file:
            surface = json.load(file)
    seed = config["seed"]
    random.seed(seed)
    AfterImport(
        {
            "numpy": lambda module: seed_numpy(module, seed),
            "torch": lambda module: patch_torch(module, recorder, seed),
            "cupy": lambda module: module.random.seed(seed),
            "tensorrt": lambda module: patch_tensorrt(module, recorder, pinning, surface),
            "cuda.cudart": lambda module: patch_cuda_python(module, recorder),
            "cuda.bindings.runtime": lambda module: patch_cuda_python(module, recorder),
            "pycuda.driver": lambda module: patch_pycuda(module, recorder),
        }
    )
    with open(script, "rb") as file:
        code = compile(file.read(), script, "exec", dont_inherit=True)
    main = types.ModuleType("__main__")
    main.__file__ = script
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    sys.argv = [script, *arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    # Registered first, so called last, after the program's own functions.
    ending = Ending()
    atexit.register(ending.leave)
    begin = time.perf_counter()
    try:
        exec(code, main.__dict__)
    except BaseException as error:
        ending.after(error)
        raise
    finally:
        recorder.reads.end()
        seconds = time.perf_counter() - begin
        record.event("end", seconds=seconds, recording_seconds=record.seconds)


def probe() -> dict[str, Any]:
    """What this interpreter has: its TensorRT and its device, or why not."""
    found: dict[str, Any] = {"python": sys.version.split()[0]}
    try:
        import tensorrt  # type: ignore[import-not-found]

        found.update(tensorrt=str(tensorrt.__version__), builder=hasattr(tensorrt, "Builder"))
    except Exception as error:  # whatever a broken installation raises
        found["tensorrt_error"] = f"{type(error).__name__}: {error}"
    try:
        found["device"] = find_cuda().device()
    except NotCovered as error:
        found["device_error"] = str(error)
    return found


def describe_plan(path: str) -> dict[str, Any]:
    """Inputs, outputs and profiles of a plan file, in the form that the simulator reads."""
    import tensorrt as trt

    with open(path, "rb") as file:
        engine = trt.Runtime(trt.Logger(trt.Logger.ERROR)).deserialize_cuda_engine(file.read())
    if engine is None:
        raise SystemExit(f"{path}: TensorRT {trt.__version__} cannot open this plan")
    tensors = describe(engine)
    profiles = []
    for number in range(engine.num_optimization_profiles):
        profile = {}
        for tensor in tensors:
            if tensor["mode"] == "input" and tensor["location"] == "device":
                if hasattr(engine, "get_tensor_profile_shape"):
                    shapes = engine.get_tensor_profile_shape(tensor["name"], number)
                else:
                    shapes = engine.get_profile_shape(number, tensor["name"])
                profile[tensor["name"]] = [dims(shape) for shape in shapes]
        profiles.append(profile)
    return {"tensors": tensors, "profiles": profiles}


if __name__ == "__main__":
    if sys.argv[1] == "--probe":
        print(json.dumps(probe()))
    elif sys.argv[1] == "--describe":
        print(json.dumps(describe_plan(sys.argv[2]), indent=1))
    else:
        with open(sys.argv[1], encoding="utf-8") as config_file:
            config_given = json.load(config_file)
        run(config_given, sys.argv[2], sys.argv[3:])
