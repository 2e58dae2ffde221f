"""What a module takes from the other modules of a run is known, and what they give to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import libcst as cst
import pytest

from trtmigrate import FileResult, Safety, migrate_paths
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import UNKNOWN, Const, Instance, Number, Text, Value
from trtmigrate.outside import Modules
from trtmigrate.sources.imports import Imports
from trtmigrate.sources.modules import MOST_BYTES, MOST_BYTES_OF_CONSTANTS, ModuleIndex
from trtmigrate.sources.project import outside_of_each

COMMON = """\
import tensorrt as trt

LOGGER = trt.Logger()
SIZE = 3
_hidden = trt.Runtime(LOGGER)


def load(path):
    with open(path, "rb") as f, trt.Runtime(LOGGER) as runtime:
        return runtime.deserialize_cuda_engine(f.read())


def prepare(path):
    model = load(path)
    return model, model.create_execution_context(), "ready"


class Model:
    def __init__(self, path):
        self.e = load(path)
        self.c = self.e.create_execution_context()
        self.label = "model"

    def __call__(self):
        return self.c

    def num_bindings(self):
        return 2

    def pick(self):
        return self.e
"""


def known(text: str, **files: str) -> Value:
    """Return what is known of the argument of `probe(...)` in a script beside other files."""
    texts = {"p/main.py": dedent(text), "p/common.py": COMMON}
    for name, code in files.items():
        place = name.replace("__init", "/__init__").replace("q__", "q/").replace("r__", "r/")
        texts[f"p/{place}.py"] = dedent(code)
    outside = outside_of_each({path: text.encode() for path, text in texts.items()})
    doubt = "\n\ndef doubtful(x):\n    return x.get_binding_shape(0)\n"
    facts = Facts(cst.parse_module(texts["p/main.py"] + doubt), "10", outside["p/main.py"])
    (probe,) = (c for c in facts.tree.of_kind(cst.Call) if facts_name(c) == "probe")
    return facts.value(probe.args[0].value)


def facts_name(call: cst.Call) -> str | None:
    return call.func.value if isinstance(call.func, cst.Name) else None


ENGINES = {
    "function": "import common\nprobe(common.load('a'))",
    "renamed": "from common import load as get\nprobe(get('a'))",
    "from_package": "from p.common import load\nprobe(load('a'))",
    "relative": "from .common import load\nprobe(load('a'))",
    "relative_module": "from . import common\nprobe(common.load('a'))",
    "dotted": "import p.common\nprobe(p.common.load('a'))",
    "star": "from common import *\nprobe(load('a'))",
    "tuple": "from common import prepare\nengine, context, word = prepare('a')\nprobe(engine)",
    "attribute": "from common import Model\nprobe(Model('a').e)",
    "method": "from common import Model\nm = Model('a')\nprobe(m.pick())",
    "in_a_list": "from common import Model\nall = [Model(p) for p in 'ab']\nprobe(all[0].e)",
    "annotated": "import common\ndef f(m: common.Model):\n    probe(m.e)",
    "alias": "import common\nbuild = common.load\nprobe(build('a'))",
    "subclass": """\
        import common
        class M(common.Model):
            def f(self):
                probe(self.e)
        """,
    "inherited_method": """\
        import common
        class M(common.Model):
            def f(self):
                probe(self.pick())
        """,
}


@pytest.mark.parametrize("way", ENGINES)
def test_engine_of_another_module_is_known(way: str) -> None:
    value = known(ENGINES[way])
    assert isinstance(value, Instance)
    assert (value.cls, value.guessed) == ("ICudaEngine", False)


def test_object_that_can_be_called_gives_what_its_class_gives() -> None:
    value = known("from common import Model\nm = Model('a')\nprobe(m())")
    assert isinstance(value, Instance) and value.cls == "IExecutionContext"


def test_package_hands_on_what_it_imports() -> None:
    value = known(
        "from tools import Model\nprobe(Model('a').c)",
        tools__init="from ..common import Model\n",
    )
    assert isinstance(value, Instance) and value.cls == "IExecutionContext"


def test_module_of_a_package_gets_what_the_package_imports() -> None:
    value = known(
        "from q.loaders import get\nprobe(get('a'))",
        q__init="from ..common import load\n",
        q__loaders="from . import load\ndef get(path):\n    return load(path)\n",
    )
    assert isinstance(value, Instance) and value.cls == "ICudaEngine"


def test_circle_of_imports_is_followed_from_either_side() -> None:
    text = "import tensorrt as trt\nimport {}\ndef f(path):\n    return common.load(path)\n"
    for first, second in (("a", "b"), ("b", "a")):
        files = {n: "import common\n" + text.format(o) for n, o in (("a", "b"), ("b", "a"))}
        value = known(f"import {first}\nprobe({first}.{second}.f('a'))", **files)
        assert isinstance(value, Instance) and value.cls == "ICudaEngine"


NOTHING = {
    "not_in_the_run": "import other\nprobe(other.load('a'))",
    "no_such_name": "import common\nprobe(common.store('a'))",
    "private_by_star": "from common import *\nprobe(_hidden)",
    "library": "from torch import load\nprobe(load('a'))",
    "rebound": "from common import load\nload = make()\nprobe(load('a'))",
    "attribute_that_is_not_there": "from common import Model\nprobe(Model('a').stream)",
    "outside_the_folder": "from ..common import load\nprobe(load('a'))",
}


@pytest.mark.parametrize("way", NOTHING)
def test_engine_is_not_made_up(way: str) -> None:
    assert not isinstance(known(NOTHING[way], torch="from common import load\n"), Instance)


def test_values_of_other_modules_are_kinds_only() -> None:
    assert known("from common import SIZE\nprobe(SIZE)") == Number(None)
    assert known("from common import Model\nprobe(Model('a').label)") == Text()
    assert known("SIZE = 3\nprobe(SIZE)") == Const(3)


@pytest.mark.parametrize(
    ("line", "kind"),
    [("INDEX = 0", Number(None)), ("INDEX: int = 0", Number(None)), ("INDEX = 'x'", Text())],
)
def test_constant_of_a_module_without_a_word_of_tensorrt_is_known(line: str, kind: Value) -> None:
    assert known("import settings\nprobe(settings.INDEX)", settings=line + "\n") == kind


def test_constant_in_a_class_of_settings_is_known() -> None:
    settings = "class Names:\n    OUTPUT = 'scores'\n"
    text = "from settings import Names\nprobe(Names.OUTPUT)"
    assert known(text, settings=settings) == Text()


def test_what_a_module_of_settings_reads_at_run_time_is_not_known() -> None:
    settings = "import os\nSIZE = 3\nINDEX = os.environ['INDEX']\n"
    assert known("import settings\nprobe(settings.INDEX)", settings=settings) == UNKNOWN


EACH = """\
    import tensorrt as trt

    def each(engine: trt.ICudaEngine, visit, word):
        for i in range(engine.num_bindings):
            visit(engine, i)
    """
CALLBACKS = {
    "function": "def show(e, i):\n    probe(e)\neach(make(), show, 'a')",
    "lambda": "each(make(), lambda e, i: probe(e), 'a')",
    "by_keyword": "def show(e, i):\n    probe(e)\neach(make(), word='a', visit=show)",
    "method": "class A:\n    def show(self, e, i):\n        probe(e)\neach(make(), A().show, 'a')",
    "partial": "from functools import partial\n"
    "def show(prefix, e, i):\n    probe(e)\neach(make(), partial(show, 'x'), 'a')",
}


@pytest.mark.parametrize("way", CALLBACKS)
def test_callback_gets_what_a_function_of_another_module_calls_it_with(way: str) -> None:
    value = known("from tools import each\n" + CALLBACKS[way], tools=EACH)
    assert isinstance(value, Instance) and value.cls == "ICudaEngine"


def test_function_that_is_no_callback_gets_nothing() -> None:
    text = "from tools import each\ndef show(e, i):\n    probe(e)\neach(make(), print, show)"
    assert known(text, tools=EACH) == UNKNOWN


def test_callback_of_calls_that_contradict_each_other_gets_nothing() -> None:
    both = EACH + "        visit(i, engine)\n"
    text = "from tools import each\ndef show(e, i):\n    probe(e)\neach(make(), show, 'a')"
    assert not isinstance(known(text, tools=both), Instance)


KEPT = {
    "constructor": "class W:\n    def __init__(self, visit):\n        self.visit = visit",
    "annotated": "class W:\n    def __init__(self, visit):\n        self.visit: object = visit",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass W:\n    visit: object",
}
RUN = """
    def run(self, engine: trt.ICudaEngine):
        self.visit(engine, 0)
