"""The rules themselves, listed and explained."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from trtmigrate.findings import Safety

if TYPE_CHECKING:
    from trtmigrate.api import Missing


class RuleText(Protocol):
    """What is told about a rule; trtmigrate.rules.base.Rule has it."""

    code: str
    title: str
    safety: Safety
    members: tuple[str, ...]
    doc: str


def render_json(rules: Sequence[RuleText]) -> str:
    """A list with an object for each rule."""
    entries = [
        {
            "code": rule.code,
            "title": rule.title,
            "safety": rule.safety.value,
            "members": list(rule.members),
        }
        for rule in rules
    ]
    return json.dumps(entries, indent=2) + "\n"


def render_text(rules: Sequence[RuleText]) -> str:
    """A line for each rule, and its members below it."""
    lines: list[str] = []
    for rule in rules:
        lines.append(f"{rule.code}  {rule.safety.value:<6}  {rule.title}")
        lines += [f"                {member}" for member in rule.members]
    return "".join(line + "\n" for line in lines)


def explain(rule: RuleText) -> str:
    """The documentation of a rule: the docstring of its file."""
    members = "".join(f"\n  {member}" for member in rule.members)
    answers = f"\nAnswers for:\n{members}\n" if members else ""
    return f"{rule.code}: {rule.title}\n\n{rule.doc.strip()}\n{answers}"


def explain_member(missing: Missing) -> str:
    """What is known of a member that no rule rewrites."""
    lost = {"setter": "can no longer be assigned", "overload": "no longer takes all it took"}
    what = lost.get(missing.kind, "is gone")
    return (
        f"{missing.path} ({missing.kind}): {what} since TensorRT {missing.gone_in}.\n"
        "No rule rewrites it; every use is reported for a person to decide.\n"
    )


def find_members(members: Mapping[str, Missing], what: str) -> list[Missing]:
    """The members of that path, or of that bare name."""
    what = _unqualified(what)
    return [entry for path, entry in members.items() if what in (path, path.rsplit(".", 1)[-1])]


def find(rules: Sequence[RuleText], what: str) -> list[RuleText]:
    """The rules that a code, a member (`ICudaEngine.num_bindings`) or its bare name speaks of."""
    what = _unqualified(what)
    return [
        rule
        for rule in rules
        if rule.code == what.upper()
        or any(what in (member, member.rsplit(".", 1)[-1]) for member in rule.members)
    ]


def nearest(rules: Sequence[RuleText], members: Iterable[str], what: str) -> list[str]:
    """What may have been meant, the best guess first, three at most."""
    paths = {*members, *(member for rule in rules for member in rule.members)}
    names = {name for path in paths for name in (path, path.rsplit(".", 1)[-1])}
    return difflib.get_close_matches(what, sorted(names | {rule.code for rule in rules}), 3)


def _unqualified(what: str) -> str:
    return what.removeprefix("tensorrt.").removeprefix("trt.")
