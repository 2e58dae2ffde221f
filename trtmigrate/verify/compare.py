"""Matches the executions of two records and compares them, tensor by tensor."""

from __future__ import annotations

import enum
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from trtmigrate.verify.difference import Difference, Tolerance, compare_values
from trtmigrate.verify.record import Copy, Execution, Record, Tensor


class Verdict(enum.Enum):
    """What came of a comparison."""

    IDENTICAL = "identical"
    CLOSE = "within tolerance"  # only where a tolerance was asked for
    DIFFERENT = "different"
    NOT_VERIFIED = "not verified"
    NOT_FOR_RELEASE = "not for this release"  # AFTER needs a newer one


class Status(enum.Enum):
    """What came of one tensor or one execution."""

    IDENTICAL = "identical"
    CLOSE = "within tolerance"
    DIFFERENT = "different"
    NOT_COVERED = "not covered"


@dataclass(frozen=True)
class TensorResult:
    name: str
    mode: str
    dtype: str
    shape: tuple[int, ...] | None
    nbytes: int
    status: Status
    reason: str = ""  # what differs, or why it is not covered
    difference: Difference | None = None


@dataclass(frozen=True)
class ExecutionResult:
    """Execution `index` of context `context`, both counted in the order of each side."""

    context: int
    index: int
    before_api: str | None  # None: this side has no such execution
    after_api: str | None
    status: Status
    reasons: tuple[str, ...]  # what differs beside the tensors
    tensors: tuple[TensorResult, ...]


@dataclass(frozen=True)
class Comparison:
    executions: tuple[ExecutionResult, ...] = ()
    digest: str = ""  # of everything that was recorded on both sides, in order
    side_digests: tuple[str, str] = ("", "")  # the same for each side; equal if all is identical
    not_covered: tuple[str, ...] = field(default=())

    @property
    def tensors(self) -> list[TensorResult]:
        return [tensor for execution in self.executions for tensor in execution.tensors]

    @property
    def compared(self) -> list[TensorResult]:
        return [tensor for tensor in self.tensors if tensor.status is not Status.NOT_COVERED]

    @property
    def verdict(self) -> Verdict:
        statuses = {execution.status for execution in self.executions}
        if Status.DIFFERENT in statuses:
            return Verdict.DIFFERENT
        if not any(tensor.mode == "output" for tensor in self.compared):
            return Verdict.NOT_VERIFIED
        return Verdict.CLOSE if Status.CLOSE in statuses else Verdict.IDENTICAL


def compare(before: Record, after: Record, tolerance: Tolerance) -> Comparison:
    """Matches contexts in order of creation (those that ran), their executions in order."""
    results = []
    pairs = zip_longest(before.by_context(), after.by_context())
    for number, (olds, news) in enumerate(pairs):
        for index, (old, new) in enumerate(zip_longest(olds or (), news or ())):
            results.append(_compare_execution(number, index, old, new, tolerance))
    missing = [f"BEFORE: {text}" for text in _gaps(before)]
    missing += [f"AFTER: {text}" for text in _gaps(after)]
    digests = digest_record(before), digest_record(after)
    both = hashlib.sha256("".join(digests).encode()).hexdigest()
    return Comparison(tuple(results), both, digests, tuple(missing))


def differing_places(comparison: Comparison) -> set[tuple[int, int, str]]:
    """Return what differs: context, execution and tensor; no tensor for anything else."""
    return {
        (execution.context, execution.index, name)
        for execution in comparison.executions
        for name in (
            *(one.name for one in execution.tensors if one.status is Status.DIFFERENT),
            *([""] if execution.reasons else []),
        )
    }


def _gaps(record: Record) -> Iterator[str]:
    """What is not in a record."""
    yield from record.not_covered
    if record.executions and not record.ended:
        yield "the process ended at once (os._exit): what it read last is not in the record"


def _compare_execution(
    context: int, index: int, old: Execution | None, new: Execution | None, tolerance: Tolerance
) -> ExecutionResult:
    if old is None or new is None:
        side = "BEFORE" if old is None else "AFTER"
        apis = (old.api if old else None, new.api if new else None)
        reason = f"{side} has no such execution"
        return ExecutionResult(context, index, *apis, Status.DIFFERENT, (reason,), ())
    new = _with_names_of(old, new)
    reasons = tuple(_other_differences(old, new))
    tensors = tuple(
        _compare_tensor(old.tensors.get(name), new.tensors.get(name), tolerance)
        for name in dict.fromkeys((*old.tensors, *new.tensors))
    )
    statuses = {tensor.status for tensor in tensors} | ({Status.DIFFERENT} if reasons else set())
    order = (Status.DIFFERENT, Status.CLOSE, Status.IDENTICAL)
    worst = next((status for status in order if status in statuses), Status.NOT_COVERED)
    return ExecutionResult(context, index, old.api, new.api, worst, reasons, tensors)


MADE_UP = "(Unnamed Layer* "  # how TensorRT begins the name of a tensor that has none (8.6, 10.16)


