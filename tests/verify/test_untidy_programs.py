"""Programs that end, write and live on as they please: what verify makes of each."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import pytest

from tests.verify.conftest import Verify
from tests.verify.programs import NEW, OLD
from trtmigrate.verify.recorder import record
from trtmigrate.verify.result import Verdict

END_AT_ONCE = "\nimport os, sys; sys.stdout.flush(); os._exit({})\n"


def test_what_was_recorded_before_a_program_ends_by_os_exit_counts(
    verify_programs: Verify,
) -> None:
    end = END_AT_ONCE.format(0)
    assert verify_programs(OLD + end, NEW + end).verdict is Verdict.IDENTICAL


def test_exit_code_of_os_exit_is_told(verify_programs: Verify) -> None:
    result = verify_programs(OLD, NEW + END_AT_ONCE.format(7))
    assert result.reason.startswith("AFTER ended with exit code 7")


def test_child_that_a_program_forks_adds_nothing_to_the_record(verify_programs: Verify) -> None:
    fork = "\nimport os\nif not os.fork():\n    print('child')\n    os._exit(0)\nos.wait()\n"
    assert verify_programs(OLD + fork, NEW + fork).verdict is Verdict.IDENTICAL


def test_program_that_asks_a_person_gets_the_end_of_its_input(verify_programs: Verify) -> None:
    ask = "import sys\nassert sys.stdin.read() == ''\n"
    assert verify_programs(ask + OLD, ask + NEW).verdict is Verdict.IDENTICAL


def test_bytes_that_are_no_text_are_compared(verify_programs: Verify) -> None:
    shown = "import sys\nsys.stdout.buffer.write(bytes(range(256)) + b'\\n')\n"
    assert verify_programs(shown + OLD, shown + NEW).verdict is Verdict.IDENTICAL
    other = shown.replace("(range(256))", "(range(256)).replace(b'5', b'6')")
    assert verify_programs(shown + OLD, other + NEW).verdict is Verdict.DIFFERENT


def test_read_only_files_are_copied_and_stay(verify_programs: Verify, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "input").write_text("mine")
    (folder / "input").chmod(0o444)
    folder.chmod(0o555)
    read = "assert open('data/input').read() == 'mine'\n"
    try:
        assert verify_programs(read + OLD, read + NEW).verdict is Verdict.IDENTICAL
        assert (folder / "input").stat().st_mode & 0o777 == 0o444
    finally:
        folder.chmod(0o755)


def test_program_does_not_write_to_the_folder_through_a_link_in_it(
    verify_programs: Verify, tmp_path: Path
) -> None:
    (tmp_path / "real").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write = "open('link', 'w').write('theirs')\n"
    assert verify_programs(write + OLD, write + NEW).verdict is Verdict.IDENTICAL
    assert (tmp_path / "real").read_text() == "mine"


def test_relative_link_that_leaves_the_folder_leads_where_it_led(
    verify_programs: Verify, tmp_path: Path
) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-data"
    outside.write_text("mine")
    (tmp_path / "data").symlink_to(f"../{outside.name}")
    read = "assert open('data').read() == 'mine'\n"
    assert verify_programs(read + OLD, read + NEW).verdict is Verdict.IDENTICAL


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")
def test_daemon_does_not_outlive_its_program(
    verify_programs: Verify, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alive = tmp_path_factory.mktemp("beside") / "alive"
    os.mkfifo(alive)
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    daemon = (
        "import os, time\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    if os.fork(): os._exit(0)\n"
        f"    held = os.open({str(alive)!r}, os.O_WRONLY)\n"
        "    os.write(held, b'started')\n"
        "    time.sleep(60)\n"
        "os.wait()\n"
        "time.sleep(0.3)\n"
    )
    assert verify_programs(daemon + OLD, NEW).verdict is Verdict.IDENTICAL
    assert os.read(reader, 100) == b"started"
    assert select.select([reader], [], [], 20)[0] and os.read(reader, 100) == b""


def test_record_keeps_no_more_tensors_than_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "MOST_KEPT", 100)
    kept = record.Record(str(tmp_path), keep_whole=60)
    contents = [kept.content(bytes([n]) * 60, "int8") for n in (1, 1, 2)]
    assert [bool(content["data"]) for content in contents] == [True, True, False]
    assert contents[2]["stats"]["max"] == 2
    assert len(list((tmp_path / "tensors").iterdir())) == 1
