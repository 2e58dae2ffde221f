"""Run a script as the main program, recorded."""

from __future__ import annotations

import atexit
import importlib
import json
import os
import random
import sys
import time
import types
from typing import Any

from .calling import call
from .ending import Ending
from .failure import hide_recorder, record_failure
from .loading import Loading
from .missing.files import stand_in_for_files
from .missing.libraries import stand_in_for_libraries
from .missing.modules import MissingModules
from .patches.after_import import AfterImport
from .patches.cuda_driver import patch_cuda_driver
from .patches.cuda_python import patch_cuda_python
from .patches.numpy import patch_numpy
from .patches.pycuda import patch_pycuda
from .patches.tensorrt import patch_tensorrt
from .patches.torch import patch_torch
from .pinning import Pinning
from .record import Record
from .recorder import Recorder


def run_recorded(config: dict[str, Any], script: str, arguments: list[str]) -> None:
    """Run `script` with `arguments`, and record it as `config` says."""
    record = Record(config["record"], config["keep_whole"])
    recorder = Recorder(record)
    patch_what_is_imported(recorder, config)
    # Registered first, so called last, after the program's own functions.
    ending = Ending()
    atexit.register(ending.leave)
    begin = time.perf_counter()
    try:
        stand_in(record, config)
        run_program(config, script, arguments)
    except SystemExit as error:
        ending.after(error)
        if ending.status:
            record_failure(record, error)
        raise
    except BaseException as error:
        ending.after(error)
        record_failure(record, error)
        hide_recorder(error)
        # As the interpreter does with an error that reaches it; raising it adds our frames again.
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        recorder.reads.close_all()
        seconds = time.perf_counter() - begin
        record.event("end", seconds=seconds, recording_seconds=record.seconds)


def patch_what_is_imported(recorder: Recorder, config: dict[str, Any]) -> None:
    """Seed and patch the modules that matter as soon as the program imports them."""
    loading = Loading(recorder, config)
    pinning = Pinning(recorder, loading, config)
    surface = None
    if config["surface"]:
        with open(config["surface"], encoding="utf-8") as file:
            surface = json.load(file)
    seed = config["seed"]
    random.seed(seed)

    def prepare_torch(module: Any) -> None:
        if config["simulated"]:
            importlib.import_module("trtsim.torchsim").redirect(module)
        patch_torch(module, recorder, seed)

    AfterImport(
        {
            "numpy": lambda module: patch_numpy(module, seed),
            "torch": prepare_torch,
            "cupy": lambda module: module.random.seed(seed),
            "tensorrt": lambda module: patch_tensorrt(module, recorder, pinning, loading, surface),
            "cuda.cudart": lambda module: patch_cuda_python(module, recorder),
            "cuda.bindings.runtime": lambda module: patch_cuda_python(module, recorder),
            "cuda.cuda": lambda module: patch_cuda_driver(module, recorder),
            "cuda.bindings.driver": lambda module: patch_cuda_driver(module, recorder),
            "pycuda.driver": lambda module: patch_pycuda(module, recorder),
        }
    )


def stand_in(record: Record, config: dict[str, Any]) -> None:
    """Let what is missing be stand-ins, as far as that is asked for."""
    if config["stub_missing"]:
        sys.meta_path.append(MissingModules(record))
        stand_in_for_libraries(record)
    if config["stub_missing"] or config["engines"]:
        stand_in_for_files(record, config["engines"], config["stub_missing"])


def run_program(config: dict[str, Any], script: str, arguments: list[str]) -> None:
    """Run the script as the main program, or do the call that is asked for instead."""
    sys.argv = [script, *arguments]
    if config["call"]:
        call(config["call"], script, config["root"], config["engines"])
    else:
        code, main = prepare_main(script)
        exec(code, main.__dict__)


def prepare_main(script: str) -> tuple[types.CodeType, types.ModuleType]:
    """Compile the script and make the module `__main__` and the search path."""
    with open(script, "rb") as file:
        code = compile(file.read(), script, "exec", dont_inherit=True)
    main = types.ModuleType("__main__")
    main.__file__ = script
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    return code, main
