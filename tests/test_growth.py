"""How much work a file takes: counted in calls, which do not vary as times do."""

from __future__ import annotations

import cProfile
import gc
from dataclasses import dataclass
from functools import cache
from types import CodeType

import libcst as cst
import pytest

from trtmigrate import Status, migrate_source
from trtmigrate.facts import Facts, elsewhere
from trtmigrate.outside import Modules
from trtmigrate.syntax.tree import Tree, children

FUNCTION = """
def infer_{number}(engine, context, bindings, stream):
    names = []
    for i in range(engine.num_bindings):
        name = engine.get_binding_name(i)
        if engine.binding_is_input(i):
            names.append((name, engine.get_binding_shape(i)))
    context.execute_async_v2(bindings=bindings, stream_handle=stream)
    return names

"""
GIVES_DATA = """
def run_{number}(context, image, scores, stream):
    context.execute_async_v2([image.data_ptr(), scores.data_ptr()], stream)


def call_{number}(context, image, scores, stream):
    run_{number}(context, image.int(), scores, stream)

"""
FEW, MORE, MANY = 4, 8, 16
WALKS = 30  # of the whole module, in both rounds together


@dataclass(frozen=True)
class Work:
    """What one migration took."""

    nodes: int
    calls: int
    nodes_walked: int


@cache
def work(functions: int, function: str = FUNCTION) -> Work:
    parts = (function.format(number=number) for number in range(functions))
    text = "import tensorrt as trt\n" + "".join(parts)
    nodes = len(Tree(cst.parse_module(text)).order)
    migrate_source(text)  # loads what is loaded once
    profile = cProfile.Profile()
    result = profile.runcall(migrate_source, text)
    assert result.status is Status.MIGRATED
    entries = profile.getstats()
    walked = [entry.callcount for entry in entries if _is(entry.code, children.__code__)]
    return Work(nodes, sum(entry.callcount for entry in entries), sum(walked))


def _is(code: CodeType | str, wanted: CodeType) -> bool:
    return code is wanted


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    work(1)


def test_twice_the_functions_take_twice_the_work() -> None:
    few, more, many = work(FEW).calls, work(MORE).calls, work(MANY).calls
    assert many - more < 2.2 * (more - few)


def test_a_file_is_walked_a_few_times() -> None:
    done = work(MORE)
    assert done.nodes_walked < WALKS * done.nodes


def test_what_the_device_gets_is_followed_without_a_walk_for_each_function() -> None:
    done = work(MORE, GIVES_DATA)
    assert done.nodes_walked < WALKS * done.nodes


def test_a_module_is_parsed_once_for_signs_of_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many modules asks all others: more of them than any cache of trees holds."""
    parsed: list[str] = []

    def parse(text: str) -> cst.Module:
        parsed.append(text)
        return cst.parse_module(text)

    monkeypatch.setattr(elsewhere, "parse", parse)
    texts = {f"{n}.py": f"switch = 'num_optimization_profiles {n}'\n" for n in range(99)}
    for path in texts:
        assert not elsewhere.show_several_profiles(Modules("signs", path, texts))
    assert len(parsed) == len(texts)


def test_nothing_of_a_file_stays_in_the_memory() -> None:
    gc.collect()
    before = sum(type(one) is Facts for one in gc.get_objects())
    text = "import tensorrt as trt\n" + FUNCTION.format(number=1)
    assert migrate_source(text).status is Status.MIGRATED
    gc.collect()
    assert sum(type(one) is Facts for one in gc.get_objects()) == before
