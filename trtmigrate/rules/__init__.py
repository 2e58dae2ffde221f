"""The registry: every module of this package that defines `RULE` is a rule; nothing else imports
them.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil

from trtmigrate.facts import AnyUse
from trtmigrate.rules.base import Rule


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """All rules, by code."""
    found = []
    for info in pkgutil.walk_packages(__path__, f"{__name__}."):
        module = importlib.import_module(info.name)
        rule = getattr(module, "RULE", None)
        if rule is None:
            continue
        rule.doc = module.__doc__ or ""
        found.append(rule)
    return tuple(sorted(found, key=lambda rule: rule.code))


@functools.cache
def rule_for(member: str) -> Rule | None:
    """The rule that answers for a member, or None."""
    return next((rule for rule in all_rules() if member in rule.members), None)


@functools.cache
def rule_by_code(code: str) -> Rule:
    """The rule of a code. Raises KeyError if there is none."""
    return {rule.code: rule for rule in all_rules()}[code]


def rule_of(use: AnyUse) -> Rule:
    """The rule that speaks to a use: what the target never reaches and what cannot be followed have
    rules of their own. Rules that rewrite look for the object before the dot, so a method that is
    called through its class is not for them.
    """
    if use.read.dead or use.context == "probe":
        return rule_by_code("TRT002")
    if not use.known:
        return rule_by_code("TRT003")
    rule = rule_for(use.member)
    if rule is None or (use.on_class and rule.reason(use.member) is None):
        return rule_by_code("TRT001")
    return rule
