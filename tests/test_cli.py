"""The command line as scripts and people meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from click.testing import CliRunner, Result

import trtmigrate
from trtmigrate import batch
from trtmigrate.cli import cli
from trtmigrate.sources import config

OLD = """\
import tensorrt as trt


def count(engine: trt.ICudaEngine) -> int:
    return engine.num_bindings
"""
NEW = OLD.replace("num_bindings", "num_io_tensors")
LEFT = "import tensorrt as trt\n\nparser = trt.UffParser()\n"
PYTHON_2 = 'import tensorrt\n\nprint "num_bindings"\n'


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(cli, [str(a) for a in arguments], stdin, standalone_mode=False)
    if isinstance(result.exception, click.ClickException):
        result.exit_code = result.exception.exit_code
        return result
    if result.exception is not None:
        raise result.exception
    result.exit_code = result.return_value
    return result


def spawn(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """The console script, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "trtmigrate", *map(str, arguments)],
        capture_output=True,
        text=True,
        **options,  # type: ignore[call-overload]
    )


def on_terminal(*arguments: str, environment: dict[str, str]) -> bytes:
    """What a run with something to do shows on a terminal."""
    import pty

    ours, theirs = pty.openpty()
    inherited = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "trtmigrate", *arguments],
        stdout=theirs,
        env=inherited | {"TERM": "xterm"} | environment,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass  # Linux says EIO where the other side has closed
    os.close(ours)
    assert process.wait() == 1
    return shown


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets processes in other folders find this package, installed or not."""
    monkeypatch.setenv("PYTHONPATH", str(Path(trtmigrate.__file__).parents[1]))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# What is done


def test_dry_run_reports_and_changes_nothing(folder: Path) -> None:
    path = write("a.py", OLD)
    result = run("a.py")
    assert result.exit_code == 1
    assert "a.py:5:12 TRT101" in result.stdout
    assert path.read_text() == OLD


def test_diff_is_added_to_the_report(folder: Path) -> None:
    write("a.py", OLD)
    result = run("a.py", "--diff")
    assert "a.py:5:12 TRT101" in result.stdout
    assert "-    return engine.num_bindings\n+    return engine.num_io_tensors\n" in result.stdout


def test_report_with_diff_is_a_patch(folder: Path) -> None:
    paths = [write("a.py", OLD), write("b/c.py", OLD.replace("\n", "\r\n"))]
    report = spawn(".", "--diff", cwd=folder).stdout
    Path("changes.patch").write_bytes(
        subprocess.run(
            [sys.executable, "-m", "trtmigrate", ".", "--diff"],
            capture_output=True,
            cwd=folder,
            check=False,
        ).stdout
    )
    assert "TRT101" in report
    subprocess.run(["git", "apply", "changes.patch"], cwd=folder, check=True)
    assert paths[0].read_bytes() == NEW.encode()
    assert paths[1].read_bytes() == NEW.replace("\n", "\r\n").encode()


def test_write_applies_and_a_second_run_has_nothing_to_do(folder: Path) -> None:
    path = write("a.py", OLD)
    assert run("a.py", "--write").exit_code == 0
    assert path.read_text() == NEW
    assert run("a.py").exit_code == 0


def test_write_keeps_line_endings_mark_and_mode(folder: Path) -> None:
    data = b"\xef\xbb\xbf" + OLD.replace("\n", "\r\n").encode()
    path = write("a.py", data)
    path.chmod(0o755)
    run("a.py", "--write")
    assert path.read_bytes() == data.replace(b"num_bindings", b"num_io_tensors")
    assert path.stat().st_mode & 0o777 == 0o755


def test_what_is_left_makes_exit_code_1_after_write_too(folder: Path) -> None:
    write("a.py", LEFT)
    assert run("a.py").exit_code == run("a.py", "--write").exit_code == 1


def test_nothing_to_do_is_exit_code_0(folder: Path) -> None:
    write("a.py", NEW)
    for flags in ((), ("--check",), ("--write",), ("--diff",)):
        assert run("a.py", *flags).exit_code == 0


def test_detailed_exit_code_is_a_matter_of_choice(folder: Path) -> None:
    write("a.py", OLD)
    write("b.py", LEFT)
    assert run("a.py", "b.py").exit_code == 1
    assert run("a.py", "b.py", "--exit-code", "detailed").exit_code == 5
    assert run("a.py", "b.py", "--exit-code", "detailed", "--write").exit_code == 4
    assert run("a.py", "--exit-code", "detailed").exit_code == 0


def test_check_changes_nothing_and_says_that_something_would_change(folder: Path) -> None:
    path = write("a.py", OLD)
    assert run("a.py", "--check").exit_code == 1
    assert path.read_text() == OLD


def test_select_and_ignore_take_codes_and_prefixes(folder: Path) -> None:
    write("a.py", OLD)
    for flags in (["--ignore", "TRT101"], ["--ignore", "TRT1"], ["--select", "TRT001,TRT102"]):
        assert run("a.py", *flags).exit_code == 0
    assert run("a.py", "--select", "TRT1").exit_code == 1
    assert run("a.py", "--select", "TRT102", "--select", "TRT101").exit_code == 1


def test_file_named_twice_is_handled_once(folder: Path) -> None:
    write("src/a.py", OLD)
    Path("link.py").symlink_to("src/a.py")
    report = json.loads(run("src", "src/a.py", "link.py", "--output-format", "json").stdout)
    assert [file["path"] for file in report["files"]] == ["src/a.py"]


def test_requirements_are_left_alone_if_asked(folder: Path) -> None:
    write("a.py", OLD)
    write("requirements.txt", "tensorrt==8.6.1\n")
    write("setup.py", 'from setuptools import setup\nsetup(install_requires=["tensorrt<9"])\n')
    assert run(".", "--write", "--no-requirements").exit_code == 0
    assert Path("a.py").read_text() == NEW
    assert Path("requirements.txt").read_text() == "tensorrt==8.6.1\n"
    assert "tensorrt<9" in Path("setup.py").read_text()
    assert run(".", "--write").exit_code == 0
    assert Path("requirements.txt").read_text() == "tensorrt>=10,<11\n"


def test_excluded_files_are_left_out(folder: Path) -> None:
    write("a.py", NEW)
    write("vendor/b.py", OLD)
    assert run(".", "--exclude", "vendor/").exit_code == 0


def test_number_of_processes_does_not_change_the_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    for number in range(5):
        write(f"f{number}.py", OLD)
    write("left.py", LEFT)
    one, two = run(".", "-j", "1"), run(".", "--jobs", "2")
    assert (one.stdout, one.exit_code) == (two.stdout, two.exit_code)
    assert run(".", "-j", "0").exit_code == 2


def test_files_are_written_though_nobody_reads_the_report(folder: Path) -> None:
    paths = [write("a.py", OLD), write("b.py", OLD)]
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "trtmigrate", ".", "--write"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
    assert [path.read_text() for path in paths] == [NEW, NEW]


# Standard input


def test_result_of_standard_input_goes_to_standard_output(folder: Path) -> None:
    result = run("-", stdin=OLD)
    assert result.stdout == NEW
    assert result.exit_code == 0
    assert "TRT101" in result.stderr


def test_bytes_of_standard_input_survive(folder: Path) -> None:
    data = b"# coding: latin-1\r\nimport tensorrt  # \xe9\nn = 1"
    result = run("-", stdin=data)
    assert result.stdout_bytes == data


def test_stdin_filename_names_the_source_and_finds_its_configuration(folder: Path) -> None:
    write("sub/pyproject.toml", "[tool.trtmigrate]\nignore = ['TRT101']\n")
    result = run("-", "--stdin-filename", "sub/a.py", stdin=OLD)
    assert (result.stdout, result.exit_code) == (OLD, 0)
    result = run("-", "--stdin-filename", "b.py", stdin=OLD)
    assert "b.py:5:12 TRT101" in result.stderr


def test_diff_and_check_of_standard_input_are_dry_runs(folder: Path) -> None:
    diff = run("-", "--diff", "-q", stdin=OLD)
    assert diff.stdout.startswith("--- a/<stdin>\n")
    assert diff.exit_code == 1
    check = run("-", "--check", stdin=OLD)
    assert check.exit_code == 1
    assert NEW not in check.stdout


def test_source_that_does_not_parse_gives_nothing_on_standard_output(folder: Path) -> None:
    result = run("-", stdin=PYTHON_2)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr.splitlines()[-1].startswith("<stdin>:3: ")


# Reports


def test_json_report(folder: Path) -> None:
    write("a.py", OLD)
    report = json.loads(run("a.py", "--output-format", "json").stdout)
    assert report["files"][0]["status"] == "migrated"
    assert report["files"][0]["findings"][0]["member"] == "ICudaEngine.num_bindings"
    assert report["target"] == "10"


def test_sarif_and_github_reports(folder: Path) -> None:
    write("a.py", OLD)
    sarif = json.loads(run("a.py", "--output-format", "sarif").stdout)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "TRT101"
    assert run("a.py", "--output-format", "github").stdout.startswith("::warning file=a.py,line=5")


def test_html_page_is_written_beside_the_report(folder: Path) -> None:
    write("a.py", OLD)
    assert "TRT101" in run("a.py", "--html", "page.html").stdout
    assert "TRT101" in Path("page.html").read_text()


def test_html_page_that_cannot_be_written_is_one_line(folder: Path) -> None:
    write("a.py", OLD)
    result = spawn("a.py", "--html", "no/page.html", cwd=folder)
    assert result.returncode == 2
    assert result.stderr == "Error: no/page.html: No such file or directory\n"


def test_html_page_never_takes_the_place_of_a_source(folder: Path) -> None:
    write("a.py", OLD)
    result = spawn("a.py", "--html", "a.py", cwd=folder)
    assert result.returncode == 2
    assert Path("a.py").read_text() == OLD
    assert "has to end in .html" in result.stderr


def test_quiet_prints_errors_alone(folder: Path) -> None:
    write("a.py", OLD)
    write("b.py", PYTHON_2)
    result = run(".", "-q")
    assert result.stdout == ""
    assert result.stderr.startswith("b.py:3: ")
    assert result.stderr.count("\n") == 1


def test_verbose_names_every_file(folder: Path) -> None:
    write("a.py", NEW)
    assert "a.py unchanged" in run("a.py", "-v").stdout


def test_report_in_a_pipe_is_plain(folder: Path) -> None:
    write("a.py", OLD)
    assert "\x1b" not in spawn("a.py", "--diff", cwd=folder).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("extra", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_report_on_a_terminal_has_colour_unless_it_is_not_wanted(
    folder: Path, extra: dict[str, str], coloured: bool
) -> None:
    write("a.py", OLD)
    shown = on_terminal("a.py", environment=extra)
    assert b"TRT101" in shown
    assert (b"\x1b[" in shown) is coloured


def test_colour_can_be_forced_in_a_pipe(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.py", OLD)
    assert "\x1b[" in run("a.py", "--color", "always").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("a.py").stdout
    assert "\x1b[" not in run("a.py", "--color", "never").stdout


def test_concise_report_has_a_line_for_each_finding(folder: Path) -> None:
    write("a.py", OLD)
    first = run("a.py", "--output-format", "concise").stdout.splitlines()[0]
    assert first.startswith("a.py:5:12 TRT101 ") and first.endswith(" [fixable]")


def test_statistics_count_instead_of_listing(folder: Path) -> None:
    write("a.py", OLD)
    lines = run("a.py", "--statistics").stdout.splitlines()
    assert lines[0].split() == ["1", "TRT101", "1", "safe"]
    assert "a.py" not in "".join(lines)


# Configuration


def test_configuration_beside_the_path_counts(folder: Path) -> None:
    write("a.py", OLD)
    write("pyproject.toml", "[tool.trtmigrate]\nignore = ['TRT101']\n")
    assert run("a.py").exit_code == 0
    assert run("a.py", "--no-config").exit_code == 1


def test_configuration_of_a_project_counts_however_its_paths_are_given(folder: Path) -> None:
    write("pyproject.toml", "[tool.trtmigrate]\nignore = ['trt102']\n")
    write("sub/pyproject.toml", "[tool.trtmigrate]\nignore = ['TRT101']\n")
    write("sub/b.py", OLD)
    for path in (".", "sub", "sub/b.py", "./sub/../sub/b.py"):
        assert run(path).exit_code == 1, path


def test_configuration_below_the_path_counts_for_its_folder(folder: Path) -> None:
    write("sub/pyproject.toml", "[tool.trtmigrate]\nexclude = ['c.py']\nignore = ['TRT101']\n")
    for name in ("sub/b.py", "sub/c.py", "a.py"):
        write(name, OLD)
    report = json.loads(run(".", "--output-format", "json").stdout)
    assert {file["path"]: len(file["findings"]) for file in report["files"]} == {
        "a.py": 1,
        "sub/b.py": 0,
    }


def test_codes_are_taken_in_any_case(folder: Path) -> None:
    write("a.py", OLD)
    assert run("a.py", "--ignore", "trt101").exit_code == 0
    assert run("a.py", "--select", "Trt1").exit_code == 1
    write("b.py", OLD.replace("num_bindings", "num_bindings  # trtmigrate: ignore[trt101]"))
    assert run("b.py").exit_code == 0


def test_configuration_that_was_asked_for_has_to_have_our_table(folder: Path) -> None:
    write("a.py", OLD)
    write("other.toml", "[tool.ruff]\n")
    result = spawn("a.py", "--config", "other.toml", cwd=folder)
    assert (result.returncode, result.stdout) == (2, "")
    assert "other.toml: has no table [tool.trtmigrate]" in result.stderr


def test_line_length_is_taken_from_the_formatter_of_the_project(folder: Path) -> None:
    write("pyproject.toml", "[tool.black]\nline-length = 31\n")
    stdin = ("-", "--stdin-filename", "a.py")
    assert max(map(len, run(*stdin, stdin=OLD).stdout.splitlines()[4:])) <= 31
    assert run(*stdin, "--no-config", stdin=OLD).stdout == NEW


def test_configuration_that_is_shown_is_one_that_can_be_used(folder: Path) -> None:
    write("a.py", OLD)
    write(
        "pyproject.toml",
        "[tool.ruff]\nline-length = 77\n[tool.trtmigrate]\nignore = ['TRT102']\n"
        "[tool.trtmigrate.per-file-ignores]\n'old/' = ['TRT1']\n",
    )
    shown = run("a.py", "--show-config", "--select", "trt1")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[0] == f"# {folder / 'pyproject.toml'}"
    assert "line-length = 77\n" in shown.stdout
    assert 'select = ["TRT1"]\n' in shown.stdout
    assert Path("a.py").read_text() == OLD
    other = write("shown/pyproject.toml", shown.stdout)
    options = config.load(other)
    assert (options.select, options.ignore) == (("TRT1",), ("TRT102",))
    assert options.per_file_ignores[0][1] == ("TRT1",)


def test_shown_configuration_says_that_there_is_none(folder: Path) -> None:
    write("a.py", OLD)
    assert run(".", "--show-config").stdout.startswith("# no configuration\n[tool.trtmigrate]\n")


def test_each_path_has_its_own_configuration(folder: Path) -> None:
    write("one/a.py", OLD)
    write("one/pyproject.toml", "[tool.trtmigrate]\nexclude = ['a.py']\n")
    write("one/b.py", NEW)
    write("two/a.py", OLD)
    report = json.loads(run("one", "two", "--output-format", "json").stdout)
    assert [file["path"] for file in report["files"]] == ["one/b.py", "two/a.py"]


def test_per_file_ignores_count(folder: Path) -> None:
    write("old/a.py", OLD)
    write("new/a.py", OLD)
    write("c.toml", "[tool.trtmigrate.per-file-ignores]\n'old/' = ['TRT1']\n")
    report = json.loads(run(".", "--config", "c.toml", "--output-format", "json").stdout)
    assert [len(file["findings"]) for file in report["files"]] == [1, 0]


def test_command_line_has_the_last_word(folder: Path) -> None:
    write("a.py", OLD)
    write("pyproject.toml", "[tool.trtmigrate]\nselect = ['TRT102']\ntarget = '8.6'\n")
    result = run("a.py", "--select", "TRT101", "--target", "11", "--output-format", "json")
    report = json.loads(result.stdout)
    assert report["target"] == "11"
    assert report["summary"]["findings"] == 1


@pytest.mark.parametrize(
    "table", ["targt = '10'", "ignore = ['NOPE1']", "target = '3'", "select = 'TRT101'", "x"]
)
def test_configuration_that_cannot_be_used_is_named(folder: Path, table: str) -> None:
    write("a.py", OLD)
    write("pyproject.toml", f"[tool.trtmigrate]\n{table}\n")
    result = spawn("a.py", cwd=folder)
    assert result.returncode == 2
    assert "pyproject.toml: " in result.stderr
    assert "Traceback" not in result.stderr


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.py", "--select", "NOPE"], "no rule has the code 'NOPE'"),
        (["a.py", "--ignore", "TRT1x"], "no rule has the code 'TRT1X'"),
        (["a.py", "--select", ""], "no rule has the code ''"),
        (["a.py", "--target", "9.9"], "9.9"),
        (["a.py", "--target", "ten"], "ten"),
        (["a.py", "--check", "--write"], "--check"),
        (["a.py", "-"], "'-'"),
        (["a.py", "--nope"], "--nope"),
        (["a.py", "--config", "nowhere.toml"], "nowhere.toml"),
        (["a.py", "--output-format", "xml"], "xml"),
        (["--write"], "PATH"),
        (["explain", "nope"], "neither a code nor a member of TensorRT"),
        (["explain"], "CODE|MEMBER"),
        (["rules", "TRT9999"], "no rule has the code 'TRT9999'"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_why(
    folder: Path, arguments: list[str], words: str
) -> None:
    write("a.py", OLD)
    result = run(*arguments)
    assert result.exit_code == 2
    assert isinstance(result.exception, click.ClickException)
    assert words in result.exception.format_message()
    assert Path("a.py").read_text() == OLD


@pytest.mark.parametrize("arguments", [["a.py", "--nope"], ["a.py", "--check", "--write"]])
def test_usage_errors_name_the_program_and_no_hidden_command(
    folder: Path, arguments: list[str]
) -> None:
    result = spawn(*arguments, cwd=folder)
    assert result.returncode == 2
    assert result.stderr.startswith(
        "Usage: trtmigrate [OPTIONS] PATH...\nTry 'trtmigrate --help' for help.\n"
    )


def test_paths_with_different_targets_are_refused(folder: Path) -> None:
    for name, target in (("one", "10"), ("two", "11")):
        write(f"{name}/a.py", OLD)
        write(f"{name}/pyproject.toml", f"[tool.trtmigrate]\ntarget = '{target}'\n")
    assert run("one", "two").exit_code == 2
    assert run("one", "two", "--target", "10").exit_code == 1


# Bad input: one line each, exit code 2, the other files handled

DEEP = "import tensorrt\nx = engine.num_bindings" + "(" * 3000 + ")" * 3000 + "\n"
CHAIN = "import tensorrt\nx = engine.num_bindings" + " + 1" * 20000 + "\n"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (PYTHON_2.encode(), 3, ""),
        (b"import tensorrt\nx = (\n", None, ""),
        (b"import tensorrt\n\n\0\n", 3, "NUL"),
        (b"import tensorrt\nx = '\xe9'\n", 2, "0xe9"),
        (b"# coding: klingon\nimport tensorrt\n", 1, "klingon"),
        (b"\xef\xbb\xbf# coding: latin-1\nimport tensorrt\n", 1, "byte order mark"),
        (DEEP.encode(), None, "nested too deeply"),
        (CHAIN.encode(), None, "nested too deeply"),
    ],
    ids=["python-2", "open", "nul", "latin-1", "cookie", "bom-and-cookie", "nested", "chain"],
)
def test_file_that_is_no_python_is_one_line_and_the_others_are_written(
    folder: Path, data: bytes, line: int | None, words: str
) -> None:
    bad = write("bad.py", data)
    good = [write("a.py", OLD), write("z.py", OLD)]
    result = spawn(".", "--write", "-q", cwd=folder)
    assert result.returncode == 2
    assert bad.read_bytes() == data
    assert [path.read_text() for path in good] == [NEW, NEW]
    (error,) = result.stderr.splitlines()
    assert error.startswith("bad.py:" if line is None else f"bad.py:{line}: ")
    assert words in error


def test_bad_bytes_in_a_file_of_no_interest_are_nobodys_business(folder: Path) -> None:
    write("a.py", b"x = '\xe9'\n\0")
    assert run(".").exit_code == 0


def test_empty_file_is_fine(folder: Path) -> None:
    write("__init__.py", b"")
    assert run(".").exit_code == run("__init__.py", "--write").exit_code == 0
    assert Path("__init__.py").read_bytes() == b""


def test_missing_path_and_folder_without_python_are_named_and_the_rest_is_written(
    folder: Path,
) -> None:
    good = write("a.py", OLD)
    Path("empty").mkdir()
    result = run("nowhere", "empty", "a.py", "--write")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "nowhere: No such file or directory",
        "empty: no Python files here",
    ]
    assert good.read_text() == NEW


def test_read_only_file_is_named_and_the_rest_is_written(folder: Path) -> None:
    locked, good = write("a.py", OLD), write("b.py", OLD)
    locked.chmod(0o444)
    result = run(".", "--write")
    assert result.exit_code == 2
    assert result.stderr == "a.py: is read-only\n"
    assert (locked.read_text(), good.read_text()) == (OLD, NEW)
    assert sorted(path.name for path in folder.iterdir()) == ["a.py", "b.py"]


def test_file_that_changes_between_reading_and_writing_is_not_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.py", OLD)
    real = batch.write

    def late(outcome: batch.Outcome) -> batch.Outcome:
        path.write_text("# someone was here\n")
        return real(outcome)

    monkeypatch.setattr(batch, "write", late)
    result = run("a.py", "--write")
    assert result.exit_code == 2
    assert result.stderr == "a.py: changed on disk meanwhile, not overwritten\n"
    assert path.read_text() == "# someone was here\n"


HOSTILE_FOLDER = b"x\n::error::\x1b[31m[red]<"
HOSTILE_FILE = b"script>\xff<i>\x9b'\".py"  # with its folder, the path has </script>
HOSTILE_TEXT = "bindings  # </script><u onload=x>\x1b]0;t\x07[bold]::error::"


class Elements(HTMLParser):
    """Counts the elements of a page, and the attributes that run something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.handlers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows refuses")
