"""Count the files that black leaves alone, and leaves alone after their migration, too.

    layout_score.py DIR [--every N]

black has to be in the path. It formats the files in DIR first, at each of the usual widths. `own`
counts with our own layout, `given` with black as the formatter of the project.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from trtmigrate import migrate_source
from trtmigrate.layout.formatter import formatted

WIDTHS = (79, 88, 100, 120)


def unclean(project: Path) -> set[str]:
    """Return the names of the files in a folder that black would change or cannot read."""
    done = subprocess.run(["black", "--check", project], capture_output=True, text=True)
    return {Path(name).name for name in re.findall(r"(\S+\.py)", done.stderr)}


def migrate_all(project: Path, width: int) -> dict[str, str]:
    """Migrate the files in a folder; return the text that each file that changed had before."""
    before = {}
    for path in sorted(project.glob("*.py")):
        text = path.read_text("utf-8")
        after = migrate_source(text, line_length=width).after
        if after is not None and after != text:
            before[path.name] = text
            path.write_text(after, "utf-8")
    return before


def score(files: Iterable[Path], width: int) -> str:
    """Return a line with the counts for one width."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "pyproject.toml").write_text(f"[tool.black]\nline-length = {width}\n")
        for path in files:
            shutil.copy(path, project)
        subprocess.run(["black", "--quiet", project])
        for name in unclean(project):
            (project / name).unlink(missing_ok=True)
        before = migrate_all(project, width)
        own = unclean(project) & set(before)
        for name in own:
            path = project / name
            path.write_text(formatted(before[name], path.read_text("utf-8"), str(path), "black"))
        given = unclean(project) & set(before)
    total = len(before)
    return f"{width}: {total} files, {total - len(own)} own, {total - len(given)} given"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each N-th file")
    arguments = parser.parse_args()
    for width in WIDTHS:
        files = sorted(arguments.folder.rglob("*.py"))[:: arguments.every]
        print(score(files, width), flush=True)


if __name__ == "__main__":
    main()
