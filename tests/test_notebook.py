"""Notebooks: their cells in order are one program, and all else in the file stays as it is."""

from __future__ import annotations

import json
import re
import string
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_cli import run
from trtmigrate import FileResult, Status, migrate_source
from trtmigrate.findings import Report
from trtmigrate.report.diff import unified_diff
from trtmigrate.report.github import render_github
from trtmigrate.report.html import render_html
from trtmigrate.report.json import render_json
from trtmigrate.report.sarif import render_sarif
from trtmigrate.report.text import View, render_text
from trtmigrate.rules import all_rules
from trtmigrate.sources.gate import Interest, interest, searchable
from trtmigrate.sources.project import outside_of_each

NOTEBOOKS = Path(__file__).parent / "notebooks"
IMPORT = "import tensorrt as trt"
GIVEN = f"{IMPORT}\nengine: trt.ICudaEngine = given()"


def notebook(*sources: str | list[str], **more: object) -> str:
    """A notebook with these cells of code, on one line."""
    cells = [{"cell_type": "code", "metadata": {}, "source": s, "outputs": []} for s in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, **more})


def migrated(*sources: str | list[str], **options: object) -> FileResult:
    return migrate_source(notebook(*sources), path="a.ipynb", **options)  # type: ignore[arg-type]


def sources(result: FileResult) -> list[str]:
    assert result.error is None and result.after is not None
    return ["".join(cell["source"]) for cell in json.loads(result.after)["cells"]]


def places(result: FileResult) -> list[tuple[int | None, int, int, str]]:
    return [(f.cell, f.line, f.column, f.code) for f in result.findings]


# Whole files


@pytest.mark.parametrize("name", ["sums", "colab"])
def test_before_becomes_after_byte_for_byte(name: str) -> None:
    before = (NOTEBOOKS / f"{name}.before.ipynb").read_bytes()
    after = (NOTEBOOKS / f"{name}.after.ipynb").read_bytes()
    result = migrate_source(before, path=f"{name}.ipynb")
    assert result.error is None and result.after is not None
    assert result.after.encode() == after
    assert migrate_source(after, path=f"{name}.ipynb").after in (None, after.decode())


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.unchanged.ipynb")), ids=lambda p: p.name)
def test_notebook_that_is_not_concerned_stays_without_a_finding(path: Path) -> None:
    result = migrate_source(path.read_bytes(), path=path.name)
    assert (result.status, result.findings, result.changed) == (Status.UNCHANGED, (), False)


def test_findings_say_the_cell_and_its_line() -> None:
    result = migrate_source((NOTEBOOKS / "sums.before.ipynb").read_bytes(), path="sums.ipynb")
    assert places(result) == [
        (3, 5, 5, "TRT301"),
        (4, 5, 17, "TRT101"),
        (6, 6, 1, "TRT203"),
        (7, 3, 17, "TRT103"),
    ]
    lines = (NOTEBOOKS / "sums.before.ipynb").read_text(encoding="utf-8").split("\n")
    found = [lines[f.file_line - 1] for f in result.findings if f.file_line]
    assert [word in line for word, line in zip(WORDS, found, strict=True)] == [True] * 4


WORDS = ("max_workspace_size", "num_bindings", "execute_async_v2", "get_binding_shape")


# The cells are one program


def test_object_of_an_earlier_cell_is_known() -> None:
    result = migrated(GIVEN, "n = engine.num_bindings", "print(n)")
    assert sources(result) == [GIVEN, "n = engine.num_io_tensors", "print(n)"]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_newlines_of_a_cell_are_kept(newline: str) -> None:
    cells = (GIVEN, "for name in engine:\n    print(engine.get_binding_shape(name))\n%time\n")
    result = migrated(*(cell.replace("\n", newline) for cell in cells))
    assert sources(result) == [
        cell.replace("\n", newline).replace("get_binding_shape", "get_tensor_shape")
        for cell in cells
    ]


