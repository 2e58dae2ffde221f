"""Many files: in order, each on its own, written whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.stubs import LEFT, engine, everything, recording, write_files
from trtmigrate import batch, workers
from trtmigrate.batch import Job, Outcome, migrate_alone, migrate_files, migrate_paths, write
from trtmigrate.findings import Status
from trtmigrate.options import Options, PathPattern
from trtmigrate.sources.gate import Interest


def run(paths: list[Path], workers: int = 1) -> list[Outcome]:
    jobs = [Job(path, Options()) for path in paths]
    return list(migrate_files(jobs, engine=engine, gate=everything, workers=workers))


def test_outcomes_come_in_the_order_of_the_jobs(tmp_path: Path) -> None:
    paths = write_files(tmp_path, c="old", a="x", b="hard")
    results = [outcome.result for outcome in run(paths)]
    assert [result.path for result in results] == [str(path) for path in paths]
    assert [r.status for r in results] == [Status.MIGRATED, Status.UNCHANGED, Status.PARTIAL]


def test_several_processes_give_the_same_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {f"f{n:02}": ("old", "x", "hard", "bad", "crash")[n % 5] for n in range(20)}
    paths = write_files(tmp_path, **texts)
    one = run(paths)
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    assert run(paths, workers=2) == one


def test_small_runs_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(workers, "run_in_processes")
    assert len(run(write_files(tmp_path, a="old", b="old"), workers=2)) == 2


def test_process_that_dies_takes_only_its_file_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    paths = write_files(tmp_path, a="old", b="die", c="old", d="hard")
    results = [outcome.result for outcome in run(paths, workers=2)]
    assert [r.status.value for r in results] == ["migrated", "failed", "migrated", "partial"]
    assert results[1].error == f"{paths[1]}: the process that worked on it died"


def test_exception_of_the_engine_becomes_one_line_and_the_others_go_on(tmp_path: Path) -> None:
    paths = write_files(tmp_path, a="crash", b="old")
    crashed, fine = (outcome.result for outcome in run(paths))
    assert crashed.status is Status.FAILED
    assert crashed.error is not None
    assert crashed.error.startswith(f"{paths[0]}: internal error")
    assert crashed.error.endswith("ZeroDivisionError: two lines")
    assert fine.status is Status.MIGRATED


def test_file_that_vanished_or_became_a_folder_fails_alone(tmp_path: Path) -> None:
    folder = tmp_path / "folder.py"
    folder.mkdir()
    paths = [tmp_path / "gone.py", folder, *write_files(tmp_path, a="old")]
    results = [outcome.result for outcome in run(paths)]
    assert [r.error for r in results] == [
        f"{paths[0]}: No such file or directory",
        f"{folder}: Is a directory",
        None,
    ]


def test_file_that_may_not_be_read_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write_files(tmp_path, closed="old", a="old")
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:  # as for someone who is not root, who may read everything
        if path.name == "closed.py":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    results = [outcome.result for outcome in run(paths)]
    assert [r.error for r in results] == [f"{paths[0]}: Permission denied", None]


def test_file_that_does_not_pass_the_gate_never_reaches_the_engine(tmp_path: Path) -> None:
    paths = write_files(tmp_path, a="crash")
    jobs = [Job(paths[0], Options())]
    outcomes = migrate_files(jobs, engine=engine, gate=lambda data, target: Interest.NONE)
    assert [o.result.status for o in outcomes] == [Status.UNCHANGED]


def test_engine_is_told_every_option(tmp_path: Path) -> None:
    options = Options(
        target="11",
        select=("TRT1",),
        ignore=("TRT2",),
        only_safe=True,
        todo=True,
        per_file_ignores=((PathPattern(str(tmp_path), "a.py"), ("TRT3",)),),
    )
    path = tmp_path / "a.py"
    told = replace(options, ignore=("TRT2", "TRT3"))
    jobs = [Job(path, options)]
    path.write_bytes(b"")
    (outcome,) = migrate_files(jobs, engine=recording, gate=everything)
    assert outcome.result.error == repr(told)


def test_file_alone_passes_with_a_common_word(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    assert migrate_alone(b"x.padding", path, Options(), engine).status is Status.UNCHANGED
    assert migrate_alone(b"crash.padding", path, Options(), engine).status is Status.FAILED
    assert migrate_alone(b"crash.foo", path, Options(), engine).status is Status.UNCHANGED


@pytest.mark.parametrize(
    "line",
    [
        "import wrapper",
        "from . import wrapper",
        "from lib.wrapper import Engine",
        "from .lib import (\n    other,\n    wrapper,\n)",
        "import os, lib.wrapper as w",
        "    from lib import wrapper",
    ],
)
def test_common_word_counts_where_a_module_of_the_run_that_imports_tensorrt_is_imported(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "wrapper.py").write_text("import tensorrt\n")
    (tmp_path / "main.py").write_text(f"{line}\nhard = x.padding\n")
    (tmp_path / "other.py").write_text("import numpy\nhard = x.padding\n")
    jobs = [Job(tmp_path / name, Options()) for name in ("lib/wrapper.py", "main.py", "other.py")]
    outcomes = migrate_files(jobs, engine=engine)
    assert [bool(outcome.result.findings) for outcome in outcomes] == [False, True, False]


def test_requirements_without_a_known_package_never_reach_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_bytes(b"crash\n\xff\n")
    assert list(migrate_files([Job(path, Options())], engine=engine)) == []
    path.write_bytes(b"crash\ntensorrt\n")
    (outcome,) = migrate_files([Job(path, Options())], engine=engine)
    assert outcome.result.status is Status.FAILED


def test_progress_counts_up_to_all_files(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    jobs = [Job(path, Options()) for path in write_files(tmp_path, a="old", b="old")]
    jobs.append(Job(tmp_path / "gone.py", Options()))
    list(
        migrate_files(
            jobs, engine=engine, gate=everything, progress=lambda *call: calls.append(call)
        )
    )
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_file_is_final_when_it_is_done_and_the_order_of_the_report_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    paths = write_files(tmp_path, a="old wait", b="old", c="old")
    finished: list[str] = []

    def finish(outcome: Outcome) -> Outcome:
        finished.append(Path(outcome.result.path).name)
        if finished == ["b.py", "c.py"]:
            assert [path.read_text() for path in paths] == ["old wait", "new", "old"]
            (tmp_path / "go").touch()
        return write(outcome)

    jobs = [Job(path, Options()) for path in paths]
    found = migrate_files(jobs, engine=engine, gate=everything, workers=2, finish=finish)
    assert [outcome.result.path for outcome in found] == [str(path) for path in paths]
    assert finished == ["b.py", "c.py", "a.py"]
    assert [path.read_text() for path in paths] == ["new wait", "new", "new"]


def test_outcome_is_told_before_later_files_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    paths = write_files(tmp_path, a="x", b="old", c="wait")
    jobs = [Job(path, Options()) for path in paths]
    found = migrate_files(jobs, engine=engine, gate=everything, workers=2)
    assert [next(found).result.status, next(found).result.status] == [
        Status.UNCHANGED,
        Status.MIGRATED,
    ]
    (tmp_path / "go").touch()
    assert [outcome.result.path for outcome in found] == [str(paths[2])]


def test_changed_file_is_written(tmp_path: Path) -> None:
    paths = write_files(tmp_path, a="old\r\nhard\n")
    written = write(run(paths)[0])
    assert paths[0].read_bytes() == b"new\r\nhard\n"
    assert written.result.status is Status.PARTIAL


@pytest.mark.parametrize("text", ["x", "hard", "bad"])
def test_file_without_edits_is_not_touched(tmp_path: Path, text: str) -> None:
    paths = write_files(tmp_path, a=text)
    stamp = paths[0].stat().st_mtime_ns, paths[0].stat().st_ino
    write(run(paths)[0])
    assert (paths[0].stat().st_mtime_ns, paths[0].stat().st_ino) == stamp


def test_encoding_of_the_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\nold = '\xe9'\n")
    write(run([path])[0])
    assert path.read_bytes() == b"# coding: latin-1\nnew = '\xe9'\n"


def test_file_that_cannot_be_written_has_failed_and_nothing_in_it_is_applied(
    tmp_path: Path,
) -> None:
    (path,) = write_files(tmp_path, a="old hard")
    outcome = run([path])[0]
    path.write_bytes(b"someone was here")
    result = write(outcome).result
    assert path.read_bytes() == b"someone was here"
    assert result.status is Status.FAILED
    assert result.error == f"{path}: changed on disk meanwhile, not overwritten"
    assert not result.changed
    assert [finding.applied for finding in result.findings] == [False, False]
    assert LEFT in result.findings


def test_paths_are_migrated_in_place_only_if_asked(tmp_path: Path) -> None:
    old = "import tensorrt as trt\ndef f(engine: trt.ICudaEngine): return engine.num_bindings\n"
    (path,) = write_files(tmp_path, a=old)
    report = migrate_paths([str(tmp_path), path, tmp_path / "gone"])
    assert [file.status for file in report.files] == [Status.FAILED, Status.MIGRATED]
    assert path.read_text() == old
    migrate_paths([tmp_path], in_place=True)
    assert path.read_text() == old.replace("num_bindings", "num_io_tensors")


def test_cuda_python_rules_are_on_where_requirements_ask_for_13(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir()
    (tmp_path / "new" / "requirements.txt").write_text("cuda-python>=13\n")
    (tmp_path / "old" / "requirements.txt").write_text("cuda-python>=12\n")
    source = "import tensorrt as trt\nfrom cuda import cudart\n\ncudart.cudaDeviceSynchronize()\n"
    for name in ("new", "old"):
        (tmp_path / name / "infer.py").write_text(source)
    report = migrate_paths([tmp_path])
    after = {Path(f.path).parent.name: f.after for f in report.files if f.path.endswith(".py")}
    assert after["new"] is not None and "cuda.bindings" in after["new"]
    assert after["old"] in (None, source)


def test_line_length_of_the_options_is_kept_to(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        "import tensorrt as trt\n\n\ndef size(engine: trt.ICudaEngine, name):\n"
        "    return trt.volume(engine.get_binding_shape(name)), engine.num_bindings\n"
    )
    report = migrate_paths([path], Options(line_length=60))
    after = report.files[0].after
    assert after is not None and "    return (\n" in after
