"""Results to render, one of each kind."""

from __future__ import annotations

from dataclasses import replace

from trtmigrate.findings import FileResult, Finding, Report, Safety, Status

FIX = Finding(
    "TRT101", 2, 5, 2, 17, "ICudaEngine.num_bindings", "num_bindings is gone", Safety.SAFE, True,
    edited=True,
)  # fmt: skip
REVIEW = replace(FIX, code="TRT102", member="ICudaEngine.x", safety=Safety.REVIEW)
HELD = replace(REVIEW, applied=False)
LEFT = replace(
    FIX, code="TRT901", member="", message="100% by hand,\nsee: docs", safety=Safety.MANUAL,
    applied=False, edited=False, end_line=3,
)  # fmt: skip
ADVICE = replace(LEFT, code="TRT801", message="could be shorter", advice=True)

MIGRATED = FileResult("a b.py", Status.MIGRATED, (FIX,), None, "x\nold\n\tz\n", "x\nnew\n\tz\n")
PARTIAL = FileResult("c.py", Status.PARTIAL, (REVIEW, LEFT), None, "old\r\nhard", "new\r\nhard")
ADVISED = FileResult("d.py", Status.UNCHANGED, (ADVICE,), None, "x", "x")
BROKEN = FileResult("e,f.py", Status.FAILED, error="e,f.py:7: is broken")
CLEAN = FileResult("g.py", Status.UNCHANGED)

REPORT = Report("10", (MIGRATED, PARTIAL, ADVISED, BROKEN, CLEAN))
EMPTY = Report("10", ())