def test_what_a_notebook_does_with_a_module_of_the_run_is_known() -> None:
    book = notebook("%time\nimport model", "# only_text\nm = model.Model()\nm.pointers[0] = 7")
    files = {"model.py": b"class Model: ...", "use.ipynb": book.encode()}
    outside = outside_of_each(files)["model.py"]
    assert (outside.names, outside.written) == ({"Model", "pointers"}, {"pointers"})
    assert not outside.writes_all
    files["use.ipynb"] = notebook("import model", "print 1; m.pointers").encode()
    assert outside_of_each(files)["model.py"].changes("pointers")


def test_cells_of_text_are_counted_and_are_not_read() -> None:
    text = json.loads(notebook(GIVEN, "engine.num_bindings"))
    text["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": "num_bindings (("})
    result = migrate_source(json.dumps(text), path="a.ipynb")
    assert places(result) == [(3, 1, 1, "TRT101")]


def test_name_that_only_a_magic_reads_stays() -> None:
    cells = ("import numpy\nimport sys", f"%timeit numpy.ones(1)\n{GIVEN}")
    use = "n = sum(engine.binding_is_input(i) for i in range(engine.num_bindings))"
    after = sources(migrated(*cells, use))
    assert after[:2] == list(cells) and "get_tensor_mode" in after[2]


def test_address_list_that_a_magic_may_change_is_read_anew() -> None:
    made = f"{GIVEN}\ncontext = engine.create_execution_context()\nlist_ = [1, 2]"
    call = "context.execute_async_v2(list_, 0)"
    after = sources(migrated(made, "%run changes.py list_", call, "!ls\n" + call))
    assert after[0] == made
    assert after[3].startswith("!ls\nfor i in") and after[3].endswith("execute_async_v3(0)")


def test_new_import_goes_to_the_other_imports_and_not_above_a_magic() -> None:
    first = "%load_ext autoreload\nfrom tensorrt import ICudaEngine"
    cell = "def f(engine: ICudaEngine):\n    return engine.binding_is_input(0)"
    after = sources(migrated(first, cell))
    assert after[0] == f"{first}\nimport tensorrt as trt"
    assert "trt.TensorIOMode.INPUT" in after[1]


def test_await_outside_of_a_function_is_python_here() -> None:
    assert sources(migrated(GIVEN, "await f(engine.num_bindings)"))[1] == (
        "await f(engine.num_io_tensors)"
    )


def test_edit_that_reads_a_name_of_a_later_cell_is_not_made() -> None:
    made = "from tensorrt import Builder, Logger\nbuilder = Builder(Logger())"
    result = migrated(made, "builder.max_workspace_size = 1", "import tensorrt as trt", "await x")
    assert sources(result)[1] == "builder.max_workspace_size = 1"
    assert [f.applied for f in result.findings] == [False]


def test_message_that_names_another_line_names_its_cell() -> None:
    context = "context = engine.create_execution_context()"
    ignored = "\ncontext.set_binding_shape(0, (1, 2))  # trtmigrate: ignore"
    result = migrated(GIVEN, context, ignored, "context.execute_async_v2([1, 2], 0)")
    assert places(result) == [(4, 1, 1, "TRT203")]
    assert "because line 2 of cell 3, which has to change with it, is left" in (
        result.findings[0].message
    )


# IPython removes the indentation of the first line from all lines


def test_indented_cell_is_read_as_ipython_reads_it_and_keeps_its_indentation() -> None:
    cell = "\n  for i in range(engine.num_bindings):\n      %time\n      # why\n\n      print(i)\n"
    result = migrated(GIVEN, cell, "  # note\nengine.num_bindings")
    assert sources(result)[1:] == [
        cell.replace("num_bindings", "num_io_tensors"),
        "  # note\nengine.num_io_tensors",
    ]
    assert places(result) == [(2, 2, 18, "TRT101"), (3, 2, 1, "TRT101")]
    assert "-  for i in range(engine.num_bindings):" in unified_diff(result)


