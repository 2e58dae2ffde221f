"""The folder of the recorder stands alone: its imports, its arrows, the size of its modules."""

from __future__ import annotations

import ast
import graphlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.verify.conftest import Verify
from tests.verify.programs import NEW, OLD
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.run import RECORDER

MODULES = sorted(RECORDER.rglob("*.py"))
# What the recorded interpreter may have beside the standard library; all are imported inside a
# function, where they are needed.
OPTIONAL = {"numpy", "tensorrt"}


def name(path: Path) -> str:
    return str(path.relative_to(RECORDER))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name(path), feature_version=(3, 8))


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_is_imported_but_the_standard_library_and_numpy(path: Path) -> None:
    tree = parsed(path)
    top = {id(node) for node in tree.body}
    for node in imports(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            continue
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        allowed = sys.stdlib_module_names | (set() if id(node) in top else OPTIONAL)
        assert {one.partition(".")[0] for one in names} <= allowed


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_and_functions_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 40, node.name


def test_modules_depend_on_each_other_without_a_circle() -> None:
    graph = {}
    for path in MODULES:
        found = set()
        for node in imports(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.level:
                folder = path.parents[node.level - 1]
                target = folder / (node.module or "").replace(".", "/")
                found.add(target / "__init__.py" if target.is_dir() else target.with_suffix(".py"))
        assert all(target.is_file() for target in found), (path, found)
        graph[path] = found
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) == len(MODULES)


def test_program_keeps_its_own_modules_with_names_of_the_recorder(
    verify_programs: Verify, tmp_path: Path
) -> None:
    names = sorted({path.stem for path in MODULES} - {"__init__", "__main__", "numpy", "tensorrt"})
    names = [one for one in names if one not in ("torch", "pycuda")]
    for one in names:
        (tmp_path / f"{one}.py").write_text(f"mine = {one!r}\n")
    check = "".join(f"import {one}; assert {one}.mine == {one!r}\n" for one in names)
    assert verify_programs(check + OLD, check + NEW).verdict is Verdict.IDENTICAL


def test_program_sees_the_arguments_and_the_path_of_a_main_program(
    verify_programs: Verify,
) -> None:
    tell = (
        "import json, sys\nprint(json.dumps([sys.argv, sys.path[0], __name__, __file__]), "
        "file=sys.stderr)\nsys.exit(7)\n"
    )
    result = verify_programs(tell, NEW, args=("-n", "3"))
    assert result.before is not None
    arguments, path, module, file = json.loads(result.before.outcome.stderr)
    assert arguments == [file, "-n", "3"] and module == "__main__"
    assert path == str(Path(file).parent)
