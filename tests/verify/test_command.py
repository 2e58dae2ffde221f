"""``trtmigrate verify`` as a command: exit codes, releases, and the files that it may write."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.verify.programs import NEW, OLD, on_sim
from trtmigrate.cli import cli

SIM = ("--backend", "sim")
BEFORE, AFTER = on_sim(OLD), on_sim(NEW)
OLD_CALL_LEFT = AFTER.replace("engine.get_tensor_name(i)", "engine.get_binding_name(i)")
NEWER = AFTER + "assert engine.get_tensor_profile_values\n"


def run(*arguments: str | Path) -> tuple[int, str]:
    """The exit code of a command, and what it printed or the message of its error."""
    result = CliRunner().invoke(cli, ["verify", *map(str, arguments)], standalone_mode=False)
    if isinstance(result.exception, click.ClickException):
        return result.exception.exit_code, result.exception.format_message()
    assert result.exception is None, result.exception
    return int(result.return_value), result.output


@pytest.fixture
def programs(tmp_path: Path) -> tuple[Path, Path]:
    """BEFORE and a right migration."""
    return write(tmp_path, "before.py", BEFORE), write(tmp_path, "after.py", AFTER)


def write(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.write_text(source)
    return path


class TestReleases:
    def test_after_runs_on_8_6_and_on_the_target(self, programs: tuple[Path, Path]) -> None:
        code, text = run(*programs, *SIM)
        assert code == 0, text
        assert "identical on TensorRT 8.6.1: 2 executions" in text
        assert "identical on TensorRT 10.0.1: 2 executions" in text
        assert text.endswith("identical: on TensorRT 8.6.1 and 10.0.1\n")

    def test_target_11_is_simulated(self, programs: tuple[Path, Path]) -> None:
        code, text = run(*programs, *SIM, "--target", "11", "--output-format", "json")
        report = json.loads(text)
        assert code == 0
        assert [one["after"]["tensorrt"] for one in report["releases"]] == ["8.6.1", "11.0.0.114"]

    def test_old_call_that_is_left_fails_on_the_target(self, tmp_path: Path) -> None:
        """It still works on 8.6: with that release alone it would be identical."""
        before = write(tmp_path, "before.py", BEFORE)
        after = write(tmp_path, "after.py", OLD_CALL_LEFT)
        code, text = run(before, after, *SIM)
        assert code == 2
        assert "identical on TensorRT 8.6.1" in text
        assert "not verified on TensorRT 10.0.1: AFTER ended" in text
        assert "has no attribute 'get_binding_name'" in text.splitlines()[-1]
        assert run(before, after, *SIM, "--sim-after", "8.6")[0] == 0

    def test_release_that_is_too_old_for_after_is_named_and_does_not_count(
        self, tmp_path: Path
    ) -> None:
        before = write(tmp_path, "before.py", BEFORE)
        code, text = run(before, write(tmp_path, "after.py", NEWER), *SIM)
        assert code == 0
        assert "not for this release on TensorRT 8.6.1" in text
        assert "ICudaEngine.get_tensor_profile_values" in text
        assert text.splitlines()[-1].endswith("10.0.1; AFTER is not meant for 8.6.1")

    def test_network_of_10_and_later_is_not_meant_for_8_6(self, tmp_path: Path) -> None:
        """TensorRT 11 lacks EXPLICIT_BATCH; 8.6 makes another network without it."""
        before = write(tmp_path, "before.py", BEFORE)
        after = write(tmp_path, "after.py", AFTER.replace("create_network(1)", "create_network(0)"))
        code, text = run(before, after, *SIM, "--target", "11")
        assert code == 0, text
        assert "not for this release on TensorRT 8.6.1: AFTER creates a network without" in text
        assert text.splitlines()[-1].endswith("11.0.0.114; AFTER is not meant for 8.6.1")
        assert run(before, after, *SIM, "--target", "8.6")[0] == 2

    def test_only_releases_that_after_is_not_meant_for_verify_nothing(self, tmp_path: Path) -> None:
        before = write(tmp_path, "before.py", BEFORE)
        after = write(tmp_path, "after.py", NEWER)
        assert run(before, after, *SIM, "--sim-after", "8.6")[0] == 2

    @pytest.mark.parametrize("release", ["8.4", "9", "nonsense"])
    def test_release_that_is_not_known_is_wrong_usage(
        self, programs: tuple[Path, Path], release: str
    ) -> None:
        for option in ("--sim-after", "--sim-before", "--target"):
            code, text = run(*programs, *SIM, option, release)
            assert code == 2 and release in text


PLAN = """
import numpy as np
import tensorrt as trt
from cuda import cudart
with open("model.plan", "rb") as file:
    engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(file.read())
