#!/usr/bin/env python3
"""Measures on a GPU what a migrated call costs, against its original.

Two steps, because the machine with the GPU often has nothing but an interpreter with TensorRT:

    runtime.py prepare --out DIR                 migrates the idioms: needs trtmigrate
    PYTHON DIR/runtime.py run --out FILE.json    needs TensorRT 8.6 (it has both APIs), NumPy,
        cuda-python, pycuda and, for one idiom, PyTorch

One process builds the engines. Then blocks of original and migrated calls take turns, so that both
meet the same clock rates and neighbours. A call copies its inputs, executes and waits for its
outputs, as programs do; the time is that of the host. Before that, both must give the same arrays.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TENSORS = (2, 4, 16)  # half of them inputs
WIDTH = 64
BLOCK = 50  # calls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    steps = parser.add_subparsers(required=True)
    step = steps.add_parser("prepare", help="migrate the idioms into a folder to take along")
    step.add_argument("--out", type=Path, required=True, metavar="DIR")
    step.set_defaults(step=prepare)
    step = steps.add_parser("run", help="time what was prepared")
    step.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    step.add_argument("--seconds", type=float, default=4.0, help="for each idiom and size")
    step.set_defaults(step=run)
    options = parser.parse_args()
    options.step(options)


# --- prepare ----------------------------------------------------------------------------------


def prepare(options: argparse.Namespace) -> None:
    """Write each idiom as `NAME_before.py` and `NAME_after.py`, and this script beside them."""
    sys.path.insert(0, str(HERE.parents[1]))
    from trtmigrate import Status, migrate_source

    options.out.mkdir(parents=True, exist_ok=True)
    for path in sorted((HERE / "idioms").glob("*.py")):
        result = migrate_source(path.read_text(), path=path.name)
        if result.status is not Status.MIGRATED or result.after is None:
            raise SystemExit(f"{path.name} is not migrated whole: {result.status.value}")
        shutil.copy(path, options.out / f"{path.stem}_before.py")
        (options.out / f"{path.stem}_after.py").write_text(result.after)
    shutil.copy(__file__, options.out)


# --- run --------------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> None:
    """Time every idiom with every number of tensors, and write what was measured."""
    sys.path.insert(0, str(HERE))
    start = time.monotonic()
    rows: list[dict[str, Any]] = []
    engines = Engines()
    for name in sorted(path.stem.removesuffix("_before") for path in HERE.glob("*_before.py")):
        for tensors in TENSORS:
            row: dict[str, Any] = {"idiom": name, "tensors": tensors}
            try:
                before, after = pair(name, engines, tensors)
            except ImportError as error:
                row["skipped"] = str(error)
            else:
                row.update(timed(before, after, options.seconds))
            rows.append(row)
            print(json.dumps(row), flush=True)
    found = {"machine": machine(), "rows": rows, "seconds": round(time.monotonic() - start)}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n")


class Engines:
    """Builds each engine once, and opens it anew for each program.

    Two contexts of one engine cannot use the same optimization profile.
    """

    def __init__(self) -> None:
        import pycuda.autoprimaryctx  # noqa: F401  # the context that cuda-python and torch use
        import tensorrt as trt

        self.trt = trt
        self.logger = trt.Logger(trt.Logger.ERROR)
        self.runtime = trt.Runtime(self.logger)
        self.known: dict[tuple[int, bool], Any] = {}

    def with_tensors(self, tensors: int, dynamic: bool) -> Any:
        """Return an engine whose outputs are its inputs, added to themselves."""
        if (tensors, dynamic) not in self.known:
            self.known[tensors, dynamic] = self._built(tensors // 2, dynamic)
        return self.runtime.deserialize_cuda_engine(self.known[tensors, dynamic])

    def _built(self, inputs: int, dynamic: bool) -> Any:
        trt = self.trt
        builder = trt.Builder(self.logger)
        flags = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
        network = builder.create_network(flags)
        config = builder.create_builder_config()
        profile = builder.create_optimization_profile()
        for number in range(inputs):
            rows = -1 if dynamic else 4
            tensor = network.add_input(f"in{number}", trt.float32, (rows, WIDTH))
            total = network.add_elementwise(tensor, tensor, trt.ElementWiseOperation.SUM)
            total.get_output(0).name = f"out{number}"
            network.mark_output(total.get_output(0))
            if dynamic:
                profile.set_shape(tensor.name, (1, WIDTH), (4, WIDTH), (8, WIDTH))
        if dynamic:
            config.add_optimization_profile(profile)
        return builder.build_serialized_network(network, config)


Call = Callable[[], Any]


def pair(name: str, engines: Engines, tensors: int) -> tuple[Call, Call]:
    """Return the original and the migrated call of an idiom, which give the same arrays."""
    import numpy as np

    before, after = (
        importlib.import_module(f"{name}_{side}").Inference(
            engines.with_tensors(tensors, "dynamic" in name)
        )
        for side in ("before", "after")
    )
    wanted = [np.array(array) for array in before()]
    given = [np.array(array) for array in after()]
    same = len(wanted) == len(given) and all(map(np.array_equal, wanted, given))
    if not same or not any(array.any() for array in wanted):
        raise SystemExit(f"{name}: the migrated call gives something else")
    return before, after


def timed(before: Call, after: Call, seconds: float) -> dict[str, Any]:
    """Return the medians of both calls in microseconds, and how their ratio is spread."""
    gc.disable()
    for call in (before, after):
        block(call)
    times: dict[Call, list[float]] = {before: [], after: []}
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(times[after]) < 4:
        for order in ((before, after), (after, before)):
            for call in order:
                times[call].append(block(call))
    gc.enable()
    ratios = sorted(map(float.__truediv__, times[after], times[before]))
    low, middle, high = (ratios[len(ratios) * part // 4] for part in (1, 2, 3))
    return {
        "before_us": round(statistics.median(times[before]), 2),
        "after_us": round(statistics.median(times[after]), 2),
        "ratio": round(middle, 4),
        "quartiles": [round(low, 4), round(high, 4)],
        "blocks": len(ratios),
    }


def block(call: Call) -> float:
    """Return the microseconds of one of `BLOCK` calls."""
    start = time.perf_counter()
    for _ in range(BLOCK):
        call()
    return (time.perf_counter() - start) / BLOCK * 1e6


def machine() -> dict[str, str]:
    """Return what the numbers depend on."""
    return dict(_machine())


def _machine() -> Iterator[tuple[str, str]]:
    import numpy
    import pycuda.driver
    import tensorrt

    yield "device", pycuda.driver.Device(0).name()
    yield "Python", sys.version.split()[0]
    yield "TensorRT", tensorrt.__version__
    yield "NumPy", numpy.__version__
    if "torch" in sys.modules:
        yield "PyTorch", sys.modules["torch"].__version__


if __name__ == "__main__":
    main()
