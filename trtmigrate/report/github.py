"""The report as workflow commands, which GitHub Actions shows as annotations of the code."""

from __future__ import annotations

from trtmigrate.findings import FileResult, Finding, Report
from trtmigrate.report.visible import visible


def render_github(report: Report) -> str:
    """Return a line for each finding and each file that failed."""
    return "".join(line + "\n" for file in report.files for line in _file(file))


def _file(file: FileResult) -> list[str]:
    lines = [_annotation(file.path, finding) for finding in file.findings]
    if file.error is not None:
        place = {"file": file.path}
        if file.error_line is not None:
            place["line"] = str(file.error_line)
        lines.append(_command("error", place | {"title": "trtmigrate"}, file.error))
    return lines


def _annotation(path: str, finding: Finding) -> str:
    level = "notice" if finding.advice else "warning" if finding.applied else "error"
    place = {"file": path, **_place(finding), "title": f"trtmigrate {finding.code}"}
    where = "" if finding.cell is None else f"{finding.place}: "
    return _command(level, place, f"{where}{finding.code} {finding.message}")


def _place(finding: Finding) -> dict[str, str]:
    """Return the place in the file; in a notebook that is a line of its JSON."""
    if finding.file_line is not None:
        return {"line": str(finding.file_line)}
    place = {"line": str(finding.line), "endLine": str(finding.end_line)}
    if finding.line == finding.end_line:  # GitHub takes columns within one line only
        place |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    return place


def _command(level: str, properties: dict[str, str], message: str) -> str:
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {shown}::{_data(message)}"


def _data(text: str) -> str:
    text = visible(text, keep="\r\n")  # which the next line escapes as GitHub wants it
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
