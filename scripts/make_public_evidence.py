#!/usr/bin/env python3
"""Write docs/evidence/public.md: what `trtmigrate verify` said of files of public repositories.

make_public_evidence.py RESULTS.json COMMIT    keeps the verdicts in docs/evidence/public.json, too
make_public_evidence.py                        writes the page again from that file

RESULTS.json is a list of {"repository", "path", "verdict", "reason", "executions"}, with
"stand_ins" where a file needed them. COMMIT is the state of the code that all files ran with. The
texts of the files are not kept here. Then run make_evidence_index.py.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evidence" / "public.md"
VERDICTS = PAGE.with_suffix(".json")
HEAD = """# Public files on the simulator

<!-- Made by scripts/make_public_evidence.py. -->

Files of public repositories that `trtmigrate --target 10` changes, run before on a simulated
TensorRT 8.6 and after on a simulated 10.0, as [verify.md](../verify.md#programs-as-they-are) says:
what is missing has stand-ins (`--stub-missing`, `--engine`), and a driver outside this repository
gives arguments and calls what a file defines, by the names of the parameters or with a few lines
for that file (`--call`). Such lines also stand in for modules that the file imports, some of them
of its own repository. If a file only builds an engine, the driver executes that. Of a file that
trains a model first, the driver may run what concerns TensorRT alone. An exception after
an execution, mostly because the made-up outputs of an engine mean nothing, is printed and compared
like anything else.

*identical* means the same executions with the same bytes in every input and output, the same reads
of the outputs, and the same values printed; *left for a person*, that AFTER stops at a use that
`trtmigrate` reported and did not rewrite. The files are not kept here.

"""


def main() -> None:
    if arguments := sys.argv[1:]:
        results, commit = arguments
        files = json.loads(Path(results).read_text(encoding="utf-8"))
        files.sort(key=lambda one: (one["repository"], one["path"]))
        kept = json.dumps({"commit": commit, "files": files}, indent=1) + "\n"
        VERDICTS.write_text(kept, encoding="utf-8")
    PAGE.write_text(render(json.loads(VERDICTS.read_text(encoding="utf-8"))), encoding="utf-8")
    print(PAGE)


def render(verdicts: dict[str, Any]) -> str:
    """Return the page."""
    results = verdicts["files"]
    repositories = len({one["repository"] for one in results})
    lines = [
        f"{HEAD}{len(results)} files of {repositories} repositories, all with the code of commit",
        f"`{verdicts['commit']}`: {count_verdicts(results)}.",
        "",
        "| repository | file | executions | verdict | reason or stand-ins |",
        "|---|---|--:|---|---|",
    ]
    lines += [row(one) for one in results]
    return "\n".join(lines) + "\n"


def count_verdicts(results: list[dict[str, Any]]) -> str:
    """Return how many files have each verdict, in words."""
    counts = Counter(one["verdict"] for one in results)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())


def row(one: dict[str, Any]) -> str:
    """Return the row of a file."""
    count = str(one.get("executions") or "")
    remark = "; ".join(remarks(one)).replace("|", "\\|").replace("\n", " ")
    path = one["path"].replace("|", "\\|")
    return f"| {one['repository']} | {path} | {count} | {one['verdict']} | {remark} |"


def remarks(one: dict[str, Any]) -> Iterator[str]:
    """Yield the reason, or how the file was run."""
    if one["verdict"] != "identical":
        yield one["reason"]
    elif one.get("stand_ins"):
        yield f"stand-ins: {', '.join(one['stand_ins'])}"


if __name__ == "__main__":
    main()
