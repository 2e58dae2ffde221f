"""Say what to run next: what fits the options that were given, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from trtmigrate.findings import Report
from trtmigrate.report.lines import plural
from trtmigrate.report.pages import RULES

MOST_CODES = 5  # to be explained in one command


@dataclass(frozen=True)
class Asked:
    """The options that decide which further ones make sense."""

    diff: bool = False
    check: bool = False
    comments: bool = False  # --todo or --add-ignores
    only_safe: bool = False
    stdin: bool = False
    hook: bool = False  # pre-commit runs it, from an environment of its own


def next_steps(report: Report, asked: Asked, *, written: bool) -> Iterator[str]:
    """Yield what to run next, in full sentences."""
    if any(file.changed for file in report.files):
        yield _proof(asked) if written else _application(asked)
    held = sum(finding.edited for file in report.files for finding in file.left)
    if held and asked.only_safe:
        yield f"without --only-safe, up to {plural(held, 'more use')} can be rewritten"
    left = Counter(f.code for file in report.files for f in file.left if not f.edited)
    if left:
        codes = " ".join(code for code, _ in left.most_common(MOST_CODES))
        yield f"trtmigrate explain {codes} says what to do by hand, and so does {RULES}"
        if not asked.comments and not asked.check and not asked.stdin:
            yield "--write --todo also writes a comment at each place that is left"
    told = [f.code for file in report.files for f in file.findings if not f.advice]
    if told and (asked.check or asked.hook):
        yield f"the comment # trtmigrate: ignore[{told[0]}] on a line keeps it as it is"
    if told and asked.hook:
        yield "pip install trtmigrate for these commands: those of pre-commit are not in your PATH"


def _application(asked: Asked) -> str:
    if asked.stdin:
        return (
            f"without {'--check' if asked.check else '--diff'}, the result goes to standard output"
        )
    if asked.check:
        return "--write in place of --check applies the edits"
    if asked.diff:
        return "add --write to apply the edits"
    return "add --diff to see the edits in full, --write to apply them"


def _proof(asked: Asked) -> str:
    if asked.stdin:
        return "trtmigrate verify BEFORE AFTER runs both programs and compares"
    return "trtmigrate verify BEFORE AFTER runs a program as it was and as it is, and compares"
