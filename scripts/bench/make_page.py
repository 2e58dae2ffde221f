#!/usr/bin/env python3
"""Writes docs/performance.md from what the benchmarks measured.

make_page.py        reads scripts/bench/results/speed.json and, if it is there, runtime.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "performance.md"

HEAD = """\
# Performance

Written by `scripts/bench/make_page.py`; do not edit. A number says something only next to another
one of the same table: all commands of a table ran in turns on the same machine.

## What a run costs

CPU time of whole processes, their children included; the median of several runs. The ratio is to
the first line of the table. All modules have their bytecode, as after an installation.
"""
SPEED_COMMANDS = """
Most of the memory is that of the tree which LibCST makes of a file: 16 MiB for 1,000 lines of these
functions. Without anything of trtmigrate, 5,000 lines take 108 MiB, 20,000 take 354, and 50,000
take 833: from about 14,000 lines on, a file takes more than 250 MiB whatever is done with its tree.
`--file-memory` bounds what a file may take.

To measure again, with folders of your own:

```console
$ cd scripts/bench
$ python speed.py --tree DIR --files DIR --peers BIN --out results/speed.json
$ python make_page.py
```
"""
RUNTIME_HEAD = """
## What migrated code costs

Each program below calls an engine that adds its inputs to themselves. A call copies the inputs,
executes and waits for the outputs; the time is that of the host. Blocks of original and migrated
calls take turns in one process on TensorRT 8.6, which has both APIs. The ratio is the median over
the blocks, with its quartiles.
"""
RUNTIME_REASONS = """
A migrated call costs more where it sets the addresses again:

- `helper_pycuda`: the helper gets the context and the list of addresses from its callers. Nothing
  shows that all calls bring the same ones, so each call sets every address, and asks the engine of
  its context for every name.
- `class_cudart`: the class can be imported, and then another file may put another list into
  `bindings`. So each call sets the addresses. In a script that no other file of the run imports,
  the addresses are set once, in `__init__`, and a call sets none.
- `module_torch`: a call sets the addresses by the names that the class keeps, where it asked for
  the index of each name before. It costs less.

If you know that the addresses stay, set them where the context is made, and remove the loop from
the call. TRT904 names the functions where the code suggests that.
"""
NOT_MEASURED = "\nNot measured for this release.\n"
RUNTIME_COMMANDS = """
To measure again, on a machine with a GPU, where PYTHON has TensorRT 8.6, NumPy, cuda-python, pycuda
and PyTorch:

```console
$ python scripts/bench/runtime.py prepare --out bench
$ PYTHON bench/runtime.py run --out runtime.json
```
"""


def main() -> None:
    PAGE.write_text(page(read("speed"), read("runtime")))


def read(name: str) -> dict[str, Any] | None:
    """Return what a benchmark measured; None if it did not run."""
    path = HERE / "results" / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def page(speed: dict[str, Any] | None, runtime: dict[str, Any] | None) -> str:
    """Return the text of the page."""
    parts = [HEAD, "".join(_speed(speed)) if speed else NOT_MEASURED, SPEED_COMMANDS]
    parts += [RUNTIME_HEAD, "".join(_runtime(runtime)) if runtime else NOT_MEASURED]
    return "".join([*parts, *([RUNTIME_REASONS] if runtime else []), RUNTIME_COMMANDS])


def _machine(found: dict[str, str]) -> str:
    return "\n" + ", ".join(f"{name} {what}" for name, what in found.items()) + ".\n"


def _speed(found: dict[str, Any]) -> Iterator[str]:
    yield _machine(found["machine"])
    for title, rows in found["groups"].items():
        yield f"\n### {title}\n\nRuns: {found['runs'][title]}.\n\n"
        yield "| command | seconds | ratio | MiB |\n|---|---:|---:|---:|\n"
        for row in rows:
            ratio = row["seconds"] / rows[0]["seconds"]
            yield f"| {row['name']} | {row['seconds']:.2f} | {ratio:.2f} | {row['mib']:.0f} |\n"


def _runtime(found: dict[str, Any]) -> Iterator[str]:
    yield _machine(found["machine"])
    yield "\n| program | tensors | original, µs | migrated, µs | ratio | quartiles |\n"
    yield "|---|---:|---:|---:|---:|---:|\n"
    for row in found["rows"]:
        head = f"| `{row['idiom']}` | {row['tensors']} |"
        if "skipped" in row:
            yield f"{head} | | | not measured: {row['skipped']} |\n"
            continue
        low, high = row["quartiles"]
        times = f"{row['before_us']:.1f} | {row['after_us']:.1f}"
        yield f"{head} {times} | {row['ratio']:.3f} | {low:.3f} to {high:.3f} |\n"


if __name__ == "__main__":
    main()