def test_lines_added_to_an_indented_cell_get_its_indentation() -> None:
    cell = "\tx = '''\nat the margin\n'''\n\tcontext.execute_async_v2([1, 2], 0)"
    result = migrated(f"{GIVEN}\ncontext = engine.create_execution_context()", cell)
    lines = sources(result)[1].split("\n")
    assert lines[:3] == ["\tx = '''", "at the margin", "'''"]
    assert len(lines) > 4 and all(line.startswith("\t") for line in lines[3:])


def test_removed_api_in_a_magic_of_an_indented_cell_has_its_column() -> None:
    result = migrated(GIVEN, "  x = 1\n  %timeit engine.num_bindings")
    assert places(result) == [(2, 2, 18, "TRT009")]


def test_magic_of_a_whole_cell_may_be_indented() -> None:
    cell = "  %%bash\n  if true; then ls; fi"
    assert sources(migrated(GIVEN, cell, "engine.num_bindings"))[1] == cell


@pytest.mark.parametrize("cell", ["x = 1\n  y = 2", "  x = 1\n    y = 2", "  if x:\n  y = 2"])
def test_indentation_that_ipython_refuses_is_an_error(cell: str) -> None:
    error = migrated(GIVEN, cell).error
    assert error is not None and error.startswith("a.ipynb:cell 2:2: ")


# What is IPython's passes through

MAGICS = [
    "%matplotlib inline",
    "!pip install tensorrt \\\n    'cuda-python<13'",
    "!!ls",
    '%%bash\nfor i in 1 2; do echo "$i\n; done',
    "%%time\nx = 1",
    "%%custom of some extension\nnot ( python",
    "engine?",
    "engine.name??",
    "?engine",
    "files = !ls 'a b",
    "a, b = %timeit -o 1",
    "if engine:\n    %time 1\nelse:\n    !echo {engine}",
    ",print a b",
    "/print 1",
    "text = '''\n%time\n!ls\n'''\n%time",
    "x = (1\n%time\n)\n!ls",
    "x = '?'  # engine?\n!ls",
    "# only a comment %time\n\n%%time",
    "from __future__ import annotations",
    "print(1);",
    "",
    "\n\n",
]


@pytest.mark.parametrize("cell", MAGICS)
def test_cell_for_ipython_stays_as_it_is(cell: str) -> None:
    result = migrated(GIVEN, cell, "engine.num_bindings")
    assert sources(result) == [GIVEN, cell, "engine.num_io_tensors"]
    assert places(result)[-1] == (3, 1, 1, "TRT101")


@pytest.mark.parametrize("cell", [c for c in MAGICS if not c.startswith(("%%bash", "%%custom"))])
def test_code_beside_a_magic_is_rewritten(cell: str) -> None:
    end = "" if cell.endswith("\n") or not cell else "\n"
    result = migrated(GIVEN, f"{cell}{end}engine.num_bindings")
    assert sources(result)[1] == f"{cell}{end}engine.num_io_tensors"
    assert places(result) == [(2, (cell + end).count("\n") + 1, 1, "TRT101")]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("%timeit -n 9 engine.num_bindings", (2, 1, 21)),
        ("x = 1\nif x:\n    !python -c 'engine.num_bindings'", (2, 3, 24)),
        ("%%writefile a.py\n\nengine.num_bindings", (2, 3, 8)),
        ("%%custom\nengine.num_bindings", (2, 2, 8)),
        ("%%time engine.num_bindings\nx = 1", (2, 1, 15)),
    ],
)
def test_removed_api_in_a_line_for_ipython_is_named(cell: str, place: tuple[int, int, int]) -> None:
    result = migrated(GIVEN, cell)
    assert result.status is Status.PARTIAL
    assert places(result) == [(*place, "TRT009")]
    finding = result.findings[0]
    assert finding.member == "ICudaEngine.num_bindings"
    assert finding.end_column - finding.column == len("num_bindings")


