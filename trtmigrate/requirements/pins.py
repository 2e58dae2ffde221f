"""Judge one requirement, such as `tensorrt==8.6.1`, for a target."""

from __future__ import annotations

import operator as comparison
import re
from collections.abc import Collection
from dataclasses import dataclass

from trtmigrate import api

PIN, PACKAGE, OPEN = "TRT801", "TRT802", "TRT803"

_TENSORRT = re.compile(r"tensorrt(-cu\d+)?(-(libs|bindings|lean|dispatch))?")
_GONE = {
    "nvidia-tensorrt": "nvidia-tensorrt ended with TensorRT 8; the package is tensorrt",
    "nvidia-pyindex": "nvidia-pyindex is not needed; remove it: the package tensorrt is on PyPI",
    "uff": "the UFF parser is gone since TensorRT 9; export the model to ONNX",
    "uff-converter-tf": "the UFF parser is gone since TensorRT 9; export the model to ONNX",
    "graphsurgeon": "graphsurgeon prepared graphs for UFF; onnx-graphsurgeon does it for ONNX",
    "graphsurgeon-tf": "graphsurgeon prepared graphs for UFF; onnx-graphsurgeon does it for ONNX",
}
_REQUIREMENT = re.compile(
    r"""(?P<name>[A-Za-z][\w.-]*?)\s*(?P<extras>\[[^\]]*\])?
        (?P<versions>\s*\(?\s*(?:[=<>!~^]=?=?\s*[\w.*+!-]+\s*,?\s*)*\)?)""",
    re.VERBOSE,
)
_SPECIFIER = re.compile(r"([=<>!~^]=?=?)\s*([\w.*+!-]+)")


@dataclass(frozen=True)
class Advice:
    """What is wrong with a requirement, and the requirement to write instead, if it is known."""

    code: str
    message: str
    name: str = ""
    versions: str = ""
    requirement: str = ""  # as it is
    is_note: bool = False  # asks for nothing

    def beside_tensorrt(self) -> Advice:
        """Return the advice for a file that also requires the package tensorrt: remove this one."""
        if self.code != PACKAGE or not self.versions:
            return self
        return Advice(self.code, f"{self.message}, which is required here as well: remove this one")

    def in_file_for(self, releases: Collection[str]) -> Advice:
        """Return the advice for a file whose name has these numbers: it stays if they are those of
        the release that it requires.
        """
        required = _SPECIFIER.search(self.requirement)
        if self.code != PIN or required is None or required[2].split(".")[0] not in releases:
            return self
        message = f"{self.message}; it stays, because the name of the file says that release"
        return Advice(self.code, message, is_note=True)


def name_of(requirement: str) -> str:
    """Return the distribution that a requirement names; "" if the text is no requirement."""
    found = _REQUIREMENT.fullmatch(requirement.strip())
    return found["name"] if found is not None else ""


def is_tensorrt(name: str) -> bool:
    """True if a distribution is TensorRT, or one of the parts it is published in."""
    return _TENSORRT.fullmatch(_normal(name)) is not None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def judge(requirement: str, target: str, conda: bool = False) -> Advice | None:
    """Return the advice about `name[extras]versions` for a target; None if nothing is wrong.

    In a file of conda a single `=` pins, too.
    """
    found = _REQUIREMENT.fullmatch(requirement.strip())
    if found is None:
        return None
    name, versions = _normal(found["name"]), found["versions"]
    if name in _GONE:
        new = ("tensorrt", specifier_for(target)) if name == "nvidia-tensorrt" else ("", "")
        return Advice(PACKAGE, _GONE[name], *new)
    if not is_tensorrt(name):
        return None
    if conda:
        versions = _of_conda(versions)
    if allows(versions, target):
        return _judge_open(requirement.strip(), found, target)
    message = f"{requirement.strip()} excludes TensorRT {target}, the target"
    package = found["name"] + (found["extras"] or "")
    return Advice(PIN, message, package, specifier_for(target), requirement)


