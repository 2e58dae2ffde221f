"""List and explain the rules."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from trtmigrate import api
from trtmigrate.findings import Safety

if TYPE_CHECKING:
    from trtmigrate.api import Missing


class RuleText(Protocol):
    """The parts of trtmigrate.rules.base.Rule that are shown."""

    code: str
    title: str
    safety: Safety
    members: tuple[str, ...]
    gate: tuple[str, ...]
    manual: Mapping[str, str]
    becomes: Mapping[str, str]
    doc: str

    def reason(self, member: str) -> str | None: ...


def render_json(rules: Sequence[RuleText]) -> str:
    """Return a list with an object for each rule."""
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
    """Return a line for each rule, and its members below it."""
    lines: list[str] = []
    for rule in rules:
        lines.append(f"{rule.code}  {rule.safety.value:<6}  {rule.title}")
        lines += [f"                {member}" for member in rule.members]
    return "".join(line + "\n" for line in lines)


def explain(rule: RuleText, gone: Mapping[str, Missing], what: str) -> str:
    """Return the documentation of a rule.

    That is the docstring of its file, the members that it answers for, and the reasons why a person
    decides about some of them. If `what` is a member, only that member is listed.
    """
    by_code = rule.code == what.upper()
    members = [m for m in rule.members if by_code or _is_called(m, _unqualified(what))]
    reasons = {m: reason for m in members if (reason := rule.reason(m)) is not None}
    if by_code:
        reasons = dict(rule.manual)
    text = f"{rule.code}: {rule.title}\n\n{rule.doc.strip()}\n"
    if members:
        text += "\nAnswers for:\n\n" + "".join(f"  {_answer(rule, gone, m)}\n" for m in members)
    if reasons:
        text += "\nA person decides about:\n\n"
        text += "".join(f"  {member}: {reason}\n" for member, reason in reasons.items())
    return text


def _answer(rule: RuleText, gone: Mapping[str, Missing], member: str) -> str:
    """Return a member with the release that removed it, and with its successor if it has one."""
    since = f" (gone since {gone[member].since})" if member in gone else ""
    new = f": {rule.becomes[member]}" if member in rule.becomes else ""
    return f"{member}{since}{new}"


def explain_member(missing: Missing) -> str:
    """Return what is known of a member that no rule rewrites."""
    lost = {"setter": "can no longer be assigned", "overload": "no longer takes all it took"}
    what = lost.get(missing.kind, "is gone")
    return (
        f"{missing.path} ({missing.kind}): {what} since TensorRT {missing.since}.\n"
        "No rule rewrites it; every use is reported for a person to decide.\n"
    )


def find_present(what: str) -> list[str]:
    """Return the members of the newest release with this path, or with this name in any class."""
    what = _unqualified(what)
    newest = api.releases()[-1]
    name = what.rsplit(".", 1)[-1]
    owners = [cls for cls in api.everywhere(name) if api.exists(cls, name, newest)]
    return [path for cls in owners if _is_called(path := f"{cls}.{name}", what)]


def explain_present(rules: Sequence[RuleText], path: str) -> str:
    """Return what is known of a member of the newest release: since when it is there, how it is
    called, and which removed members it replaces.
    """
    cls, _, name = path.rpartition(".")
    newest = api.releases()[-1]
    since = api.added_in(path)
    text = f"{path}: there since TensorRT {since}" if since else f"{path}: there in all releases"
    text += f", up to {newest}.\n"
    for signature in api.signatures(cls, name, newest):
        text += f"  {signature}\n"
    olds = [
        f"  {old} ({rule.code})\n"
        for rule in rules
        for old, new in rule.becomes.items()
        if path in new.split(", ")
    ]
    return text + ("\nReplaces:\n\n" + "".join(olds) if olds else "")


def find_members(members: Mapping[str, Missing], what: str) -> list[Missing]:
    """Return the members with this path, or with this name in any class."""
    what = _unqualified(what)
    return [entry for path, entry in members.items() if _is_called(path, what)]


def find_rules(rules: Sequence[RuleText], what: str) -> list[RuleText]:
    """Return the rules with this code, or for this member or name of a member.

    A rule may look for a member that the target still has, such as `execute_v2`.
    """
    what = _unqualified(what)
    return [
        rule
        for rule in rules
        if rule.code == what.upper()
        or any(_is_called(member, what) for member in rule.members)
        or what.rsplit(".", 1)[-1] in rule.gate
    ]


def find_similar(rules: Sequence[RuleText], members: Iterable[str], what: str) -> list[str]:
    """Return the codes and members most like a text, at most three, the best first."""
    paths = {*members, *(word for rule in rules for word in (*rule.members, *rule.gate))}
    names = {name for path in paths for name in (path, path.rsplit(".", 1)[-1])}
    return difflib.get_close_matches(what, sorted(names | {rule.code for rule in rules}), 3)


def _is_called(member: str, what: str) -> bool:
    """True if a text is the path of a member or its name alone."""
    return what in (member, member.rsplit(".", 1)[-1])


def _unqualified(what: str) -> str:
    return what.removeprefix("tensorrt.").removeprefix("trt.")
