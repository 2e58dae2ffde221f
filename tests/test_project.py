"""What the other files of a run do with a module decides what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import libcst as cst
import pytest

from trtmigrate import batch, migrate_paths
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Number, Text, Value
from trtmigrate.outside import Outside
from trtmigrate.sources import project
from trtmigrate.sources.project import Touched, outside_of_each, touched_names

SHAPES = """\
import tensorrt as trt


def shape_of(context: trt.IExecutionContext, name="images"):
    probe(name)
    return context.get_binding_shape(0)


if __name__ == "__main__":
    engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(open("a.plan", "rb").read())
    print(shape_of(engine.create_execution_context()))
"""
MODEL = """\
import tensorrt as trt
from cuda import cudart


class Model:
    def __init__(self, plan):
        self.engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan)
        self.context = self.engine.create_execution_context()
        self.addresses = [cudart.cudaMalloc(64)[1] for i in range(2)]

    def run(self, stream):
        self.context.execute_async_v2(self.addresses, stream)


if __name__ == "__main__":
    model = Model(open("a.plan", "rb").read())
    for stream in (0, 0):
        model.run(stream)
"""
SET_ONCE = "        self.context.execute_async_v3(stream)"
SET_IN_RUN = "    def run(self, stream):\n        for "
SIZES = """\
import tensorrt as trt

LARGEST = 8


def prepare(builder: trt.Builder):
    builder.max_batch_size = LARGEST
