"""Edits that need each other are made together or not at all, whatever the options say."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate import FileResult, Safety, migrate_source
from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.editing.groups import split_groups, units_of

DIVIDED = """\
import tensorrt as trt


def count(engine: trt.ICudaEngine):
    total = engine.num_bindings{counted}
    per_profile = total // engine.num_optimization_profiles{divided}
    return per_profile
"""
ONE = """\
    total = engine.num_io_tensors
    per_profile = total
"""


def migrated(counted: str = "", divided: str = "", **options: object) -> FileResult:
    text = DIVIDED.format(counted=counted, divided=divided)
    return migrate_source(text, **options)  # type: ignore[arg-type]


def test_a_count_and_its_division_change_together() -> None:
    result = migrated()
    assert result.after is not None and ONE in result.after
    assert not result.left


@pytest.mark.parametrize("place", ["counted", "divided"])
def test_an_ignore_comment_on_one_of_them_keeps_both(place: str) -> None:
    result = migrated(**{place: "  # trtmigrate: ignore"})
    assert result.after == result.before
    assert [f.applied for f in result.findings] == [False]
    assert "which has to change with it" in result.findings[0].message


@pytest.mark.parametrize("code", ["TRT101", "TRT111"])
def test_selecting_one_of_their_rules_keeps_both(code: str) -> None:
    result = migrated(select=(code,))
    assert result.after == result.before
    assert [f.code for f in result.left] == [code]


def test_a_total_that_is_printed_counts_all_profiles_and_is_divided() -> None:
    text = DIVIDED.format(counted="", divided="").replace("return", "print(total)\n    return")
    after = migrate_source(text).after
    assert after is not None
    assert "total = engine.num_io_tensors * engine.num_optimization_profiles\n" in after
    assert "per_profile = total // engine.num_optimization_profiles\n" in after


INPUTS = """\
import numpy as np
import tensorrt as trt


def count(engine: trt.ICudaEngine):
    inputs = np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])
    return inputs // engine.num_optimization_profiles
"""


@pytest.mark.parametrize("options", [{"ignore": ("TRT101",)}, {"ignore": ("TRT111",)}])
def test_a_question_in_a_loop_over_all_bindings_waits_for_the_loop(
    options: dict[str, tuple[str, ...]],
) -> None:
    result = migrate_source(INPUTS, **options)  # type: ignore[arg-type]
    assert result.after == INPUTS
    asked = next(f for f in result.findings if f.code == "TRT105")
    assert "which has to change with it" in asked.message


def test_a_loop_over_all_bindings_does_not_wait_for_its_questions() -> None:
    after = migrate_source(INPUTS, ignore=("TRT105",)).after
    assert after is not None
    assert "[engine.binding_is_input(i) for i in range(engine.num_io_tensors)]" in after
    assert "return inputs\n" in after


def test_a_question_at_a_known_index_does_not_wait_for_the_count() -> None:
    text = DIVIDED.format(counted="", divided="") + (
        "\n\ndef first(engine: trt.ICudaEngine):\n    return engine.get_binding_dtype(0)\n"
    )
    after = migrate_source(text, ignore=("TRT101",)).after
    assert after is not None
    assert "engine.get_tensor_dtype(engine.get_tensor_name(0))" in after
    assert "engine.num_bindings" in after


CUT = """\
import tensorrt as trt


def names(engine: trt.ICudaEngine):
    per_profile = engine.num_bindings // engine.num_optimization_profiles
    return [engine.get_binding_name(i).split(" [profile")[0] for i in range(per_profile)]
"""


@pytest.mark.parametrize("options", [{"ignore": ("TRT102",)}, {"select": ("TRT114",)}])
def test_the_profile_is_cut_off_as_long_as_the_old_api_gives_the_name(
    options: dict[str, tuple[str, ...]],
) -> None:
    after = migrate_source(CUT, **options).after  # type: ignore[arg-type]
    assert after is not None
    assert 'engine.get_binding_name(i).split(" [profile")[0]' in after


def test_a_name_that_carries_no_profile_is_not_cut() -> None:
    after = migrate_source(CUT).after
    assert after is not None
    assert "split" not in after and "get_binding_name" not in after


ASKED_BY_NAME = """\
import tensorrt as trt


