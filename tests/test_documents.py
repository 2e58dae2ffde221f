"""Documents and docstrings: their blocks of code are programs, and all else stays as it is."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_cli import run
from trtmigrate import FileResult, Status, migrate_source
from trtmigrate.engine import migrate_bytes
from trtmigrate.options import Options
from trtmigrate.report.diff import unified_diff
from trtmigrate.sources.discover import discover
from trtmigrate.sources.documents import same_but_docstrings
from trtmigrate.sources.imports import module_names
from trtmigrate.sources.project import outside_of_each

DOCUMENTS = Path(__file__).parent / "documents"
GIVEN = "import tensorrt as trt\nengine: trt.ICudaEngine = given()\n"


def fenced(*blocks: str) -> str:
    return "\n".join(f"```python\n{block.rstrip()}\n```\n" for block in blocks)


def migrated(text: str, path: str = "a.md", **options: object) -> FileResult:
    result = migrate_source(text, path=path, docs=True, **options)  # type: ignore[arg-type]
    assert result.error is None
    return result


def codes(result: FileResult) -> list[tuple[int, str]]:
    return [(f.line, f.code) for f in result.findings]


# Whole files


@pytest.mark.parametrize("before", sorted(DOCUMENTS.glob("*.before.*")), ids=lambda p: p.name)
def test_before_becomes_after_byte_for_byte(before: Path) -> None:
    after = before.with_name(before.name.replace(".before.", ".after.")).read_text("utf-8")
    result = migrated(before.read_text("utf-8"), before.name)
    assert (result.status, result.after) == (Status.MIGRATED, after)
    again = migrated(after, before.name)
    assert (again.findings, again.changed) == ((), False)


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.unchanged.*")), ids=lambda p: p.name)
def test_document_that_is_not_concerned_stays_without_a_finding(path: Path) -> None:
    result = migrated(path.read_text("utf-8"), path.name)
    assert (result.findings, result.changed) == ((), False)


@pytest.mark.parametrize("name", ["steps.before.md", "session.before.rst", "docstrings.before.py"])
def test_finding_says_line_and_column_of_the_file(name: str) -> None:
    text = (DOCUMENTS / name).read_text("utf-8")
    lines = text.split("\n")
    findings = migrated(text, name).findings
    assert len(findings) >= 5
    for found in findings:
        assert found.line == found.end_line
        shown = lines[found.line - 1][found.column - 1 : found.end_column - 1]
        assert found.member.rpartition(".")[2] in shown
        assert shown == shown.strip()


# What stays


@pytest.mark.parametrize("name", ["a.md", "a.markdown", "a.rst", "a.py"])
def test_line_ends_and_a_missing_last_one_stay(name: str) -> None:
    session = f">>> {GIVEN.splitlines()[0]}\n>>> engine.num_bindings\n2\n"
    text = {
        ".rst": f"Title\n=====\n\n{session.rstrip()}",
        ".py": f'"""Text.\n\n{session}"""',
    }.get(Path(name).suffix, f"```py\n{GIVEN}engine.num_bindings\n```")
    before = text.replace("\n", "\r\n")
    assert migrated(before, name).after == before.replace("num_bindings", "num_io_tensors")


@settings(max_examples=10)
@given(
    st.lists(st.text(alphabet="ab `*:>.#\t|é", max_size=12), max_size=5),
    st.sampled_from(["", "  ", "    ", "\t"]),
    st.sampled_from(["```", "````", "~~~", "~~~~~"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_all_outside_of_a_changed_line_stays(
    prose: list[str], margin: str, fence: str, newline: str
) -> None:
    around = [line for line in prose if not re.match(r"\s*(```|~~~|<!--)", line)]
    block = ["import tensorrt as trt", "", "engine: trt.ICudaEngine = given()", "x = 1  \t"]
    block = [f"{fence}python", *block, "engine.num_bindings  # é", fence]
    text = newline.join([*around, *(margin + line for line in block), *around])
    assert migrated(text).after == text.replace("num_bindings", "num_io_tensors")


def test_lines_of_a_block_that_stay_are_written_as_they_were() -> None:
    block = (
        f"  {GIVEN.splitlines()[0]}\n \n  engine: trt.ICudaEngine = x\n\t\n  engine.num_bindings"
    )
    text = f"```python\n{block}\n```\n"
    assert migrated(text).after == text.replace("num_bindings", "num_io_tensors")


def test_docstrings_stay_unless_they_are_asked_for() -> None:
    text = (DOCUMENTS / "docstrings.before.py").read_text("utf-8")
    result = migrate_source(text, path="a.py")
    assert codes(result) == [(46, "TRT101")]
    assert ">>> engine.num_bindings" in (result.after or "")


@pytest.mark.parametrize("comment", ["<!-- trtmigrate: ignore -->\n", ".. trtmigrate: ignore\n\n"])
def test_comment_leaves_the_block_below_alone_and_no_other(comment: str) -> None:
    text = f"```python\n{GIVEN}engine.num_bindings\n```\n"
    result = migrated(f"{comment}{text}\n{text}")
    assert result.after == f"{comment}{text}\n{text.replace('num_bindings', 'num_io_tensors')}"


def test_no_comment_of_ours_is_written_into_a_document() -> None:
    left = "def f(x):\n    trt.CaffeParser(x)\n"
    for option in ("todo", "add_ignores"):
        result = migrated(fenced(GIVEN, left), **{option: True})
        assert (result.status, result.changed) == (Status.PARTIAL, False)
        source = f'"""Text.\n\n>>> trt.CaffeParser(x)\n"""\n{GIVEN}trt.CaffeParser(engine)\n'
        in_code = migrated(source, "a.py", **{option: True})
        assert (in_code.after or "").startswith(source.partition("import")[0])
        assert (in_code.after or "").count("# ") == 1


# What is not read


@pytest.mark.parametrize(
    "block", ["print engine.num_bindings", "$ engine.num_bindings", "if x:\nengine.num_bindings"]
)
def test_block_that_does_not_parse_is_passed_by_and_said(block: str) -> None:
    text = fenced(GIVEN, block, "n = engine.num_bindings")
    result = migrated(text)
    line = text.split("\n").index(block.split("\n")[-1]) + 1
    assert codes(result) == [(line, "TRT009"), (text.count("\n") - 1, "TRT101")]
    assert result.status is Status.PARTIAL
    assert result.after == text.replace("n = engine.num_bindings", "n = engine.num_io_tensors")


def test_block_that_does_not_parse_and_has_no_removed_member_is_no_matter() -> None:
    assert migrated(fenced(GIVEN, "print x", "engine.num_io_tensors")).findings == ()


@pytest.mark.parametrize("opening", ['"""Text.\\n', '"""\\', 'b"""', 'f"""'])
def test_docstring_that_the_file_does_not_show_as_it_is_stays(opening: str) -> None:
    text = f'def f():\n    {opening}\n    >>> engine.num_bindings\n    """\n{GIVEN}'
    result = migrated(text, "a.py")
    assert not result.changed
    assert codes(result) == ([(3, "TRT009")] if "\\" in opening else [])


