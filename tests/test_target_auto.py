"""`--target auto` is the release that the project requires, or the one that is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trtmigrate.cli import cli
from trtmigrate.requirements import release
from trtmigrate.requirements.pins import least_release
from trtmigrate.requirements.release import release_of_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, in an environment without TensorRT."""
    monkeypatch.setattr(release, "DISTRIBUTIONS", ())
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def install(folder: Path, name: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution whose import would be noticed."""
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    write(folder / f"{name.replace('-', '_')}-{version}.dist-info" / "METADATA", text)
    write(folder / "tensorrt.py", "raise AssertionError('imported')\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(release, "DISTRIBUTIONS", (name,))


def target(folder: Path) -> str | None:
    found = release_of_project(folder)
    return None if found is None else found.target


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize(
    ("requirement", "oldest"),
    [
        ("tensorrt==8.6.1", "8.6.1"),
        ("tensorrt == 8.6.1.post1", "8.6.1"),
        ("tensorrt>=10,<11", "10"),
        ("tensorrt<11,>=10.3", "10.3"),
        ("tensorrt>=8.6,>=10", "10"),
        ("tensorrt~=10.1", "10.1"),
        ("tensorrt==10.*", "10"),
        ("tensorrt_cu12==10.3.0", "10.3.0"),
        ("tensorrt-cu12-bindings[x]==10.3.0.post12.dev1", "10.3.0"),
        ("tensorrt", None),
        ("tensorrt<11", None),
        ("tensorrt!=10.0", None),
        ("tensorrt @ https://a.example/tensorrt-10.whl", None),
        ("torch-tensorrt==2.5", None),
        ("tensorrt-llm==0.9", None),
        ("onnx==1.15", None),
    ],
)
def test_oldest_release_that_a_requirement_admits(requirement: str, oldest: str | None) -> None:
    assert least_release(requirement) == oldest


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("requirements.txt", "numpy\ntensorrt>=10.3,<11\n"),
        ("requirements/base.txt", "tensorrt==10.3\n"),
        ("pyproject.toml", '[project]\ndependencies = ["tensorrt>=10.3"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorrt = "^10.3"\n'),
        ("environment.yml", "dependencies:\n  - tensorrt=10.3\n"),
        ("Dockerfile", "FROM a\nRUN pip install tensorrt==10.3\n"),
    ],
)
def test_requirement_is_read_where_it_stands(project: Path, file: str, text: str) -> None:
    write(project / file, text)
    assert target(project) == target(project / "a" / "b") == "10.3"


def test_nearest_folder_with_a_requirement_counts(project: Path) -> None:
    write(project / "requirements.txt", "tensorrt==8.6.1\n")
    write(project / "new" / "requirements.txt", "tensorrt==10.3\n")
    write(project / "new" / "tools" / "requirements.txt", "numpy\n")
    assert target(project / "new" / "tools") == "10.3"
    assert target(project / "old") == "8.6.1"


def test_oldest_of_several_requirements_counts(project: Path) -> None:
    text = 'tensorrt==10.10; python_version > "3.9"\ntensorrt==10.3; python_version <= "3.9"\n'
    write(project / "requirements.txt", text)
    write(project / "pyproject.toml", '[project]\ndependencies = ["tensorrt>=10.9"]\n')
    assert target(project) == "10.3"


def test_folder_above_the_project_does_not_count(project: Path) -> None:
    write(project / "requirements.txt", "tensorrt==10.3\n")
    (project / "inner" / ".git").mkdir(parents=True)
    assert target(project / "inner") is None


def test_names_of_packages_of_tensorrt_are_known() -> None:
    assert {"tensorrt", "tensorrt-cu12", "tensorrt-cu12-bindings"} < set(release.DISTRIBUTIONS)
    assert all(least_release(f"{name}==10.3") == "10.3" for name in release.DISTRIBUTIONS)


@pytest.mark.parametrize("name", ["tensorrt", "tensorrt-cu12", "tensorrt-cu12-bindings"])
def test_installed_release_counts_where_none_is_required(
    project: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", name, "10.7.0.post1", monkeypatch)
    assert target(project) == "10.7.0"
    assert "tensorrt" not in sys.modules
    write(project / "requirements.txt", "tensorrt==8.6.1\n")
    assert target(project) == "8.6.1"


def test_run_takes_the_release(project: Path) -> None:
    write(project / "a.py", "import tensorrt as trt\nflag = trt.BuilderFlag.FP16\n")
    for required, code in (("10.3", 0), ("11", 1)):
        write(project / "requirements.txt", f"tensorrt=={required},<12\n")
        arguments = ["--target", "auto", str(project / "a.py")]
        assert cli.main(arguments, standalone_mode=False) == code


def test_target_of_the_configuration_can_be_auto_and_is_shown(project: Path) -> None:
    write(project / "requirements.txt", "tensorrt==8.6.1\n")
    write(project / "pyproject.toml", '[tool.trtmigrate]\ntarget = "auto"\n')
    assert 'target = "8.6.1"' in run("--show-config", str(project)).output
    assert 'target = "11"' in run("--show-config", "--target", "11", str(project)).output


def test_release_that_nobody_names_is_an_error(project: Path) -> None:
    result = run("--target", "auto", str(project))
    assert result.exit_code == 2
    assert "give the release, --target 10" in result.output


def test_release_that_is_too_old_is_an_error_with_its_place(project: Path) -> None:
    write(project / "requirements.txt", "tensorrt==8.4.1.5\n")
    result = run("--target", "auto", str(project))
    assert result.exit_code == 2
    assert "tensorrt==8.4.1.5 in " in result.output and "oldest target is 8.5" in result.output
