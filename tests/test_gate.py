"""The gate lets through what concerns the rules, and nothing else has to be loaded for it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from trtmigrate import api
from trtmigrate.api.release import Release, releases
from trtmigrate.findings import Safety
from trtmigrate.requirements.pins import _GONE
from trtmigrate.rules import all_rules
from trtmigrate.rules.base import Rule
from trtmigrate.sources.gate import (
    Interest,
    imports_tensorrt,
    interest,
    requirements_matter,
)
from trtmigrate.sources.gate_words import COMMON, DECISIVE, TARGETS
from trtmigrate.sources.imports import imported_names, module_names

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import make_gate_words  # noqa: E402

FIXTURES = sorted((ROOT / "tests" / "fixtures").glob("*/*.py"))


def in_tensorrt(text: str) -> bytes:
    return f"import tensorrt_stand_in\n{text}\n".encode()


# The words come from the rules


def test_words_are_current() -> None:
    assert make_gate_words.TARGET.read_text() == make_gate_words.render(), (
        "run scripts/make_gate_words.py"
    )


def test_words_of_a_new_rule_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Rule("TRT999", "New", Safety.MANUAL, ("IThing.brand_new",), gate=("newer", "a.newest"))
    monkeypatch.setattr(make_gate_words, "all_rules", lambda: (*all_rules(), new))
    decisive, _, phrases = make_gate_words.collect()
    assert decisive["brand_new"] == decisive["newer"] == 0
    assert "a.newest" in phrases


def test_every_word_that_is_called_common_is_a_word_of_the_gate() -> None:
    assert set(COMMON) >= make_gate_words.COMMON
    assert not set(COMMON) & set(DECISIVE)


@pytest.mark.parametrize("target", ["8.5", "8.6", "10", "10.3", "11"])
def test_every_missing_member_passes(target: str) -> None:
    for member in api.missing_in(target):
        name = member.rsplit(".", 1)[-1]
        if len(name) >= make_gate_words.SHORTEST and not name.startswith("__"):
            assert interest(in_tensorrt(f"x.{name}"), target) is Interest.SURE, name


@pytest.mark.parametrize("rule", [r for r in all_rules() if r.gate], ids=lambda r: r.code)
@pytest.mark.parametrize("target", ["8.6", "11"])
def test_every_word_of_a_rule_passes_by_itself(rule: Rule, target: str) -> None:
    for word in rule.gate:
        assert interest(f"x = 1\n{word}\n".encode(), target) is Interest.SURE, word


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_targets_mean_the_releases_that_the_api_says(target: str) -> None:
    assert releases()[TARGETS[target]] == Release.parse(target)


def test_release_that_the_data_lacks_means_the_one_before() -> None:
    assert interest(b"x.num_bindings", "10.2.7") is Interest.SURE
    with pytest.raises(ValueError, match="7"):
        interest(b"", "7.2")


# What passes


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fixture_with_findings_passes(path: Path) -> None:
    data = path.read_bytes()
    target = re.search(rb"^# target: (\S+)$", data, re.MULTILINE)
    found = interest(data, target[1].decode() if target else "10")
    concerned = path.name.endswith(".before.py") or b"# LEFT:" in data
    assert found is Interest.SURE or not concerned


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"engine.num_bindings", Interest.SURE),
        (b"# num_bindings in a comment", Interest.SURE),
        (b"\xff\xfe not text at all num_bindings", Interest.SURE),
        (b"caf\xc3\xa9num_bindings\xff", Interest.SURE),
        (b"num_bindings", Interest.SURE),
        (b"import tensorrt", Interest.SURE),
        (b"from cuda import cudart", Interest.SURE),
        (b"import cuda.bindings.driver", Interest.SURE),
        (b"import cuda_bindings; bindings = cuda", Interest.NONE),
        (b"engine.num_io_tensors", Interest.NONE),
        (b"my_num_bindings_total = num_bindings2", Interest.NONE),
        (b"import json\n\n\ndef main():\n    print(json.dumps({}))\n", Interest.NONE),
        (b"", Interest.NONE),
        (b"layer.padding = 1", Interest.IF_TENSORRT),
        (b"layer.padding = 1  # of TensorRT", Interest.SURE),
        (b"my_trt_layer.padding = 1", Interest.SURE),
        (b"import pycuda\nlayer.padding = 1", Interest.SURE),
        (b"TRT_LAYER.padding = torch2trt(1)", Interest.SURE),
        (b"layer.padding = strtobool(text)", Interest.IF_TENSORRT),
    ],
)
def test_gate_looks_at_bytes(data: bytes, found: Interest) -> None:
    assert interest(data, "10") is found


def test_member_that_the_target_has_does_not_count() -> None:
    assert interest(b"engine.num_bindings", "8.6") is Interest.NONE
    assert interest(b"trt: config.int8_calibrator, layer.precision", "10") is Interest.SURE
    assert interest(b"trt: layer.precision", "10") is Interest.NONE


@pytest.mark.parametrize("where", [0, (1 << 20) - 5, (1 << 20), (2 << 20) + 7])
def test_word_is_found_wherever_it_stands_in_a_large_file(where: int) -> None:
    filler = b"x = 1; " * (1 << 19)
    data = filler[:where] + b" num_bindings " + filler[where:]
    assert interest(data, "10") is Interest.SURE


def test_file_without_any_space_is_read_in_bounded_pieces() -> None:
    assert interest(b"x" * (5 << 20), "10") is Interest.NONE


# Modules of the run


def test_names_that_a_module_can_be_imported_by() -> None:
    assert list(module_names("a/b/c.py")) == ["c", "b.c", "a.b.c"]
    assert list(module_names("a/b/__init__.py")) == ["b", "a.b"]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import common", "common"),
        ("import os, lib.common as c", "lib.common"),
        ("from common import do_inference", "common"),
        ("    from ..lib import common as c, other", "lib.common"),
        ("from . import common", "common"),
        ("from lib import (  # note\n    a,\n    common,\n)", "lib.common"),
    ],
)
def test_imported_module_is_seen(line: str, name: str) -> None:
    assert name in set(imported_names(f"x = 1\n{line}\n".encode()))


def test_text_about_an_import_is_none() -> None:
    assert not set(imported_names(b"x = 'import common'  # from common import y\n"))


def test_import_of_tensorrt_is_seen() -> None:
    for line in (b"import tensorrt as trt", b"from tensorrt import Logger", b" import a, tensorrt"):
        assert imports_tensorrt(line)
    assert not imports_tensorrt(b"import tensorrt_llm\ntensorrt = None\n")


@pytest.mark.parametrize("package", [*_GONE, "tensorrt_cu12", "TensorRT", "cuda-python"])
def test_every_package_that_is_known_passes(package: str) -> None:
    assert requirements_matter(f"numpy\n{package}==1\n".encode())
    assert requirements_matter(package.encode("utf-16"))


def test_other_packages_do_not_pass() -> None:
    assert not requirements_matter(b"numpy\ntorch\nonnx\n")


# The start


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a run of the command line loads, and its exit code as a word."""
    program = (
        "import sys\n"
        "from trtmigrate.cli import main\n"
        f"sys.argv = ['trtmigrate', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    print(*sys.modules, f'exit={end.code}', file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=True)
    return set(done.stderr.splitlines()[-1].split())


HEAVY = {
    "libcst",
    "rich",
    "pathspec",
    "tomllib",
    "concurrent.futures",
    "multiprocessing",
    "numpy",
    "difflib",
    "json",
}
OURS = {
    "trtmigrate.api",
    "trtmigrate.api._data",
    "trtmigrate.rules",
    "trtmigrate.engine",
    "trtmigrate.sources.project",
    "trtmigrate.sources.notebook",
}


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--check", "clean.py"), ("--check", "."), ("clean.py",)]
)
def test_start_loads_neither_libcst_nor_rich_nor_the_api_data(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "clean.py").write_text("import numpy\n\nname = data.padding\n")
    (tmp_path / "requirements.txt").write_text("numpy\n")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'clean'\n")
    modules = loaded(tmp_path, *arguments)
    assert "exit=0" in modules
    assert not modules & (HEAVY | OURS)


def test_file_that_passes_loads_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import tensorrt as trt\nparser = trt.UffParser()\n")
    modules = loaded(tmp_path, "--check", ".")
    assert "exit=1" in modules
    assert modules >= {"libcst", "trtmigrate.rules"}
