#!/usr/bin/env python3
"""Makes a release from a clean work tree: version, changelog, commit, tag, and what is uploaded.

    release.py 0.2.0 [--date 2027-01-31] [--no-build]

Works offline up to the upload, whose command it prints. It needs `build`, and `setuptools` as
pyproject.toml asks for, in this interpreter. It comes before the commit, so that a build that fails
leaves neither a commit nor a tag.
"""

from __future__ import annotations

import argparse
import datetime
import re
import subprocess
import sys
import tempfile
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
    texts = {
        name: edit((root / name).read_text(encoding="utf-8"), arguments.version, arguments.date)
        for name, edit in EDITS.items()
    }
    if not arguments.no_build:
        build(root, texts)
    write(root, texts)
    git("commit", "--quiet", "--all", "--message", f"release: {arguments.version}")
    git(
        "tag", "--annotate", f"v{arguments.version}", "--message", f"trtmigrate {arguments.version}"
    )
    upload = f"; python -m twine upload dist/trtmigrate-{arguments.version}*"
    print("next: git push --follow-tags" + ("" if arguments.no_build else upload))


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


def build(root: Path, texts: dict[str, str]) -> None:
    """Build sdist and wheel into dist/, from a clone: files that git ignores do not get in."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        git("clone", "--quiet", str(root), str(copy))
        write(copy, texts)
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(root / "dist")]
        if subprocess.run([*command, str(copy)]).returncode:
            sys.exit(
                "release.py: the build failed, so nothing was committed. It needs `build` and "
                f"`setuptools` as pyproject.toml asks for in {sys.executable}"
            )


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


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
    done = subprocess.run(["git", *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"release.py: git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    main()