def test_finding_in_a_line_for_ipython_can_be_suppressed() -> None:
    cell = "%timeit engine.num_bindings  # trtmigrate: ignore[TRT009]"
    assert migrated(GIVEN, cell).findings == ()
    assert migrated(GIVEN, "%timeit engine.num_bindings", ignore=["TRT009"]).findings == ()


def test_installed_package_is_no_removed_api() -> None:
    assert migrated("!pip install tensorrt nvidia-tensorrt", GIVEN).findings == ()


def test_cell_that_is_kept_in_another_language_is_not_read() -> None:
    text = json.loads(notebook(GIVEN, "select num_bindings from"))
    text["cells"][1]["metadata"] = {"vscode": {"languageId": "sql"}}
    result = migrate_source(json.dumps(text), path="a.ipynb")
    assert (result.findings, result.changed) == ((), False)


# Comments that ask for something


def test_comment_suppresses_in_its_cell() -> None:
    ignored = "# trtmigrate: ignore\nengine.num_bindings"
    result = migrated(GIVEN, ignored, "engine.num_bindings")
    assert sources(result) == [GIVEN, ignored, "engine.num_io_tensors"]


def test_comment_at_the_end_of_a_cell_does_not_reach_into_the_next() -> None:
    result = migrated(GIVEN, "x = 1\n# trtmigrate: ignore", "engine.num_bindings")
    assert sources(result)[2] == "engine.num_io_tensors"


def test_comment_skips_the_whole_notebook() -> None:
    result = migrated(GIVEN, "engine.num_bindings", "# trtmigrate: skip-file")
    assert (result.status, result.changed) == (Status.SKIPPED, False)


def test_todo_is_written_into_the_cell() -> None:
    result = migrated(GIVEN, "%%time\nengine.get_binding_shape(*x)", todo=True)
    first, second, third = sources(result)[1].split("\n")
    assert (first, third) == ("%%time", "engine.get_binding_shape(*x)")
    assert second.startswith("# TODO(trtmigrate): TRT103 ")


# The file around the cells


@dataclass(frozen=True)
class Layout:
    indent: int | str | None
    comma: str
    colon: str
    ascii: bool
    newline: str
    bom: bool
    end: str
    as_list: bool


LAYOUTS = st.builds(
    Layout,
    st.sampled_from([None, 0, 1, 2, 4, "\t"]),
    st.sampled_from([",", ", "]),
    st.sampled_from([":", ": ", " : "]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["", "\n", "\n\n  "]),
    st.booleans(),
)
TEXTS = st.text(st.sampled_from(string.printable + "äß→😀\u2028\x7f"), max_size=20)
KEPT = st.sampled_from(
    [
        *MAGICS,
        "x = 'ä→'",
        "y = 1\r\nz = 2",
        "if 1:\n\ty = 1  \n\n\n# end",
        "s = '''\\\n a'''",
    ]
)
CHANGED = st.sampled_from(
    [
        "engine.num_bindings",
        "print('ü', engine.num_bindings)\n",
        "%%time\nfor name in engine:\n    print(engine.get_binding_shape(name)) # ß\n\n!ls\n",
        "engine.num_bindings\n" * 3,
    ]
)
OUTPUTS = st.lists(st.dictionaries(TEXTS, TEXTS | st.floats() | st.none(), max_size=2), max_size=2)


@st.composite
def cells(draw: st.DrawFn) -> tuple[dict[str, object], bool]:
    """A cell with a marker in place of its source, and whether the source changes."""
    kind = draw(st.sampled_from(["code", "code", "markdown", "raw"]))
    changes = kind == "code" and draw(st.booleans())
    source = draw(CHANGED if changes else KEPT if kind == "code" else TEXTS)
    cell: dict[str, object] = {"cell_type": kind, "source": source, "metadata": {}}
    cell |= draw(st.dictionaries(TEXTS.filter(lambda key: key != "source"), TEXTS, max_size=2))
    cell["cell_type"] = kind
    if kind == "code":
        cell["outputs"] = draw(OUTPUTS)
    keys = draw(st.permutations(list(cell)))
    return {key: cell[key] for key in keys}, changes