def test_prompt_on_the_first_line_of_a_docstring_is_said() -> None:
    result = migrated(f'def f():\n    """>>> engine.num_bindings\n    """\n{GIVEN}', "a.py")
    assert (codes(result), result.changed) == ([(2, "TRT009")], False)


def test_text_that_would_mean_more_in_a_docstring_is_not_written() -> None:
    before = '"""A\n\n>>> x\n"""\ny = 1\n'
    assert same_but_docstrings(before, before.replace(">>> x", ">>> z"))
    assert not same_but_docstrings(before, before.replace(">>> x", ">>> '\\n'"))
    assert not same_but_docstrings(before, before.replace(">>> x", '"""'))
    assert not same_but_docstrings(before, before.replace("y", "z"))


# Programs


def test_block_uses_what_an_earlier_one_has_made() -> None:
    made = "engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(x)"
    text = fenced(f"import tensorrt as trt\n{made}", "context = engine.create_execution_context()")
    after = migrated(text + fenced("context.set_binding_shape(0, (1, 3))")).after or ""
    assert "context.set_input_shape(engine.get_tensor_name(0), (1, 3))" in after


def test_program_that_is_shown_again_fetches_its_own_names() -> None:
    whole = (
        "import tensorrt as trt\n"
        "engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan())\n"
        "for i in range(engine.num_bindings):\n"
        "    print(engine.get_binding_name(i), engine.get_binding_shape(i), "
        "engine.get_binding_dtype(i))\n"
    )
    after = migrated(fenced(whole, whole)).after or ""
    assert after == fenced(*[after.split("```")[1].removeprefix("python\n")] * 2)
    assert after.count("get_tensor_name(i)") == 2


def test_block_goes_on_with_the_program_whose_names_it_reads() -> None:
    other = "import torch\nmodel = torch.load('x')\nengine2 = model.num_bindings\n"
    text = fenced(GIVEN, GIVEN.replace("engine", "model"), "engine.num_bindings")
    assert migrated(text).after == text.replace("num_bindings", "num_io_tensors")
    assert migrated(fenced(other)).findings == ()


def test_import_that_a_block_leaves_out_is_that_of_the_document() -> None:
    text = fenced("import tensorrt\n", "def f(e: tensorrt.ICudaEngine):\n    e.num_bindings\n")
    assert "e.num_io_tensors" in (migrated(text).after or "")
    text = fenced("engine: trt.ICudaEngine = given()\nengine.num_bindings\n")
    assert migrated(text + "\nThis is TensorRT.\n").changed


def test_import_that_an_edit_needs_is_written_into_the_first_block() -> None:
    text = fenced("x = 1", "def f(context):\n    return context.engine.binding_is_input('a')")
    after = migrated(text).after or ""
    assert after.startswith("```python\nimport tensorrt as trt\n")
    assert "get_tensor_mode('a') == trt.TensorIOMode.INPUT" in after


