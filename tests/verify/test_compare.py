"""How two recorded tensors, executions and records are told apart."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trtmigrate.verify.compare import Verdict, compare
from trtmigrate.verify.difference import Difference, Tolerance, compare_values
from trtmigrate.verify.record import Copy, Execution, Record, Tensor, read_record

EXACT = Tolerance()


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(tmp_path)


class Keep:
    """Makes tensors as the recorder keeps them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, values: object, dtype: str = "float32", name: str = "y") -> Tensor:
        array = np.asarray(values)
        data = array.astype(dtype).tobytes() if dtype != "bfloat16" else array.tobytes()
        digest = hashlib.sha256(data).hexdigest()
        path = self.folder / digest
        path.write_bytes(data)
        shape = array.shape
        return Tensor(name, "output", dtype, shape, "device", len(data), digest, path)


def differ(before: Tensor, after: Tensor, tolerance: Tolerance = EXACT) -> Difference | None:
    return compare_values(before, after, tolerance)


class TestValues:
    def test_nan_equals_nan_of_another_payload(self, keep: Keep) -> None:
        payloads = np.array([0x7FC00000, 0x7FC00001], np.uint32).view(np.float32)
        assert differ(keep(payloads[:1]), keep(payloads[1:])) is None

    def test_nan_against_a_number_differs_without_bound(self, keep: Keep) -> None:
        found = differ(keep([1.0, np.nan]), keep([1.0, 2.0]), Tolerance(atol=100.0))
        assert found is not None and found.max_abs == np.inf and found.first == (1,)

    def test_negative_zero_differs_bit_for_bit_only(self, keep: Keep) -> None:
        assert differ(keep([0.0]), keep([-0.0])) is not None
        assert differ(keep([0.0]), keep([-0.0]), Tolerance(atol=1e-9)) is None

    def test_one_bit_of_a_large_int64_differs(self, keep: Keep) -> None:
        before, after = keep([2**60], "int64"), keep([2**60 + 1], "int64")
        found = differ(before, after)
        assert found is not None and found.differing == 1

    def test_infinities_of_one_sign_are_equal_within_tolerance(self, keep: Keep) -> None:
        before, after = keep([np.inf, 1.0]), keep([np.inf, 1.5])
        assert differ(before, after, Tolerance(atol=1.0)) is None

    def test_tolerance_is_relative_to_before(self, keep: Keep) -> None:
        before, after = keep([100.0]), keep([101.0])
        assert differ(before, after, Tolerance(rtol=0.011)) is None
        assert differ(before, after, Tolerance(rtol=0.009)) is not None

    def test_place_and_size_of_an_error(self, keep: Keep) -> None:
        values = np.zeros((2, 3, 4), np.float32)
        other = values.copy()
        other[1, 2, 3], other[1, 0, 0] = 0.5, -2.0
        found = differ(keep(values), keep(other))
        assert found is not None
        assert (found.differing, found.elements, found.first) == (2, 24, (1, 0, 0))
        assert (found.before, found.after, found.max_abs) == (0.0, -2.0, 2.0)
        assert found.max_rel == np.inf

    def test_bfloat16_is_compared_by_value(self, keep: Keep) -> None:
        def bfloat16(value: float) -> np.ndarray:
            return (np.array([value], np.float32).view(np.uint32) >> 16).astype(np.uint16)

        found = differ(keep(bfloat16(1.0), "bfloat16"), keep(bfloat16(1.5), "bfloat16"))
        assert found is not None and found.max_abs == 0.5

    def test_scalar(self, keep: Keep) -> None:
        found = differ(keep(np.float32(1)), keep(np.float32(2)))
        assert found is not None and found.first == () and len(found.picture) == 1

    @given(
        shape=st.lists(st.integers(1, 40), max_size=3).filter(lambda s: np.prod(s) <= 4000),
        place=st.integers(0, 3999),
    )
    def test_picture_shows_one_cell_for_one_error(self, shape: list[int], place: int) -> None:
        import tempfile

        values = np.zeros(shape, np.float32)
        other = values.copy()
        other.reshape(-1)[place % other.size] = 1.0
        with tempfile.TemporaryDirectory() as folder:
            kept = Keep(Path(folder))
            found = differ(kept(values), kept(other))
        assert found is not None
        assert sum(value > 0 for row in found.picture for value in row) == 1
        assert len(found.picture) <= 32 and all(len(row) <= 32 for row in found.picture)


def execution(number: int, context: int, tensors: list[Tensor], **fields: object) -> Execution:
    made = Execution(number, context, "execute_v2", 0, True, {t.name: t for t in tensors})
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def record(*executions: Execution) -> Record:
    return Record(tensorrt="8.6", executions=list(executions))


