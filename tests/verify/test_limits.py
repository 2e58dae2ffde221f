"""A program that prints or executes without end is stopped, and nothing is said of it but that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.verify.conftest import Verify
from tests.verify.programs import NEW, OLD
from trtmigrate.verify.command import NOT_VERIFIED, verify
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.record import read_record
from trtmigrate.verify.report import render_text

LIMIT = 100_000
PRINTS = "\nwhile True:\n    print('never enough ' * 50)\n"
COMPLAINS = "\nimport sys\nwhile True:\n    print('never enough ' * 50, file=sys.stderr)\n"
LATER = "        context.execute_async_v3(stream)\n"
EXECUTES = "    while profile == 1:\n" + LATER


@pytest.mark.parametrize("endless", [PRINTS, COMPLAINS])
def test_program_that_prints_without_end_is_stopped(verify_programs: Verify, endless: str) -> None:
    result = verify_programs(OLD + endless, NEW, record_limit=LIMIT)
    assert result.verdict is Verdict.NOT_VERIFIED
    assert result.reason.startswith("BEFORE was stopped after ")
    assert "it printed more than" in result.reason
    assert result.before and result.before.outcome.seconds < 60  # not by --timeout


def test_program_that_executes_without_end_is_stopped(verify_programs: Verify) -> None:
    result = verify_programs(OLD, NEW + EXECUTES, record_limit=LIMIT)
    assert result.verdict is Verdict.NOT_VERIFIED
    assert result.reason.startswith("AFTER was stopped after ")
    assert "the record of its executions has more than" in result.reason
    text = render_text([result], color=False)
    assert "--record-limit" in text
    assert text.count("AFTER was stopped") == 2  # of the side, and as the verdict
    assert "no such execution" not in text


def test_program_below_the_limit_is_compared(verify_programs: Verify) -> None:
    more = "\nfor _ in range(100):\n    print('enough')\n"
    result = verify_programs(OLD + more, NEW + more, record_limit=LIMIT)
    assert result.verdict is Verdict.IDENTICAL


def test_end_of_a_program_does_not_hide_what_it_printed_too_much(verify_programs: Verify) -> None:
    more = f"\nprint('x' * {LIMIT + 1})\n"  # faster than one look at the file
    assert verify_programs(OLD + more, NEW, record_limit=LIMIT).verdict is Verdict.NOT_VERIFIED


def test_command_ends_with_the_code_of_what_could_not_be_verified(tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text("while True:\n    print('never enough ' * 10_000)\n")
    options = [str(script), str(script), "--backend", "sim", "--record-limit", "1"]
    result = CliRunner().invoke(verify, options, standalone_mode=False)
    assert result.return_value == NOT_VERIFIED
    assert "it printed more than 1 MiB" in result.output


def test_cut_record_is_read_up_to_its_last_whole_line(tmp_path: Path) -> None:
    lines = [
        {"event": "tensorrt", "version": "8.6.1", "stand_ins": []},
        {"event": "not_covered", "what": "execution", "reason": "it ran in a child process"},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "record.jsonl").write_text(text[:-5])
    record = read_record(tmp_path)
    assert (record.tensorrt, record.not_covered) == ("8.6.1", [])
