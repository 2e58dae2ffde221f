#!/usr/bin/env python3
"""Measures trtmigrate over a folder of Python files: what is rewritten, reported, or left silent.

    python scripts/corpus_report.py DIR [--target 10] [--json FILE] [--write-to OUTDIR]
                                        [--silent FILE] [--left FILE]

What counts as a use is decided by removed_uses.py, which knows nothing of the package. A use is

- rewritten, where an applied finding for that member covers its line (the finding whose exact span
  holds the name goes before one that only shares the line), or an applied finding for another
  member holds it in its span;
- reported, where a finding for that member, not applied, covers its line; `advice` counts those
  that only advice covers;
- silent, otherwise.

Findings are not taken at their word. The same scan runs over the output: where a name occurs there
more often than the uses that were not rewritten, the surplus is taken from the rewritten ones; and
where an occurrence in the output is covered by no finding of a second run, that is a silent use.
Probes (`hasattr` and kin) are counted in the same way but apart, namesakes are only counted.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import re
import signal
import sys
import time
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for a checkout not installed

from removed_names import RUNTIME
from removed_uses import Use, scan

if TYPE_CHECKING:
    from trtmigrate.findings import FileResult, Finding

REWRITTEN, REPORTED, ADVISED, SILENT = "rewritten", "reported", "advice", "silent"
WORKERS = 2


@dataclass
class Judged:
    """What became of one use."""

    use: Use
    outcome: str
    codes: tuple[str, ...] = ()  # of the findings that cover it
    message: str = ""


@dataclass
class FileReport:
    """One file measured; `problem` says why it could not be scanned."""

    path: str
    problem: str = ""
    crash: str = ""  # an exception, a timeout or the death of the process
    failed: str = ""  # the tool's own error for a file that can be parsed
    uncompilable: bool = False
    unstable: bool = False
    changed: bool = False
    findings_advice: int = 0
    uses: list[Judged] = field(default_factory=list)
    namesakes: Counter[str] = field(default_factory=Counter)


def run_tool(source: bytes, path: str, target: str) -> FileResult:
    """The one place that calls what is measured."""
    from trtmigrate.engine import migrate_source

    return migrate_source(source, path=path, target=target)


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def decode(source: bytes) -> tuple[str, str]:
    """Text and encoding, as Python itself decides. Raises SyntaxError or UnicodeDecodeError."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding), encoding


