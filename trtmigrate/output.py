"""Print the report of a run: a text as the files are done, every other form at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

from trtmigrate import __version__
from trtmigrate.findings import FileResult, Report
from trtmigrate.options import Options
from trtmigrate.report.color import wants_color
from trtmigrate.report.next_steps import Asked
from trtmigrate.report.summary import exit_code, without_advice
from trtmigrate.report.text import View, render_end, render_file
from trtmigrate.report.visible import visible
from trtmigrate.sources.kinds import is_python
from trtmigrate.sources.writer import write_file

_NO_FORMATTER = (
    "the project is set up for {0}, which is neither installed beside trtmigrate nor in your PATH: "
    "changed lines have trtmigrate's own layout. Install {0}, or set "
    'formatter = "none" in [tool.trtmigrate]'
)


class Output:
    """What the flags of the command line and the options of the files ask for, printed."""

    def __init__(
        self,
        flags: Mapping[str, Any],
        used: Sequence[Options],
        *,
        written: bool,
        stdin: bool = False,
        before_printing: Callable[[], None] = lambda: None,
    ) -> None:
        self._flags = flags
        self._written = written
        self._to_stderr = to_stderr = stdin and written  # the result goes to standard output
        self._formatters = sorted({one.formatter for one in used if one.formatter})
        self._before_printing = before_printing
        self._closed: BrokenPipeError | None = None
        stream = sys.stderr if to_stderr else sys.stdout
        self._is_text = flags["output_format"] in ("text", "concise")
        self._view = View(
            written,
            flags["diff"],
            flags["verbose"] - flags["quiet"],
            wants_color(stream, flags["color"]),
            stream.isatty(),
            flags["output_format"] == "concise",
            flags["statistics"],
            _asked(flags, used, stdin),
        )

    def tell(self, file: FileResult) -> None:
        """Print what the text report says of a file."""
        if self._is_text:
            if self._flags["check"]:
                file = without_advice(Report("", (file,))).files[0]
            self._print(render_file(file, self._view))

    def end(self, report: Report) -> int:
        """Print everything else and return the exit code. Raises OSError for an HTML page that
        cannot be written, and BrokenPipeError where nobody reads what is printed.
        """
        if self._flags["check"]:
            report = without_advice(report)
        self._write_page(report)
        self._print(self._rest(report))
        if self._closed is not None:
            raise self._closed
        if self._is_text:
            for file in report.files:
                if file.error is not None:
                    click.echo(visible(file.error), err=True)
        if self._view.verbosity >= 0:
            for name in self._missing_formatters(report):
                click.echo(_NO_FORMATTER.format(name), err=True)
        detailed = self._flags["exit_code"] == "detailed"
        return exit_code(report, written=self._written, detailed=detailed)

    def _missing_formatters(self, report: Report) -> Iterator[str]:
        """Yield the formatters of the project that could not lay the changed lines out."""
        if self._formatters and any(f.changed and is_python(f.path) for f in report.files):
            # Lazily: it starts programs, and few projects need it.
            from trtmigrate.layout.formatter import is_missing, program_name

            missing = [one for one in self._formatters if is_missing(one)]
            yield from dict.fromkeys(map(program_name, missing))

    def _print(self, text: str) -> None:
        """Print a text; where nobody reads it, the files are written all the same."""
        if text and self._closed is None:
            self._before_printing()
            try:
                click.echo(text, nl=False, err=self._to_stderr, color=True)
            except BrokenPipeError as error:
                if not self._written:
                    raise
                self._closed = error

    def _write_page(self, report: Report) -> None:
        if self._flags["html"]:
            from trtmigrate.report.html import render_html  # lazily: few runs want a page
            from trtmigrate.rules import all_rules

            titles = {rule.code: rule.title for rule in all_rules()}
            page = render_html(report, version=__version__, written=self._written, titles=titles)
            write_file(self._flags["html"], page.encode())

    def _rest(self, report: Report) -> str:
        # Lazily: a run needs one form.
        match self._flags["output_format"]:
            case "json":
                from trtmigrate.report.json import render_json

                return render_json(
                    report,
                    version=__version__,
                    written=self._written,
                    diff=self._flags["diff"],
                )
            case "sarif":
                from trtmigrate.report.sarif import render_sarif
                from trtmigrate.rules import all_rules

                return render_sarif(
                    report, version=__version__, written=self._written, rules=all_rules()
                )
            case "github":
                from trtmigrate.report.github import render_github

                return render_github(report)
        return render_end(report, self._view)


def _asked(flags: Mapping[str, Any], used: Sequence[Options], stdin: bool) -> Asked:
    return Asked(
        diff=flags["diff"],
        check=flags["check"],
        comments=any(one.todo or one.add_ignores for one in used),
        only_safe=any(one.only_safe for one in used),
        stdin=stdin,
        hook="PRE_COMMIT" in os.environ,
    )
