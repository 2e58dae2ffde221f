"""What `trtmigrate verify SCRIPT` migrates: the script and what it imports, as one run."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from trtmigrate.verify.migrated import NOTHING_CHANGED, migrate_folder
from trtmigrate.verify.run import VerifyError

LOAD = """\
    import tensorrt as trt


    def load(plan):
        return trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan)
    """
NAMES = """\
    from common import load

    held = load(open("plan", "rb").read())
    print([held.get_binding_name(i) for i in range(2)])
    """


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text))
    return folder / "main.py"


def test_script_knows_what_the_module_beside_it_returns(tmp_path: Path) -> None:
    script = written(tmp_path, main=NAMES, common=LOAD)
    assert migrate_folder(script, "10") == []
    assert "held.get_tensor_name(i)" in script.read_text()


def test_module_in_a_package_knows_what_the_script_gives_to_it(tmp_path: Path) -> None:
    script = written(
        tmp_path,
        main="""\
            from common import load
            from lib.names import first

            print(first(load(open("plan", "rb").read())))
            """,
        common=LOAD,
        lib__names="""\
            def first(thing):
                return thing.get_binding_name(0)
            """,
    )
    assert migrate_folder(script, "10") == []
    assert "thing.get_tensor_name(0)" in (tmp_path / "lib" / "names.py").read_text()


def test_script_that_the_program_does_not_import_decides_nothing(tmp_path: Path) -> None:
    script = written(
        tmp_path,
        main="import common\n\nprint(common.build)\n",
        common="""\
            import tensorrt as trt


            def _make(builder, network):
                config = builder.create_builder_config()
                return builder.build_engine(network, config)


            def build(builder, network):
                return trt.Runtime(trt.Logger()).deserialize_cuda_engine(
                    _make(builder, network).serialize()
                )
            """,
    )
    alone = tmp_path / "common.py"
    before = alone.read_text()
    migrate_folder(script, "10")
    without = alone.read_text()
    alone.write_text(before)
    written(tmp_path, other="from common import _make\n\nprint(_make)\n")
    migrate_folder(script, "10")
    assert alone.read_text() == without != before


def test_file_that_no_import_names_is_migrated_by_itself(tmp_path: Path) -> None:
    script = written(
        tmp_path,
        main="import importlib\n\nimportlib.import_module('plugin')\n",
        plugin="import tensorrt as trt\n\n\ndef count(e: trt.ICudaEngine):\n"
        "    return e.num_bindings\n",
    )
    assert migrate_folder(script, "10") == [NOTHING_CHANGED]
    assert "e.num_io_tensors" in (tmp_path / "plugin.py").read_text()


@pytest.mark.parametrize("variable", [False, True])
def test_file_that_the_program_cannot_load_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: bool
) -> None:
    if variable:
        monkeypatch.setenv("PYTHONPATH", "lib")
    else:
        monkeypatch.delenv("PYTHONPATH", raising=False)
    other = "import tensorrt as trt\n\n\ndef f(e: trt.ICudaEngine):\n    return e.num_bindings\n"
    script = written(tmp_path, main="import os\n\nprint(os.path.sep)\n", other=other)
    migrate_folder(script, "10")
    assert ((tmp_path / "other.py").read_text() == other) is not variable


def test_what_is_left_is_told_of_the_files_that_the_program_imports(tmp_path: Path) -> None:
    left = "import tensorrt as trt\n\nparser = trt.CaffeParser()\n"
    script = written(tmp_path, main="import common\n", common=left, other=left)
    assert migrate_folder(script, "10") == [
        "common.py: 1 uses are left for a person",
        NOTHING_CHANGED,
    ]


def test_only_the_program_itself_has_to_be_readable(tmp_path: Path) -> None:
    broken = "import tensorrt as trt\nengine.num_bindings(\n"
    script = written(tmp_path, main="import common\n", common=broken)
    assert migrate_folder(script, "10") == [NOTHING_CHANGED]
    script.write_text(broken)
    with pytest.raises(VerifyError, match=r"^AFTER: main\.py:"):
        migrate_folder(script, "10")
