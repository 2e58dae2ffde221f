"""The programs under tests/programs: nothing of the removed API is left, all compute the same.

The programs are complete: each builds its engines through the network API from deterministic
inputs and executes at least twice, with nothing but NumPy, TensorRT 8.6 and cuda-python or pycuda.
`# LEFT: CODE` at the end of a line says that a finding of that code is left for a person there.
"""

from __future__ import annotations

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from trtmigrate import FileResult, Status, migrate_source
from trtmigrate.verify.backend import simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.options import Options
from trtmigrate.verify.verification import Program, verify_several

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))

# Members of ICudaEngine and IExecutionContext that TensorRT 10 has not, by names that nothing else
# in the programs has.
REMOVED = {
    "binding_is_input",
    "execute",
    "execute_async",
    "execute_async_v2",
    "get_binding_bytes_per_component",
    "get_binding_components_per_element",
    "get_binding_dtype",
    "get_binding_format",
    "get_binding_format_desc",
    "get_binding_index",
    "get_binding_name",
    "get_binding_shape",
    "get_binding_vectorized_dim",
    "get_location",
    "get_profile_shape",
    "get_profile_shape_input",
    "get_strides",
    "has_implicit_batch_dimension",
    "is_execution_binding",
    "is_shape_binding",
    "max_batch_size",
    "num_bindings",
    "set_binding_shape",
    "set_shape_input",
    # of the builder and its configuration
    "build_cuda_engine",
    "build_engine",
    "max_workspace_size",
}
ONLY_READ = "active_optimization_profile"  # since 10.0
# The programs' expressions for an engine.
ENGINES = {"engine", "self.engine", "self.model", "context.engine", "self.context.engine"}

# What every program of the kind uses, so that none of it goes untested.
COVERED = REMOVED - {
    "execute",
    "execute_async",
    "build_cuda_engine",
    "has_implicit_batch_dimension",
}

# Where a migration is not compared, as (program, release): why.
NOT_ON: dict[tuple[str, str], str] = {
    ("shape_input_range", "8.6"): "get_tensor_profile_values is there since 10.0 only",
    ("types_since_10", "10.16"): "built there, its outputs are INT64 and BF16, not INT32 and HALF",
}

# Where the releases themselves answer otherwise, so that what a program prints is not compared.
PRINTS_OTHER: dict[tuple[str, str], str] = {
    ("queries_by_index", "10.16"): "bytes per component of a linear format: 0 on 8.6, -1 on 10",
}


# The tests of a program share its migration, so they run in one process.
each_program = pytest.mark.parametrize(
    "path",
    [pytest.param(p, id=p.stem, marks=pytest.mark.xdist_group(p.stem)) for p in PROGRAMS],
)


@cache
def migrated(path: Path) -> FileResult:
    return migrate_source(path.read_text(), path=path.name)


def removed_uses(tree: ast.Module) -> Iterator[str]:
    """Everything in a program that TensorRT 10 has not: "LINE: what"."""
    profiles = {  # IOptimizationProfile still has a set_shape_input
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "set_shape_input"
        and isinstance(node.value, ast.Name)
        and "profile" in node.value.id
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id), attr="set_shape_input") if id in profiles:
                continue
            case ast.Attribute(attr=attr) if attr in REMOVED:
                yield f"{node.lineno}: {attr}"
            case ast.Attribute(attr=attr, ctx=ast.Store()) if attr == ONLY_READ:
                yield f"{node.lineno}: {attr} assigned"
            case ast.Call(func=ast.Name("len"), args=[engine]) if ast.unparse(engine) in ENGINES:
                yield f"{node.lineno}: len({ast.unparse(engine)})"
            case ast.Subscript(value=engine, slice=key) if ast.unparse(
                engine
            ) in ENGINES and _may_be_text(key):
                yield f"{node.lineno}: {ast.unparse(node)}"
            case ast.Constant(value=str(text)) if text in REMOVED:
                yield f"{node.lineno}: {text!r} in a string"


def _may_be_text(key: ast.expr) -> bool:
    """Whether the key of an engine is a name: `engine[i]` with an index is still there."""
    return isinstance(key, ast.JoinedStr) or (
        isinstance(key, ast.Constant) and isinstance(key.value, str)
    )