context = engine.create_execution_context()
host = [np.ones((1, 3, 16, 16), np.float32), np.empty((1, 20), np.float32)]
device = [cudart.cudaMalloc(array.nbytes)[1] for array in host]
cudart.cudaMemcpy(device[0], host[0].ctypes.data, host[0].nbytes, 1)
context.execute_v2(device)
cudart.cudaMemcpy(host[1].ctypes.data, device[1], host[1].nbytes, 2)
print(host[1].reshape(1, 20).sum())
"""


def test_engine_can_be_guessed_and_is_marked_as_a_guess(tmp_path: Path) -> None:
    before = write(tmp_path, "before.py", PLAN)
    code, text = run(before, before, *SIM, "--sim-after", "8.6", "--engine", "guess")
    assert code == 0, text
    assert "the engine is a guess from the code of BEFORE: input:1x3x16x16:float32 -> " in text
    assert "output:1x20" in text


class TestExitCodes:
    def test_plan_that_cannot_be_described_is_2(self, tmp_path: Path) -> None:
        code, text = run("--describe", tmp_path / "m.plan")
        assert code == 2 and text == f"{tmp_path / 'm.plan'}: no such file"
        plan = write(tmp_path, "m.plan", "")
        code, text = run("--describe", plan, "--before-python", "/nowhere/python")
        assert code == 2 and "on a machine that can open it" in text
        assert [path.name for path in tmp_path.iterdir()] == ["m.plan"]

    def test_other_number_in_stdout_is_1(self, tmp_path: Path) -> None:
        before = write(tmp_path, "before.py", BEFORE + "print('count', 1)\n")
        after = write(tmp_path, "after.py", AFTER + "print('count', 2)\n")
        code, text = run(before, after, *SIM, "--sim-after", "8.6")
        assert code == 1 and "'count 1' in BEFORE, 'count 2' in AFTER" in text
        assert run(before, after, *SIM, "--sim-after", "8.6", "--stdout", "off")[0] == 0

    def test_failing_side_is_2_and_named(self, programs: tuple[Path, Path]) -> None:
        programs[1].write_text(AFTER + "raise SystemExit(1)\n")
        code, text = run(*programs, *SIM, "--sim-after", "10")
        assert code == 2 and "AFTER ended with exit code 1" in text

    @pytest.mark.parametrize("missing", [0, 1])
    def test_program_that_is_missing_is_2(self, programs: tuple[Path, Path], missing: int) -> None:
        programs[missing].unlink()
        code, text = run(*programs, *SIM)
        assert code == 2 and text.startswith(
            f"not verified: {('BEFORE', 'AFTER')[missing]}: {programs[missing]}: no such file"
        )

    def test_folder_as_a_program_is_2(self, programs: tuple[Path, Path]) -> None:
        code, text = run(programs[0], programs[0].parent, *SIM)
        assert code == 2 and "is a folder: name the program in it" in text

    def test_root_around_no_program_is_2(self, programs: tuple[Path, Path]) -> None:
        code, text = run(*programs, *SIM, "--root", "/usr")
        assert code == 2 and "--root /usr: no program lies in it" in text

    def test_call_that_is_no_expression_is_2(self, programs: tuple[Path, Path]) -> None:
        code, text = run(*programs, *SIM, "--call", "1 +")
        assert code == 2 and "--call '1 +': neither MODULE:FUNCTION nor an expression" in text

    def test_library_without_a_call_is_told_of_the_option(self, tmp_path: Path) -> None:
        before = write(tmp_path, "before.py", "import tensorrt\n")
        code, text = run(before, before, *SIM, "--sim-after", "8.6")
        assert code == 2 and "say with --call what to call of a library" in text

    def test_interpreter_that_is_missing_is_2(self, programs: tuple[Path, Path]) -> None:
        code, text = run(*programs, *SIM, "--after-python", "/nowhere/python")
        assert code == 2 and "AFTER: cannot start /nowhere/python" in text

    def test_error_of_ours_is_2(
        self, programs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("out of luck")

        monkeypatch.setattr("trtmigrate.verify.verification.verify_releases", fail)
        code, text = run(*programs, *SIM)
        assert code == 2 and "please report it: out of luck" in text

    def test_missing_numpy_is_named_with_its_command(
        self, programs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "numpy", None)
        code, text = run(*programs, *SIM)
        assert code == 2 and "pip install 'trtmigrate[verify]'" in text


class TestPage:
    @pytest.fixture(autouse=True)
    def nothing_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A wrong --html is found before a program runs."""

        def fail(*_: object) -> None:
            raise AssertionError("a program ran")

        monkeypatch.setattr("trtmigrate.verify.run.subprocess.Popen", fail)

    def refused(self, programs: tuple[Path, Path], page: Path) -> str:
        code, text = run(*programs, *SIM, "--html", page)
        assert code == 2 and "--html: " in text
        return text

    def test_source_is_never_overwritten(self, programs: tuple[Path, Path]) -> None:
        assert "not called *.html" in self.refused(programs, programs[0])
        assert programs[0].read_text() == BEFORE

    @pytest.mark.parametrize("content", ["", "<html>mine</html>", "import tensorrt\n"])
    def test_page_of_somebody_else_is_never_overwritten(
        self, programs: tuple[Path, Path], tmp_path: Path, content: str
    ) -> None:
        page = write(tmp_path, "page.html", content)
        assert "not a report of verify" in self.refused(programs, page)
        assert page.read_text() == content

    def test_dangling_link_is_refused(self, programs: tuple[Path, Path], tmp_path: Path) -> None:
        (tmp_path / "page.html").symlink_to(tmp_path / "nothing.html")
        assert "link to nothing" in self.refused(programs, tmp_path / "page.html")
        assert not (tmp_path / "nothing.html").exists()

    def test_link_to_a_source_is_refused(self, programs: tuple[Path, Path], tmp_path: Path) -> None:
        (tmp_path / "page.html").symlink_to(programs[1])
        self.refused(programs, tmp_path / "page.html")
        assert programs[1].read_text() == AFTER

    def test_folder_that_is_missing_is_refused(
        self, programs: tuple[Path, Path], tmp_path: Path
    ) -> None:
        assert "is no folder" in self.refused(programs, tmp_path / "nowhere" / "page.html")
        (tmp_path / "page.html").mkdir()
        self.refused(programs, tmp_path / "page.html")

    def test_folder_that_cannot_be_written_is_refused(self, programs: tuple[Path, Path]) -> None:
        assert "cannot be written" in self.refused(programs, Path("/proc/page.html"))


def test_page_is_written_and_written_again(programs: tuple[Path, Path], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    for _ in range(2):
        assert run(*programs, *SIM, "--sim-after", "8.6", "--html", page)[0] == 0
        assert "trtmigrate verify: identical" in page.read_text()
    assert {path.suffix for path in tmp_path.iterdir()} == {".py", ".html"}
