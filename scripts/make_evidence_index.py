#!/usr/bin/env python3
"""Write what docs/index.md says of the evidence, from the files of docs/evidence.

make_evidence_index.py

The part between the two marks of docs/index.md is written anew. Every number in it comes from a
JSON file, so it cannot say something else than the evidence does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "index.md"
EVIDENCE = DOCS / "evidence"
BEGIN = "<!-- Made by scripts/make_evidence_index.py -->\n"
END = "<!-- End of what is made -->\n"

VERDICTS = ("identical", "within tolerance", "different", "left for a person", "not run")

# The evidence that a GPU gave, and which programs it is about.
PROGRAMS = {
    "programs": "the programs of this repository, some with torch",
    "cookbook": "a public cookbook, as far as the time on the GPU went",
    "cookbook_layers": "the cookbook, with removed layers; AFTER builds engines of its own",
    "profiles": "the cookbook, slow or with an ONNX file; some with several profiles",
    "profiles_quick_build": "what differs in profiles",
}


def main() -> None:
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE)


def replaced(page: str) -> str:
    """Return the page with the part between the marks written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + "\n".join(lines()) + "\n\n" + END + after


def lines() -> Iterator[str]:
    """Yield the table of the comparisons and the sentence about public files."""
    evidence = {name: read(name) for name in PROGRAMS}
    devices = " and ".join(sorted({one["device"] for one in evidence.values()}))
    yield f"Programs ran before and after their migration on {devices}:"
    yield ""
    yield "| evidence | of | programs | comparisons |"
    yield "|---|---|--:|---|"
    for name, about in PROGRAMS.items():
        programs = evidence[name]["programs"]
        count = len({program["name"] for program in programs})
        yield f"| [{name}](evidence/{name}.md) | {about} | {count} | {count_verdicts(programs)} |"
    files = read("public")["files"]
    repositories = len({one["repository"] for one in files})
    yield ""
    yield f"[Public files](evidence/public.md), {len(files)} of {repositories} repositories,"
    yield f"ran on the simulator, all with one state of the code: {count_verdicts(files)}."


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVIDENCE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def count_verdicts(entries: list[dict[str, Any]]) -> str:
    """Return how many comparisons have each verdict, in words."""
    counts = Counter(
        "within tolerance" if entry["reason"].startswith("within ") else entry["verdict"]
        for entry in entries
    )
    order = sorted(counts, key=VERDICTS.index)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in order)


if __name__ == "__main__":
    main()