@pytest.mark.parametrize("output_format", ["text", "concise", "json", "sarif", "github"])
@pytest.mark.parametrize("source", [OLD, PYTHON_2])
def test_hostile_name_is_shown_in_every_report(
    folder: Path, output_format: str, source: str
) -> None:
    os.makedirs(HOSTILE_FOLDER)
    name = os.fsdecode(HOSTILE_FOLDER + b"/" + HOSTILE_FILE)
    Path(name).write_text(source.replace("bindings", HOSTILE_TEXT))
    result = spawn(".", "--output-format", output_format, "--html", "page.html", "--diff")
    shown = (result.stdout + result.stderr).split("--- ")[0]
    assert "Traceback" not in result.stderr
    assert result.returncode == (1 if source == OLD else 2)
    assert not set("\x1b\x07\x9b\r\udcff") & set(shown)
    assert not any(line.startswith("::error::") for line in shown.splitlines())
    assert "[red]" in unquote(shown)  # no markup that is taken for a style
    if output_format == "json":
        (file,) = json.loads(result.stdout)["files"]
        assert file["path"] == name  # a program gets the name itself
    page = Path("page.html").read_text()
    assert "\x1b" not in page and "\\x1b[31m[red]" in page
    found = Elements(page)
    assert found.tags["script"] == 1 and not found.tags["i"] + found.tags["u"]
    assert found.handlers == []
    assert "default-src 'none'" in page and "unsafe" not in page


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_hostile_name_is_not_obeyed_by_a_terminal(folder: Path) -> None:
    os.makedirs(HOSTILE_FOLDER)
    Path(os.fsdecode(HOSTILE_FOLDER + b"/" + HOSTILE_FILE)).write_text(
        OLD.replace("bindings", HOSTILE_TEXT)
    )
    shown = on_terminal(".", "--diff", environment={"NO_COLOR": "1"})
    assert not set(b"\x1b\x07\x9b\xff") & set(shown)
    assert b"\\n::error::\\x1b[31m[red]</script>" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows refuses")
