"""Which requirements exclude a target, in which files, and what is put in their place."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from trtmigrate.batch import migrate_paths
from trtmigrate.findings import FileResult, Safety, Status
from trtmigrate.options import Options
from trtmigrate.requirements.files import (
    migrate_requirements,
    wants_cuda_python_13,
)
from trtmigrate.requirements.pins import allows, judge
from trtmigrate.sources.kinds import is_requirements


def migrated(path: str, text: str, target: str = "10", **options: object) -> FileResult:
    return migrate_requirements(text, path, Options(target, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "versions",
    ["==8.6.1", "<10", "<=8.6.1", "~=8.6", ">=8.5,<9", "==8.*", "^8.6", "==8.6.1.post1"],
)
def test_versions_below_the_target_exclude_it(versions: str) -> None:
    assert not allows(versions, "10")


@pytest.mark.parametrize(
    "versions",
    ["", ">=8.6", "==10.0.1", "==10.3.0.26", "==10.2.1", ">8,<11", "~=10.0", "!=10.0.1", "<=10.4"],
)
def test_versions_that_admit_the_target(versions: str) -> None:
    assert allows(versions, "10")


def test_a_later_target_within_a_major_version_is_seen() -> None:
    assert not allows("==10.0.1", "10.3")
    assert allows("==10.4.0", "10.3")
    assert not allows("<11", "11")


@pytest.mark.parametrize(
    "requirement",
    [
        "torch==1.8",
        "onnx-graphsurgeon==0.3",
        "torch-tensorrt==1.4",
        "not a requirement!",
    ],
)
def test_nothing_is_said_of_other_packages(requirement: str) -> None:
    assert judge(requirement, "10") is None


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "docker/requirements-dev.txt",
        "requirements/base.txt",
        "constraints.txt",
        "pyproject.toml",
        "setup.cfg",
        "environment.yml",
        "Dockerfile",
        "docker/Dockerfile.gpu",
        "trt.dockerfile",
    ],
)
def test_files_that_are_read(path: str) -> None:
    assert is_requirements(path)


@pytest.mark.parametrize("path", ["notes.txt", "main.py", "config.yaml", "uv.lock", "README.md"])
def test_files_that_are_not_read(path: str) -> None:
    assert not is_requirements(path)
    assert migrated(path, "tensorrt==8.6.1\n").findings == ()


def test_a_pin_in_requirements_is_raised_and_the_rest_kept() -> None:
    before = (
        "numpy==1.24  # tensorrt==8.5\nTensorRT==8.6.1 ; python_version >= '3.8'  # GPU\n-r x.txt\n"
    )
    result = migrated("requirements.txt", before)
    after = before.replace("==8.6.1", ">=10,<11")
    assert result.after == after
    assert result.status is Status.MIGRATED
    (finding,) = result.findings
    assert (finding.code, finding.line, finding.column, finding.end_column) == ("TRT801", 2, 1, 16)
    assert finding.safety is Safety.REVIEW and finding.applied


def test_packages_that_ended_are_named() -> None:
    text = "nvidia-pyindex\nnvidia_tensorrt==8.4.1.5\nuff==0.6.9\n"
    result = migrated("requirements.txt", text)
    assert result.after == "nvidia-pyindex\ntensorrt>=10,<11\nuff==0.6.9\n"
    assert [(f.code, f.line, f.applied) for f in result.findings] == [
        ("TRT802", 1, False),
        ("TRT802", 2, True),
        ("TRT802", 3, False),
    ]
    assert result.status is Status.PARTIAL


@pytest.mark.parametrize(
    "name", ["requirements_8.txt", "requirements-trt8.txt", "requirements-tensorrt-8.6.txt"]
)
def test_pin_stays_in_a_file_whose_name_says_its_release(name: str) -> None:
    result = migrate_requirements("tensorrt==8.6.1\n", name, Options())
    (finding,) = result.findings
    assert (finding.code, finding.advice, result.changed) == ("TRT801", True, False)
    assert result.status is Status.UNCHANGED
    assert "the name of the file says that release" in finding.message


@pytest.mark.parametrize(
    "name",
    ["requirements_7.txt", "requirements-py38.txt", "requirements.txt", "requirements-cu118.txt"],
)
def test_pin_is_raised_in_a_file_whose_name_says_no_release_or_another(name: str) -> None:
    result = migrate_requirements("tensorrt==8.6.1\n", name, Options())
    assert result.after == "tensorrt>=10,<11\n"


def test_pyproject_has_requirements_in_arrays_and_as_keys() -> None:
    text = """\
