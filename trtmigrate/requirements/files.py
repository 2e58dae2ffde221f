"""Find the requirements in files that install TensorRT: requirements, project metadata, containers.

Pure functions over text: nothing is read, installed or looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from trtmigrate import api
from trtmigrate.findings import FileResult, Finding, Safety, Status
from trtmigrate.options import Options
from trtmigrate.requirements.pins import (
    OPEN,
    PIN,
    Advice,
    is_bare,
    is_tensorrt,
    judge,
    name_of,
    starts_at,
)
from trtmigrate.sources.encoding import SourceError, decode
from trtmigrate.sources.kinds import requirements_kind

_KEYED = re.compile(r"\s*[\"']?(?P<name>[\w.-]+)[\"']?\s*=\s*([\"'])(?P<it>[^\"']*)\2\s*")
_STRING = re.compile(r"([\"'])(?P<it>[A-Za-z][^\"';@]*)(?:;(?:(?!\1).)*)?\1")
_WORD = re.compile(r"(?<![\w/=.:-])[\"']?(?P<it>[A-Za-z][^\s\"'&|;\\]*)")
_CUDA_PYTHON = frozenset({"cuda-python", "cuda-bindings"})
_NGC = re.compile(r"nvcr\.io/nvidia/tensorrt:(\d\d)\.(\d\d)-")
NGC_10 = (24, 5)  # the first container of TensorRT 10, by year and month
NGC_AFTER_10 = (26, 1)  # no earlier one can hold TensorRT 11, which came out in spring 2026
_RELEASE_IN_NAME = re.compile(r"(?:[-_.]|trt|tensorrt|[-_.]v)(\d+)(?:[._]?\d+)*(?=[-_.]|$)")
_LIBNVINFER = re.compile(r"\b(?:lib|python3-lib)nvinfer[\w-]*=(\d+)\.(\d+)[\w.+-]*")


@dataclass(frozen=True)
class Place:
    """A requirement and the text of the file that stands for it."""

    requirement: str  # "tensorrt==8.6.1"
    start: int
    text: str  # the same, or only its versions where the name is a key
    in_shell: bool = False  # a bare word there: `>` and `<` would redirect

    @property
    def is_keyed(self) -> bool:
        return self.text != self.requirement


def requirements_in(path: str, text: str) -> Iterator[tuple[str, bool]]:
    """Yield the requirements in a file, as `name>=1,<2`, and whether conda reads them."""
    kind = requirements_kind(path)
    for place in _PLACES[kind](text) if kind is not None else ():
        yield place.requirement, kind == "yaml"


def wants_cuda_python_13(path: str, text: str) -> bool:
    """True if a file requires cuda-python or cuda-bindings in version 13 or later.

    Programs need the rules TRT7 then, which are off unless selected.
    """
    found = requirements_in(path, text)
    return any(starts_at(requirement, _CUDA_PYTHON, 13) for requirement, _ in found)


def migrate_requirements(source: bytes | str, path: str, options: Options) -> FileResult:
    """Return the findings for one file, and its text with plain version pins raised.

    Every edit is for review, because the file does not say which release the program runs on.
    Raises ValueError if the target is no known release.
    """
    api.Release.parse(options.target)
    if isinstance(source, bytes):
        try:
            text = decode(source).text
        except SourceError as error:
            return FileResult(path, Status.FAILED, error=error.at(path))
    else:
        text = source
    findings: list[Finding] = []
    after = text
    found = sorted(_look(path, text, options.target), key=lambda each: each[0].start, reverse=True)
    for unit, (place, advice) in enumerate(found):
        if not options.wants(advice.code):
            continue
        is_wanted = options.units is None or unit in options.units
        new = _replacement(place, advice) if is_wanted and not options.only_safe else None
        if new is not None:
            after = after[: place.start] + new + after[place.start + len(place.text) :]
        finding = _finding(place, advice, text, applied=new is not None)
        findings.insert(0, replace(finding, unit=unit if finding.edited else None))
    left = any(not finding.applied and not finding.advice for finding in findings)
    changed = Status.MIGRATED if after != text else Status.UNCHANGED
    return FileResult(path, Status.PARTIAL if left else changed, tuple(findings), None, text, after)


def _replacement(place: Place, advice: Advice) -> str | None:
    if not advice.versions:
        return None
    if place.is_keyed:
        return advice.versions
    new = advice.name + advice.versions
    return f'"{new}"' if place.in_shell else new


def _finding(place: Place, advice: Advice, text: str, *, applied: bool) -> Finding:
    line = text.count("\n", 0, place.start) + 1
    column = place.start - text.rfind("\n", 0, place.start)
    edited = _replacement(place, advice) is not None
    return Finding(
        advice.code,
        line,
        column,
        line,
        column + len(place.text),
        "",
        advice.message,
        Safety.REVIEW if edited else Safety.MANUAL,
        applied,
        advice=advice.is_note,
        edited=edited,
    )


def _look(path: str, text: str, target: str) -> Iterator[tuple[Place, Advice]]:
    kind = requirements_kind(path)
    if kind is None:
        return
    places = list(_PLACES[kind](text))
    has_tensorrt = any(is_tensorrt(name_of(place.requirement)) for place in places)
    for place in places:
        advice = judge(place.requirement, target, conda=kind == "yaml")
        if advice is None or (advice.code == OPEN and not _installs(place, kind)):
            continue
        advice = advice.in_file_for(_releases_in_name(path))
        yield place, advice.beside_tensorrt() if has_tensorrt else advice
    if kind == "docker":
        yield from _images(text, target)


def _releases_in_name(path: str) -> list[str]:
    """Return the major releases that the name of a file can be about: `requirements_8.txt`."""
    return _RELEASE_IN_NAME.findall(PurePath(path).name.lower())


def _installs(place: Place, kind: str) -> bool:
    """True unless a word may be anything else: the keywords of a project are strings of an array in
    pyproject.toml, too.
    """
    return kind != "toml" or place.is_keyed or not is_bare(place.requirement)


# where requirements stand in a file of each kind


def _place(requirement: str, start: int) -> Place:
    return Place(requirement, start, requirement)


def _lines(text: str, pattern: str) -> Iterator[Place]:
    """Yield the group `it` of every line that matches."""
    for found in re.finditer(pattern, text, re.MULTILINE):
        yield _place(found["it"].rstrip(), found.start("it"))


def _text(text: str) -> Iterator[Place]:
    return _lines(text, r"^[ \t]*(?P<it>[A-Za-z][^#;@\\\n]*)")


def _yaml(text: str) -> Iterator[Place]:
    return _lines(text, r"^[ \t]*-[ \t]*[\"']?(?:[\w-]+::)?(?P<it>[A-Za-z][^#;@\"'\n:]*)")


def _toml(text: str) -> Iterator[Place]:
    """Yield the strings of arrays, and `tensorrt = "8.6.1"` as Poetry and Pipenv write it."""
    for found in re.finditer(r"^(?P<line>[^#\n]*)", text, re.MULTILINE):
        keyed = _KEYED.fullmatch(found["line"])
        if keyed is not None and (is_tensorrt(keyed["name"]) or keyed["name"] in _CUDA_PYTHON):
            versions = keyed["it"]
            operator = "==" if versions[:1].isdigit() else ""
            requirement = keyed["name"] + operator + versions
            yield Place(requirement, found.start() + keyed.start("it"), versions)
            continue
        for string in _STRING.finditer(found["line"]):
            yield _place(string["it"].rstrip(), found.start() + string.start("it"))


def _docker(text: str) -> Iterator[Place]:
    """Yield the words of `RUN ... pip install ...`, continued lines included."""
    for run in re.finditer(r"^[ \t]*RUN\b(?:[^\n]*\\[ \t]*\n)*[^\n]*", text, re.MULTILINE | re.I):
        for command in re.finditer(r"[^&|;]+", run[0]):
            if re.search(r"\bpip3?\b.*\binstall\b", command[0], re.DOTALL):
                start = run.start() + command.start()
                for word in _WORD.finditer(command[0]):
                    bare = word[0] == word["it"]
                    yield Place(word["it"], start + word.start("it"), word["it"], in_shell=bare)


_PLACES = {"text": _text, "toml": _toml, "cfg": _text, "yaml": _yaml, "docker": _docker}


def _images(text: str, target: str) -> Iterator[tuple[Place, Advice]]:
    """Yield the base images and system packages of a container that hold an older TensorRT."""
    wanted = api.Release.parse(target).numbers[0]
    for image in _NGC.finditer(text):
        made = (int(image[1]), int(image[2]))
        if wanted == 10 and made < NGC_10:
            known = f"the first one with 10 is {NGC_10[0]}.{NGC_10[1]:02}"
        elif wanted == 11 and made < NGC_AFTER_10:
            known = f"no image of {NGC_AFTER_10[0] - 1} holds 11 yet: take a later one"
        else:
            continue
        held = "8 or older" if made < NGC_10 else "10"
        message = f"this image holds TensorRT {held}; {known}"
        yield _place(image[0], image.start()), Advice(PIN, message)
    for package in _LIBNVINFER.finditer(text):
        if int(package[1]) < wanted:
            message = f"TensorRT {package[1]}.{package[2]} is installed; the target is {target}"
            yield _place(package[0], package.start()), Advice(PIN, message)