def test_diff_of_a_file_with_a_hostile_name_is_a_patch(folder: Path) -> None:
    path = write(os.fsdecode(b'a\n"\x1b\\b\xff\xc3\xa9.py'), OLD)
    diff = spawn(".", "--diff", "-q").stdout
    subprocess.run(["git", "apply", "-"], input=diff, text=True, check=True)
    assert path.read_text() == NEW


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("extra", [{}, {"NO_COLOR": "1"}])
def test_escapes_in_a_source_are_not_obeyed_by_a_terminal(
    folder: Path, extra: dict[str, str]
) -> None:
    write(
        "a.py", OLD.replace("count", "c").replace("return", "x = '\x1b]0;title\x07\u202e'; return")
    )
    shown = on_terminal("a.py", "--diff", environment=extra)
    assert b"\x1b]" not in shown and b"\x07" not in shown
    assert b"\\x1b]0;title\\x07\\u202e" in shown


# The other commands


def test_rules_are_listed(folder: Path) -> None:
    assert "ICudaEngine.num_bindings" in run("rules").stdout
    listed = json.loads(run("rules", "--output-format", "json").stdout)
    members = {member for rule in listed for member in rule["members"]}
    assert "ICudaEngine.num_bindings" in members
    assert {tuple(rule) for rule in listed} == {("code", "title", "safety", "members")}