def rendered(book: list[tuple[dict[str, object], bool]], layout: Layout) -> list[tuple[str, bool]]:
    """The text of a notebook in parts: whether a part may change."""

    def dump(value: object) -> str:
        text = json.dumps(
            value,
            indent=layout.indent,
            separators=(layout.comma, layout.colon),
            ensure_ascii=layout.ascii,
        )
        return text.replace("\n", layout.newline)

    marked = []
    values: list[tuple[str, bool]] = []
    for cell, changes in [({"cell_type": "code", "source": GIVEN}, False), *book]:
        source = str(cell["source"])
        lines = source.splitlines(keepends=True) if layout.as_list else source
        values.append((dump(lines), changes))
        marked.append({**cell, "source": f"@@{len(values)}@@"})
    whole = dump({"cells": marked, "metadata": {"a": [1, {"source": []}]}, "nbformat": 4})
    parts: list[tuple[str, bool]] = [("\ufeff" if layout.bom else "", False)]
    rest = whole
    for number, (value, changes) in enumerate(values, start=1):
        before, _, rest = rest.partition(f'"@@{number}@@"')
        parts += [(before, False), (value, changes)]
    return [*parts, (rest + layout.end, False)]


@settings(max_examples=25)
@given(st.lists(cells(), max_size=4), LAYOUTS)
def test_all_but_the_sources_of_changed_cells_stays_byte_for_byte(
    book: list[tuple[dict[str, object], bool]], layout: Layout
) -> None:
    parts = rendered(book, layout)
    data = "".join(text for text, _ in parts).encode()
    result = migrate_source(data, path="a.ipynb")
    assert result.error is None
    after = "\ufeff" * layout.bom + (result.after or data.decode("utf-8-sig"))
    pattern = "".join("(.+)" if changes else re.escape(text) for text, changes in parts)
    found = re.fullmatch(pattern, after, re.DOTALL)
    assert found is not None
    for new in found.groups():
        source = "".join(json.loads(new))
        assert "num_io_tensors" in source or "get_tensor_shape" in source
        assert isinstance(json.loads(new), list) == layout.as_list


def test_line_of_a_list_that_stays_is_written_as_it_was() -> None:
    old = r'"print(\"\u00e4\")\n"'
    text = notebook(GIVEN, ["@", "engine.num_bindings"]).replace('"@"', old)
    result = migrate_source(text, path="a.ipynb")
    assert result.after == text.replace("num_bindings", "num_io_tensors")


def test_list_that_grows_keeps_its_indentation() -> None:
    text = '{"cells": [{"cell_type": "code", "source": [\n      "%s"\n    ]}]}'
    call = "builder = trt.Builder(trt.Logger())\\nengine = builder.build_cuda_engine(network)"
    result = migrate_source(text % f"{IMPORT}\\n{call}", path="a.ipynb")
    assert result.after is not None
    first, second, *_, last = result.after.split("\n")
    assert (first, last) == (text.split("\n")[0], "    ]}]}")
    assert second == '      "import tensorrt as trt\\n",'


# Files that are no notebooks, or bad ones