"""


@pytest.mark.parametrize("way", KEPT)
def test_callback_gets_what_a_class_of_another_module_calls_it_with(way: str) -> None:
    tools = "import tensorrt as trt\n" + KEPT[way] + RUN
    for given in ("W(show)", "W(visit=show)"):
        text = f"from tools import W\ndef show(e, i):\n    probe(e)\n{given}.run(make())"
        value = known(text, tools=tools)
        assert isinstance(value, Instance) and value.cls == "ICudaEngine"


def test_callback_gets_what_a_class_calls_it_with_that_has_it_by_a_method() -> None:
    tools = f"import tensorrt as trt\nclass W:\n    def on(self, f):\n        self.visit = f{RUN}"
    text = "from tools import W\ndef show(e, i):\n    probe(e)\nw = W()\nw.{}(show)\nw.run(make())"
    value = known(text.format("on"), tools=tools)
    assert isinstance(value, Instance) and value.cls == "ICudaEngine"
    assert known(text.format("off"), tools=tools) == UNKNOWN


def test_function_that_a_class_of_another_module_keeps_and_does_not_call_gets_nothing() -> None:
    tools = "import tensorrt as trt\n" + KEPT["constructor"] + RUN.replace("visit", "other")
    text = "from tools import W\ndef show(e, i):\n    probe(e)\nW(show).run(make())"
    assert known(text, tools=tools) == UNKNOWN
    replaced = "import tensorrt as trt\n" + KEPT["constructor"].replace("= visit", "= print") + RUN
    assert known(text, tools=replaced) == UNKNOWN


POOLS = {
    "submit": "with ThreadPoolExecutor(2) as pool:\n    pool.submit({}, common.load('a'))",
    "map": "list(ThreadPoolExecutor().map({}, [common.load('a'), common.load('b')]))",
    "attribute": "class P:\n    def __init__(self):\n        self.pool = ThreadPoolExecutor()\n"
    "    def go(self):\n        self.pool.submit({}, common.load('a'))",
    "to_thread": "async def go():\n    await asyncio.to_thread({}, common.load('a'))",
    "loop": "async def go():\n    loop = asyncio.get_running_loop()\n"
    "    await loop.run_in_executor(None, {}, common.load('a'))",
    "thread": "threading.Thread(target={}, args=(common.load('a'),)).start()",
}


@pytest.mark.parametrize("way", POOLS)
@pytest.mark.parametrize("method", [False, True])
def test_function_of_a_thread_gets_what_it_is_started_with(way: str, method: bool) -> None:
    head = "import asyncio, common, threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
    if method:
        head += "class M:\n    def show(self, e):\n        probe(e)\nm = M()\n"
    else:
        head += "def show(e):\n    probe(e)\n"
    value = known(head + POOLS[way].format("m.show" if method else "show"))
    assert isinstance(value, Instance) and value.cls == "ICudaEngine"


def test_method_that_starts_itself_in_a_thread_gets_what_it_is_started_with() -> None:
    text = """\
        import threading
        from common import load
        class M:
            def start(self):
                threading.Thread(target=self.run, args=(load("a"),)).start()
            def run(self, e):
                probe(e)
        """
    value = known(text)
    assert isinstance(value, Instance) and value.cls == "ICudaEngine"


@pytest.mark.parametrize("pool", ["Pool()", "make_pool()", "other.ThreadPoolExecutor()"])
def test_function_given_to_an_unknown_pool_gets_nothing(pool: str) -> None:
    text = "import common, other\ndef show(e):\n    probe(e)\n"
    assert known(f"{text}{pool}.submit(show, common.load('a'))") == UNKNOWN


BASE = """\
    import tensorrt as trt

    class Base:
        def __init__(self, engine: trt.ICudaEngine):
            self.on_binding(engine, 0)

        def on_binding(self, engine, index):
            pass
    """


@pytest.mark.parametrize("names", ["engine, index", "e, i"])
def test_method_gets_what_a_base_class_in_another_module_calls_it_with(names: str) -> None:
    first, second = names.split(", ")
    text = """\
        from tools import Base
        class Mine(Base):
            def on_binding(self, {}):
                probe({})
        """
    value = known(dedent(text).format(names, first), tools=BASE)
    assert isinstance(value, Instance) and value.cls == "ICudaEngine"
    assert known(dedent(text).format(names, second), tools=BASE) == Number(None)


def test_method_of_another_name_or_class_is_not_the_one_that_the_base_class_calls() -> None:
    text = "from tools import Base\nclass Mine({}):\n    def {}(self, e, i):\n        probe(e)\n"
    assert isinstance(known(text.format("Base", "on_binding"), tools=BASE), Instance)
    assert known(text.format("Base", "on_tensor"), tools=BASE) == UNKNOWN
    assert known(text.format("object", "on_binding"), tools=BASE) == UNKNOWN


def test_two_modules_of_one_name_are_not_mixed_up() -> None:
    other = "def load(path):\n    return path\n"
    near = known("import common\nprobe(common.load('a'))", q__common=other)
    assert isinstance(near, Instance)
    assert known("import tools\nprobe(tools.load('a'))", q__tools=COMMON, r__tools=other) == UNKNOWN


@pytest.mark.parametrize(
    ("name", "meant"),
    [("a.b.common", ["far/a/b/common.py"]), ("b.common", []), ("y.b.common", []), ("common", [])],
)
def test_longer_name_tells_modules_of_one_name_apart(name: str, meant: list[str]) -> None:
    files = dict.fromkeys(["far/a/b/common.py", "far/x/b/common.py"], COMMON)
    known = index({"main/run.py": f"from {name} import load\n", **files}).of("main/run.py").texts
    assert sorted(set(known) - {"main/run.py"}) == meant


def test_module_that_cannot_be_parsed_is_not_known() -> None:
    assert known("import old\nprobe(old.load('a'))", old="import tensorrt\nprint 1\n") == UNKNOWN


# What the others give


def given(text: str, main: str) -> Value:
    """Return what `probe(...)` gets in a module that another file uses."""
    texts = {"tools.py": dedent(text), "main.py": dedent(main)}
    outside = outside_of_each({path: text.encode() for path, text in texts.items()})
    facts = Facts(cst.parse_module(texts["tools.py"]), "10", outside["tools.py"])
    (probe,) = (c for c in facts.tree.of_kind(cst.Call) if facts_name(c) == "probe")
    return facts.value(probe.args[0].value)


SHOW = "def show(thing):\n    probe(thing)\n    return thing.get_binding_shape(0)\n"
MAKE = """\
import tensorrt as trt
import tools

engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(open("a", "rb").read())
context = engine.create_execution_context()
"""


def test_parameter_is_what_another_module_gives() -> None:
    value = given(SHOW, MAKE + "tools.show(context)\n")
    assert isinstance(value, Instance)
    assert (value.cls, value.guessed) == ("IExecutionContext", False)
    assert value.owner is None, "the engine of a caller is not the engine of all callers"


def test_callers_that_contradict_each_other_tell_nothing() -> None:
    value = given(SHOW, MAKE + "tools.show(context)\ntools.show(engine)\n")
    assert not isinstance(value, Instance)


def test_attribute_that_a_subclass_elsewhere_sets_is_known() -> None:
    text = """\
        class Base:
            def show(self):
                probe(self.held)
                return self.held.get_binding_shape(0)
        """
    main = MAKE + "class Mine(tools.Base):\n    pass\n\nm = tools.Base()\nm.held = context\n"
    value = given(text, main)
    assert isinstance(value, Instance) and value.cls == "IExecutionContext"


# Which files are read


def index(folder: Mapping[str, str]) -> ModuleIndex:
    def read(path: str) -> bytes:
        return folder[path].encode()

    return ModuleIndex(folder, read, Imports(folder, read))


def test_only_modules_that_have_to_do_with_tensorrt_are_read() -> None:
    files = {
        "main.py": "import tensorrt, engine, images, paths\n",
        "engine.py": "import tensorrt\nimport images\n",
        "images.py": "import numpy\n",
        "paths.py": "import os\nimport images\n",
        "apart.py": "import tensorrt\n",
    }
    found = index(files).of("main.py")
    assert set(found.texts) == {"main.py", "engine.py"}
    assert found.imports["main.py"] == {"engine": "engine.py"}
    assert index(files).of("engine.py").importers == ("main.py",)
    assert index(files).of("apart.py").texts == Modules().texts


def test_small_modules_with_constants_are_read_if_a_module_with_tensorrt_imports_them() -> None:
    files = {
        "main.py": "import tensorrt, settings, images, big\n",
        "settings.py": "WIDTH = 640\n",
        "images.py": "import settings\n\n\ndef load():\n    width = 3\n",
        "big.py": "WIDTH = 640\n" + "#" * MOST_BYTES_OF_CONSTANTS,
    }
    assert set(index(files).of("main.py").texts) == {"main.py", "settings.py"}


def test_large_modules_are_not_read() -> None:
    files = {
        "main.py": "import tensorrt, big, small\n",
        "big.py": "import tensorrt\n" + "#" * MOST_BYTES,
        "small.py": "import tensorrt\n",
    }
    assert set(index(files).of("main.py").texts) == {"main.py", "small.py"}


def test_order_of_the_files_does_not_matter() -> None:
    files = {
        "main.py": "import a, b\n",
        "a.py": "import tensorrt, b\n",
        "b.py": "import tensorrt\n",
    }
    forth, back = index(files), index(dict(reversed(files.items())))
    for path in files:
        one, other = forth.of(path), back.of(path)
        assert (one.texts, one.imports, one.importers) == (
            other.texts,
            other.imports,
            other.importers,
        )


# The whole way


def results(folder: Path, files: Mapping[str, str]) -> dict[str, FileResult]:
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text))
    report = migrate_paths([folder])
    return {Path(r.path).relative_to(folder).as_posix(): r for r in report.files}


VERSION = """\
import packaging.version
import tensorrt as trt

