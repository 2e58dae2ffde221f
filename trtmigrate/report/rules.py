"""The rules themselves, listed and explained."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Protocol

from trtmigrate.findings import Safety


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


def find(rules: Sequence[RuleText], what: str) -> list[RuleText]:
    """The rules that a code, a member (`ICudaEngine.num_bindings`) or its bare name speaks of."""
    for package in ("tensorrt.", "trt."):
        what = what.removeprefix(package)
    return [
        rule
        for rule in rules
        if rule.code == what.upper()
        or any(what in (member, member.rsplit(".", 1)[-1]) for member in rule.members)
    ]


def nearest(rules: Sequence[RuleText], what: str) -> list[str]:
    """What may have been meant, the best guess first, three at most."""
    names = {name for rule in rules for m in rule.members for name in (m, m.rsplit(".", 1)[-1])}
    return difflib.get_close_matches(what, sorted(names | {rule.code for rule in rules}), 3)