@pytest.mark.parametrize("what", ["TRT101", "num_bindings", "trt.ICudaEngine.num_bindings"])
def test_rule_is_explained_by_code_and_by_member(what: str) -> None:
    result = run("explain", what)
    assert result.exit_code == 0
    assert result.stdout.startswith("TRT101: ")
    assert "What changed" in result.stdout


def test_several_rules_are_explained_at_once_and_each_once() -> None:
    text = run("explain", "TRT207", "TRT101", "num_bindings", "TRT207").stdout
    assert text.count("TRT207: ") == 1
    assert text.index("TRT207: ") < text.index("TRT101: ")


@pytest.mark.parametrize("what", ["execute_async_v3", "IExecutionContext.execute_async_v3"])
def test_member_that_is_new_is_explained_by_what_it_replaces(what: str) -> None:
    text = run("explain", what).stdout
    assert "IExecutionContext.execute_async_v3: there since TensorRT 8.5" in text
    assert "stream_handle" in text
    assert "IExecutionContext.execute_async_v2 (TRT203)" in text


def test_rules_of_a_series_are_listed_in_any_case() -> None:
    lines = run("rules", "trt1").stdout.splitlines()
    codes = [line.split()[0] for line in lines if line.startswith("TRT")]
    assert "TRT101" in codes and all(code.startswith("TRT1") for code in codes)
    listed = json.loads(run("rules", "TRT203", "--output-format", "json").stdout)
    assert [rule["code"] for rule in listed] == ["TRT203"]