[project]
name = "tensorrt-tools"
dependencies = ["tensorrt==8.6.1; sys_platform == 'linux'", "torch"]
# "tensorrt==8.5"
[tool.poetry.dependencies]
tensorrt = "8.6.1"
torch = "^1.8"
"""
    expected = text.replace('"tensorrt==8.6.1;', '"tensorrt>=10,<11;')
    expected = expected.replace('tensorrt = "8.6.1"', 'tensorrt = ">=10,<11"')
    assert migrated("pyproject.toml", text).after == expected


def test_an_array_over_several_lines_of_pyproject() -> None:
    text = 'dependencies = [\n    "tensorrt-cu12==8.6.1",\n    "uff",\n]\n'
    result = migrated("pyproject.toml", text)
    assert result.after == text.replace("==8.6.1", ">=10,<11")
    assert [f.code for f in result.left] == ["TRT802"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tensorrt", "tensorrt>=10,<11"),
        ("tensorrt >= 8.6", "tensorrt>= 8.6,<11"),
        ("tensorrt-cu12>=10.1,<12", "tensorrt-cu12>=10.1,<12,<11"),
        ("tensorrt (>=8.6)", "tensorrt(>=8.6,<11)"),
        ("tensorrt!=10.0.1", "tensorrt!=10.0.1,<11"),
    ],
)
def test_requirement_that_admits_the_release_after_the_target_is_closed(
    before: str, after: str
) -> None:
    result = migrated("requirements.txt", f"{before}  # GPU\n")
    assert result.after == f"{after}  # GPU\n"
    assert [(f.code, f.safety, f.applied) for f in result.findings] == [
        ("TRT803", Safety.REVIEW, True)
    ]
    assert not migrated("requirements.txt", f"{after}\n").findings


@pytest.mark.parametrize("requirement", ["tensorrt<11", "tensorrt~=10.1", "tensorrt==10.*"])
def test_closed_requirement_is_left_alone(requirement: str) -> None:
    assert judge(requirement, "10") is None


def test_nothing_is_open_where_no_later_release_is_known() -> None:
    assert judge("tensorrt", "11") is None
    assert judge("tensorrt>=8.6", "11") is None


def test_name_alone_counts_only_where_it_installs() -> None:
    keywords = 'keywords = ["tensorrt", "gpu"]\ndependencies = ["tensorrt>=8.6"]\n'
    assert migrated("pyproject.toml", keywords).after == keywords.replace(">=8.6", ">=8.6,<11")
    docker = "RUN apt-get install tensorrt && pip install tensorrt numpy; echo tensorrt\n"
    after = docker.replace("pip install tensorrt", 'pip install "tensorrt>=10,<11"')
    assert migrated("Dockerfile", docker).after == after
    assert migrated("environment.yml", "- tensorrt\n").after == "- tensorrt>=10,<11\n"


def test_setup_cfg() -> None:
    text = "[options]\ninstall_requires =\n    numpy\n    tensorrt<9\n"
    assert migrated("setup.cfg", text).after == text.replace("<9", ">=10,<11")


def test_conda_pins_with_one_equals_sign() -> None:
    text = "dependencies:\n  - python=3.10\n  - nvidia::tensorrt=8.6\n  - pip:\n"
    text += "    - tensorrt==8.6.1\n"
    after = text.replace("=8.6\n", ">=10,<11\n").replace("==8.6.1", ">=10,<11")
    assert migrated("environment.yml", text).after == after


def test_dockerfile_installs_images_and_system_packages() -> None:
    text = """\
FROM nvcr.io/nvidia/tensorrt:22.12-py3
# RUN pip install tensorrt==8.5
RUN apt-get install -y libnvinfer8=8.6.1-1+cuda11.8
RUN pip install nvidia-pyindex && \\
    pip install --no-cache-dir "tensorrt==8.6.1" numpy
