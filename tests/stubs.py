"""An engine that does little, for the tests of everything around the engine."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from trtmigrate.findings import FileResult, Finding, Safety, Status
from trtmigrate.options import Options
from trtmigrate.sources.gate import Interest

OLD = Finding("TRT101", 1, 1, 1, 4, "ICudaEngine.old", "old is gone", Safety.SAFE, True)
LEFT = replace(OLD, code="TRT901", message="hard is gone", safety=Safety.MANUAL, applied=False)


def engine(source: bytes, path: str, options: Options) -> FileResult:
    """Rewrites `old` to `new`, leaves `hard`, fails on `bad`, raises on `crash`, dies on `die`, and
    waits on `wait` until the file `go` is there.
    """
    while b"wait" in source and not Path(path).with_name("go").exists():
        time.sleep(0.01)
    if b"die" in source:
        os._exit(9)
    if b"crash" in source:
        raise ZeroDivisionError("two\nlines")
    if b"bad" in source:
        return FileResult(path, Status.FAILED, error=f"{path}:1: is bad")
    text = source.decode("latin-1" if b"latin" in source else "utf-8")
    after = text if "TRT101" in options.ignore else text.replace("old", "new")
    findings = (OLD,) * (after != text) + (LEFT,) * ("hard" in text)
    left = any(not finding.applied for finding in findings)
    changed = Status.MIGRATED if after != text else Status.UNCHANGED
    return FileResult(path, Status.PARTIAL if left else changed, findings, None, text, after)


def recording(source: bytes, path: str, options: Options) -> FileResult:
    """Gives back what it was called with, as the error of a failed file."""
    return FileResult(path, Status.FAILED, error=repr(options))


def everything(data: bytes, target: str) -> Interest:
    """A gate that stands open."""
    return Interest.SURE


def write_files(folder: Path, **texts: str) -> list[Path]:
    """One file for each keyword: NAME.py with that text."""
    paths = [folder / f"{name}.py" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_bytes(text.encode())
    return paths
