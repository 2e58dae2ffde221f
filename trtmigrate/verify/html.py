"""The result of a verification as one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from trtmigrate.report.page import render_page
from trtmigrate.verify.compare import TensorResult
from trtmigrate.verify.report import not_covered, release_of, summary, where
from trtmigrate.verify.result import (
    Verification,
    deciding,
    differences,
    overall,
    printed_differences,
)

BEGIN = "<!doctype html><html lang='en'><meta charset='utf-8'>"
MARK = "<meta name='generator' content='trtmigrate verify'>"


def is_report(path: Path) -> bool:
    """Return True if a file is a page that `render_html` made."""
    with path.open("rb") as file:
        return file.read(len(BEGIN) + len(MARK) + 1).decode("utf-8", "replace").endswith(MARK)


def render_html(results: Sequence[Verification], version: str) -> str:
    """Return a page with a row for each execution and tensor, and a picture of each error."""
    return render_page(
        Path(__file__).with_name("templates"),
        "verify",
        begin=Markup(BEGIN),
        cell_of=_cell,
        mark=Markup(MARK),
        overall=overall(results).value,
        decided=deciding(results),
        results=results,
        version=version,
        differences=differences,
        not_covered=not_covered,
        other_text=_other_text,
        release_of=release_of,
        shape=_shape,
        summary=summary,
        where=where,
    )


def _other_text(result: Verification) -> list[str]:
    """Return what both printed with other text and the same numbers."""
    return [text for text, counts in printed_differences(result) if not counts]


def _cell(rows: Sequence[Sequence[float]]) -> int:
    """Return the side of a cell in pixels, for a picture that is neither small nor large."""
    return max(8, min(32, 416 // max(len(rows), len(rows[0]))))


def _shape(tensor: TensorResult) -> str:
    if tensor.shape is None:
        return "unknown"
    return " × ".join(map(str, tensor.shape)) or "scalar"