def _with_names_of(old: Execution, new: Execution) -> Execution:
    """`new` with the names of `old` for tensors that the program did not name.

    Their names count the layers of the network, so they are others where the migration builds an
    output of other layers. The order of the tensors says which is which.
    """

    def unnamed(one: Execution, other: Execution) -> list[str]:
        return [n for n in one.tensors if n.startswith(MADE_UP) and n not in other.tensors]

    mine, others = unnamed(old, new), unnamed(new, old)
    if not others or len(mine) != len(others):
        return new
    names = dict(zip(others, mine, strict=True))
    tensors = {
        names.get(name, name): replace(tensor, name=names.get(name, name))
        for name, tensor in new.tensors.items()
    }
    copies = [replace(copy, tensor=names.get(copy.tensor, copy.tensor)) for copy in new.copies]
    return replace(new, tensors=tensors, copies=copies)


def _other_differences(old: Execution, new: Execution) -> Iterator[str]:
    """What differs beside the tensors: the result, the profile, what the program reads."""
    if (old.result is False) != (new.result is False):
        side = "BEFORE" if old.result is False else "AFTER"
        yield f"{side} was refused by TensorRT"
    if old.profile != new.profile:
        yield f"optimization profile {old.profile} in BEFORE, {new.profile} in AFTER"
    if [_place(copy) for copy in old.copies] != [_place(copy) for copy in new.copies]:
        yield (
            f"the program reads {_places(old.copies)} in BEFORE, {_places(new.copies)} in AFTER: "
            "an output lies at the wrong address, or is not read any more"
        )
    else:
        for mine, other in zip(old.copies, new.copies, strict=True):
            if other.early and not mine.early:
                yield (
                    f"AFTER reads {other.tensor} before the execution has finished: "
                    "nothing orders the copy behind the stream, or waits for it"
                )


def _place(copy: Copy) -> tuple[str, int, int]:
    return copy.tensor, copy.offset, copy.nbytes


def _places(copies: list[Copy]) -> str:
    """``outA, outB (256 bytes from 128)``."""
    parts = [f"{c.tensor} ({c.nbytes} bytes from {c.offset})" for c in copies]
    return ", ".join(parts) or "no output"


def _compare_tensor(old: Tensor | None, new: Tensor | None, tolerance: Tolerance) -> TensorResult:
    one = old or new
    assert one is not None

    def result(status: Status, why: str = "", found: Difference | None = None) -> TensorResult:
        return TensorResult(
            one.name, one.mode, one.dtype, one.shape, one.nbytes, status, why, found
        )

    if old is None or new is None:
        return result(Status.DIFFERENT, f"only in {'AFTER' if old is None else 'BEFORE'}")
    if old.not_covered or new.not_covered:
        reasons = {"BEFORE": old.not_covered, "AFTER": new.not_covered}
        return result(
            Status.NOT_COVERED, "; ".join(f"{side}: {why}" for side, why in reasons.items() if why)
        )
    for what in ("mode", "dtype", "shape"):
        mine, other = getattr(old, what), getattr(new, what)
        if mine != other:
            return result(Status.DIFFERENT, f"{what} {mine} in BEFORE, {other} in AFTER")
    if old.sha256 == new.sha256:
        return result(Status.IDENTICAL)
    if old.data is None or new.data is None:
        return result(
            Status.DIFFERENT, f"another digest (too large to be kept); {_stats(old, new)}"
        )
    difference = compare_values(old, new, tolerance)
    if difference is not None:
        return result(Status.DIFFERENT, _where(difference), difference)
    # Bytes that differ without a tolerance can only be the payloads of NaNs.
    return result(Status.IDENTICAL if tolerance.exact else Status.CLOSE)


def _where(difference: Difference) -> str:
    index = ", ".join(map(str, difference.first))
    return (
        f"{difference.differing} of {difference.elements} elements, first at [{index}]: "
        f"{difference.before:g} in BEFORE, {difference.after:g} in AFTER; "
        f"largest error {difference.max_abs:g}"
        + (f", relative {difference.max_rel:g}" if math.isfinite(difference.max_rel) else "")
    )


def _stats(old: Tensor, new: Tensor) -> str:
    def text(stats: dict[str, float]) -> str:
        return ", ".join(f"{key} {value:g}" for key, value in stats.items()) or "no statistics"

    return f"BEFORE: {text(old.stats)}; AFTER: {text(new.stats)}"


def digest_record(record: Record) -> str:
    """Return one digest of what a side did: executions and tensors in order, and what was read."""
    total = hashlib.sha256()
    for context, executions in enumerate(record.by_context()):
        for index, execution in enumerate(executions):
            refused = execution.result is False
            total.update(repr((context, index, execution.profile, refused)).encode())
            for tensor in execution.tensors.values():
                name = "" if tensor.name.startswith(MADE_UP) else tensor.name
                key = (name, tensor.mode, tensor.dtype, tensor.shape, tensor.sha256)
                total.update(repr(key).encode())
            total.update(repr([(_place(copy), copy.early) for copy in execution.copies]).encode())
    return total.hexdigest()
