"""The generator: merging the surfaces of releases into spans."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_api_data.py"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_api_data", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def surface(version: str, **members: Any) -> dict[str, Any]:
    return {"version": version, "members": members}


def a_class(**members: Any) -> dict[str, Any]:
    return {"kind": "class", "bases": ["pybind11_object"], "members": members}


METHOD = {"kind": "method", "sig": ["f(self: C) -> int"]}


def test_an_unchanged_member_is_one_open_span(generator: ModuleType) -> None:
    releases = [surface("1.0", C=a_class(f=METHOD)), surface("1.1", C=a_class(f=METHOD))]
    members = generator.merge(releases)["members"]
    assert members["C.f"] == [["1.0", None, "method", ["f(self: C) -> int"]]]


def test_a_removed_member_is_a_closed_span(generator: ModuleType) -> None:
    releases = [surface("1.0", C=a_class(f=METHOD)), surface("1.1", C=a_class())]
    assert generator.merge(releases)["members"]["C.f"][0][:2] == ["1.0", "1.0"]


def test_a_member_that_comes_back_has_two_spans(generator: ModuleType) -> None:
    with_f, without = a_class(f=METHOD), a_class()
    releases = [surface(v, C=c) for v, c in (("1.0", with_f), ("1.1", without), ("1.2", with_f))]
    spans = generator.merge(releases)["members"]["C.f"]
    assert [span[:2] for span in spans] == [["1.0", "1.0"], ["1.2", None]]


def test_a_lost_setter_ends_a_span(generator: ModuleType) -> None:
    writable, readonly = ({"kind": "property", "ro": ro, "get": "int"} for ro in (False, True))
    releases = [surface("1.0", C=a_class(p=writable)), surface("1.1", C=a_class(p=readonly))]
    assert generator.merge(releases)["members"]["C.p"] == [
        ["1.0", "1.0", "property", ["int", ""]],
        ["1.1", None, "readonly", ["int"]],
    ]


def test_a_new_integer_of_an_enum_ends_a_span(generator: ModuleType) -> None:
    def enum(integer: int) -> dict[str, Any]:
        return {
            "kind": "enum",
            "bases": ["pybind11_object"],
            "members": {},
            "values": ["X"],
            "integers": {"X": integer},
        }

    members = generator.merge([surface("1.0", E=enum(5)), surface("2.0", E=enum(4))])["members"]
    assert members["E.X"] == [
        ["1.0", "1.0", "enumerator", [5]],
        ["2.0", None, "enumerator", [4]],
    ]


def test_releases_are_merged_in_order_of_their_numbers(generator: ModuleType) -> None:
    versions = ["10.10.0.31", "10.2.0", "8.6.1", "10.14.1.48.post1"]
    merged = generator.merge([surface(version, C=a_class()) for version in versions])
    assert merged["releases"] == ["8.6.1", "10.2.0", "10.10.0.31", "10.14.1.48.post1"]


def test_only_the_overloads_of_a_docstring_are_signatures(generator: ModuleType) -> None:
    lines = ["f(*args, **kwargs)", "1. f(self: C) -> int", "2. f(self: C, a: str) -> int", "g(x)"]
    assert generator.overloads("f", lines) == ["f(self: C) -> int", "f(self: C, a: str) -> int"]


def test_a_second_name_of_an_enum_is_an_alias(generator: ModuleType) -> None:
    init = {"kind": "method", "sig": ["__init__(self: InterpolationMode, value: int) -> None"]}
    enum = {"kind": "enum", "bases": [], "members": {"__init__": init}, "values": ["LINEAR"]}
    members = generator.merge([surface("1.0", ResizeMode=enum, InterpolationMode=enum)])["members"]
    assert members["ResizeMode"][0][2:] == ["alias", ["InterpolationMode"]]
    assert members["InterpolationMode"][0][2:] == ["enum", []]


def test_the_file_in_the_tree_is_written_as_the_generator_writes(generator: ModuleType) -> None:
    text = generator.TARGET.read_text(encoding="utf-8")
    assert generator.render(json.loads(text)) == text


def test_surfaces_from_a_folder_are_merged_into_the_output(
    generator: ModuleType, tmp_path: Path
) -> None:
    folder, output = tmp_path / "surfaces", tmp_path / "surface.json"
    folder.mkdir()
    for version in ("1.0", "1.1"):
        text = json.dumps(surface(version, C=a_class(f=METHOD)))
        (folder / f"{version}.json").write_text(text, encoding="utf-8")
    arguments = ["--from-json", str(folder), "--output", str(output)]
    assert generator.main(arguments) == 0
    assert json.loads(output.read_text(encoding="utf-8"))["releases"] == ["1.0", "1.1"]
    assert generator.main([*arguments, "--check"]) == 0
    output.write_text("{}", encoding="utf-8")
    assert generator.main([*arguments, "--check"]) == 1


def test_reading_nothing_is_wrong_usage(generator: ModuleType) -> None:
    with pytest.raises(SystemExit) as stopped:
        generator.main([])
    assert stopped.value.code == 2