def test_statement_of_a_session_goes_with_its_prompt_and_its_output() -> None:
    text = (
        "TensorRT:\n\n>>> import tensorrt as trt\n>>> builder = trt.Builder(trt.Logger())\n"
        ">>> builder.max_batch_size = 1\n>>> builder\n<Builder>\n"
    )
    result = migrated(text, "a.rst")
    assert result.after == text.replace(">>> builder.max_batch_size = 1\n", "")


def test_each_statement_of_a_session_has_its_prompt() -> None:
    text = f">>> {'>>> '.join(GIVEN.splitlines(keepends=True))}"
    text += ">>> context = engine.create_execution_context()\n"
    text += ">>> context.execute_async_v2([1, 2], 0)\nTrue\n"
    after = migrated(text, "a.rst").after or ""
    assert all(line.startswith((">>> ", "... ", "True")) for line in after.splitlines())
    assert after.endswith(">>> context.execute_async_v3(0)\nTrue\n")


@pytest.mark.parametrize(
    "info", ["python", "py", "python3", "Python title='a'", "{python}", "{.python .x}", "pycon"]
)
def test_language_of_a_fence_is_python(info: str) -> None:
    text = f"``` {info}\n{GIVEN}engine.num_bindings\n```\n"
    assert migrated(text).changed
    assert migrated(text.replace("```", "~~~")).changed
    assert migrated(f"```{{code-block}} python\n:linenos:\n\n{GIVEN}engine.num_bindings\n").changed


@pytest.mark.parametrize("info", ["", "python-repl", "text", "pyi", "bash", "c++", "python2"])
def test_language_of_a_fence_is_another(info: str) -> None:
    result = migrated(f"```{info}\n{GIVEN}engine.num_bindings\n```\n")
    assert (result.findings, result.changed) == ((), False)


def test_edits_of_each_program_can_be_wanted_alone() -> None:
    text = fenced(GIVEN + "engine.num_bindings", GIVEN + "engine.num_bindings")
    source = f'"""Text.\n\n{text}"""\n{GIVEN}engine.num_bindings\n'
    for data, path in ((text, "a.md"), (source, "a.py")):
        whole = migrated(data, path)
        units = [found.unit for found in whole.findings]
        assert len(set(units)) == len(units) > 1
        for found in whole.findings:
            options = Options(units=frozenset({found.unit or 0}), docs=True)
            after = migrate_bytes(data.encode(), path, options).after or ""
            pairs = zip(data.split("\n"), after.split("\n"), strict=True)
            changed = [number for number, (old, new) in enumerate(pairs, 1) if old != new]
            assert changed == [found.line]


def test_what_a_document_does_with_a_module_of_the_run_is_known() -> None:
    text = fenced("import model", "m = model.Model()\nm.pointers[0] = 7", "print x")
    outside = outside_of_each({"model.py": b"class Model: ...", "use.md": text.encode()})
    assert {"Model", "pointers"} <= outside["model.py"].names
    assert outside["model.py"].written == {"pointers"}


def test_document_is_no_module() -> None:
    assert list(module_names("docs/utils.md")) == []
    assert "utils" in module_names("docs/utils.py")


# Runs


def test_documents_of_a_folder_are_found_only_when_asked_for(tmp_path: Path) -> None:
    for name in ("a.md", "b.rst", "c.markdown", "d.py", "e.txt", "f.mdx"):
        (tmp_path / name).write_text("")
    assert [path.name for path in discover(tmp_path).files] == ["d.py"]
    found = [path.name for path in discover(tmp_path, docs=True).files]
    assert found == ["a.md", "b.rst", "c.markdown", "d.py"]


def test_folder_without_python_files_is_an_error_only_without_docs(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(fenced(GIVEN, "engine.num_bindings"))
    assert "no Python files here" in run(str(tmp_path)).output
    assert run(str(tmp_path), "--docs", "--check").exit_code == 1
    assert run(str(tmp_path), "--docs", "--write").exit_code == 0
    assert run(str(tmp_path), "--docs", "--check").exit_code == 0


def test_configuration_asks_for_documents(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(fenced(GIVEN, "engine.num_bindings"))
    (tmp_path / "a.py").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.trtmigrate]\ndocs = true\n")
    assert "a.md:7:1 TRT101" in run(str(tmp_path), "--output-format", "concise").output


def test_document_that_is_named_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(fenced(GIVEN, "engine.num_bindings"))
    shown = json.loads(run(str(path), "--output-format", "json").stdout)["files"][0]["findings"]
    assert [(f["line"], f["column"], f["code"]) for f in shown] == [(7, 1, "TRT101")]
    result = run("-", "--stdin-filename", "a.md", stdin=path.read_text())
    assert result.stdout == path.read_text().replace("num_bindings", "num_io_tensors")


def test_diff_of_a_document_is_one_that_git_applies(tmp_path: Path) -> None:
    before = (DOCUMENTS / "session.before.rst").read_text("utf-8")
    (tmp_path / "a.rst").write_text(before)
    diff = unified_diff(migrated(before, "a.rst"))
    subprocess.run(["git", "apply"], input=diff, text=True, cwd=tmp_path, check=True)
    assert (tmp_path / "a.rst").read_text() == (DOCUMENTS / "session.after.rst").read_text("utf-8")
