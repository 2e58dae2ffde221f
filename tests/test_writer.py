"""Bytes survive decoding and encoding; files are replaced whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trtmigrate.sources import writer
from trtmigrate.sources.writer import Source, SourceError, WriteError, decode, encode, replace_file


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


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_failure_at_any_step_leaves_the_original_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    monkeypatch.setattr(writer.os, step, fail)
    with pytest.raises(WriteError, match="No space left on device"):
        replace_file(path, before=b"old", after=b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.py"]


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
