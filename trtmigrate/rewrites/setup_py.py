"""Find the requirements in a call of `setup()`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.requirements.pins import judge
from trtmigrate.syntax.tree import walk

_KEYWORDS = ("install_requires", "setup_requires", "tests_require", "extras_require")


def check_requirements(facts: Facts, wanted: str) -> Iterator[Proposal]:
    """Yield the findings with the code `wanted` for the requirements that `setup` is given."""
    for string in _strings(facts):
        text = string.evaluated_value
        if not isinstance(text, str):
            continue
        requirement, marker = (*text.split(";", 1), "")[:2]
        advice = judge(requirement, facts.target)
        if advice is None or advice.code != wanted:
            continue
        edit = None
        if advice.versions:
            new = advice.name + advice.versions + (f";{marker}" if marker else "")
            literal = string.prefix + string.quote + new + string.quote
            edit = Edit({string: cst.SimpleString(literal)})
        safety = Safety.REVIEW if edit is not None else Safety.MANUAL
        yield Proposal(string, "", advice.message, safety, edit)


def _strings(facts: Facts) -> Iterator[cst.SimpleString]:
    """Yield every string in the arguments of `setup`, or in a list that is named there."""
    for node in facts.tree.of_kind(cst.Call):
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if isinstance(called, cst.Name) and called.value == "setup":
            for arg in node.args:
                if arg.keyword is not None and arg.keyword.value in _KEYWORDS:
                    named = (v for n in walk(arg.value) for v in _values_of(n, facts))
                    for value in (arg.value, *named):
                        for inner in walk(value):
                            if isinstance(inner, cst.SimpleString):
                                yield inner


def _values_of(value: cst.CSTNode, facts: Facts) -> Iterator[cst.BaseExpression]:
    if isinstance(value, cst.Name):
        for node in facts.tree.of_kind(cst.Assign):
            if any(
                isinstance(t.target, cst.Name) and t.target.value == value.value
                for t in node.targets
            ):
                yield node.value
