"""The registry of rules: every module of this package that defines `RULE` is a rule.

A rule is registered by being there: put a file into the folder of its series. Its members and the
words of `Rule.gate` reach the gate by scripts/make_gate_words.py; a test says when to run it.
Nothing else imports the modules of rules.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil

from trtmigrate.facts import AnyUse
from trtmigrate.rules.base import Rule
from trtmigrate.rules.plugins import plugin_rules


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Return all rules, by code, those of other packages included. Raises PluginError."""
    found = []
    for info in pkgutil.walk_packages(__path__, f"{__name__}."):
        module = importlib.import_module(info.name)
        rule = getattr(module, "RULE", None)
        if rule is None:
            continue
        rule.doc = module.__doc__ or ""
        rule.series = info.name.removeprefix(f"{__name__}.").split(".")[0]
        found.append(rule)
    found += plugin_rules()
    return tuple(sorted(found, key=lambda rule: rule.code))


@functools.cache
def rule_for(member: str) -> Rule | None:
    """Return the rule that answers for a member, or None."""
    return next((rule for rule in all_rules() if member in rule.members), None)


@functools.cache
def rule_by_code(code: str) -> Rule:
    """Return the rule of a code. Raises KeyError if there is none."""
    return {rule.code: rule for rule in all_rules()}[code]


def rule_of(use: AnyUse) -> Rule:
    """Return the rule that answers for a use.

    Code that the target never reaches (TRT002) and objects that cannot be followed (TRT003) have
    rules of their own. Rules that rewrite need the object before the dot, so that a method called
    through its class goes to TRT001.
    """
    if use.read.dead or use.context == "probe":
        return rule_by_code("TRT002")
    if not use.known:
        return rule_by_code("TRT003")
    rule = rule_for(use.member)
    if rule is None or ((use.on_class or use.by_special_name) and rule.reason(use.member) is None):
        return rule_by_code("TRT001")
    return rule
