"""The counts of a run, and the exit code that follows from them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trtmigrate.findings import FileResult, Finding, Report, Safety, Status

CLASSES = ("left", "held back", "review", "safe", "advice")  # what needs a person first


@dataclass(frozen=True)
class Summary:
    """The counts of a run; advice is not among what is left."""

    files: int
    changed: int
    findings: int
    applied: int
    left: int
    errors: int


def summarize(report: Report) -> Summary:
    findings = [finding for file in report.files for finding in file.findings]
    return Summary(
        files=len(report.files),
        changed=sum(file.changed for file in report.files),
        findings=len(findings),
        applied=sum(finding.applied for finding in findings),
        left=sum(len(file.left) for file in report.files),
        errors=sum(file.status is Status.FAILED for file in report.files),
    )


def exit_code(report: Report, *, written: bool, detailed: bool = False) -> int:
    """Return 0 if nothing is to be done, 1 if something is to be done or is left, 2 if a file has
    failed.

    If `detailed`, 1 says that files would change, 4 that something is left for a person, 5 both.
    """
    counts = summarize(report)
    if counts.errors:
        return 2
    would_change = bool(counts.changed and not written)
    if detailed:
        return (1 if would_change else 0) + (4 if counts.left else 0)
    return 1 if counts.left or would_change else 0


def state(finding: Finding, *, written: bool) -> str:
    """Return the state of a finding: "fixed", "fixable", "held back", "left" or "advice"."""
    if finding.advice:
        return "advice"
    if finding.applied:
        return "fixed" if written else "fixable"
    return "held back" if finding.edited else "left"


def class_of(finding: Finding) -> str:
    """Return which of `CLASSES` a finding belongs to."""
    word = state(finding, written=True)
    if word == "fixed":
        return "review" if finding.safety is Safety.REVIEW else "safe"
    return word


def is_interesting(file: FileResult) -> bool:
    """True if there is anything to say about a file."""
    return bool(file.findings) or file.error is not None


def without_advice(report: Report) -> Report:
    """Return the report without advice."""
    return replace(
        report,
        files=tuple(
            replace(file, findings=tuple(f for f in file.findings if not f.advice))
            for file in report.files
        ),
    )
