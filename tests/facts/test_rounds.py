"""The interpreter stops before a round that would find the same again."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from trtmigrate.facts import Facts
from trtmigrate.facts.interpreter.observed import Observed
from trtmigrate.facts.interpreter.state import State

FILES = sorted((Path(__file__).parents[1] / "fixtures").glob("*/*.before.py"))[::15]
CALLED_LATER = """
import tensorrt as trt

def show(engine):
    print(engine.num_bindings)

def main(plan):
    with trt.Runtime(trt.Logger()) as runtime:
        show(runtime.deserialize_cuda_engine(plan))
"""


def rounds_of(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how often the interpreter goes over a module."""
    begun: list[bool] = []
    begin = State.begin_round

    def counted(state: State, *, forget: bool) -> None:
        begun.append(forget)
        begin(state, forget=forget)

    with monkeypatch.context() as patch:
        patch.setattr(State, "begin_round", counted)
        Facts(cst.parse_module(text), "10")
    return len(begun)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_one_more_round_finds_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = cst.parse_module(file.read_text())
    short = Facts(module, "10")
    monkeypatch.setattr(State, "would_be_found_again", lambda state: False)
    long = Facts(module, "10")
    assert list(short.values.items()) == list(long.values.items())
    assert short.reads == long.reads
    assert dict(short.module_variables) == dict(long.module_variables)
    assert short.variables_at_end(module) == long.variables_at_end(module)


def test_module_that_shows_all_in_order_takes_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "import tensorrt as trt\nbuilder = trt.Builder(trt.Logger())\nprint(builder)\n"
    assert rounds_of(text, monkeypatch) == 1


def test_function_that_is_called_later_takes_one_round_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert rounds_of(CALLED_LATER, monkeypatch) == 2


def test_answer_that_changed_in_a_round_is_not_the_same_again() -> None:
    seen: Observed[str] = Observed()
    seen.note("engine", None)
    assert seen.would_be({}.get)
    seen.note("engine", "ICudaEngine")
    assert not seen.would_be({"engine": "ICudaEngine"}.get)
    seen.forget()
    assert seen.would_be({"engine": "ICudaEngine"}.get)
