#!/usr/bin/env python3
"""Make trtmigrate/api/surface.json: the Python surface of every TensorRT release since 8.5.

    make_api_data.py --wheels DIR [--add RELEASE]     download bindings wheels, import and read them
    make_api_data.py --from-json DIR                  merge surfaces that were read before
    make_api_data.py ... --keep DIR                   also write the surface of each release to DIR
    make_api_data.py ... --check                      compare with the file in the tree only

A bindings wheel holds one extension module of about 1 MB and needs libnvinfer and its companions
only to run, not to be looked at: a stub shared library that defines the few C entry points by name
is enough to import it. So neither a GPU nor the libraries (gigabytes) are needed; gcc, readelf, nm,
pip and a CPython that the wheel was built for (``--python``) are. This file runs itself in that
interpreter (``--introspect``) to read one package, which is why it uses the standard library alone.

A surface, one JSON file a release: ``{"version": str, "members": {name: entry}}`` where an entry
has a ``kind`` and, by kind: class and enum ``bases``, ``members``; enum also ``values`` (names in
order) and ``integers``; method and function ``sig`` (docstring lines that are signatures); property
``ro``; value ``type``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import subprocess
import sys
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

TARGET = Path(__file__).resolve().parent.parent / "trtmigrate" / "api" / "surface.json"

# Where each release's bindings are to be had: 8.5 and 8.6.0 only inside the full wheel, later ones
# on their own.
FULL_WHEEL = "tensorrt"
BINDINGS_8 = "tensorrt-bindings"
BINDINGS = "tensorrt-cu12-bindings"

SYSTEM_LIBRARIES = re.compile(r"^(lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+)\.so|ld-linux)")

# Dunder methods that a program reaches by syntax; the rest is what every pybind class has.
SYNTAX_METHODS = {
    "__init__",
    "__del__",
    "__enter__",
    "__exit__",
    "__getitem__",
    "__len__",
    "__iter__",
    "__contains__",
    "__eq__",
}


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split(".post")[0]))


# --- reading one package (runs in the interpreter that the wheel was built for)


def read_package(folder: str) -> Json:
    """The surface of the one package named tensorrt or tensorrt_* in ``folder``."""
    sys.path.insert(0, folder)
    names = [
        entry
        for entry in sorted(os.listdir(folder))
        if os.path.isfile(os.path.join(folder, entry, "__init__.py"))
        and entry.startswith("tensorrt")
    ]
    package = importlib.import_module("tensorrt" if "tensorrt" in names else names[0])
    members = {
        name: read_entry(name, value, package.__name__)
        for name, value in sorted(vars(package).items())
        if not name.startswith("_")
    }
    return {"version": package.__version__, "members": members}


def read_entry(name: str, value: Any, package: str) -> Json:
    if isinstance(value, types.ModuleType):
        return {"kind": "module"}
    if isinstance(value, type):
        return read_class(value, package)
    if callable(value):
        return {"kind": "function", "sig": signatures(name, value, package)}
    return {"kind": "value", "type": type(value).__name__}


def read_class(cls: Any, package: str) -> Json:
    entry: Json = {
        "kind": "enum" if hasattr(cls, "__members__") else "class",
        "bases": [base.__name__ for base in cls.__bases__],
        "members": {},
    }
    if entry["kind"] == "enum":
        entry["values"] = list(cls.__members__)
        entry["integers"] = {name: int(value) for name, value in cls.__members__.items()}
    for name, value in sorted(vars(cls).items()):
        if name in entry.get("values", ()) or (name.startswith("_") and name not in SYNTAX_METHODS):
            continue
        if isinstance(value, property) or type(value).__name__ == "pybind11_static_property":
            entry["members"][name] = read_property(value, package)
        elif isinstance(value, type):
            entry["members"][name] = read_class(value, package)
        elif callable(value) or isinstance(value, staticmethod):
            function = getattr(cls, name)
            entry["members"][name] = {"kind": "method", "sig": signatures(name, function, package)}
        elif value is not None:
            entry["members"][name] = {"kind": "value"}
    return entry


def read_property(value: Any, package: str) -> Json:
    """Whether it can be set, and the types that it gives and takes where pybind states them."""
    entry: Json = {"kind": "property", "ro": value.fset is None}
    for key, function, pattern in (
        ("get", value.fget, r"\(.*\) -> (.+)"),
        ("set", value.fset, r"\(.*, arg1: (.+)\) -> None"),
    ):
        found = re.match(pattern, getattr(function, "__doc__", None) or "")
        if found:
            entry[key] = without_package(found.group(1), package)
    return entry


def without_package(text: str, package: str) -> str:
    return re.sub(r"\b" + re.escape(package) + r"(\.tensorrt)?\.", "", text.strip())


def signatures(name: str, function: Any, package: str) -> list[str]:
    """The lines of pybind's docstring that are signatures, with this package's own prefix taken
    off.
    """
    lines = []
    for line in (getattr(function, "__doc__", None) or "").splitlines():
        if re.match(r"\s*(\d+\. )?" + re.escape(name) + r"\(", line):
            lines.append(without_package(line, package))
    return lines


# --- from the package index to a surface


def distribution(release: str) -> str:
    if version_key(release) < (8, 6, 1):
        return FULL_WHEEL
    return BINDINGS_8 if version_key(release) < (9,) else BINDINGS


def download(release: str, python_tag: str, folder: Path) -> Path:
    """The wheel of one release, from the package index by pip; kept in ``folder`` for the next
    time.
    """
    name = distribution(release)
    abi = "cp" + python_tag.replace(".", "")
    pattern = f"{name.replace('-', '_')}-{release}-{abi}-*.whl"
    if not list(folder.glob(pattern)):
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
        ]
        command += ["--python-version", python_tag, "--implementation", "cp", "--abi", abi]
        command += ["--abi", "none", "-d", str(folder)]
        for glibc in ("2_17", "2_28", "2_31"):
            command += ["--platform", f"manylinux_{glibc}_x86_64"]
        subprocess.run([*command, f"{name}=={release}"], check=True)
    return next(folder.glob(pattern))


def needed_libraries(extension: str) -> list[str]:
    text = subprocess.run(["readelf", "-d", extension], check=True, capture_output=True, text=True)
    names = re.findall(r"\(NEEDED\).*\[(.+?)\]", text.stdout)
    return [name for name in names if not SYSTEM_LIBRARIES.match(name)]


def undefined_symbols(extension: str) -> list[str]:
    """What the TensorRT libraries must define: undefined, unversioned and not CPython's."""
    command = ["nm", "-D", "--undefined-only", extension]
    text = subprocess.run(command, check=True, capture_output=True, text=True)
    symbols = re.findall(r"^\s*U (\w+)$", text.stdout, flags=re.MULTILINE)
    return [name for name in symbols if not name.startswith(("Py", "_Py"))]


