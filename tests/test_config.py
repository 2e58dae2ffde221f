"""[tool.trtmigrate]: what is found, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from trtmigrate.options import Options, PathPattern
from trtmigrate.sources.config import ConfigError, Surroundings, load, unknown_codes
from trtmigrate.sources.plain_file import MOST_BYTES


def pyproject(folder: Path, table: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pyproject.toml"
    path.write_text(table, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    path = pyproject(
        tmp_path,
        """
        [tool.trtmigrate]
        target = "11"
        select = ["TRT1"]
        ignore = ["TRT102"]
        only-safe = true
        drop-old = true
        docs = true
        todo = true
        line-length = 72
        formatter = "black"
        exclude = ["vendor/"]
        [tool.trtmigrate.per-file-ignores]
        "old/*.py" = ["TRT103"]
        """,
    )
    base = str(tmp_path)
    assert load(path) == Options(
        target="11",
        select=("TRT1",),
        ignore=("TRT102",),
        only_safe=True,
        drop_old=True,
        docs=True,
        todo=True,
        line_length=72,
        formatter="black",
        exclude=(PathPattern(base, "vendor/"),),
        per_file_ignores=((PathPattern(base, "old/*.py"), ("TRT103",)),),
    )


def test_per_file_ignores_add_to_the_ignored_codes_of_matching_files_only(tmp_path: Path) -> None:
    options = Options(
        ignore=("TRT2",), per_file_ignores=((PathPattern(str(tmp_path), "old/*.py"), ("TRT1",)),)
    )
    assert options.ignored_in(tmp_path / "old" / "a.py") == ("TRT2", "TRT1")
    assert options.ignored_in(tmp_path / "new" / "a.py") == ("TRT2",)
    assert options.ignored_in(tmp_path.parent / "old" / "a.py") == ("TRT2",)


def found(folder: Path) -> Path | None:
    return Surroundings().configuration(folder)


def width(folder: Path) -> int | None:
    return Surroundings().line_length(folder)


def test_configuration_of_a_project_is_the_outermost_one(tmp_path: Path) -> None:
    outer = pyproject(tmp_path, "[tool.trtmigrate]\n")
    pyproject(tmp_path / "a", "[tool.ruff]\n")
    pyproject(tmp_path / "a" / "b", "[tool.trtmigrate]\n")
    assert found(tmp_path) == found(tmp_path / "a") == found(tmp_path / "a" / "b") == outer


def test_project_ends_at_a_git_folder(tmp_path: Path) -> None:
    pyproject(tmp_path, "[tool.trtmigrate]\n")
    inner = pyproject(tmp_path / "a" / "b", "[tool.trtmigrate]\n")
    (tmp_path / "a" / ".git").mkdir()
    assert found(tmp_path / "a" / "b") == inner
    assert found(tmp_path / "a") is None


def test_file_without_the_table_is_refused_where_it_was_asked_for(tmp_path: Path) -> None:
    path = pyproject(tmp_path, "[tool.ruff]\n")
    with pytest.raises(ConfigError, match=r"has no table \[tool.trtmigrate\]"):
        load(path)


def test_codes_are_taken_in_any_case(tmp_path: Path) -> None:
    path = pyproject(
        tmp_path,
        "[tool.trtmigrate]\nselect = ['trt1']\nignore = ['Trt102']\n"
        "[tool.trtmigrate.per-file-ignores]\na = ['trt103']\n",
    )
    assert load(path).codes() == ("TRT1", "TRT102", "TRT103")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 99\n", 99),
        ("pyproject.toml", "[tool.black]\nline-length = 101\n", 101),
        ("pyproject.toml", "[tool.black]\n", 88),
        ("pyproject.toml", "[tool.ruff]\nselect = ['E']\n", None),
        ("pyproject.toml", "[tool.ruff]\nline-length = 'x'\n", None),
        ("pyproject.toml", "[tool.black\n", None),
        ("ruff.toml", "line-length = 97\n", 97),
        (".ruff.toml", "line-length = 97\n", 97),
        (".editorconfig", "[*]\nmax_line_length = 96\n", 96),
        (".editorconfig", "[*.{js,py}]\nmax_line_length = 96\n", 96),
        (".editorconfig", "[*]\nmax_line_length = 80\n[*.py]\nMax_Line_Length=96\n", 96),
        (".editorconfig", "[*.js]\nmax_line_length = 96\n", None),
        (".editorconfig", "[*.py]\nmax_line_length = off\n", None),
        (".editorconfig", "max_line_length = 96\n", None),
    ],
)
def test_line_length_is_that_of_the_formatter_or_the_editor(
    tmp_path: Path, name: str, text: str, expected: int | None
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert width(tmp_path) == width(tmp_path / "sub" / "folder") == expected


def test_nearest_line_length_counts_and_in_a_folder_the_formatter(tmp_path: Path) -> None:
    pyproject(tmp_path, "[tool.ruff]\nline-length = 90\n")
    pyproject(tmp_path / "a", "[tool.black]\nline-length = 91\n")
    (tmp_path / "a" / ".editorconfig").write_text("[*]\nmax_line_length = 92\n")
    assert (width(tmp_path), width(tmp_path / "a"), width(tmp_path / "b")) == (90, 91, 90)


def test_path_with_dots_finds_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = pyproject(tmp_path / "a", "[tool.trtmigrate]\n")
    monkeypatch.chdir(tmp_path / "a")
    assert found(Path()) == found(Path("../a")) == inner


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.trtmigrate]\ntargt = '10'\n", "unknown key in [tool.trtmigrate]: targt"),
        ("[tool.trtmigrate]\nonly_safe = true\n", "unknown key"),
        ("[tool.trtmigrate]\ntarget = 10\n", "target: expected a string, found 10"),
        ("[tool.trtmigrate]\ntarget = '9.9'\n", "target: "),
        ("[tool.trtmigrate]\nselect = 'TRT1'\n", "select: expected a list of strings"),
        ("[tool.trtmigrate]\ntodo = 1\n", "todo: expected true or false"),
        ("[tool.trtmigrate]\nline-length = true\n", "line-length: expected a number of columns"),
        ("[tool.trtmigrate]\nexclude = ['!']\n", "exclude: "),
        ("[tool.trtmigrate]\nper-file-ignores = ['a']\n", "per-file-ignores: expected a table"),
        ("[tool]\ntrtmigrate = 1\n", "[tool.trtmigrate] is not a table"),
        ("[tool.trtmigrate\n", "line 1"),
        (f"[tool.trtmigrate]\nexclude = {['a'] * 1001}\n", "exclude: 1001 patterns"),
        ("x = " + "9" * 5000, "4300"),
        ("x = " + "[" * 5000, "nested too deeply"),
        ("[tool.trtmigrate]\nexclude = ['*a*a*a*b']\n", "exclude: '*a*a*a*b' takes too long"),
        ("[tool.trtmigrate]\nexclude = ['**/a/**/a/**/a/**/b']\n", "write several patterns"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_name_of_the_file(
    tmp_path: Path, text: str, words: str
) -> None:
    path = pyproject(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


def test_file_larger_than_any_configuration_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ConfigError, match="has more than 16 MiB"):
        Surroundings().configuration(tmp_path)
    assert width(tmp_path) is None


def test_braces_of_editors_are_spelled_out_only_if_they_are_few(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for count, expected in ((3, 96), (39, None)):
        section = f"[{'{a,b}' * (count - 1)}{{a.py,b}}]"
        text = section.replace("{a,b}", "{,b}") + "\nmax_line_length = 96\n"
        (tmp_path / ".editorconfig").write_text(text)
        assert width(tmp_path) == expected


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(path)


@pytest.mark.parametrize("code", ["T", "TRT", "TRT1", "TRT101"])
def test_code_or_its_beginning_is_known(code: str) -> None:
    assert unknown_codes([code], ["TRT101", "TRT201"]) == []


@pytest.mark.parametrize("code", ["", "X", "TRT9", "TRT1011", "trt101", "101"])
def test_anything_else_is_unknown(code: str) -> None:
    assert unknown_codes([code], ["TRT101", "TRT201"]) == [code]
