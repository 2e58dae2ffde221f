"""The result of a verification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trtmigrate.verify.backend import Place
from trtmigrate.verify.compare import Comparison, Verdict
from trtmigrate.verify.failure import Failure
from trtmigrate.verify.options import Options
from trtmigrate.verify.printed import Printed
from trtmigrate.verify.record import Record
from trtmigrate.verify.run import Outcome, Side
from trtmigrate.verify.stdout import StdoutResult


@dataclass(frozen=True)
class SideResult:
    """What one side did, and where."""

    side: Side
    place: Place
    outcome: Outcome
    record: Record
    printed: Printed
    failure: Failure | None  # why the side failed; None if it did not

    @property
    def release(self) -> str:
        """Return the TensorRT release that the side ran on."""
        return self.record.tensorrt or self.place.tensorrt


@dataclass(frozen=True)
class Verification:
    """The verdict on AFTER on one release, and everything that the verdict rests on."""

    verdict: Verdict
    reason: str  # why nothing was verified, or the first difference; else empty
    before: SideResult | None = None
    after: SideResult | None = None
    comparison: Comparison = field(default_factory=Comparison)
    stdout: StdoutResult = field(default_factory=StdoutResult)
    notes: tuple[str, ...] = ()  # what a reader of the verdict has to know
    options: Options = field(default_factory=Options)


def differences(result: Verification) -> list[str]:
    """Return every difference in words, with its place."""
    found = []
    for execution in result.comparison.executions:
        place = f"context {execution.context}, execution {execution.index}"
        found += [f"{place}: {reason}" for reason in execution.reasons]
        found += [
            f"{place}, {tensor.mode} {tensor.name}: {tensor.reason}"
            for tensor in execution.tensors
            if tensor.status.value == "different"
        ]
    return found + [text for text, counts in printed_differences(result) if counts]


def printed_differences(result: Verification) -> list[tuple[str, bool]]:
    """Return the lines of stdout that differ, in words, and whether each makes a difference."""
    found = []
    for one in result.stdout.differences:
        old = "no such line" if one.before is None else repr(one.before)
        new = "no such line" if one.after is None else repr(one.after)
        found.append((f"stdout, line {one.line}: {old} in BEFORE, {new} in AFTER", one.counts))
    return found


def overall(results: Sequence[Verification]) -> Verdict:
    """Return the verdict on all releases together: the worst of them.

    A release that AFTER is not meant for does not count, unless there is no other.
    """
    found = {result.verdict for result in results} - {Verdict.NOT_FOR_RELEASE}
    order = (Verdict.DIFFERENT, Verdict.NOT_VERIFIED, Verdict.CLOSE, Verdict.IDENTICAL)
    return next((verdict for verdict in order if verdict in found), Verdict.NOT_VERIFIED)


def deciding(results: Sequence[Verification]) -> Verification:
    """Return the first result with the verdict on all releases together."""
    verdict = overall(results)
    return next((one for one in results if one.verdict is verdict), results[0])
