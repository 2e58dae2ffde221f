"""What two programs print: which lines are the same, which are told, which make a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verify.conftest import Verify, fake_place
from tests.verify.programs import NEW, OLD
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.difference import Tolerance
from trtmigrate.verify.printed import Printed, as_line, read_printed
from trtmigrate.verify.result import differences, printed_differences
from trtmigrate.verify.stdout import Outcome, StdoutResult, compare_stdout


def printed(text: str) -> Printed:
    return Printed(tuple(as_line(line) for line in text.splitlines()))


def compared(
    before: str,
    after: str,
    mode: str = "numbers",
    tolerance: Tolerance | None = None,
    again: str | None = None,
) -> StdoutResult:
    """`again` is what a second run of BEFORE prints; the same as the first if it is not given."""
    second = printed(before if again is None else again)
    tolerance = tolerance or Tolerance()
    return compare_stdout(printed(before), printed(after), mode, tolerance, lambda: second)


def test_same_lines_are_the_same() -> None:
    assert compared("a 1\nb 2\n", "a 1\nb 2\n").outcome is Outcome.SAME


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("count: 3", "count: 4"),
        ("shape (1, 3)", "shape (1, 3, 1)"),
        ("shape 1x3x8", "shape 1x3x9"),
        ("mean -0.5", "mean 0.5"),
        ("value 1.0", "value nan"),
        ("a 1\nb 2", "a 1"),
        ("a 1", "a 1\nb 2"),
        ("a 1\nb 2", "b 2\na 1"),
        ("inputT0", "inputT1"),
        ("n 1e-3", "n 1e-4"),
        ("check: True", "check: False"),
        ("found None", "found 3"),
        ("check: [True, True]", "check: [True]"),
        ("check: True", "check passed"),
    ],
)
def test_other_number_is_a_difference(before: str, after: str) -> None:
    result = compared(before, after)
    assert result.outcome is Outcome.DIFFERENT
    assert any(one.counts for one in result.differences)


@pytest.mark.parametrize(
    ("before", "after"),
    [("using bindings", "using tensors"), ("done", "done\nbye"), ("n: 3 bindings", "n: 3 tensors")],
)
def test_other_text_is_told_and_is_no_difference(before: str, after: str) -> None:
    result = compared(before, after)
    assert result.outcome is Outcome.OTHER_TEXT
    assert len(result.differences) == 1
    assert compared(before, after, "exact").outcome is Outcome.DIFFERENT


@pytest.mark.parametrize(
    ("before", "after"),
    [("[1.  2. ]", "[1. 2.]"), ("x 1.0", "x 1"), ("y nan", "y nan"), ("at 0.50", "at .5")],
)
def test_same_number_written_otherwise_is_the_same(before: str, after: str) -> None:
    assert compared(before, after).outcome is Outcome.SAME


def test_numbers_within_the_tolerance_are_the_same() -> None:
    assert compared("x 1.0", "x 1.0001", tolerance=Tolerance(rtol=1e-3)).outcome is Outcome.SAME
    assert compared("x 1.0", "x 1.1", tolerance=Tolerance(rtol=1e-3)).outcome is Outcome.DIFFERENT


def test_line_in_between_does_not_shift_the_others() -> None:
    before = "".join(f"step {n}: loss {n * n}\n" for n in range(50))
    after = before.replace("step 20", "hello\nstep 20")
    result = compared(before, after)
    assert result.outcome is Outcome.OTHER_TEXT
    assert [one.after for one in result.differences] == ["hello"]


def test_number_that_changes_from_run_to_run_is_not_compared() -> None:
    before, again = "took 1.25 s, found 3\n", "took 1.31 s, found 3\n"
    result = compared(before, "took 1.19 s, found 3\n", again=again)
    assert result.outcome is Outcome.SAME
    assert "change from run to run" in result.reason
    assert compared(before, "took 1.19 s, found 4\n", again=again).outcome is Outcome.DIFFERENT


def test_number_that_stays_from_run_to_run_is_compared() -> None:
    assert compared("found 3\n", "found 4\n", again="found 3\n").outcome is Outcome.DIFFERENT


def test_output_of_changing_length_is_not_compared() -> None:
    result = compared("a 1\n", "a 2\n", again="a 1\nb 2\n")
    assert result.outcome is Outcome.NOT_COMPARED
    assert "other lines in each run" in result.reason


def test_off_compares_nothing() -> None:
    assert compared("a 1", "a 2", "off").outcome is Outcome.NOT_COMPARED


def test_folder_release_addresses_and_log_lines_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "stdout"
    file.write_text(
        f"TensorRT 8.6.1 in {tmp_path}/run\n<Engine at 0x7f00aa>\n"
        "[11/28/2026-10:00:00] [TRT] [W] slow\nx 18.6.15\n"
    )
    lines = [line.text for line in read_printed(file, tmp_path / "run", "8.6.1").lines]
    assert lines == ["TensorRT RELEASE in FOLDER", "<Engine at ADDRESS>", "x 18.6.15"]


def test_name_that_tensorrt_makes_up_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "stdout"
    path.write_text("(1, 2) (Unnamed Layer* 4) [Fully Connected]_output\n")
    assert [line.text for line in read_printed(path, tmp_path, None).lines] == ["(1, 2) UNNAMED"]


class TestPrograms:
    def test_wrong_count_that_is_only_printed_is_found(self, verify_programs: Verify) -> None:
        result = verify_programs(OLD + "print('inputs:', 2)\n", NEW + "print('inputs:', 4)\n")
        assert result.verdict is Verdict.DIFFERENT
        assert result.comparison.verdict is Verdict.IDENTICAL
        assert differences(result)[0].endswith("'inputs: 2' in BEFORE, 'inputs: 4' in AFTER")
        off = verify_programs(
            OLD + "print('inputs:', 2)\n", NEW + "print('inputs:', 4)\n", stdout="off"
        )
        assert off.verdict is Verdict.IDENTICAL

    def test_time_that_is_printed_is_no_difference(self, verify_programs: Verify) -> None:
        clock = "import time\nprint('took', time.perf_counter(), 'for', 2)\n"
        result = verify_programs(OLD + clock, NEW + clock)
        assert result.verdict is Verdict.IDENTICAL
        assert result.stdout.outcome is Outcome.SAME
        wrong = verify_programs(OLD + clock, NEW + clock.replace("'for', 2", "'for', 3"))
        assert wrong.verdict is Verdict.DIFFERENT

    def test_release_and_path_that_are_printed_are_the_same(self, verify_programs: Verify) -> None:
        tell = "import os\nprint(trt.__version__, os.getcwd())\n"
        places = fake_place(), fake_place("10.16.1", lean=True)
        result = verify_programs(OLD + tell, NEW + tell, places=places)
        assert result.verdict is Verdict.IDENTICAL
        assert result.stdout.outcome is Outcome.SAME

    def test_other_text_is_told_in_the_result(self, verify_programs: Verify) -> None:
        result = verify_programs(OLD + "print('old')\n", NEW + "print('new')\n")
        assert result.verdict is Verdict.IDENTICAL
        assert printed_differences(result)[0][0].endswith("'old' in BEFORE, 'new' in AFTER")