def _judge_open(requirement: str, found: re.Match[str], target: str) -> Advice | None:
    """Return the advice about a requirement that admits the major release after the target."""
    following = int(target.split(".")[0]) + 1
    following = following if following != 9 else 10  # no package of TensorRT 9 was published
    newest = api.releases()[-1].numbers[0]
    if following > newest or not allows(found["versions"], str(following)):
        return None
    message = (
        f"{requirement} admits TensorRT {newest}, which pip takes and for which the code is not "
        f"migrated; require less than {following}"
    )
    given = found["versions"].strip()
    bounded = f"{given.rstrip(' ,')},<{following}" if given else specifier_for(target)
    if given.endswith(")"):
        bounded = f"{given[:-1]},<{following})"
    return Advice(OPEN, message, found["name"] + (found["extras"] or ""), bounded)


def is_bare(requirement: str) -> bool:
    """True if a requirement is a name alone."""
    found = _REQUIREMENT.fullmatch(requirement.strip())
    return found is not None and not found["versions"].strip()


def starts_at(requirement: str, names: frozenset[str], major: int) -> bool:
    """True if a requirement of one of these distributions admits no release before `major`."""
    found = _REQUIREMENT.fullmatch(requirement.strip())
    if found is None or _normal(found["name"]) not in names:
        return False
    return any(numbers[:1] >= (major,) for numbers in _lower_bounds(found["versions"]))


def least_release(requirement: str, conda: bool = False) -> str | None:
    """Return the oldest release of TensorRT that a requirement admits, as a target: `10.3`.

    None for another distribution, and for one without a lowest version.
    """
    found = _REQUIREMENT.fullmatch(requirement.strip())
    if found is None or not is_tensorrt(found["name"]):
        return None
    versions = _of_conda(found["versions"]) if conda else found["versions"]
    lower = [numbers for numbers in _lower_bounds(versions) if numbers]
    return ".".join(map(str, max(lower)[:4])) if lower else None


def _lower_bounds(versions: str) -> list[tuple[int, ...]]:
    return [
        _numbers(text)
        for operator, text in _SPECIFIER.findall(versions)
        if operator in ("==", "===", "=", "~=", "^", ">=", ">")
    ]


def _of_conda(versions: str) -> str:
    """Return the versions of conda, where a single `=` pins, too, as pip writes them."""
    return re.sub(r"(?<![=<>!~])=(?!=)\s*([\d.]+)\*?", r"==\1.*", versions)


def specifier_for(target: str) -> str:
    """Return the version specifier for a target: `>=10,<11`."""
    major = int(target.split(".")[0])
    return f">={target},<{major + 1}"


def allows(versions: str, target: str) -> bool:
    """True if version specifiers admit the target, or a later release of its major version.

    A specifier that cannot be read admits every release.
    """
    asked = tuple(int(part) for part in target.split("."))
    specifiers = _SPECIFIER.findall(versions)
    releases = {release.numbers for release in api.releases()}
    releases |= {_numbers(text) for _, text in specifiers}  # one that the data lacks
    fitting = [r for r in releases if r[: len(asked)] >= asked and r[:1] == asked[:1]]
    return any(all(_admits(op, text, release) for op, text in specifiers) for release in fitting)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a final release: (8, 6, 1) for `8.6.1.post1` and `8.6.1.*`."""
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"post|\+|[a-z]", version)[0]))


def _admits(operator: str, text: str, release: tuple[int, ...]) -> bool:
    """True if a specifier of PEP 440, or with the caret of Poetry, admits a final release."""
    numbers = _numbers(text)
    if not numbers:
        return True
    beginning = release[: len(numbers)]
    if operator in ("==", "===", "!="):
        is_it = beginning == numbers if text.endswith("*") else _filled(release) == _filled(numbers)
        return is_it == (operator != "!=")
    if operator == "~=":
        return beginning >= numbers and release[: len(numbers) - 1] == numbers[:-1]
    if operator == "^":
        return beginning >= numbers and release[0] == numbers[0]
    compare = _COMPARE.get(operator, comparison.ge)
    return bool(compare(_filled(release), _filled(numbers)))


_COMPARE = {"<": comparison.lt, "<=": comparison.le, ">": comparison.gt}


def _filled(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers of a release as PEP 440 compares them: 10 is 10.0.0."""
    return numbers + (0,) * (4 - len(numbers))