class Version(packaging.version.Version):
    def __lt__(self, other):
        return super().__lt__(Version(other) if isinstance(other, str) else other)

def trt_version():
    return Version(trt.__version__)
"""
RELEASES = {
    "own_class": (VERSION, 'trt_version() < "10.0"'),
    "function": (
        "import tensorrt as trt\nfrom packaging.version import parse\n"
        "def trt_version():\n    return parse(trt.__version__)\n",
        "trt_version() < parse('10')",
    ),
    "answer": (
        "import tensorrt as trt\n"
        "def trt_version():\n    return int(trt.__version__.split('.')[0]) < 10\n",
        "trt_version()",
    ),
    "flag": (
        "import tensorrt as trt\ntrt_version = int(trt.__version__.split('.')[0]) < 10\n",
        "trt_version",
    ),
}
TESTED = """\
import tensorrt as trt
from packaging.version import parse
from versions import trt_version

def build(builder: trt.Builder, config: trt.IBuilderConfig, size):
    if {}:
        config.max_workspace_size = size
"""


@pytest.mark.parametrize("way", RELEASES)
def test_test_of_the_release_by_another_module_keeps_the_old_side(tmp_path: Path, way: str) -> None:
    versions, test = RELEASES[way]
    files = {"versions.py": versions, "main.py": TESTED.format(test)}
    found = results(tmp_path, files)["main.py"]
    assert [(f.code, f.advice) for f in found.findings] == [("TRT002", True)]
    assert not found.changed


@pytest.mark.parametrize(
    "versions",
    [
        VERSION.replace("trt.__version__", "packaging.__version__"),
        VERSION.replace("__lt__(self", "lower(self"),
        VERSION.replace("packaging.version.Version)", "dict)"),
        "def trt_version():\n    return load_settings()['release']\n",
    ],
)
def test_test_of_something_else_by_another_module_is_none_of_the_release(
    tmp_path: Path, versions: str
) -> None:
    main = TESTED.format('trt_version() < "10.0"')
    found = results(tmp_path, {"versions.py": versions, "main.py": main})["main.py"]
    assert [f.code for f in found.findings] == ["TRT301"]


HANDED_ON = """\
from common import *