def expected_left(text: str) -> set[tuple[int, str]]:
    marks = (
        (number, re.search(r"# LEFT: ([\w, ]+)$", line))
        for number, line in enumerate(text.splitlines(), 1)
    )
    return {(n, code) for n, mark in marks if mark for code in re.split(r",\s*", mark[1].strip())}


def test_there_are_programs_for_both_cuda_libraries() -> None:
    texts = [path.read_text() for path in PROGRAMS]
    assert len(texts) >= 30
    assert sum("pycuda" in text for text in texts) >= 6
    assert sum(path.name.startswith("profiles_") for path in PROGRAMS) >= 10


def test_programs_use_every_removed_member_of_the_runtime() -> None:
    used = {use.split(": ", 1)[1] for path in PROGRAMS for use in removed_uses(parsed(path))}
    assert used >= COVERED
    assert any(use.startswith("len(") for use in used)
    assert any(use.startswith("engine['") for use in used)
    assert f"{ONLY_READ} assigned" in used


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@each_program
def test_program_uses_the_removed_api(path: Path) -> None:
    assert list(removed_uses(parsed(path)))


@each_program
def test_nothing_of_the_removed_api_is_left(path: Path) -> None:
    result = migrated(path)
    assert result.error is None
    assert result.after is not None
    left = {(finding.line, finding.code) for finding in result.left}
    assert left == expected_left(path.read_text())
    assert result.status is (Status.PARTIAL if left else Status.MIGRATED)
    compile(result.after, path.name, "exec")
    if not left:
        assert not list(removed_uses(ast.parse(result.after)))


@each_program
def test_second_run_changes_nothing(path: Path) -> None:
    once = migrated(path).after
    assert once is not None
    again = migrate_source(once, path=path.name)
    assert again.after == once
    assert not [finding for finding in again.findings if finding.applied]


@each_program
def test_computes_the_same_on_the_simulator(path: Path, tmp_path: Path) -> None:
    """BEFORE on 8.6 with both APIs; its migration there, and on 10 where only names are.

    Each builds its own engines, so that the build code is compared as well.
    """
    alone, after = tmp_path / "before" / path.name, tmp_path / "after" / path.name
    for program in (alone, after):
        program.parent.mkdir()
    shutil.copy(path, alone)
    after.write_text(migrated(path).after or "")
    releases = [one for one in ("8.6", "10.16") if (path.stem, one) not in NOT_ON]
    options = Options(backend="sim", timeout=60, rebuild=True)
    silent = replace(options, stdout="off")
    results = verify_several(
        Program(alone, sys.executable, simulated("8.6", "test")),
        [
            (
                Program(after, sys.executable, simulated(release, "test")),
                silent if (path.stem, release) in PRINTS_OTHER else options,
            )
            for release in releases
        ],
        [],
    )
    assert results
    for result in results:
        assert result.verdict is Verdict.IDENTICAL, result.reason
        assert result.before is not None
        assert len(result.before.record.executions) >= 2


def test_outputs_of_int64_and_bfloat16_are_compared(tmp_path: Path) -> None:
    """Both types are there on 10 only, so the migration is compared with itself."""
    program = tmp_path / "types.py"
    program.write_text(migrated(PROGRAMS[0].with_name("types_since_10.py")).after or "")
    side = Program(program, sys.executable, simulated("10.16", "test"))
    options = Options(backend="sim", timeout=60, rebuild=True, stdout="exact")
    (result,) = verify_several(side, [(side, options)], [])
    assert result.verdict is Verdict.IDENTICAL, result.reason
    found = [(one.name, one.nbytes) for one in result.comparison.compared if one.mode == "output"]
    assert found == [("wide", 64), ("short", 16)] * 2
    assert result.stdout.lines == 4 and result.before is not None
    assert result.before.outcome.exit_code == 0


def test_exceptions_are_programs_that_are_there() -> None:
    assert {stem for stem, _ in (*NOT_ON, *PRINTS_OTHER)} <= {path.stem for path in PROGRAMS}