class TestExecutions:
    def test_contexts_are_matched_in_order_of_creation(self, keep: Keep) -> None:
        one, two = keep([1.0]), keep([2.0])
        before = record(execution(0, 0, [one]), execution(1, 3, [two]))
        after = record(execution(0, 5, [two]), execution(1, 1, [one]))
        assert compare(before, after, EXACT).verdict is Verdict.IDENTICAL

    def test_executions_of_several_contexts_may_interleave_differently(self, keep: Keep) -> None:
        one, two = keep([1.0]), keep([2.0])
        before = record(execution(0, 0, [one]), execution(1, 1, [two]), execution(2, 0, [two]))
        after = record(execution(0, 1, [two]), execution(1, 0, [one]), execution(2, 0, [two]))
        assert compare(before, after, EXACT).verdict is Verdict.IDENTICAL

    def test_missing_execution_is_a_difference(self, keep: Keep) -> None:
        before = record(execution(0, 0, [keep([1.0])]), execution(1, 0, [keep([1.0])]))
        found = compare(before, record(execution(0, 0, [keep([1.0])])), EXACT)
        assert found.verdict is Verdict.DIFFERENT
        assert found.executions[1].reasons == ("AFTER has no such execution",)

    def test_nothing_recorded_is_not_verified(self) -> None:
        assert compare(record(), record(), EXACT).verdict is Verdict.NOT_VERIFIED

    def test_inputs_alone_verify_nothing(self, keep: Keep) -> None:
        tensor = replace(keep([1.0]), mode="input")
        refused = replace(keep([1.0]), name="out", sha256=None, not_covered="refused")
        both = [execution(0, 0, [tensor, refused]) for _ in range(2)]
        assert compare(record(both[0]), record(both[1]), EXACT).verdict is Verdict.NOT_VERIFIED

    @pytest.mark.parametrize(
        ("field", "value"), [("dtype", "int32"), ("shape", (1, 1)), ("mode", "input")]
    )
    def test_kind_of_a_tensor_counts_beside_its_bytes(
        self, keep: Keep, field: str, value: object
    ) -> None:
        tensor = keep([1.0])
        other = replace(tensor, **{field: value})
        found = compare(record(execution(0, 0, [tensor])), record(execution(0, 0, [other])), EXACT)
        assert found.verdict is Verdict.DIFFERENT
        assert found.tensors[0].reason.startswith(field)

    def test_tensor_on_one_side_only_is_a_difference(self, keep: Keep) -> None:
        before = record(execution(0, 0, [keep([1.0]), keep([1.0], name="z")]))
        found = compare(before, record(execution(0, 0, [keep([1.0])])), EXACT)
        assert found.verdict is Verdict.DIFFERENT

    def test_tensors_without_a_name_are_matched_in_order(self, keep: Keep) -> None:
        """TensorRT names them by the number and the kind of their layer."""
        one, two = keep([1.0]), keep([2.0])
        olds = [
            replace(one, name="(Unnamed Layer* 1) [Fully Connected]_output"),
            replace(two, name="(Unnamed Layer* 2) [Softmax]_output"),
        ]
        news = [
            replace(one, name="(Unnamed Layer* 6) [Shuffle]_output"),
            replace(two, name="(Unnamed Layer* 7) [Softmax]_output"),
        ]
        reads = [Copy(t[0].name, 0, 4, early=False) for t in (olds, news)]
        before = record(execution(0, 0, olds, copies=[reads[0]]))
        after = record(execution(0, 0, news, copies=[reads[1]]))
        assert compare(before, after, EXACT).verdict is Verdict.IDENTICAL
        swapped = record(execution(0, 0, news[::-1], copies=[reads[1]]))
        assert compare(before, swapped, EXACT).verdict is Verdict.DIFFERENT

    def test_tensor_that_has_a_name_is_not_matched_by_order(self, keep: Keep) -> None:
        named, unnamed = keep([1.0], name="out"), keep([1.0], name="(Unnamed Layer* 1) [Shuffle]")
        found = compare(record(execution(0, 0, [named])), record(execution(0, 0, [unnamed])), EXACT)
        assert found.verdict is Verdict.DIFFERENT

    def test_refused_on_one_side_is_a_difference(self, keep: Keep) -> None:
        before = record(execution(0, 0, [keep([1.0])]))
        after = record(execution(0, 0, [keep([1.0])], result=False))
        assert compare(before, after, EXACT).verdict is Verdict.DIFFERENT

    def test_no_result_counts_as_success(self, keep: Keep) -> None:
        before = record(execution(0, 0, [keep([1.0])], result=None))
        assert compare(before, record(execution(0, 0, [keep([1.0])])), EXACT).verdict is (
            Verdict.IDENTICAL
        )

    def test_early_read_on_both_sides_is_no_difference(self, keep: Keep) -> None:
        early, waited = [Copy("y", 0, 4, True)], [Copy("y", 0, 4, False)]
        sides = {
            name: record(execution(0, 0, [keep([1.0])], copies=copies))
            for name, copies in (("early", early), ("waited", waited))
        }
        assert compare(sides["early"], sides["early"], EXACT).verdict is Verdict.IDENTICAL
        assert compare(sides["early"], sides["waited"], EXACT).verdict is Verdict.IDENTICAL
        assert compare(sides["waited"], sides["early"], EXACT).verdict is Verdict.DIFFERENT

    def test_tensor_not_covered_is_listed_and_does_not_decide(self, keep: Keep) -> None:
        unknown = replace(keep([1.0], name="z"), sha256=None, not_covered="tensor format DLA_HWC4")
        both = [record(execution(0, 0, [keep([1.0]), unknown])) for _ in range(2)]
        found = compare(both[0], both[1], EXACT)
        assert found.verdict is Verdict.IDENTICAL
        assert [tensor.name for tensor in found.compared] == ["y"]


class TestRecord:
    def test_line_that_was_cut_off_is_left_out(self, tmp_path: Path) -> None:
        whole = '{"event": "not_covered", "what": "a", "reason": "b"}\n'
        (tmp_path / "record.jsonl").write_text(whole + whole[:20])
        found = read_record(tmp_path)
        assert found.not_covered == ["a: b"] and not found.ended

    def test_record_that_was_never_begun_is_empty(self, tmp_path: Path) -> None:
        assert read_record(tmp_path).executions == []