def convert(network, tensor, corners):
    layer = network.add_resize(tensor)
    layer.resize_mode = trt.ResizeMode.NEAREST
"""


@pytest.mark.parametrize("more", ["", "    layer.align_corners = corners\n"])
def test_module_tensorrt_that_comes_with_a_star_is_known(tmp_path: Path, more: str) -> None:
    files = {"common.py": "import tensorrt as trt\nx = 1\n", "main.py": HANDED_ON + more}
    found = results(tmp_path, files)["main.py"]
    assert "layer.resize_mode = trt.InterpolationMode.NEAREST" in (found.after or "")
    assert "import tensorrt" not in (found.after or "")
    assert len(found.findings) == (2 if more else 1) and found.left == ()


def test_name_trt_that_comes_with_a_star_can_be_another_library(tmp_path: Path) -> None:
    common = "import tensorrt\nimport torch_tensorrt as trt\n"
    files = {"common.py": common, "main.py": HANDED_ON}
    assert results(tmp_path, files)["main.py"].findings == ()


def test_method_of_a_wrapper_is_told_apart_from_the_removed_member(tmp_path: Path) -> None:
    main = """\
        import tensorrt as trt
        from common import Model, load

        model, engine = Model("a"), load("b")
        print(model.num_bindings(), engine.num_bindings)
        """
    found = results(tmp_path, {"common.py": COMMON, "main.py": main})["main.py"]
    assert "print(model.num_bindings(), engine.num_io_tensors)" in (found.after or "")


BUILD = """\
import tensorrt as trt