"""


def migrated(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a project after the migration of all, by name."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text))
    migrate_paths([folder], in_place=True)
    return {name: (folder / name).read_text() for name in files}


WRITERS = {
    "assigned": "from model import Model\n\ndef put(m, mine):\n    m.addresses = mine\n",
    "one_entry": "from model import Model\n\ndef put(m, mine):\n    m.addresses[0] = mine\n",
    "by_a_method": "import model\n\ndef put(m, mine):\n    m.addresses.insert(0, mine)\n",
    "handed_on": "from model import Model\n\ndef put(m, fill):\n    fill(m.addresses)\n",
    "by_setattr": "import model\n\ndef put(m, mine):\n    setattr(m, 'addresses', mine)\n",
    "in_a_subclass": """\
        from model import Model

        class Swapped(Model):
            def use(self, mine):
                self.addresses[0] = mine
        """,
    "relative_import": "from .model import Model\n\ndef put(m, x):\n    m.addresses[0] = x\n",
}


@pytest.mark.parametrize("writer", WRITERS)
def test_addresses_that_another_file_reaches_are_set_before_each_run(
    writer: str, tmp_path: Path
) -> None:
    after = migrated(tmp_path, {"model.py": MODEL, "other.py": WRITERS[writer]})["model.py"]
    assert SET_IN_RUN in after


def test_addresses_are_set_once_if_no_file_of_the_run_reaches_them(tmp_path: Path) -> None:
    other = "from model import Model\n\ndef run(m):\n    m.run(0)\n"
    after = migrated(tmp_path, {"model.py": MODEL, "other.py": other})["model.py"]
    assert SET_ONCE in after and SET_IN_RUN not in after


def test_attributes_of_a_file_that_does_not_import_the_module_do_not_count(tmp_path: Path) -> None:
    other = "from shapes import Model\n\ndef put(m, mine):\n    m.addresses[0] = mine\n"
    after = migrated(tmp_path, {"model.py": MODEL, "other.py": other})["model.py"]
    assert SET_IN_RUN not in after


def test_file_that_gets_the_module_by_way_of_another_one_counts(tmp_path: Path) -> None:
    files = {
        "model.py": MODEL,
        "tools/__init__.py": "from model import Model\n",
        "main.py": "import tools\n\ndef put(m, mine):\n    m.addresses[0] = mine\n",
    }
    assert SET_IN_RUN in migrated(tmp_path, files)["model.py"]


def test_file_that_cannot_be_parsed_may_do_everything(tmp_path: Path) -> None:
    other = "from model import Model\nprint Model('a.plan').addresses\n"
    after = migrated(tmp_path, {"model.py": MODEL, "other.py": other})["model.py"]
    assert SET_IN_RUN in after


def name_in(text: str, outside: Outside) -> Value:
    """Return what is known of the argument of `probe(...)`."""
    facts = Facts(cst.parse_module(text), "10", outside)
    calls = facts.tree.of_kind(cst.Call)
    (probe,) = (c for c in calls if isinstance(c.func, cst.Name) and c.func.value == "probe")
    return facts.value(probe.args[0].value)


def test_default_of_a_script_is_a_value_if_only_the_script_calls_the_function() -> None:
    assert name_in(SHAPES, Outside(frozenset({"other"}))) == Const("images")


def test_default_is_no_value_if_another_file_calls_the_function_of_a_script() -> None:
    assert name_in(SHAPES, Outside(frozenset({"shape_of"}))) == Text()


def test_private_function_that_another_file_uses_is_open() -> None:
    private = SHAPES.replace("shape_of", "_shape_of")
    assert name_in(private, Outside(frozenset({"_shape_of"}))) == Text()


def test_parameter_of_a_method_that_another_file_calls_has_no_value() -> None:
    text = """\
        class Namer:
            def __init__(self, start=1):
                probe(start)

        print(Namer(1))
        """
    assert name_in(dedent(text), Outside()) == Const(1)
    assert name_in(dedent(text), Outside(frozenset({"Namer"}))) == Number(None)


def test_function_inside_a_function_cannot_be_called_from_outside() -> None:
    text = "def f():\n    def g(x):\n        probe(x)\n    g(1)\n"
    assert name_in(text, Outside(frozenset({"f", "g"}))) == Const(1)


@pytest.mark.parametrize(
    ("outside", "known"),
    [
        (Outside(), True),
        (Outside(frozenset({"SIZES"})), False),  # the list may get further elements there
        (Outside(frozenset(), frozenset({"SIZES"})), False),
        (Outside(frozenset({"other"}), frozenset({"other"})), True),
        (Outside(frozenset(), frozenset(), writes_all=True), False),
    ],
)
def test_list_of_the_module_that_others_may_change(outside: Outside, known: bool) -> None:
    text = "SIZES = [1, 2]\n\n\ndef f():\n    probe(len(SIZES))\n"
    assert (name_in(text, outside) == Const(2)) is known


def test_result_of_a_method_that_a_subclass_elsewhere_defines_anew_is_not_known() -> None:
    text = """\
        class Base:
            def size(self):
                return 3

            def use(self):
                probe(self.size())
        """
    assert name_in(dedent(text), Outside(frozenset({"Base", "size"}))) == Const(3)
    assert name_in(dedent(text), Outside(frozenset(), frozenset({"size"}))) == Number(None)


def test_function_that_another_file_calls_does_not_use_the_engine_of_the_script(
    tmp_path: Path,
) -> None:
    text = SHAPES.replace("return ", "return context.engine.name, ")
    other = "import shapes\n\n\ndef f(context):\n    return shapes.shape_of(context, 'x')\n"
    after = migrated(tmp_path / "used", {"shapes.py": text, "other.py": other})["shapes.py"]
    assert "context.get_tensor_shape(context.engine.get_tensor_name(0))" in after
    alone = migrated(tmp_path / "alone", {"shapes.py": text})["shapes.py"]
    assert "context.get_tensor_shape(engine.get_tensor_name(0))" in alone


def test_constant_that_another_file_imports_stays(tmp_path: Path) -> None:
    other = "from sizes import LARGEST\nprint(LARGEST)\n"
    after = migrated(tmp_path, {"sizes.py": SIZES, "other.py": other})["sizes.py"]
    assert "max_batch_size" not in after
    assert "LARGEST = 8\n" in after


def test_constant_that_only_removed_code_read_goes(tmp_path: Path) -> None:
    after = migrated(tmp_path, {"sizes.py": SIZES, "other.py": "import sizes\n"})["sizes.py"]
    assert "LARGEST" not in after


def test_code_for_an_old_release_stays_alive_if_another_file_calls_it(tmp_path: Path) -> None:
    text = """\
        import tensorrt as trt

        NEW = hasattr(trt.ICudaEngine, "num_io_tensors")


        def count_v8(engine: trt.ICudaEngine):
            return engine.num_bindings


        def count(engine: trt.ICudaEngine):
            return engine.num_io_tensors if NEW else count_v8(engine)
        """
    other = "from counts import count_v8\n\ndef show(engine):\n    print(count_v8(engine))\n"
    assert "num_bindings" in migrated(tmp_path / "alone", {"counts.py": text})["counts.py"]
    files = {"counts.py": text, "other.py": other}
    assert "num_bindings" not in migrated(tmp_path / "used", files)["counts.py"]


def test_workers_know_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    monkeypatch.setattr(batch, "_processors", lambda: 2)
    files = {"model.py": MODEL, "other.py": WRITERS["one_entry"], "shapes.py": SHAPES}
    assert SET_IN_RUN in migrated(tmp_path, files)["model.py"]


def test_module_that_very_many_files_import_is_used_in_every_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"user{number}.py": "import sizes\n" for number in range(3)}
    assert "LARGEST" not in migrated(tmp_path / "few", {**files, "sizes.py": SIZES})["sizes.py"]
    monkeypatch.setattr(project, "MOST_IMPORTERS", 3)
    many = migrated(tmp_path / "many", {**files, "sizes.py": SIZES})["sizes.py"]
    assert "LARGEST = 8\n" in many and "max_batch_size" not in many


def test_files_that_do_not_import_a_module_of_interest_are_not_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []

    def touched(data: bytes) -> Touched:
        parsed.append(data)
        return touched_names(data)

    monkeypatch.setattr(project, "touched_names", touched)
    files = {"sizes.py": SIZES, "apart.py": "import json\n", "user.py": "import sizes\n"}
    migrated(tmp_path, {**files, "model.py": MODEL})
    assert parsed == [files["user.py"].encode()]


def test_tree_without_tensorrt_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["layer.padding = 1\n", "from a import name\n", "import json\n"]
    for name, text in zip(("a.py", "b.py", "c.py"), texts, strict=True):
        (tmp_path / name).write_text(text)
    taken: list[str] = []
    read = Path.read_bytes

    def counted(path: Path) -> bytes:
        taken.append(path.name)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    migrate_paths([tmp_path])
    assert sorted(taken) == ["a.py", "b.py", "c.py"]


def test_a_module_is_not_outside_of_itself() -> None:
    found = outside_of_each({"a.py": b"import a\na.x = 1\n", "b.py": b"import a\na.y = 1\n"})
    assert found["a.py"].written == {"y"}
    assert not found["b.py"].names


def test_package_around_an_imported_module_is_imported() -> None:
    found = outside_of_each(
        {"pkg/__init__.py": b"", "pkg/tools.py": b"", "b.py": b"import pkg.tools\npkg.x()\n"}
    )
    assert found["pkg/__init__.py"].reaches("x")
    assert found["pkg/tools.py"].reaches("x")


def test_special_methods_are_reached_wherever_a_module_is_used() -> None:
    found = outside_of_each({"a.py": b"", "b.py": b"from a import make\nmake()()\n", "c.py": b""})
    assert found["a.py"].reaches("__call__")
    assert not found["c.py"].reaches("__call__")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a.x = 1", {"x"}),
        ("a.x += 1", {"x"}),
        ("del a.x", {"x"}),
        ("a.x[0][1] = 2", {"x"}),
        ("a.x, b.y = 1, 2", {"x", "y"}),
        ("for a.x in rows: pass", {"x"}),
        ("a.x.append(1)", {"x"}),
        ("class A(B):\n    x = 1\n    def y(self):\n        z = 1", {"x", "y"}),
        ("class A:\n    x = 1", set()),
        ("print(a.x, a.x[0], a.x.index(1))", set()),
        ("x = 1", set()),
    ],
)
def test_names_that_a_file_writes(text: str, written: set[str]) -> None:
    assert touched_names(text.encode()).written == written


def test_setattr_of_a_computed_name_may_write_everything() -> None:
    assert touched_names(b"setattr(a, name, 1)").writes_all
    assert not touched_names(b"setattr(a, 'x', 1)").writes_all
