"""Coverage is a fact: of all that a release took away, each has one rule and a proof.

The lists come from the bindings of every release, so a new release fails here until it is answered.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.test_fixtures import BEFORE, migrated
from trtmigrate import api
from trtmigrate.findings import Safety
from trtmigrate.rules import all_rules, rule_for
from trtmigrate.rules.release11.integer_flags import ENUMS

TARGETS = ("10", "11")
MEMBERS = sorted({path for target in TARGETS for path in api.missing_in(target)})

# Enums whose integers changed and that no API takes as an integer: old numbers can reach TensorRT
# only through the enum itself, `trt.LayerType(47)`, which is found by its name.
NEVER_INTEGERS = frozenset({"LayerType", "PreviewFeature"})


@cache
def rewritten_in(path: Path) -> frozenset[str]:
    """The members of which a fixture shows a rewritten use."""
    findings = migrated(path, path.read_text()).findings
    return frozenset(finding.member for finding in findings if finding.applied)


def is_rewritten(member: str) -> bool:
    """Whether some fixture shows a rewritten use of a member."""
    name = member.rpartition(".")[2]
    is_special = name.startswith("__")  # not written where it is used
    named = [path for path in BEFORE if is_special or name in path.read_text()]
    # the fixtures of the member's own rule are likely to show it, and short ones are cheap
    rule = rule_for(member)
    folder = rule.check.__module__.rpartition(".")[2] if rule is not None and rule.check else ""
    ordered = sorted(named, key=lambda path: (path.parent.name != folder, path.stat().st_size))
    return any(member in rewritten_in(path) for path in ordered)


def is_explained(member: str) -> bool:
    """Whether the member's rule says why a person has to decide."""
    rule = rule_for(member)
    return rule is not None and (rule.safety is Safety.MANUAL or rule.reason(member) is not None)


@pytest.mark.parametrize("member", MEMBERS)
def test_exactly_one_rule_answers(member: str) -> None:
    assert len([rule.code for rule in all_rules() if member in rule.members]) == 1


def test_every_member_is_rewritten_or_explained() -> None:
    assert [m for m in MEMBERS if not is_explained(m) and not is_rewritten(m)] == []


def test_rules_answer_for_removed_members_only() -> None:
    answered = {member for rule in all_rules() for member in rule.members}
    assert answered - set(MEMBERS) == set()


def test_codes_are_unique() -> None:
    codes = Counter(rule.code for rule in all_rules())
    assert [code for code, count in codes.items() if count > 1] == []


def test_reasons_are_for_members_of_their_rule() -> None:
    for rule in all_rules():
        for key in rule.manual:
            assert any(m == key or m.startswith(f"{key}.") for m in rule.members), (rule.code, key)


def renumbered_enums() -> set[str]:
    """The enums of which a value has another integer after 8.6 or after 10."""
    releases = [str(release) for release in api.releases()]
    pairs = pairwise(releases)
    return {
        enum
        for before, after in pairs
        for enum in api.classes()
        if api.is_enum(enum)
        for name in api.enum_members(enum, before)
        if api.renumbered(enum, name, before, after)
    }


def test_integers_of_renumbered_enums_are_looked_at() -> None:
    assert renumbered_enums() - set(ENUMS.values()) == NEVER_INTEGERS
