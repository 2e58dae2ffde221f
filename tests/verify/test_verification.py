"""Whole verifications on the fake: what passes, what is caught, what cannot be said."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.verify.conftest import FAKE, Verify, fake_place
from tests.verify.programs import NEW, OLD, on_sim
from trtmigrate.verify.backend import simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.difference import Tolerance
from trtmigrate.verify.html import BEGIN, MARK, render_html
from trtmigrate.verify.migrated import migrate_folder
from trtmigrate.verify.options import Options
from trtmigrate.verify.recorder.patches.numpy import begin_as_zeros
from trtmigrate.verify.report import as_json, not_covered, render_text
from trtmigrate.verify.result import differences
from trtmigrate.verify.run import RECORDER
from trtmigrate.verify.verification import verify


def change(source: str, old: str, new: str) -> str:
    assert old in source
    return source.replace(old, new)


class TestIdentical:
    def test_binding_api_and_tensor_api_give_the_same_record(self, verify_programs: Verify) -> None:
        result = verify_programs(OLD, NEW)
        assert result.verdict is Verdict.IDENTICAL
        assert len(result.comparison.executions) == 2
        assert sum(tensor.nbytes for tensor in result.comparison.compared) == 2 * 4 * 6 * 4
        assert [e.after_api for e in result.comparison.executions] == ["execute_async_v3"] * 2

    def test_after_runs_with_the_engine_that_before_built(self, verify_programs: Verify) -> None:
        result = verify_programs(OLD, NEW)
        assert result.before and result.after
        (mine,), (other,) = result.before.record.builds, result.after.record.builds
        assert other.pinned and mine.sha256 == other.sha256

    def test_rebuild_lets_after_build(self, verify_programs: Verify) -> None:
        result = verify_programs(OLD, NEW, rebuild=True)
        assert result.before and result.after
        (mine,), (other,) = result.before.record.builds, result.after.record.builds
        assert not other.pinned and mine.sha256 != other.sha256
        assert result.verdict is Verdict.IDENTICAL

    def test_engine_of_build_engine_is_pinned_for_build_serialized_network(
        self, verify_programs: Verify
    ) -> None:
        old = change(
            OLD, "plan = builder.build_serialized_network", "engine = builder.build_engine"
        )
        old = change(old, "engine = trt.Runtime(logger).deserialize_cuda_engine(plan)\n", "")
        result = verify_programs(old, NEW)
        assert result.verdict is Verdict.IDENTICAL
        assert result.after and result.after.record.builds[0].pinned

    def test_random_numbers_are_the_same_on_both_sides(self, verify_programs: Verify) -> None:
        lines = (
            "np.random.rand(6).astype(np.float32)",
            "np.random.default_rng().random(6, dtype=np.float32)",
            "np.array([random.random() for _ in range(6)], dtype=np.float32)",
        )
        for line in lines:
            plain = "np.arange(6, dtype=np.float32) * (i + 1 + profile)"
            old, new = (change("import random\n" + s, plain, line) for s in (OLD, NEW))
            assert verify_programs(old, new).verdict is Verdict.IDENTICAL, line

    def test_memory_that_was_never_written_is_the_same_on_both_sides(
        self, verify_programs: Verify
    ) -> None:
        old, new = (
            change(s, "for i in range(2):\n        cudart", "for i in range(1):\n        cudart")
            for s in (OLD, NEW)
        )
        assert verify_programs(old, new).verdict is Verdict.IDENTICAL

    def test_new_arrays_of_numpy_begin_as_zeros(self) -> None:
        def full(shape: Any, dtype: Any = float) -> Any:
            return np.full(shape, 7, dtype)

        numpy = SimpleNamespace(empty=full, empty_like=lambda a: a.copy(), zeros=np.zeros)
        begin_as_zeros(numpy)
        assert not numpy.empty((2, 3)).any()
        assert numpy.empty(2, [("a", "i4"), ("b", "f4")]).tolist() == [(0, 0.0)] * 2
        assert not numpy.empty_like(np.ones(3, np.int32)).any()
        assert numpy.empty(1, object).tolist() == [7]  # left as it is

    def test_lean_runtime_of_another_release_takes_the_pinned_engine(
        self, verify_programs: Verify
    ) -> None:
        places = fake_place(), fake_place("10.16.1", lean=True)
        result = verify_programs(OLD, NEW, places=places)
        assert result.verdict is Verdict.IDENTICAL
        assert any("has no builder" in note for note in result.notes)

    def test_lean_runtime_serializes_the_plan_that_it_opened(self, verify_programs: Verify) -> None:
        places = fake_place(), fake_place("10.16.1", lean=True)
        keep = "\nopen('model.plan', 'wb').write(engine.serialize())\n"
        result = verify_programs(OLD + keep, NEW + keep, places=places)
        assert result.verdict is Verdict.IDENTICAL

    def test_end_of_the_interpreter_takes_no_objects_down(self, verify_programs: Verify) -> None:
        # as an engine in a global variable does whose CUDA context was destroyed before it
        last = (
            "\nimport os\nclass Fatal:\n    def __init__(self):\n        self.kill = os.kill\n"
            "    def __del__(self):\n        self.kill(os.getpid(), 11)\nfatal = Fatal()\n"
        )
        assert verify_programs(OLD + last, NEW + last).verdict is Verdict.IDENTICAL

    def test_functions_registered_for_the_end_are_called(self, verify_programs: Verify) -> None:
        last = (
            "\nimport atexit, sys\natexit.register(print, 'good night', file=sys.stderr)\n"
            "raise SystemExit(3)\n"
        )
        result = verify_programs(OLD + last, NEW)
        assert result.before
        outcome = result.before.outcome
        assert outcome.exit_code == 3 and "good night" in outcome.stderr

    def test_cuda_graph_is_recorded_after_its_launch(self, verify_programs: Verify) -> None:
        def captured(source: str, call: str) -> str:
            return change(
                source,
                f"    {call}\n",
                f"    cudart.cudaStreamBeginCapture(stream, 0)\n    {call}\n"
                "    graph = cudart.cudaStreamEndCapture(stream)[1]\n"
                "    cudart.cudaGraphLaunch(cudart.cudaGraphInstantiate(graph, 0)[1], stream)\n",
            )

        old = captured(OLD, "context.execute_async_v2(bindings, stream)")
        new = captured(NEW, "context.execute_async_v3(stream)")
        result = verify_programs(old, new)
        assert result.verdict is Verdict.IDENTICAL
        assert {e.after_api for e in result.comparison.executions} == {"cudaGraphLaunch"}
        assert any("capture" in line for line in not_covered(result))

    def test_arguments_reach_both_programs(self, verify_programs: Verify) -> None:
        check = "import sys\nassert sys.argv[1:] == ['--n', '3'] and __name__ == '__main__'\n"
        result = verify_programs(check + OLD, check + NEW, args=("--n", "3"))
        assert result.verdict is Verdict.IDENTICAL

    def test_tolerance_forgives_a_small_error_and_says_so(self, verify_programs: Verify) -> None:
        new = change(NEW, "* (i + 1 + profile)", "* np.float32(1.0001) * (i + 1 + profile)")
        assert verify_programs(OLD, new).verdict is Verdict.DIFFERENT
        result = verify_programs(OLD, new, tolerance=Tolerance(rtol=1e-2, atol=1e-6))
        assert result.verdict is Verdict.CLOSE

    def test_large_tensors_are_compared_by_digest(self, verify_programs: Verify) -> None:
        assert verify_programs(OLD, NEW, keep_whole=4).verdict is Verdict.IDENTICAL
        new = change(NEW, "(i + 1 + profile)", "(i + 2 + profile)")
        result = verify_programs(OLD, new, keep_whole=4)
        assert result.verdict is Verdict.DIFFERENT
        assert "mean" in result.reason


BROKEN = {
    "swapped input addresses": ("int(device[i]))", "int(device[(1, 0, 2, 3)[i]]))"),
    "swapped output addresses": ("int(device[i]))", "int(device[(0, 1, 3, 2)[i]]))"),
    "wrong profile": ("set_optimization_profile_async(profile", "set_optimization_profile_async(0"),
    "stale shape": ("[6])", "[6 if profile == 0 else 5])"),
    "missing address": (
        "    for i in range(4):\n        context.set_tensor",
        "    for i in range(3):\n        context.set_tensor",
    ),
    "stale address": (
        "    for i in range(4):\n        context.set_tensor",
        "    for i in range(4 if profile == 0 else 3):\n        context.set_tensor",
    ),
    "wrong dtype of an input": ("np.arange(6, dtype=np.float32)", "np.arange(6, dtype=np.float64)"),
    "no wait before the output is used": ("    cudart.cudaStreamSynchronize(stream)\n", ""),
    "an execution is missing": ("for profile in range(2)", "for profile in range(1)"),
    "an execution too many": (
        "    context.execute_async_v3(stream)\n",
        "    context.execute_async_v3(stream)\n" * 2,
    ),
}


class TestDifferent:
    @pytest.mark.parametrize("fault", BROKEN)
    def test_broken_migration_is_caught(self, verify_programs: Verify, fault: str) -> None:
        result = verify_programs(OLD, change(NEW, *BROKEN[fault]))
        assert result.verdict is Verdict.DIFFERENT, result.reason
        assert differences(result)

    @pytest.mark.parametrize("fault", BROKEN)
    def test_broken_migration_is_caught_on_the_simulator(
        self, verify_programs: Verify, fault: str
    ) -> None:
        places = simulated("8.6", "test"), simulated("8.6", "test")
        broken = change(NEW, *BROKEN[fault])
        result = verify_programs(on_sim(OLD), on_sim(broken), places=places)
        assert result.verdict is Verdict.DIFFERENT or result.reason.startswith("AFTER ended")

    @pytest.mark.parametrize("release", ["8.6", "10"])
    def test_sound_migration_passes_on_the_simulator(
        self, verify_programs: Verify, release: str
    ) -> None:
        places = simulated("8.6", "test"), simulated(release, "test")
        result = verify_programs(on_sim(OLD), on_sim(NEW), places=places)
        assert result.verdict is Verdict.IDENTICAL, result.reason

    def test_output_copied_by_another_stream_is_caught(self, verify_programs: Verify) -> None:
        """A stream that does not order itself with the default one needs a wait before a copy."""
        plain = "cudart.cudaStreamCreate()"
        unordered = "cudart.cudaStreamCreateWithFlags(1)"
        copy = (
            "cudart.cudaMemcpyAsync(host[i].ctypes.data, device[i], host[i].nbytes,\n"
            "                               cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost, stream)"
        )
        blocking = (
            "cudart.cudaMemcpy(host[i].ctypes.data, device[i], host[i].nbytes,\n"
            "                               cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost)"
        )
        wait = "    cudart.cudaStreamSynchronize(stream)\n"
        run = "    context.execute_async_v3(stream)\n"
        old = change(change(OLD, plain, unordered), copy, blocking)
        old = change(old, "bindings, stream)\n", "bindings, stream)\n" + wait)
        new = change(change(NEW, plain, unordered), copy, blocking)
        assert verify_programs(old, change(new, run, run + wait)).verdict is Verdict.IDENTICAL
        result = verify_programs(old, new)
        assert result.verdict is Verdict.DIFFERENT
        assert "before the execution has finished" in result.reason

    @pytest.mark.parametrize("library", ["cudart", "pycuda"])
    def test_other_output_copied_on_the_device_is_caught(
        self, verify_programs: Verify, library: str
    ) -> None:
        """What is read from the copy is no output any more."""
        wait = "    cudart.cudaStreamSynchronize(stream)\n"
        copy = "cudart.cudaMemcpyAsync(device[0], device[2], 24, 3, stream)"
        if library == "pycuda":
            copy = "drv.memcpy_dtod(device[0], device[2], 24)"
        stage = "import pycuda.driver as drv\n" if library == "pycuda" else ""
        old, new = (
            stage + change(on_sim(source), wait, f"    {copy}\n{wait}") for source in (OLD, NEW)
        )
        places = simulated("8.6", "test"), simulated("10", "test")
        assert verify_programs(old, new, places=places).verdict is Verdict.IDENTICAL
        broken = change(new, "device[0], device[2]", "device[0], device[3]")
        result = verify_programs(old, broken, places=places)
        assert result.verdict is Verdict.DIFFERENT
        assert "the program reads" in result.reason and "diff" in result.reason

    def test_reason_names_place_and_size_of_the_error(self, verify_programs: Verify) -> None:
        new = change(NEW, "* (i + 1 + profile)", "* (i + 1 + profile) + (i == 1)")
        reasons = "\n".join(differences(verify_programs(OLD, new)))
        assert (
            "context 0, execution 0, input b: 6 of 6 elements, first at [0]: 0 in BEFORE, 1"
            in reasons
        )


class TestNotVerified:
    def test_program_without_execution_is_never_identical(self, verify_programs: Verify) -> None:
        source = "import tensorrt\n"
        result = verify_programs(source, source)
        assert result.verdict is Verdict.NOT_VERIFIED
        assert "no recorded execution" in result.reason

    def test_side_that_fails_is_named_with_its_stderr(self, verify_programs: Verify) -> None:
        result = verify_programs(OLD, NEW + "\nraise SystemExit('out of luck')\n")
        assert result.verdict is Verdict.NOT_VERIFIED
        assert result.reason == "AFTER ended with exit code 1"
        assert "out of luck" in render_text([result], color=False)
        result = verify_programs("import nothing_of_the_kind\n", NEW)
        assert result.reason == (
            "BEFORE ended with exit code 1 "
            "(ModuleNotFoundError: No module named 'nothing_of_the_kind')"
        )

    def test_both_sides_failing_alike_is_not_identical(self, verify_programs: Verify) -> None:
        end = "\nimport sys; sys.exit(3)\n"
        assert verify_programs(OLD + end, NEW + end).verdict is Verdict.NOT_VERIFIED

    def test_crash_is_named_by_its_signal(self, verify_programs: Verify) -> None:
        result = verify_programs(OLD, NEW + "\nimport os; os.kill(os.getpid(), 11)\n")
        assert result.reason == f"AFTER was killed by signal {int(signal.SIGSEGV)}"

    def test_time_out_kills_the_whole_group(
        self,
        verify_programs: Verify,
        tmp_path_factory: pytest.TempPathFactory,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        alive = tmp_path_factory.mktemp("beside") / "alive"
        os.mkfifo(alive)
        reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
        child = "echo started; sleep 60; echo ended"
        hang = (
            "import subprocess\n"
            f"subprocess.run({child!r}, shell=True, stdout=open({str(alive)!r}, 'wb'))\n"
        )
        wait = subprocess.Popen.wait

        def time_out(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
            """Wait for the child to start instead of the time."""
            if timeout != 2.0:
                return wait(process, timeout)
            assert select.select([reader], [], [], 60)[0], "the child did not start"
            raise subprocess.TimeoutExpired(process.args, timeout)

        monkeypatch.setattr(subprocess.Popen, "wait", time_out)
        result = verify_programs(hang, NEW, timeout=2.0)
        assert result.reason.startswith("BEFORE did not end within ")
        os.set_blocking(reader, True)
        with open(reader, "rb") as words:  # ends when no process has the other end open
            assert words.read() == b"started\n"

    def test_program_that_does_not_exist(self, tmp_path: Path, verify_programs: Verify) -> None:
        result = verify(tmp_path / "nothing.py", None, [], Options(), (fake_place(), fake_place()))
        assert result.verdict is Verdict.NOT_VERIFIED
        assert result.reason.endswith("nothing.py: no such file")

    def test_program_with_other_inputs_in_each_run_cannot_be_compared(
        self, verify_programs: Verify
    ) -> None:
        plain = "np.arange(6, dtype=np.float32) * (i + 1 + profile)"
        line = "np.full(6, time.time_ns() // 1000 % 1000003, np.float32)"
        old, new = (change("import time\n" + s, plain, line) for s in (OLD, NEW))
        result = verify_programs(old, new, stdout="off")
        assert result.verdict is Verdict.NOT_VERIFIED
        assert "BEFORE differs from itself in a second run (context 0, execution 0" in result.reason

    def test_another_difference_counts_beside_inputs_that_vary(
        self, verify_programs: Verify
    ) -> None:
        plain = "np.arange(6, dtype=np.float32) * (i + 1 + profile)"
        line = "np.full(6, time.time_ns() // 1000 % 1000003 if i else 1, np.float32)"
        old, new = (change("import time\n" + s, plain, line) for s in (OLD, NEW))
        wrong = change(new, "if i else 1", "if i else 2")
        assert verify_programs(old, wrong, stdout="off").verdict is Verdict.DIFFERENT


class TestFolder:
    def test_folder_is_left_as_it_was(self, verify_programs: Verify, tmp_path: Path) -> None:
        (tmp_path / "data.txt").write_text("mine")
        write = "open('data.txt', 'w').write('theirs'); open('model.plan', 'wb').write(b'x')\n"
        result = verify_programs(write + OLD, write + NEW)
        assert result.verdict is Verdict.IDENTICAL
        assert (tmp_path / "data.txt").read_text() == "mine"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["after.py", "before.py", "data.txt"]

    def test_neither_side_sees_what_the_other_wrote(self, verify_programs: Verify) -> None:
        check = "import os\nassert not os.path.exists('model.plan')\nopen('model.plan', 'w')\n"
        assert verify_programs(check + OLD, check + NEW).verdict is Verdict.IDENTICAL

    def test_folder_that_is_too_large_is_not_copied(
        self, verify_programs: Verify, tmp_path: Path
    ) -> None:
        (tmp_path / "data.bin").write_bytes(bytes(5000))
        result = verify_programs(OLD, NEW, copy_limit=5000)
        assert result.verdict is Verdict.NOT_VERIFIED
        assert "--copy-limit" in result.reason

    def test_pipe_and_socket_are_passed_over(self, verify_programs: Verify, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.relpath(tmp_path / "socket"))
            source = "import os\nassert not {'pipe', 'socket'} & set(os.listdir())\n"
            assert verify_programs(source + OLD, source + NEW).verdict is Verdict.IDENTICAL

    def test_migration_does_not_write_through_links(self, tmp_path: Path) -> None:
        (tmp_path / "program").mkdir()
        (tmp_path / "program" / "main.py").write_text(f"import linked\n{OLD}")
        own = tmp_path / "own.py"
        own.write_text(OLD)
        (tmp_path / "program" / "linked.py").symlink_to(own)
        (tmp_path / "program" / "dangling.py").symlink_to(tmp_path / "nothing.py")
        (tmp_path / "program" / "folder.py").mkdir()
        migrate_folder(tmp_path / "program" / "main.py", "10")
        assert own.read_text() == OLD
        assert "execute_async_v3" in (tmp_path / "program" / "linked.py").read_text()

    def test_file_around_the_program_is_there_with_its_root(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "shared.txt").write_text("6")
        check = "assert open('../shared.txt').read() == '6'\n"
        for name, source in (("a.py", OLD), ("b.py", NEW)):
            (tmp_path / "sub" / name).write_text(check + source)
        places = fake_place(), fake_place()
        scripts = tmp_path / "sub/a.py", tmp_path / "sub/b.py"
        assert verify(*scripts, [], Options(), places).verdict is Verdict.NOT_VERIFIED
        options = Options(roots=(tmp_path,))
        assert verify(*scripts, [], options, places).verdict is Verdict.IDENTICAL


class TestReports:
    def test_json_has_verdict_counts_and_what_ran_where(self, verify_programs: Verify) -> None:
        report = as_json([verify_programs(OLD, NEW)], "1.0")
        assert report["verdict"] == "identical"
        assert (report["executions"], report["tensors"], report["bytes"]) == (2, 8, 192)
        assert report["before"]["tensorrt"] == "8.6.0"
        assert report["before"]["device"]["name"] == "fake device"
        assert report["before"]["exit_code"] == 0
        assert len(report["digest"]) == 64

    def test_digest_covers_both_sides(self, verify_programs: Verify) -> None:
        first = verify_programs(OLD, NEW).comparison
        assert verify_programs(OLD, OLD).comparison.digest == first.digest
        assert first.side_digests[0] == first.side_digests[1]
        other = change(OLD, "(i + 1 + profile)", "(i + 2 + profile)")
        before, after = (verify_programs(*pair).comparison for pair in ((other, NEW), (OLD, other)))
        assert len({first.digest, before.digest, after.digest}) == 3
        assert before.side_digests == after.side_digests[::-1]

    def test_page_shows_every_tensor_and_a_picture_of_the_error(
        self, verify_programs: Verify
    ) -> None:
        new = change(NEW, "(i + 1 + profile)", "(i + 2 + profile)")
        page = render_html([verify_programs(OLD, new)], "1.0")
        assert page.count("<code>sum</code>") == 2
        assert "<svg" in page and "<rect" in page and page.count("A picture shows where") == 1
        assert "://" not in page and "<script" not in page
        assert page.startswith(f"{BEGIN}\n{MARK}\n")
        assert "default-src 'none'" in page and "unsafe-inline" not in page

    def test_page_escapes_what_programs_say(self, verify_programs: Verify) -> None:
        result = verify_programs("raise SystemExit('<img src=x>')", NEW)
        assert "<img" not in render_html([result], "1.0")

    def test_text_says_verdict_and_counts(self, verify_programs: Verify) -> None:
        text = render_text([verify_programs(OLD, NEW)], color=False)
        assert "identical: 2 executions, 8 tensors, 192 bytes compared" in text
        assert "TensorRT 8.6.0, fake device" in text


class TestRecorder:
    def test_runs_on_an_old_interpreter_without_numpy(
        self, old_python: str, tmp_path: Path
    ) -> None:
        """The recorder itself needs the standard library only."""
        fake = tmp_path / "site"
        fake.mkdir()
        (fake / "tensorrt.py").write_text(
            "__version__ = '8.6.0'\n"
            "class IExecutionContext: pass\n"
            "class ICudaEngine: pass\n"
            "class Runtime: pass\n"
            "class Builder: pass\n"
        )
        (tmp_path / "program.py").write_text("import tensorrt, sys\nprint(sys.argv[1:])\n")
        config = {
            "record": str(tmp_path / "record"),
            "plans": str(tmp_path / "plans"),
            "pin": "keep",
            "keep_whole": 1,
            "version_compatible": False,
            "lean_runtime": None,
            "lean_first": False,
            "quick_build": False,
            "surface": None,
            "stub_missing": False,
            "engines": [],
            "call": None,
            "root": str(tmp_path),
            "simulated": False,
            "seed": 0,
        }
        (tmp_path / "config.json").write_text(json.dumps(config))
        command = [old_python, str(RECORDER), "config.json", "program.py", "x"]
        done = subprocess.run(
            command, cwd=tmp_path, env={"PYTHONPATH": str(fake)}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == "['x']\n"
        assert '"version": "8.6.0"' in (tmp_path / "record/record.jsonl").read_text()

    def test_describes_a_plan(self, tmp_path: Path) -> None:
        (tmp_path / "x.plan").write_bytes(b"plan 2 abc")
        done = subprocess.run(
            [sys.executable, str(RECORDER), "--describe", str(tmp_path / "x.plan")],
            env={"PYTHONPATH": FAKE},
            capture_output=True,
            text=True,
        )
        described = json.loads(done.stdout)
        assert [t["name"] for t in described["tensors"]] == ["a", "b", "sum", "diff"]
        assert described["tensors"][2] == {
            "name": "sum", "mode": "output", "dtype": "float32", "shape": [-1], "location": "device"
        }  # fmt: skip
        assert described["profiles"] == [{"a": [[1], [4], [8]], "b": [[1], [4], [8]]}] * 2

    def test_probe_names_what_is_missing(self) -> None:
        done = subprocess.run(
            [sys.executable, "-S", str(RECORDER), "--probe"], env={}, capture_output=True, text=True
        )
        answer = json.loads(done.stdout)
        assert "ModuleNotFoundError" in answer["tensorrt_error"]
        assert "no way to copy from the device" in answer["device_error"]


MIXED = on_sim(OLD).replace(
    "context.set_binding_shape(pad + i, [6])", "context.set_input_shape('ab'[i], [rows])"
)
MIXED = MIXED.replace("    pad = profile * 4\n", "    pad = profile * 4\n    rows = 6\n")


class TestBothApisOnOneContext:
    """The recorder does not change with which shapes an execution runs (8.6)."""

    LOOP = "for profile in range(2):"
    AGAIN = "for profile in (0, 0):"

    def mixed(self, asked: str) -> str:
        source = change(MIXED, self.LOOP, self.AGAIN + "\n    asked = []")
        source = change(source, "rows = 6", "rows = 6 - len(seen); seen.append(1)")
        source = change(source, self.AGAIN, "seen = []\n" + self.AGAIN)
        source = change(source, "    context.set_optimization_profile_async(profile, stream)\n", "")
        return change(
            source, "    context.execute_async_v2", f"    {asked}\n    context.execute_async_v2"
        )

    def test_new_shape_by_name_is_recorded_as_executed(self, verify_programs: Verify) -> None:
        places = simulated("8.6", "test"), simulated("8.6", "test")
        source = self.mixed("pass")
        result = verify_programs(source, source, places=places)
        assert result.verdict is Verdict.IDENTICAL, result.reason
        shapes = [[t.shape for t in e.tensors] for e in result.comparison.executions]
        assert shapes == [[(6,)] * 4, [(5,)] * 4]

    def test_stale_shape_is_recorded_and_told(self, verify_programs: Verify) -> None:
        places = simulated("8.6", "test"), simulated("8.6", "test")
        stale = self.mixed("context.get_binding_shape(2)")
        result = verify_programs(self.mixed("pass"), stale, places=places)
        assert result.verdict is Verdict.DIFFERENT
        assert "shape (5,) in BEFORE, (6,) in AFTER" in "\n".join(differences(result))
