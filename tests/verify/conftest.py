"""Verifies programs on a small fake of TensorRT, so that the recorder is tested by itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from trtmigrate.verify.backend import Place
from trtmigrate.verify.options import Options
from trtmigrate.verify.result import Verification
from trtmigrate.verify.verification import verify

FAKE = str(Path(__file__).parent / "fake")

Verify = Callable[..., Verification]


def fake_place(release: str = "8.6.0", *, lean: bool = False) -> Place:
    environment = {"PYTHONPATH": FAKE, "FAKE_TENSORRT": release, "FAKE_LEAN": "1" if lean else ""}
    return Place("gpu", release, not lean, environment, "test")


@pytest.fixture
def verify_programs(tmp_path: Path) -> Verify:
    """``verify_programs(before, after, **options)`` over two sources, on the fake."""

    def run(
        before: str,
        after: str,
        *,
        args: tuple[str, ...] = (),
        places: tuple[Place, Place] | None = None,
        **options: object,
    ) -> Verification:
        paths = []
        for name, source in (("before.py", before), ("after.py", after)):
            paths.append(tmp_path / name)
            paths[-1].write_text(source, encoding="utf-8")
        changed = replace(Options(timeout=60), **options)  # type: ignore[arg-type]
        places = places or (fake_place(), fake_place())
        return verify(paths[0], paths[1], list(args), changed, places)

    return run


@pytest.fixture
def old_python() -> str:
    """An interpreter of the oldest supported Python, with NumPy-free programs in mind."""
    for version in ("3.8", "3.9"):
        found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        if found:
            return str(found[-1])
    if sys.version_info < (3, 11):
        return os.path.realpath(sys.executable)
    pytest.skip("no interpreter older than this one is installed")