def types(engine: trt.ICudaEngine, k):
    n = engine.num_bindings // engine.num_optimization_profiles
    return [engine.get_binding_dtype({name}) for {rounds}]
"""


@pytest.mark.parametrize(
    ("code", "name", "rounds"),
    [
        ("TRT102", "engine.get_binding_name(k * n + i)", "i in range(n)"),
        ("TRT113", "engine[k * n + i]", "i in range(n)"),
        ("TRT112", "name", "name in engine"),
    ],
)
def test_a_name_with_a_profile_is_not_given_to_the_new_api(
    code: str, name: str, rounds: str
) -> None:
    text = ASKED_BY_NAME.format(name=name, rounds=rounds)
    held_back = migrate_source(text, ignore=(code,)).after
    assert held_back is not None and f"get_binding_dtype({name})" in held_back
    after = migrate_source(text).after
    assert after is not None and "get_tensor_dtype(" in after


@pytest.mark.parametrize(("name", "rounds"), [("engine[k * n + i]", "i in range(n)")])
def test_a_second_run_still_knows_of_several_profiles(name: str, rounds: str) -> None:
    text = ASKED_BY_NAME.format(name=name, rounds=rounds)
    once = migrate_source(text, ignore=("TRT113",)).after
    assert once is not None and "n = engine.num_io_tensors\n" in once
    assert migrate_source(once, ignore=("TRT113",)).after == once


MIXED = """\
import tensorrt as trt


def run(context: trt.IExecutionContext, stream, values, shape{other}):
    context.set_binding_shape(0, shape)
    print({asked}.get_binding_shape(1))
    context.execute_async_v2(*values){ignore}
"""


def test_what_is_left_of_a_context_holds_back_its_other_uses() -> None:
    text = MIXED.format(asked="context", other="", ignore="")
    result = migrate_source(text)
    assert result.after == text
    assert {f.code for f in result.left} == {"TRT201", "TRT202", "TRT203"}


def test_what_is_left_of_a_context_does_not_hold_back_another_context() -> None:
    other = ", other: trt.IExecutionContext"
    after = migrate_source(MIXED.format(asked="other", other=other, ignore="")).after
    assert after is not None and "print(other.get_tensor_shape(" in after
    assert "context.set_binding_shape(0, shape)" in after


@pytest.mark.parametrize("source", ["engine.get_binding_name(k * n + i)", "engine[k * n + i]"])
def test_a_name_keeps_its_profile_as_long_as_the_old_api_reads_it(source: str) -> None:
    text = ASKED_BY_NAME.format(name=source, rounds="i in range(n)")
    after = migrate_source(text, ignore=("TRT103",)).after
    assert after is not None and f"get_binding_dtype({source})" in after


def proposal(group: str | None, needs: tuple[str, ...] = (), safe: bool = True) -> Proposal:
    safety = Safety.SAFE if safe else Safety.REVIEW
    return Proposal(
        cst.Name("x"), "", "", safety, Edit(), group=group, needs=frozenset(needs), code="TRT999"
    )


def is_safe(proposal: Proposal) -> bool:
    return proposal.safety is Safety.SAFE


def test_need_is_one_way() -> None:
    count, question = proposal("count"), proposal(None, ("count",))
    assert split_groups([count, proposal(None, ("count",), safe=False)], is_safe)[0] == [count]
    chosen, waiting = split_groups([proposal("count", safe=False), question], is_safe)
    assert not chosen
    assert list(waiting) == [id(question)]


def test_need_of_a_need_holds_back_and_names_the_first_cause() -> None:
    cause = proposal("a", safe=False)
    members = [proposal("b", ("a",)), proposal("b"), proposal("c", ("b",)), proposal(None, ("c",))]
    for order in ([cause, *members], [*reversed(members), cause]):
        chosen, waiting = split_groups(order, is_safe)
        assert not chosen
        assert all(one is cause for one in waiting.values()) and len(waiting) == 4


def test_group_that_nobody_proposes_is_not_missed() -> None:
    alone = proposal(None, ("nobody",))
    assert split_groups([alone], is_safe) == ([alone], {})


def test_what_needs_a_group_is_taken_back_with_it() -> None:
    count, question, other = proposal("count"), proposal(None, ("count",)), proposal(None)
    assert units_of([count, question, other]) == [(count, question), (other,)]