def build(builder: trt.Builder, network, config):
    return builder.build_engine(network, config)


def save(builder, network, config):
    with open("a.plan", "wb") as f:
        f.write(build(builder, network, config).serialize())


if __name__ == "__main__":
    save(*make())
"""


def test_function_keeps_its_meaning_if_another_module_calls_it(tmp_path: Path) -> None:
    alone = results(tmp_path / "alone", {"build.py": BUILD})["build.py"].after or ""
    assert "return builder.build_serialized_network(network, config)" in alone
    main = "from build import build\nprint(build(*make()).num_layers)\n"
    used = results(tmp_path / "used", {"build.py": BUILD, "main.py": main})["build.py"].after or ""
    assert "deserialize_cuda_engine" in used
    assert ".serialize()" in used


PROFILES = """\
import tensorrt as trt
from common import name_of

for k in range(engine.num_bindings // engine.num_optimization_profiles):
    print(name_of(engine, k))
"""
NAME_OF = """\
import tensorrt as trt


def name_of(engine: trt.ICudaEngine, index: int):
    return engine.get_binding_name(index)
"""


def test_module_beside_one_with_several_profiles_does_not_know_the_profile(tmp_path: Path) -> None:
    files = {"common.py": NAME_OF, "main.py": PROFILES}
    (finding,) = results(tmp_path, files)["common.py"].findings
    assert finding.safety is Safety.REVIEW
    assert "the profile of the index is not known" in finding.message


def test_module_that_no_module_with_several_profiles_imports_has_one(tmp_path: Path) -> None:
    files = {"common.py": NAME_OF, "main.py": PROFILES.replace("from common", "from other")}
    (finding,) = results(tmp_path, files)["common.py"].findings
    assert finding.safety is Safety.SAFE


BENCHMARK = """\
    import tensorrt as trt
    class Benchmark:
        def __init__(self):
            self.builder = {made}
            self.config = trt.Builder(trt.Logger()).create_builder_config()
    """
SUBCLASS = """\
    from base import Benchmark
    class Dlrm(Benchmark):
        def calibrate(self, network):
            self.builder.build_engine(network, self.config)
    """


@pytest.mark.parametrize("more", ["", "import tensorrt as trt\n"])
def test_only_doubtful_member_is_told_by_the_base_class_elsewhere(
    tmp_path: Path, more: str
) -> None:
    base = BENCHMARK.format(made="trt.Builder(trt.Logger())")
    files = {"base.py": base, "dlrm.py": more + dedent(SUBCLASS)}
    (finding,) = results(tmp_path, files)["dlrm.py"].findings
    assert (finding.code, finding.applied) == ("TRT302", True)


def test_builder_of_the_project_that_a_base_class_holds_is_its_own(tmp_path: Path) -> None:
    own = "class Own:\n    def build_engine(self, network, config):\n        return network\n"
    base = dedent(BENCHMARK).format(made="Own()").replace("class", f"{own}class", 1)
    assert not results(tmp_path, {"base.py": base, "dlrm.py": SUBCLASS})["dlrm.py"].findings


def test_file_whose_name_is_no_text_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.py")).write_text(COMMON)
    (tmp_path / "other.py").write_text(COMMON)
    report = migrate_paths([tmp_path])
    assert [file.error for file in report.files] == [None, None]