def compiles(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<output>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def names(finding: Finding, use: Use) -> bool:
    if not use.owner:  # a class answers for its members, too: "ResizeMode.LINEAR" names ResizeMode
        return finding.member == "" or use.name in finding.member.split(".")
    return finding.member in ("", use.member) or finding.member.rpartition(".")[2] == use.name


def holds(finding: Finding, use: Use) -> bool:
    start, end = (finding.line, finding.column), (finding.end_line, finding.end_column)
    return start <= (use.line, use.column) < end


def judge(use: Use, findings: Sequence[Finding]) -> Judged:
    """What the findings of one run say about a use; the exact span goes before the shared line."""
    near = [f for f in findings if names(f, use) and f.line <= use.line <= f.end_line]
    exact = [f for f in near if holds(f, use)]
    found = exact or near
    if not found:  # an edit of a larger piece of code may take the use with it
        found = [f for f in findings if f.applied and holds(f, use)]
    if not found:
        return Judged(use, SILENT)
    if any(f.applied for f in found):
        outcome = REWRITTEN
    else:
        outcome = ADVISED if all(f.advice for f in found) else REPORTED
    return Judged(use, outcome, tuple(sorted({f.code for f in found})), found[0].message)


def demote(uses: list[Judged], which: Sequence[str], to: str, count: int) -> None:
    for judged in reversed(uses):
        if count <= 0:
            return
        if judged.outcome in which:
            judged.outcome = to
            count -= 1


def cross_check(uses: list[Judged], output: Sequence[Judged]) -> None:
    """Takes back what the output contradicts; `output` is what a second run says of its uses."""
    keys = {(j.use.name, j.use.probe) for j in (*uses, *output)}
    for name, probe in keys:
        before = [j for j in uses if (j.use.name, j.use.probe) == (name, probe)]
        after = [j for j in output if (j.use.name, j.use.probe) == (name, probe)]
        kept = sum(j.outcome != REWRITTEN for j in before)
        demote(before, (REWRITTEN,), REPORTED, len(after) - kept)
        silent = sum(j.outcome == SILENT for j in after) - sum(j.outcome == SILENT for j in before)
        demote(before, (REPORTED, ADVISED), SILENT, silent)


def measure(path: str, name: str, target: str, seconds: int) -> tuple[FileReport, bytes | None]:
    """One file through scan, tool, scan of the output and second run; the output, if it changed."""
    report = FileReport(name)
    source = Path(path).read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text, encoding = decode(source)
            found = scan(text, target)
    except (SyntaxError, ValueError, RecursionError) as error:
        report.problem = f"{type(error).__name__}: {error}"
        found = None
    else:
        report.namesakes = found.namesakes
        report.uses = [Judged(use, SILENT) for use in found.uses]
    try:
        with time_limit(seconds):
            result = run_tool(source, path, target)
            if found is None:
                return report, None
            report.failed = result.error or ""
            report.findings_advice = sum(f.advice for f in result.findings)
            report.uses = [judge(use, result.findings) for use in found.uses]
            if result.after is None or result.after == result.before:
                return report, None
            report.changed = True
            after = result.after.lstrip("\ufeff")
            report.uncompilable = not compiles(after)
            if report.uncompilable:
                return report, after.encode(encoding, "replace")
            again = run_tool(after.encode(encoding), path, target)
            report.unstable = again.after is not None and again.after != again.before
            left = [judge(use, again.findings) for use in scan(after, target).uses]
            cross_check(report.uses, left)
            return report, after.encode(encoding)
    except Exception as error:  # whatever the tool raises is what is measured here
        report.crash = f"{type(error).__name__}: {error}"
        return report, None


def measure_all(
    root: Path, target: str, seconds: int, write_to: Path | None
) -> Iterator[FileReport]:
    """Every .py file below root, in order; a worker that dies is counted against its file."""
    paths = sorted(p for p in root.rglob("*.py") if p.is_file())

    def arguments(path: Path) -> tuple[str, str, str, int]:
        return str(path), str(path.relative_to(root)), target, seconds

    with ProcessPoolExecutor(WORKERS) as pool:
        futures: list[Future[tuple[FileReport, bytes | None]]] = [
            pool.submit(measure, *arguments(path)) for path in paths
        ]
        for path, future in zip(paths, futures, strict=True):
            try:
                report, output = future.result()
            except BrokenProcessPool:
                report, output = measure_alone(*arguments(path))
            if write_to is not None and output is not None:
                there = write_to / report.path
                there.parent.mkdir(parents=True, exist_ok=True)
                there.write_bytes(output)
            yield report


def measure_alone(
    path: str, name: str, target: str, seconds: int
) -> tuple[FileReport, bytes | None]:
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(measure, path, name, target, seconds).result()
        except BrokenProcessPool:
            return FileReport(name, crash="the process died"), None


def split(uses: Sequence[Judged]) -> dict[str, int | float]:
    counts = Counter(judged.outcome for judged in uses)
    found = len(uses)
    return {
        "found": found,
        REWRITTEN: counts[REWRITTEN],
        "reported": counts[REPORTED] + counts[ADVISED],
        "advice_only": counts[ADVISED],
        SILENT: counts[SILENT],
        "percent_rewritten": round(100 * counts[REWRITTEN] / found, 1) if found else 100.0,
    }


def left_by_member(files: Sequence[FileReport]) -> list[dict[str, object]]:
    rows: dict[str, list[tuple[str, Judged]]] = {}
    total = Counter(j.use.member for f in files for j in f.uses if not j.use.probe)
    for file in files:
        for judged in file.uses:
            if judged.outcome != REWRITTEN and not judged.use.probe:
                rows.setdefault(judged.use.member, []).append((file.path, judged))
    return [
        {
            "member": member,
            "left": len(left),
            "of": total[member],
            "files": len({path for path, _ in left}),
            "silent": sum(j.outcome == SILENT for _, j in left),
            "codes": dict(Counter(code for _, j in left for code in j.codes).most_common()),
        }
        for member, left in sorted(rows.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def summary(files: Sequence[FileReport], target: str, seconds: float) -> dict[str, object]:
    uses = [judged for file in files for judged in file.uses]
    plain = [judged for judged in uses if not judged.use.probe]
    namesakes: Counter[str] = sum((file.namesakes for file in files), Counter())
    return {
        "target": target,
        "files": len(files),
        "not_parsable": [f"{f.path}: {f.problem}" for f in files if f.problem],
        "changed": sum(f.changed for f in files),
        "crashes": [f"{f.path}: {f.crash}" for f in files if f.crash],
        "failed": [f.failed for f in files if f.failed],
        "not_compiling": [f.path for f in files if f.uncompilable],
        "changed_by_second_run": [f.path for f in files if f.unstable],
        "seconds": round(seconds, 1),
        "uses": split(plain),
        "runtime": split([j for j in plain if j.use.owner in RUNTIME]),
        "other": split([j for j in plain if j.use.owner not in RUNTIME]),
        "probes": split([j for j in uses if j.use.probe]),
        "namesakes": dict(namesakes.most_common()),
        "advice_findings": sum(f.findings_advice for f in files),
        "left": left_by_member(files),
        "silent": [list(row) for row in lines(files, (SILENT,))],
    }


def lines(
    files: Sequence[FileReport], outcomes: Sequence[str]
) -> Iterator[tuple[str, int, str, str, str, str]]:
    for file in files:
        for j in file.uses:
            if j.outcome in outcomes:
                kind = f"{j.outcome} probe" if j.use.probe else j.outcome
                yield file.path, j.use.line, j.use.member, kind, " ".join(j.codes), j.message


def as_text(data: dict[str, object]) -> str:
    """The summary as one table and the list of what is left."""
    out = [f"target {data['target']}, {data['files']} files, {data['seconds']} s"]
    for key in ("not_parsable", "crashes", "failed", "not_compiling", "changed_by_second_run"):
        value = data[key]
        assert isinstance(value, list)
        out.append(f"  {key.replace('_', ' '):<22} {len(value):>5}")
    out += [f"  {'files changed':<22} {data['changed']:>5}", ""]
    columns = ("found", "rewritten", "reported", "advice_only", "silent", "percent_rewritten")
    out.append(" " * 34 + "".join(f"{c.split('_')[0]:>11}" for c in columns))
    rows = {
        "uses": "removed uses",
        "runtime": "  ICudaEngine, IExecutionContext",
        "other": "  everything else",
        "probes": "probes (hasattr and kin)",
    }
    for key, title in rows.items():
        counts = data[key]
        assert isinstance(counts, dict)
        out.append(f"{title:<34}" + "".join(f"{counts[c]:>11}" for c in columns))
    sames = data["namesakes"]
    assert isinstance(sames, dict)
    out += [f"{'namesakes (not counted above)':<34}{sum(sames.values()):>11}", ""]
    out.append(f"{'left, by member':<62}{'left':>6}{'of':>6}{'files':>7}{'silent':>8}  codes")
    left = data["left"]
    assert isinstance(left, list)
    for row in left:
        codes = " ".join(f"{code}:{n}" for code, n in row["codes"].items())
        out.append(
            f"{row['member']:<62}{row['left']:>6}{row['of']:>6}{row['files']:>7}{row['silent']:>8}"
            f"  {codes}"
        )
    return "\n".join(out)


def write_rows(path: Path, files: Sequence[FileReport], outcomes: Sequence[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, delimiter="\t", lineterminator="\n")
        table.writerow(("path", "line", "member", "outcome", "codes", "message"))
        table.writerows(lines(files, outcomes))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dir", type=Path)
    parser.add_argument("--target", default="10")
    parser.add_argument("--json", type=Path, help="write the summary to this file")
    parser.add_argument("--write-to", type=Path, help="write the changed files below this folder")
    parser.add_argument("--silent", type=Path, help="write the silent uses to this .tsv")
    parser.add_argument("--left", type=Path, help="write all that is not rewritten to this .tsv")
    parser.add_argument("--timeout", type=int, default=60, help="seconds a file (default 60)")
    args = parser.parse_args()
    if not args.dir.is_dir():
        parser.error(f"{args.dir} is no folder")
    if not re.fullmatch(r"\d+(\.\d+)*", args.target):
        parser.error(f"{args.target} is no release")
    start = time.monotonic()
    files = list(measure_all(args.dir, args.target, args.timeout, args.write_to))
    data = summary(files, args.target, time.monotonic() - start)
    if args.json:
        args.json.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if args.silent:
        write_rows(args.silent, files, (SILENT,))
    if args.left:
        write_rows(args.left, files, (SILENT, REPORTED, ADVISED))
    print(as_text(data))


if __name__ == "__main__":
    main()
