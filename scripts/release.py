#!/usr/bin/env python3
"""Makes a release from a clean work tree: version, changelog, commit, tag, and what is uploaded.

    release.py 0.2.0 [--date 2027-01-31] [--no-build]

Works offline up to the upload, whose command it prints. The build needs `build` and `setuptools` in
this interpreter.
"""

from __future__ import annotations

import argparse
import datetime
import re
import subprocess
import sys
from pathlib import Path

UNRELEASED = "## [Unreleased]\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("version")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    parser.add_argument("--no-build", action="store_true")
    arguments = parser.parse_args()
    root = Path(git("rev-parse", "--show-toplevel"))
    check(arguments.version, root)
    for name, edit in EDITS.items():
        text = (root / name).read_text(encoding="utf-8")
        text = edit(text, arguments.version, arguments.date)
        (root / name).write_text(text, encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", f"release: {arguments.version}")
    git(
        "tag", "--annotate", f"v{arguments.version}", "--message", f"trtmigrate {arguments.version}"
    )
    if not arguments.no_build:
        subprocess.run([sys.executable, "-m", "build", "--no-isolation", str(root)], check=True)
    print("next: git push --follow-tags; python -m twine upload dist/*")


def check(version: str, root: Path) -> None:
    """End with a message unless a release can be made."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"release.py: {version} is no version of three numbers")
    if git("status", "--porcelain"):
        sys.exit("release.py: the work tree has changes that are not committed")
    if git("tag", "--list", f"v{version}"):
        sys.exit(f"release.py: there is a tag v{version}")
    notes = (root / "CHANGELOG.md").read_text(encoding="utf-8").partition(UNRELEASED)[2]
    if not notes.partition("\n## ")[0].strip():
        sys.exit("release.py: CHANGELOG.md says nothing under Unreleased")


def with_version(text: str, version: str, date: str) -> str:
    """Return pyproject.toml or the package's own module with the version."""
    pattern = re.compile(r'^(version|__version__) = ".*"$', re.MULTILINE)
    return pattern.sub(rf'\1 = "{version}"', text, count=1)


def with_release(text: str, version: str, date: str) -> str:
    """Return the changelog with what was unreleased under the version."""
    return text.replace(UNRELEASED, f"{UNRELEASED}\n## [{version}] - {date}\n", 1)


EDITS = {
    "pyproject.toml": with_version,
    "trtmigrate/__init__.py": with_version,
    "CHANGELOG.md": with_release,
}


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
