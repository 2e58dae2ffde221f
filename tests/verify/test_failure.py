"""Why a side failed: the program's own lines first, the causes, and what to do."""

from __future__ import annotations

import pytest

from tests.verify.conftest import Verify
from tests.verify.programs import NEW, OLD, on_sim
from trtmigrate.verify.backend import simulated
from trtmigrate.verify.failure import Failure
from trtmigrate.verify.report import render_text
from trtmigrate.verify.result import Verification
from trtmigrate.verify.run import RECORDER

NESTED = """
def inner(table):
    try:
        return table["x"]
    except KeyError as error:
        raise ValueError("no x in the table") from error


def outer():
    inner({})


outer()
"""


def failure_of(result: Verification) -> Failure:
    assert result.before is not None
    assert result.before.failure is not None
    return result.before.failure


def test_own_frames_come_first_and_the_cause_after_them(verify_programs: Verify) -> None:
    failure = failure_of(verify_programs(NESTED, NEW))
    assert failure.summary == "ended with exit code 1 (ValueError: no x in the table)"
    assert failure.lines == (
        "ValueError: no x in the table",
        '    before.py:6 in inner: raise ValueError("no x in the table") from error',
        "    before.py:10 in outer: inner({})",
        "    before.py:13: outer()",
        "caused by KeyError: 'x'",
        '    before.py:4 in inner: return table["x"]',
    )


def test_recorder_is_in_no_traceback(verify_programs: Verify) -> None:
    last = "\ndef fail(*_):\n    raise OSError('broken')\n"
    call = "trt.IExecutionContext.get_tensor_shape = fail\ncontext.execute_async_v3(stream)\nfail()"
    result = verify_programs(OLD + last + call, NEW)
    assert result.before is not None
    assert "OSError: broken" in result.before.outcome.stderr
    assert str(RECORDER) not in result.before.outcome.stderr
    assert "recorder" not in "\n".join(failure_of(result).lines)


def test_text_says_the_failure_once_and_before_the_rest_of_stderr(verify_programs: Verify) -> None:
    text = render_text([verify_programs(NESTED, NEW)], color=False)
    assert text.count("raise ValueError") == 1
    assert "Traceback" not in text


def test_what_was_said_before_the_error_is_kept(verify_programs: Verify) -> None:
    say = "import sys\nprint('engine has two inputs', file=sys.stderr)\n"
    assert failure_of(verify_programs(say + NESTED, NEW)).stderr == "engine has two inputs"


def test_file_that_cannot_be_compiled_is_told(verify_programs: Verify) -> None:
    failure = failure_of(verify_programs("x = = 1\n", NEW))
    assert failure.summary.startswith("ended with exit code 1 (SyntaxError: ")


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("import nothing_of_the_kind", "has no module nothing_of_the_kind: install it"),
        ("raise ModuleNotFoundError(\"No module named 'torch'\")", "a build without CUDA"),
        ("open('../data.bin')", "--root DIR"),
        (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('x')\np.parse_args()",
            "--",
        ),
        ("input()", "reads stdin"),
    ],
)
def test_what_to_do_is_said(verify_programs: Verify, source: str, advice: str) -> None:
    assert any(advice in line for line in failure_of(verify_programs(source, NEW)).advice)


def test_plan_without_a_description_names_the_command_that_makes_one(
    verify_programs: Verify,
) -> None:
    source = (
        "import tensorrt as trt\n"
        "trt.Runtime(trt.Logger()).deserialize_cuda_engine(b'a plan of a GPU')\n"
    )
    places = simulated("8.6", "test"), simulated("8.6", "test")
    result = verify_programs(source, on_sim(NEW), places=places)
    assert "--describe PLAN" in failure_of(result).advice[0]
    assert failure_of(result).lines[1].startswith("    before.py:2: trt.Runtime(")


def test_misuse_of_memory_is_not_told_as_a_lack_of_the_simulator(verify_programs: Verify) -> None:
    source = "from cuda import cudart\ncudart.cudaFree(cudart.cudaMalloc(8)[1] + 4)\n"
    places = simulated("8.6", "test"), simulated("8.6", "test")
    failure = failure_of(verify_programs(source, on_sim(NEW), places=places))
    assert failure.lines[1].startswith("    before.py:2: cudart.cudaFree(")
    assert [line for line in failure.advice if "memory that is not its own" in line]
    assert not [line for line in failure.advice if "--backend gpu" in line]


def test_what_the_simulator_lacks_is_told_as_that(verify_programs: Verify) -> None:
    places = simulated("8.6", "test"), simulated("8.6", "test")
    result = verify_programs("from cuda import cuda\ncuda.cuArrayCreate()\n", NEW, places=places)
    assert any("--backend gpu" in line for line in failure_of(result).advice)


def test_program_that_ends_well_has_no_failure(verify_programs: Verify) -> None:
    result = verify_programs(OLD, NEW)
    assert result.before is not None and result.before.failure is None
