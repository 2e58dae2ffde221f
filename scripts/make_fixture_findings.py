"""Writes `NAME.findings.txt` beside every fixture: all that is found in it, for the diff to show.

python scripts/make_fixture_findings.py              # writes the findings of all fixtures
python scripts/make_fixture_findings.py execute_v2   # only those in this folder of tests/fixtures
python scripts/make_fixture_findings.py --check      # writes nothing; fails if a file would change

A finding takes two lines, so that a new message and a new safety are two changes in the diff:

    14 TRT203 review applied
        the message

The first line has the line of the input, the code, the safety, and `applied`, `left` or `advice`.
A fixture without findings has a file that says `no findings`. `rules.txt` is what
`trtmigrate rules` prints: the usual safety of each rule.

Every change of a first line is printed, too. If only messages changed, nothing is printed.
"""

from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
from pathlib import Path

from trtmigrate import FileResult, Finding, migrate_source

ROOT = Path(__file__).parents[1] / "tests" / "fixtures"
RULES = ROOT / "rules.txt"
NO_FINDINGS = "no findings\n"


def read(path: Path) -> str:
    """Return the text of a file; empty if it does not exist."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def inputs(folder: str = "*") -> list[Path]:
    """Return the inputs of the fixtures in a folder, or in all folders."""
    return sorted([*ROOT.glob(f"{folder}/*.before.py"), *ROOT.glob(f"{folder}/*.unchanged.py")])


def findings_path(path: Path) -> Path:
    """Return where the findings of an input are stated."""
    return path.with_name(path.name.split(".")[0] + ".findings.txt")


def migrated(path: Path, text: str, *, todo: bool = False) -> FileResult:
    """Migrate a text with the options that the first lines of the fixture name."""
    options = dict(re.findall(r"^# (target|select|drop-old): (\S+)$", text, re.MULTILINE))
    select = tuple(options["select"].split(",")) if "select" in options else ()
    return migrate_source(
        text,
        path=path.name,
        target=options.get("target", "10"),
        select=select,
        drop_old="drop-old" in options,
        todo=todo,
    )


def head(finding: Finding) -> str:
    """Return the first line of a finding: all but its message."""
    state = "applied" if finding.applied else "advice" if finding.advice else "left"
    return f"{finding.line} {finding.code} {finding.safety.value} {state}"


def stated(result: FileResult) -> str:
    """Return the text that states the findings of a result."""
    return "".join(f"{head(f)}\n    {f.message}\n" for f in result.findings) or NO_FINDINGS


def listed_rules() -> str:
    """Return what `trtmigrate rules` prints."""
    command = [sys.executable, "-m", "trtmigrate", "rules"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout


def wanted(folders: list[str]) -> dict[Path, str]:
    """Return the files of some folders, or all files, with the text that they should have.

    A findings file without a fixture should have none.
    """
    files: dict[Path, str] = {}
    for folder in folders or ["*"]:
        files |= dict.fromkeys(ROOT.glob(f"{folder}/*.findings.txt"), "")
        for path in inputs(folder):
            files[findings_path(path)] = stated(migrated(path, read(path)))
    return files if folders else {**files, RULES: listed_rules()}


def heads(text: str) -> list[str]:
    """Return the lines of a findings file without those of messages."""
    return [line for line in text.splitlines() if line[:1] != " "]


def changed_heads(old: str, new: str) -> list[str]:
    """Return the first lines that went (`-`) and came (`+`)."""
    return [line for line in difflib.ndiff(heads(old), heads(new)) if line[0] in "-+"]


def write(path: Path, text: str) -> None:
    """Write a file; a file that should have no text goes."""
    if text:
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="of tests/fixtures; else all")
    parser.add_argument("--check", action="store_true", help="write nothing, fail at a difference")
    args = parser.parse_args()
    changes = {path: text for path, text in wanted(args.folders).items() if read(path) != text}
    for path, text in changes.items():
        for line in changed_heads(read(path), text):
            print(f"{path.relative_to(ROOT)}: {line}")
        if not args.check:
            write(path, text)
    if args.check and changes:
        print(f"{len(changes)} files are out of date: run {Path(__file__).name}", file=sys.stderr)
    return int(args.check and bool(changes))


if __name__ == "__main__":
    sys.exit(main())
