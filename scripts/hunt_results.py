"""What docs/robustness.md tells of the results that `fuzz.py --json` has written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.generator.hunt import BAD
from tests.generator.judge import Verdict

Told = dict[str, Any]  # what is in one file of results


def mutants_text(told: Sequence[Told]) -> tuple[str, int]:
    """Return what is said of several hunts, and how many troubles they found."""
    troubles: Counter[str] = Counter()
    rows = [
        "| seed | target | commit | files | copies | rewritten | with a trouble |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in told:
        troubles.update(one["troubles"])
        numbers = (one["files"], one["mutated"], one["rewritten"], len(one["failures"]))
        rows.append(row(one, numbers))
    text = (
        f"{sum(one['mutated'] for one in told):,} changed copies of programs: other names, orders, "
        "blocks, comments, line breaks. Each was migrated: that must not fail, and where the copy "
        "is rewritten, the result has to compile, keep every comment, have no new undefined name "
        "and no name that a new loop overwrites, and a second run has to change nothing. "
        f"{sum(troubles.values()):,} troubles.\n\n"
    )
    kinds = [f"- {number:,} {kind}" for kind, number in troubles.most_common()]
    return text + "\n".join(["\n".join(rows), "", *kinds]).rstrip(), sum(troubles.values())


VERDICTS = {
    Verdict.IDENTICAL: "identical",
    Verdict.LEFT: "partly left",
    Verdict.UNCHANGED: "unchanged",
    Verdict.NOTHING: "nothing to compare",
    Verdict.NOT_RUN: "does not run",
    Verdict.WRONG: "wrong",
    Verdict.FAILED: "failed",
}


def programs_text(told: Sequence[Told]) -> tuple[str, int]:
    """Return what is said of generated programs, and how many were migrated wrongly."""
    columns = " | ".join(VERDICTS.values())
    rows = [
        f"| seed | target | commit | programs | {columns} |",
        "|---|---|---|---|" + "---|" * len(VERDICTS),
    ]
    programs = [program for one in told for program in one["programs"]]
    for one in told:
        counted = Counter(Verdict(program["verdict"]) for program in one["programs"])
        numbers = (len(one["programs"]), *(counted[verdict] for verdict in VERDICTS))
        rows.append(row(one, numbers))
    wrong = [program for program in programs if Verdict(program["verdict"]) in BAD]
    text = (
        f"{len(programs):,} whole programs, put together at random from the ways in which people "
        "write them. Each ran on the simulator with 8.6, was migrated and ran again, with 8.6 and "
        "with the target: its executions and what it prints have to be the same. Partly left: a "
        "use is reported and left to a person, so the result ran with 8.6 alone. Unchanged: "
        f"nothing is written, all uses are reported. {len(wrong):,} wrong or failed, "
        f"{sum(program['safe'] for program in wrong):,} of them without an edit to review.\n\n"
    )
    lines = [f"- `{program['name']}`: {as_cell(program['reason'])}" for program in wrong[:50]]
    return text + "\n".join(["\n".join(rows), "", *lines]).rstrip(), len(wrong)


def row(one: Told, numbers: Sequence[int]) -> str:
    """Return a line of a table: what was asked, and what came of it."""
    target = f"{one['target']}{', only safe' if one.get('only_safe') else ''}"
    asked = (one["seed"], target, one.get("commit") or "not known")
    return f"| {' | '.join([*asked, *map('{:,}'.format, numbers)])} |"


def as_cell(text: str) -> str:
    return " ".join(text.replace("|", "").replace("`", "'").split())[:160]
