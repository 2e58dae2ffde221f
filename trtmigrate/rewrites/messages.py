"""The shape of rules that only say what a person has to do."""

from __future__ import annotations

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.rules.base import Check, Rule


def members_of(*classes: str) -> tuple[str, ...]:
    """All that the newest target lacks of these classes, the classes themselves first; `destroy`,
    which every class had, has a rule of its own.
    """
    newest = str(api.releases()[-1])
    lost = api.missing_in(newest)
    return tuple(
        path
        for cls in classes
        for path in lost
        if path == cls or (path.startswith(f"{cls}.") and path.count(".") == 1)
        if not path.endswith(".destroy")
    )


def explains(rule: Rule) -> Check:
    """The check of a rule that answers each use with the reason it gives for the member."""

    def check(use: AnyUse, facts: Facts) -> Proposal:
        since = facts.missing[use.member].since
        reason = rule.reason(use.member)
        return manual(
            use.node, use.member, f"{use.member} is gone since TensorRT {since}; {reason}"
        )

    return check