RUN echo uff
"""
    result = migrated("Dockerfile", text)
    assert result.after == text.replace('"tensorrt==8.6.1"', '"tensorrt>=10,<11"')
    assert [(f.line, f.code) for f in result.left] == [(1, "TRT801"), (3, "TRT801"), (4, "TRT802")]


def test_bare_word_of_a_shell_is_quoted_for_its_angle_brackets() -> None:
    text = "RUN pip install tensorrt==8.5.3.1 numpy && pip install 'tensorrt-lean==8.6.1'\n"
    after = """RUN pip install "tensorrt>=10,<11" numpy && pip install 'tensorrt-lean>=10,<11'\n"""
    assert migrated("Dockerfile", text).after == after


def test_a_container_of_tensorrt_10_is_left_in_peace() -> None:
    assert migrated("Dockerfile", "FROM nvcr.io/nvidia/tensorrt:24.05-py3\n").findings == ()


def test_containers_from_before_tensorrt_11_are_named_for_target_11() -> None:
    images = [f"FROM nvcr.io/nvidia/tensorrt:{made}-py3\n" for made in ("22.12", "24.05", "26.09")]
    told = [[f.message for f in migrated("Dockerfile", image, "11").left] for image in images]
    assert [len(messages) for messages in told] == [1, 1, 0]
    assert "holds TensorRT 8" in told[0][0] and "holds TensorRT 10" in told[1][0]


def test_target_11_excludes_a_pin_to_10() -> None:
    result = migrated("requirements.txt", "tensorrt==10.3.0\n", "11")
    assert result.after == "tensorrt>=11,<12\n"


def test_only_safe_changes_nothing() -> None:
    result = migrated("requirements.txt", "tensorrt==8.6.1\n", only_safe=True)
    assert result.after == "tensorrt==8.6.1\n"
    assert [f.applied for f in result.findings] == [False]


def test_what_is_written_is_left_alone_by_a_second_run() -> None:
    after = migrated("requirements.txt", "tensorrt-lean==8.6.1\n").after
    assert after is not None
    assert migrated("requirements.txt", after).findings == ()


def test_the_package_does_not_come_in_twice() -> None:
    alone = migrated("requirements.txt", "nvidia-tensorrt\n")
    assert alone.after == "tensorrt>=10,<11\n"
    both = migrated("requirements.txt", "tensorrt==8.6.1\nnvidia-tensorrt\n")
    assert both.after == "tensorrt>=10,<11\nnvidia-tensorrt\n"
    assert [(f.line, f.code) for f in both.left] == [(2, "TRT802")]


def test_ignored_codes_are_not_reported() -> None:
    result = migrated("requirements.txt", "tensorrt==8.6.1\n", ignore=("TRT8",))
    assert result.findings == () and result.status is Status.UNCHANGED


def test_line_ends_are_kept() -> None:
    result = migrate_requirements(b"tensorrt==8.6.1\r\nnumpy\r\n", "requirements.txt", Options())
    assert result.after is not None and result.after.startswith("tensorrt>=10,<11")
    assert result.after.endswith("numpy\r\n")


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        ("requirements.txt", "cuda-python>=13\n", True),
        ("requirements.txt", "cuda_python==13.0.1\n", True),
        ("pyproject.toml", 'dependencies = ["cuda-bindings~=13.0"]\n', True),
        ("pyproject.toml", 'cuda-python = "^13.0"\n', True),
        ("requirements.txt", "cuda-python>=12,<14\n", False),
        ("requirements.txt", "cuda-python\n", False),
        ("requirements.txt", "# cuda-python>=13\n", False),
        ("notes.txt", "cuda-python>=13\n", False),
    ],
)
def test_whether_a_project_needs_cuda_python_13(path: str, text: str, answer: bool) -> None:
    assert wants_cuda_python_13(path, text) is answer


def test_a_run_over_a_folder_names_only_the_requirements_with_a_finding(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("print(1)\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "requirements.txt").write_text("tensorrt==8.6.1\n")
    report = migrate_paths([tmp_path])
    assert [PurePath(f.path).name for f in report.files] == ["main.py", "requirements.txt"]
    assert (tmp_path / "requirements.txt").read_text() == "tensorrt==8.6.1\n"


def test_a_run_in_place_raises_the_pin(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("print(1)\n")
    (tmp_path / "requirements.txt").write_bytes(b"tensorrt==8.6.1\r\n")
    migrate_paths([tmp_path], in_place=True)
    assert (tmp_path / "requirements.txt").read_bytes() == b"tensorrt>=10,<11\r\n"


def test_a_folder_without_python_is_still_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    assert [f.error for f in migrate_paths([tmp_path]).files if f.error]
