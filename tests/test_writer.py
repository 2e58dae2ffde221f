"""Bytes survive decoding and encoding; files are replaced whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trtmigrate.sources import writer
from trtmigrate.sources.encoding import Source, SourceError, decode, encode
from trtmigrate.sources.writer import WriteError, remove_leftovers, replace_file, write_file


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1\n",
        b"x = 1",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\ry = 2\r",
        b"x = 1\r\ny = 2\nz = 3\r",
        b"\xef\xbb\xbfx = 1\n",
        b"\xef\xbb\xbf# coding: utf-8\n",
        b"# -*- coding: latin-1 -*-\nname = 'caf\xe9'\n",
        b"#!/usr/bin/env python\n# vim: set fileencoding=gbk :\ns = '\xc4\xe3'\n",
        "name = 'é\u2028\x0c日本'\n".encode(),
        b"# coding: utf-8-sig\n",
    ],
)
def test_bytes_survive_a_round_trip(data: bytes) -> None:
    source = decode(data)
    assert encode(source.text, source) == data


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff#")))
def test_any_utf8_text_survives_a_round_trip(text: str) -> None:
    data = text.encode()
    source = decode(data)
    assert (source.text, encode(source.text, source)) == (text, data)


def test_newlines_are_not_translated() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\r\nb\rc\n"


def test_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode(b"\xef\xbb\xbfx\n") == Source("x\n", "utf-8", bom=True)


def test_cookie_in_the_third_line_does_not_count() -> None:
    assert decode(b"#\n#\n# coding: latin-1\n").encoding == "utf-8"


def test_cookie_after_code_does_not_count() -> None:
    assert decode(b"x = 1\n# coding: latin-1\n").encoding == "utf-8"


def test_cookie_counts_after_a_lone_carriage_return() -> None:
    assert decode(b"#!python\r# coding: latin-1\rx = '\xe9'\r").encoding == "iso8859-1"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a = 1\nb = 'caf\xe9'\n", 2, "byte 0xe9 is not utf-8 and no encoding is declared"),
        (b"# coding: ascii\r\n\r\nb = 'caf\xe9'\n", 3, "byte 0xe9 is not ascii"),
        (b"a = 1\n\0\n", 2, "NUL bytes"),
        (b"# coding: klingon\n", 1, "unknown encoding: klingon"),
        (b"# coding: rot13\n", 1, "unknown encoding: rot13"),
        (b"# coding: hex\n", 1, "unknown encoding: hex"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, "byte order mark and declares latin-1"),
        ("x = 1\n".encode("utf-16"), 1, "UTF-16"),
        ("x = 1\n".encode("utf-32"), 1, "UTF-32"),
        (b"\xef\xbb\xbf\xef\xbb\xbfx\n", None, "does not survive"),
        (b"# coding: utf-7\nx = '+AGE-'\n", None, "does not survive"),
    ],
)
def test_bytes_that_are_no_source_are_named_with_their_line(
    data: bytes, line: int | None, words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        decode(data)
    assert caught.value.line == line
    assert words in caught.value.reason
    place = "a.py:" if line is None else f"a.py:{line}:"
    assert caught.value.at("a.py") == f"{place} {caught.value.reason}"


def test_result_that_does_not_fit_the_encoding_is_an_error() -> None:
    source = decode(b"# coding: latin-1\nx = 1\n")
    with pytest.raises(SourceError, match="does not fit its encoding iso8859-1") as caught:
        encode("# coding: latin-1\nx = '日'\n", source)
    assert caught.value.line == 2


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "run.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert leftovers(tmp_path) == ["run.py"]


def test_symlink_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    real = tmp_path / "real" / "a.py"
    real.parent.mkdir()
    real.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(real)
    replace_file(link, before=b"old", after=b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_read_only_file_is_left_alone_even_by_root(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(WriteError, match="is read-only"):
        replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"old"


def test_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"edited by someone")
    with pytest.raises(WriteError, match="changed on disk"):
        replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"edited by someone"
    assert leftovers(tmp_path) == ["a.py"]


def test_vanished_file_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="No such file"):
        replace_file(tmp_path / "a.py", before=b"old", after=b"new")
    assert leftovers(tmp_path) == []


STEPS = {
    "open": (30, "Read-only file system"),
    "fsync": (28, "No space left on device"),
    "setxattr": (95, "Operation not supported"),
    "chmod": (1, "Operation not permitted"),
    "replace": (122, "Disk quota exceeded"),
}


@pytest.mark.parametrize("step", STEPS)
def test_failure_at_any_step_leaves_the_original_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(*STEPS[step])

    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    monkeypatch.setattr(writer.os, "listxattr", lambda p: ["user.a"] if p == path else [])
    monkeypatch.setattr(writer.os, "getxattr", lambda *_: b"")
    monkeypatch.setattr(writer.os, "setxattr", lambda *_: None)
    monkeypatch.setattr(writer.os, step, fail)
    with pytest.raises(WriteError, match=STEPS[step][1]):
        replace_file(path, before=b"old", after=b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize(
    "name", ["replace_file({!r}, before=b'old', after=new)", "write_file({!r}, new)"]
)
def test_disk_that_is_full_in_the_midst_of_writing_costs_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    program = (
        "import resource, signal\n"
        "from trtmigrate.sources.writer import replace_file, write_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "new = b'new' * 1000\n"
        f"try:\n    {name.format(str(path))}\n"
        "except OSError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "File too large" in done.stdout
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.py"]


def test_failure_to_sync_the_folder_does_not_undo_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def fsync(handle: int) -> None:
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fsync)
    replace_file(path, before=b"old", after=b"new")
    assert len(synced) == 2  # the file, then its folder
    assert path.read_bytes() == b"new"


def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.note", b"mine")
    except (OSError, AttributeError):
        pytest.skip("no extended attributes here")
    replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"new"
    assert os.getxattr(path, "user.note") == b"mine"


def test_attribute_that_cannot_be_kept_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    attributes = {str(path): ["security.capability", "security.label"]}
    monkeypatch.setattr(
        os, "listxattr", lambda p: attributes.get(str(p), ["security.label"]), raising=False
    )
    monkeypatch.setattr(os, "getxattr", lambda *_: b"x", raising=False)
    monkeypatch.setattr(os, "setxattr", refuse, raising=False)
    with pytest.raises(WriteError, match=r"attribute security\.capability, which cannot be kept"):
        replace_file(path, before=b"old", after=b"new")
    attributes[str(path)] = ["security.label"]  # the system gives it to every file
    replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"new"


def test_file_with_a_second_hard_link_is_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "a.py", tmp_path / "b.py"
    path.write_bytes(b"old")
    os.link(path, other)
    with pytest.raises(WriteError, match="has 2 hard links"):
        replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == other.read_bytes() == b"old"
    assert path.stat().st_ino == other.stat().st_ino


def test_long_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 125 + ".py")
    path.write_bytes(b"old")
    replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"new"


def test_report_takes_the_place_of_an_older_one_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    mask = os.umask(0o027)
    try:
        write_file(path, b"one")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    write_file(path, b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", 0o604)
    assert leftovers(tmp_path) == ["page.html"]


def test_report_can_go_to_a_device() -> None:
    write_file(os.devnull, b"page")
    assert not Path(os.devnull).is_file()


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_a_killed_run_has_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    dead, alive = dead_process(), os.getppid()
    names = {
        f".a.py.{dead}-0123abcd.trtmigrate-tmp": False,
        f".a.py.{os.getpid()}-0123abcd.trtmigrate-tmp": False,
        f".a.py.{alive}-0123abcd.trtmigrate-tmp": True,
        ".a.py.mine.trtmigrate-tmp": True,
        f"a.py.{dead}-0123abcd.trtmigrate-tmp": True,
        ".a.py.x1.tmp": True,
        "a.py": True,
    }
    for name in names:
        (tmp_path / name).write_bytes(b"")
    removed = remove_leftovers([tmp_path, tmp_path / "nowhere"])
    assert {path.name for path in removed} == {name for name, stays in names.items() if not stays}
    assert set(leftovers(tmp_path)) == {name for name, stays in names.items() if stays}


def test_what_a_killed_run_has_left_beside_a_report_is_removed(tmp_path: Path) -> None:
    left = tmp_path / f".page.html.{dead_process()}-0123abcd.trtmigrate-tmp"
    left.write_bytes(b"half")
    write_file(tmp_path / "page.html", b"whole")
    assert leftovers(tmp_path) == ["page.html"]


def test_interrupt_leaves_the_original_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.py"]
