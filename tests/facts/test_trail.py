"""What an answer rests on decides what an edit needs, and whether it is safe."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate import Safety, migrate_source
from trtmigrate.facts import Facts
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.trail import NO_GROUNDS, Grounds, Trail
from trtmigrate.rewrites.profiles.offsets import UNKNOWN_PROFILE

ASKED = """\
import tensorrt as trt


def ask(engine: trt.ICudaEngine, context: trt.IExecutionContext, slot: int, profile: int):
    context.set_optimization_profile_async(profile, 0)
    {question}
"""
BY_INDEX = [
    "return engine.binding_is_input({})",
    "return engine.get_profile_shape(0, {})",
    "return engine.get_binding_shape({})",
    "return engine.get_binding_dtype({})",
    "print(engine.get_binding_name({}))",
    "return context.get_binding_shape({})",
    "context.set_binding_shape({}, (1, 3))",
]


@pytest.mark.parametrize("question", BY_INDEX)
def test_index_of_an_unknown_profile_is_an_assumption_that_the_message_names(question: str) -> None:
    text = ASKED.format(question=question.format("slot"))
    (finding,) = migrate_source(text).findings
    assert finding.safety is Safety.REVIEW
    assert UNKNOWN_PROFILE in finding.message
    assert migrate_source(text, only_safe=True).after == text


@pytest.mark.parametrize("question", [q for q in BY_INDEX if "get_binding_shape" not in q])
def test_index_of_a_known_tensor_is_safe(question: str) -> None:
    (finding,) = migrate_source(ASKED.format(question=question.format("1"))).findings
    assert finding.safety is Safety.SAFE
    assert UNKNOWN_PROFILE not in finding.message


def test_assumption_of_one_edit_is_not_one_of_the_next() -> None:
    lines = [question.format("slot" if n == 0 else "1") for n, question in enumerate(BY_INDEX[3:5])]
    question = "\n    ".join(lines).replace("return ", "")
    findings = migrate_source(ASKED.format(question=question)).findings
    assert [finding.safety for finding in findings] == [Safety.REVIEW, Safety.SAFE]


def test_what_is_left_to_a_person_assumes_nothing() -> None:
    text = ASKED.format(question="return engine.get_binding_shape(*slot)")
    (finding,) = migrate_source(text).findings
    assert finding.safety is Safety.MANUAL
    assert UNKNOWN_PROFILE not in finding.message


def test_grounds_are_taken_once() -> None:
    trail = Trail()
    trail.need("count")
    trail.assume("it rains")
    trail.assume("it rains")
    assert trail.take() == Grounds(frozenset({"count"}), ("it rains",))
    assert trail.take() == NO_GROUNDS


def test_assumption_that_is_taken_back_leaves_the_others() -> None:
    trail = Trail()
    for assumption in ("it rains", "it snows"):
        trail.assume(assumption)
    trail.forget("it rains")
    assert trail.take().assumed == ("it snows",)


def test_answer_that_is_remembered_has_its_grounds_each_time() -> None:
    asked: list[Facts] = []

    @once_per_file
    def answer(facts: Facts) -> int:
        asked.append(facts)
        facts.trail.assume("it rains")
        return 1

    facts = Facts(cst.parse_module("x = 1\n"), "10")
    facts.trail.need("count")
    assert answer(facts) == 1
    assert facts.trail.take() == Grounds(frozenset({"count"}), ("it rains",))
    assert answer(facts) == 1
    assert facts.trail.take() == Grounds(assumed=("it rains",))
    assert len(asked) == 1