def test_member_without_a_rule_is_explained_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trtmigrate.rules.all_rules", lambda: ())
    assert "is gone since TensorRT" in run("explain", "UffParser").stdout


def test_path_named_like_a_command_is_reached_with_dot_slash(folder: Path) -> None:
    write("rules/a.py", OLD)
    assert run("./rules").exit_code == 1


def test_command_of_a_missing_module_says_so_and_breaks_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("trtmigrate.cli._LAZY", {"verify": ("trtmigrate.nowhere", "x", "Compare.")})
    result = run("verify", "a.py")
    assert result.exit_code == 2
    assert isinstance(result.exception, click.ClickException)
    assert "'verify' cannot be used here" in result.exception.message
    assert "Compare." in run("--help").stdout


# The process


@pytest.mark.parametrize("argument", ["--help", "--version", "verify"])
def test_help_and_version_import_nothing_heavy(argument: str) -> None:
    program = (
        "import sys\n"
        "from trtmigrate.cli import cli\n"
        f"sys.argv = ['trtmigrate', {argument!r}, '--help']\n"
        "try:\n    cli.main(standalone_mode=False)\n"
        "finally:\n    print(sorted({'libcst', 'rich', 'numpy', 'onnx'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_run_over_files_of_no_interest_imports_neither_parser_nor_terminal(folder: Path) -> None:
    write("a.py", "x = 1\n")
    program = (
        "import sys\n"
        "from trtmigrate.cli import cli\n"
        "sys.argv = ['trtmigrate', '.']\n"
        "cli.main(standalone_mode=False)\n"
        "print({'libcst', 'rich'} & set(sys.modules))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout.splitlines()[-1] == "set()"


def test_help_names_options_commands_and_exit_codes() -> None:
    text = run("--help").stdout
    for word in ("--write", "--target", "rules", "explain", "verify", "Exit code 0"):
        assert word in text


def test_short_options_ask_for_help_and_version() -> None:
    assert run("-h").stdout == run("--help").stdout
    assert run("explain", "-h").stdout == run("explain", "--help").stdout
    assert run("-V").stdout == run("--version").stdout != ""


def test_closed_pipe_is_no_traceback(folder: Path) -> None:
    write("a.py", LEFT)
    process = subprocess.Popen(
        [sys.executable, "-m", "trtmigrate", "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert errors == b""


def test_module_runs_like_the_console_script() -> None:
    command = [sys.executable, "-m", "trtmigrate", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("trtmigrate ")
