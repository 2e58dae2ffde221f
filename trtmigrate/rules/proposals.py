"""What all rules together say of a module."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.editing.groups import OfObject
from trtmigrate.editing.repeats import without_repeats
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.facts.trail import Grounds
from trtmigrate.findings import Safety
from trtmigrate.rules import all_rules, rule_of
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import dotted


def proposals_of(facts: Facts) -> Iterator[Proposal]:
    """Yield what every rule says, wanted or not; a use that no rule rewrites is at least named."""
    for use in facts.all_uses:
        rule = rule_of(use)
        found = rule.check(use, facts) if rule.check is not None else None
        grounds = facts.trail.take()
        if found is not None:
            yield _of_rule(rule, found, grounds, facts)
    for rule in all_rules():
        if rule.scan is not None:
            for found in rule.scan(facts):
                yield _of_rule(rule, found, facts.trail.take(), facts)
            facts.trail.take()


def _of_rule(rule: Rule, found: Proposal, grounds: Grounds, facts: Facts) -> Proposal:
    """Return a proposal with the code of its rule, what it rests on and, if it has an edit, the
    group of the rule.

    An edit that rests on an assumption is not safe, and says which it is. A use that is left to a
    person does not hold back the rule's group: the file does not run on the target anyway until the
    person has dealt with it. Where the rule says so, it holds back what is done to the same object.
    """
    group, needs = found.group, grounds.needs | found.needs
    if group is None and rule.group:
        if found.edit is not None:
            group = rule.group
        if found.edit is not None or (rule.holds_object and not found.advice):
            places = _object_used(found.node, facts)
            needs |= {OfObject(rule.group, place) for place in places}
    needs -= {group}
    proposal = replace(found, code=rule.code, group=group, needs=needs)
    if found.edit is not None and grounds.assumed:
        message = "; ".join((found.message, *grounds.assumed))
        proposal = replace(proposal, message=message, safety=Safety.REVIEW)
    return without_repeats(proposal)


def _object_used(node: cst.CSTNode, facts: Facts) -> Iterator[Hashable]:
    """Yield what tells the object whose member is used: the class or function around with the name
    that the object has there and, if it is known, where the object was made.
    """
    around = [
        u for u in facts.tree.ancestors(node) if isinstance(u, (cst.FunctionDef, cst.ClassDef))
    ]
    receiver = node.value if isinstance(node, cst.Attribute) else node
    yield around[-1] if around else None, dotted(receiver)
    owner = facts.value(receiver)
    if isinstance(owner, Instance) and owner.origin is not None:
        yield owner.origin