WORD = "num_bindings tensorrt"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (WORD, "a.ipynb:1: is not JSON, so it is no notebook: Expecting value"),
        (f'["{WORD}"]', "a.ipynb: is JSON, but no notebook: it is no object"),
        (f'{{"a": "{WORD}"}}', "a.ipynb: is JSON, but no notebook: it has no list of cells"),
        (
            f'{{"nbformat": 3, "worksheets": ["{WORD}"]}}',
            "a.ipynb: is a notebook of a format before 4; convert it with "
            "`jupyter nbconvert --to notebook --inplace` first",
        ),
        (f'{{"cells": ["{WORD}"]}}', "a.ipynb: cell 1 is no JSON object"),
        (
            f'{{"cells": [{{"cell_type": "code", "source": {{"{WORD}": 1}}}}]}}',
            "a.ipynb: the source of cell 1 is neither a text nor a list of texts",
        ),
        (
            f'{{"cells": [{{"cell_type": "code", "source": ["{WORD}", null]}}]}}',
            "a.ipynb: the source of cell 1 is neither a text nor a list of texts",
        ),
        (
            f'{{"cells": [{{"cell_type": "code", "name": "{WORD}"}}]}}',
            "a.ipynb: the source of cell 1 is neither a text nor a list of texts",
        ),
        (f'{{"cells": "{WORD}" ' + "[" * 100_000, None),
        (
            notebook(f"# {WORD} \ud800"),
            "a.ipynb:cell 1: holds half of a surrogate pair, which is no text",
        ),
        (notebook("x = 1", f"%time\nprint '{WORD}'"), "a.ipynb:cell 2:2: Missing parentheses"),
        (notebook(f"{WORD.split()[0]} = 1 \\\n", "x"), "a.ipynb:cell 1:1: unexpected EOF"),
        (notebook("x = (", f"'{WORD}')"), "a.ipynb:cell 1:1: '(' was never closed"),
        (notebook(f"'{WORD}'" + "(" * 300 + ")" * 300), "a.ipynb:cell 1"),
    ],
)
def test_bad_notebook_is_one_clear_error(text: str, error: str | None) -> None:
    result = migrate_source(text, path="a.ipynb")
    assert result.status is Status.FAILED and result.error is not None
    assert result.error.startswith(error or "a.ipynb")
    assert "\n" not in result.error and not result.changed


def test_notebook_without_a_word_of_the_gate_is_not_even_read() -> None:
    assert migrate_source("no JSON", path="a.ipynb").status is Status.UNCHANGED


def test_half_of_a_surrogate_pair_in_an_output_is_kept() -> None:
    text = notebook(GIVEN, "engine.num_bindings", more=r"\ud800").replace(r"\\ud800", r"\ud800")
    assert '"\\ud800"' in text
    result = migrate_source(text.encode(), path="a.ipynb")
    assert result.after == text.replace("num_bindings", "num_io_tensors")


@pytest.mark.parametrize("source", ["", [], [""], "\n", ["\n", ""]])
def test_empty_source_is_no_problem(source: str | list[str]) -> None:
    result = migrated(GIVEN, source, "engine.num_bindings")
    assert json.loads(result.after or "")["cells"][1]["source"] == source


def test_later_of_two_keys_counts_as_it_does_for_jupyter() -> None:
    text = notebook(GIVEN, "engine.num_bindings").replace(
        '"source": "engine.num', '"source": "a.num_bindings (", "source": "engine.num'
    )
    result = migrate_source(text, path="a.ipynb")
    assert result.after == text.replace("engine.num_bindings", "engine.num_io_tensors")


def test_name_of_the_program_that_looks_like_ours_does_not_matter() -> None:
    cell = '"__notebook_cell_0"\n__notebook_magic_0(1)\n%time'
    assert sources(migrated(GIVEN, cell, "engine.num_bindings"))[1] == cell


# The gate


@pytest.mark.parametrize(
    "source",
    [
        r"x\nnum_bindings",
        r"\tnum_bindings",
        r"\u0022num_bindings",
        r"num\u005fbindings",
        r"\u00e4\nnum_bindings\u2028",
    ],
)
def test_gate_sees_words_behind_escapes(source: str) -> None:
    data = f'{{"source": "{source}"}}'.encode()
    assert interest(searchable(data, "a.ipynb"), "10") is Interest.SURE