def make_stubs(extension: str, folder: Path) -> None:
    """Shared libraries that stand in for libnvinfer and its companions while the module is only
    looked at.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "stub.c"
    symbols = undefined_symbols(extension)
    source.write_text("".join(f"void *{name}(void) {{ return 0; }}\n" for name in symbols))
    for name in needed_libraries(extension):
        command = ["gcc", "-shared", "-fPIC", "-o", str(folder / name), f"-Wl,-soname,{name}"]
        subprocess.run([*command, str(source)], check=True)


def read_wheel(wheel: Path, python: str, work: Path) -> Json:
    """Unpack a wheel, give it stubs and read it in ``python``."""
    folder = work / wheel.stem
    with zipfile.ZipFile(wheel) as archive:
        # A full wheel also holds the libraries themselves, gigabytes that the stubs stand in for.
        wanted = [name for name in archive.namelist() if not Path(name).name.startswith("lib")]
        archive.extractall(folder, wanted)
    (extension,) = folder.glob("tensorrt*/tensorrt*.so")
    make_stubs(str(extension), folder / "stubs")
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder / "stubs")}
    command = [python, str(Path(__file__).resolve()), "--introspect", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{wheel.name}: cannot be read in {python}:\n{done.stderr}")
    surface: Json = json.loads(done.stdout)
    return surface


# --- merging


def overloads(name: str, lines: list[str]) -> list[str]:
    """pybind numbers its overloads under a line ``name(*args, **kwargs)``; only the overloads say
    anything.
    """
    plain = [re.sub(r"^\d+\. ", "", line) for line in lines]
    return [
        line for line in plain if line.startswith(f"{name}(") and "(*args, **kwargs)" not in line
    ]


def alias_target(name: str, entry: Json) -> str | None:
    """``ResizeMode`` -> ``InterpolationMode``: a second name of a class shows in its constructor's
    own type.
    """
    lines = overloads("__init__", entry["members"].get("__init__", {}).get("sig", []))
    found = re.match(r"__init__\(self: ([\w.]+)", lines[0]) if lines else None
    return found.group(1) if found and found.group(1) != name else None


def flatten(members: Json, prefix: str = "") -> dict[str, tuple[str, list[Any]]]:
    """Path -> (kind, details), without what every enum has and the modules that the package itself
    imports.
    """
    facts: dict[str, tuple[str, list[Any]]] = {}
    for name, entry in members.items():
        path, kind = prefix + name, entry["kind"]
        if kind in ("class", "enum"):
            target = alias_target(path, entry) if kind == "enum" else None
            bases = [base for base in entry["bases"] if base != "pybind11_object"]
            facts[path] = ("alias", [target]) if target else (kind, bases)
            integers = entry.get("integers", {})
            for value in entry.get("values", []):
                facts[f"{path}.{value}"] = (
                    "enumerator",
                    [integers[value]] if value in integers else [],
                )
            inner = entry["members"]
            if kind == "enum":
                common = ("__eq__", "__init__", "name", "value")
                inner = {key: value for key, value in inner.items() if key not in common}
            facts.update(flatten(inner, f"{path}."))
        elif kind in ("method", "function"):
            facts[path] = (kind, overloads(name, entry["sig"]))
        elif kind == "property":
            typed = [entry.get("get", "")] + ([] if entry["ro"] else [entry.get("set", "")])
            facts[path] = ("readonly" if entry["ro"] else "property", typed if any(typed) else [])
        elif kind == "value":
            facts[path] = ("value", [entry["type"]] if "type" in entry else [])
    return facts


def merge(surfaces: list[Json]) -> Json:
    """``{"releases": [...], "members": {path: [[first, last or null, kind, details], ...]}}``."""
    ordered = sorted(surfaces, key=lambda surface: version_key(surface["version"]))
    releases = [surface["version"] for surface in ordered]
    flat = [flatten(surface["members"]) for surface in ordered]
    members = {}
    for path in sorted(set().union(*flat)):
        spans: list[list[Any]] = []
        for index, facts in enumerate(flat):
            fact = facts.get(path)
            if fact is None:
                continue
            if spans and spans[-1][1] == index - 1 and (spans[-1][2], spans[-1][3]) == fact:
                spans[-1][1] = index
            else:
                spans.append([index, index, *fact])
        newest = len(releases) - 1
        members[path] = [
            [releases[first], None if last == newest else releases[last], kind, details]
            for first, last, kind, details in spans
        ]
    return {"releases": releases, "members": members}


def render(data: Json) -> str:
    """JSON with one member a line, so that a new release shows as a readable diff."""
    lines = [
        f"  {json.dumps(path)}: {json.dumps(spans)}" for path, spans in data["members"].items()
    ]
    releases = json.dumps(data["releases"])
    return f'{{\n "releases": {releases},\n "members": {{\n' + ",\n".join(lines) + "\n }\n}\n"


def read_wheels(options: argparse.Namespace) -> Iterator[Json]:
    """The surfaces of the wanted releases, each downloaded unless its wheel is there already."""
    options.wheels.mkdir(parents=True, exist_ok=True)
    tag_of = "import sys; print('%d.%d' % sys.version_info[:2])"
    tag = subprocess.run([options.python, "-c", tag_of], check=True, capture_output=True, text=True)
    known = json.loads(TARGET.read_text(encoding="utf-8"))["releases"]
    wanted = options.only or list(dict.fromkeys([*known, *options.add]))
    for release in sorted(wanted, key=version_key):
        wheel = download(release, tag.stdout.strip(), options.wheels)
        yield read_wheel(wheel, options.python, options.wheels / "unpacked")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheels", type=Path, help="folder for downloaded wheels")
    parser.add_argument("--from-json", type=Path, help="folder of surfaces read before")
    parser.add_argument("--add", action="append", default=[], help="a release to add to the known")
    parser.add_argument("--only", action="append", help="these releases instead of all known")
    parser.add_argument(
        "--python", default=sys.executable, help="interpreter that imports the wheels"
    )
    parser.add_argument("--keep", type=Path, help="write each release's surface into this folder")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 if different")
    parser.add_argument("--output", type=Path, default=TARGET)
    parser.add_argument("--introspect", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)

    if options.introspect:
        json.dump(read_package(options.introspect), sys.stdout)
        return 0
    surfaces = {}
    if options.from_json:
        for file in sorted(options.from_json.glob("*.json")):
            surface = json.loads(file.read_text(encoding="utf-8"))
            surfaces[surface["version"]] = surface
    if options.wheels:
        for surface in read_wheels(options):
            surfaces[surface["version"]] = surface
    if not surfaces:
        parser.error("nothing to read: give --wheels or --from-json")
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        for version, surface in surfaces.items():
            text = json.dumps(surface, indent=1, sort_keys=True) + "\n"
            (options.keep / f"{version}.json").write_text(text, encoding="utf-8")
    text = render(merge(list(surfaces.values())))
    if options.check:
        return int(options.output.read_text(encoding="utf-8") != text)
    options.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
