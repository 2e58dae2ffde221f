"""`scripts/gpu_equivalence.py`, on the fake of TensorRT: what it says of one program."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from tests.verify.conftest import fake_place
from tests.verify.programs import NEW, OLD
from trtmigrate.verify.options import Options

SCRIPT = Path(__file__).parents[2] / "scripts" / "gpu_equivalence.py"


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("gpu_equivalence", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def entry(script: Any, folder: Path, old: str, new: str) -> dict[str, Any]:
    """What is written of a program that AFTER runs with engines of its own."""
    for side, source in (("before", old), ("after", new)):
        (folder / side).mkdir()
        (folder / side / "program.py").write_text(source)
    program = {"name": "p", "origin": "o", "folder": ".", "script": "program.py", "args": []}
    place = fake_place()
    options = Options(before_python=sys.executable, after_python=sys.executable, rebuild=True)
    pairs = [script.Pair("rebuilt", place, options)]
    (found,) = script.verify_program(folder, {**program, "notes": []}, place, pairs)
    assert isinstance(found, dict)
    return found


def test_migration_with_own_engines_is_identical_without_a_control(
    script: Any, tmp_path: Path
) -> None:
    found = entry(script, tmp_path, OLD, NEW)
    assert (found["verdict"], found["reason"]) == ("identical", "")
    assert "control" not in found


def test_difference_with_own_engines_has_a_second_build_of_before_as_control(
    script: Any, tmp_path: Path
) -> None:
    new = NEW.replace("* (i + 1 + profile)", "* (i + 2 + profile)")
    found = entry(script, tmp_path, OLD, new)
    assert found["verdict"] == "different"
    assert found["control"]["verdict"] == "identical"
    assert found["reason"].endswith("two builds of BEFORE: identical")


def test_control_tells_of_builds_that_differ_by_themselves(script: Any, tmp_path: Path) -> None:
    random = "* int(plan[-8:], 16)"  # the number that is new in every build of the fake
    old, new = (source.replace("* (i + 1 + profile)", random) for source in (OLD, NEW))
    found = entry(script, tmp_path, old, new)
    assert found["verdict"] == "different"
    assert found["control"]["verdict"] == "different"


def test_program_that_the_migration_does_not_change_is_not_prepared(
    script: Any, tmp_path: Path
) -> None:
    source, out = tmp_path / "programs", tmp_path / "out"
    source.mkdir()
    old = "import tensorrt as trt\nengine: trt.ICudaEngine\nprint(engine.num_bindings)\n"
    (source / "changed.py").write_text(old)
    (source / "same.py").write_text(old.replace("num_bindings", "num_io_tensors"))
    options = Namespace(programs=[source], out=out, origin="here", target="10", jobs=2)
    script.prepare(options)
    (program,) = json.loads((out / "programs.json").read_text())
    assert (program["name"], program["origin"]) == ("changed.py", "here")
    folder = out / program["folder"]
    assert (folder / "before" / "changed.py").read_text() == old
    assert "num_io_tensors" in (folder / "after" / "changed.py").read_text()


def test_several_gpus_are_seen_alone_by_both_sides(script: Any) -> None:
    place = fake_place()
    before, (pair,) = script.spread(place, [script.Pair("same", place, Options())], 1)
    seen = [one.environment["CUDA_VISIBLE_DEVICES"] for one in (before, pair.place)]
    assert seen == ["1", "1"]
    assert set(place.environment) == set(before.environment) - {"CUDA_VISIBLE_DEVICES"}


def test_what_is_carried_runs_where_only_numpy_is_installed(script: Any, tmp_path: Path) -> None:
    script.carry_tool(tmp_path)
    program = (
        "import runpy, sys\n"
        # an editable install would lend what was not carried
        "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
        "sys.modules.update(dict.fromkeys(['libcst', 'click', 'rich', 'jinja2']))\n"
        "sys.argv[1:] = ['run', '--help']\n"
        "runpy.run_path('gpu_equivalence.py', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "--before-python" in done.stdout