def test_gate_sees_no_word_that_is_none() -> None:
    data = rb'{"source": "\\nnum_bindings my_num_bindings"}'
    assert interest(searchable(data, "a.ipynb"), "10") is Interest.NONE
    assert searchable(b'"\\n', "a.py") == b'"\\n'


# Reports and the command line


def test_reports_say_the_cell() -> None:
    result = migrated(GIVEN, "\nengine.num_bindings")
    report = Report("10", (result,))
    entry = json.loads(render_json(report, version="1", written=False))["files"][0]["findings"][0]
    assert (entry["cell"], entry["line"], entry["column"], entry["file_line"]) == (2, 2, 1, 1)
    text = render_text(report, View(False))
    assert "\na.ipynb:cell 2:2:1 TRT101 " in text
    assert "2 - engine.num_bindings\n" in text and "  + engine.num_io_tensors\n" in text
    assert "file=a.ipynb,line=1,title=trtmigrate TRT101::cell 2:2:1: TRT101" in render_github(
        report
    )
    (found,) = json.loads(render_sarif(report, version="1", written=False, rules=all_rules()))[
        "runs"
    ][0]["results"]
    assert found["message"]["text"].startswith("cell 2:2:1: ")
    assert found["properties"]["cell"] == 2 and found["properties"]["line"] == 2
    assert found["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    page = render_html(report, version="1", written=False)
    assert ">cell 2:2:1</a>" in page and "b/a.ipynb:cell 2" in page


def test_text_report_shows_the_lines_of_the_cell() -> None:
    text = render_text(Report("10", (migrated(GIVEN, "x\nengine.num_bindings"),)), View(False))
    shown = text.split("\n\n")[1].split("\n")
    assert shown[0].startswith("a.ipynb:cell 2:2:1 TRT101 ")
    assert shown[1:] == [
        "2 - engine.num_bindings",
        "  | ^^^^^^^^^^^^^^^^^^^",
        "  + engine.num_io_tensors",
    ]


def test_diff_shows_the_cells_that_change() -> None:
    diff = unified_diff(migrated(GIVEN, "x = 1", "%time\nengine.num_bindings"))
    assert diff == (
        "--- a/a.ipynb:cell 3\n+++ b/a.ipynb:cell 3\n@@ -1,2 +1,2 @@\n %time\n"
        "-engine.num_bindings\n+engine.num_io_tensors\n"
    )


def test_folder_is_searched_for_notebooks_and_they_are_written(tmp_path: Path) -> None:
    book = tmp_path / "a.ipynb"
    text = "\ufeff" + notebook(GIVEN, "engine.num_bindings").replace(", ", ",\r\n")
    book.write_bytes(text.encode())
    hidden = tmp_path / ".ipynb_checkpoints" / "a-checkpoint.ipynb"
    hidden.parent.mkdir()
    hidden.write_bytes(text.encode())
    assert run(tmp_path).exit_code == 1
    assert run("--write", tmp_path).exit_code == 0
    assert book.read_bytes() == text.replace("num_bindings", "num_io_tensors").encode()
    assert hidden.read_bytes() == text.encode()
    assert run("--check", tmp_path).exit_code == 0


def test_notebook_comes_from_standard_input_under_its_name() -> None:
    text = notebook(GIVEN, "engine.num_bindings")
    result = run("-", "--stdin-filename", "a.ipynb", stdin=text)
    assert result.stdout == text.replace("num_bindings", "num_io_tensors")


def test_notebook_that_imports_a_wrapper_of_the_run_passes_the_gate(tmp_path: Path) -> None:
    (tmp_path / "common.py").write_text("import tensorrt as trt\n")
    book = tmp_path / "use.ipynb"
    book.write_text(notebook("from common import *", "x.padding"))
    (tmp_path / "other.ipynb").write_text("no JSON: padding")
    result = run(tmp_path, "-v")
    assert "error" not in result.output and "use.ipynb unchanged" in result.output
