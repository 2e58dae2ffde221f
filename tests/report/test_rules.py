"""Rules listed and explained, by code, by member, by the bare name of a member."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from trtmigrate.api import Missing
from trtmigrate.findings import Safety
from trtmigrate.report.rules import (
    RuleText,
    explain,
    explain_member,
    find_members,
    find_rules,
    find_similar,
    render_json,
    render_text,
)


@dataclass
class Rule:
    code: str
    title: str
    safety: Safety
    members: tuple[str, ...]
    doc: str
    gate: tuple[str, ...] = ()
    manual: Mapping[str, str] = field(default_factory=dict)
    becomes: Mapping[str, str] = field(default_factory=dict)

    def reason(self, member: str) -> str | None:
        return self.manual.get(member, self.manual.get(member.split(".")[0]))


RULES: list[RuleText] = [
    Rule("TRT001", "Rest", Safety.MANUAL, (), "The rest.\n"),
    Rule("TRT101", "Count", Safety.SAFE, ("ICudaEngine.num_bindings",), "Count.\n\nMore."),
    Rule("TRT201", "Size", Safety.REVIEW, ("Builder.size", "ICudaEngine.size"), "Size."),
    Rule("TRT301", "Padding", Safety.SAFE, (), "Padding.", gate=("execute_v2",)),
]


def test_json_lists_code_title_safety_and_members() -> None:
    assert json.loads(render_json(RULES))[1] == {
        "code": "TRT101",
        "title": "Count",
        "safety": "safe",
        "members": ["ICudaEngine.num_bindings"],
    }


def test_text_has_a_line_for_each_rule_and_member() -> None:
    assert render_text(RULES).splitlines() == [
        "TRT001  manual  Rest",
        "TRT101  safe    Count",
        "                ICudaEngine.num_bindings",
        "TRT201  review  Size",
        "                Builder.size",
        "                ICudaEngine.size",
        "TRT301  safe    Padding",
    ]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("TRT101", "TRT101"),
        ("trt101", "TRT101"),
        ("num_bindings", "TRT101"),
        ("ICudaEngine.num_bindings", "TRT101"),
        ("trt.ICudaEngine.num_bindings", "TRT101"),
        ("tensorrt.ICudaEngine.num_bindings", "TRT101"),
        ("size", "TRT201"),
        ("execute_v2", "TRT301"),
        ("IExecutionContext.execute_v2", "TRT301"),
    ],
)
def test_rule_is_found(what: str, code: str) -> None:
    assert [rule.code for rule in find_rules(RULES, what)] == [code]


@pytest.mark.parametrize("what", ["", "TRT1", "ICudaEngine", "IExecutionContext.size"])
def test_anything_else_is_not_found(what: str) -> None:
    assert find_rules(RULES, what) == []


def test_what_may_have_been_meant_is_suggested() -> None:
    assert find_similar(RULES, [], "num_binding")[0] == "num_bindings"
    assert find_similar(RULES, ["Builder.old_flag"], "old_flags")[0] == "old_flag"
    assert find_similar(RULES, [], "zzz") == []


def test_member_that_no_rule_rewrites_is_explained_from_the_data() -> None:
    gone = {"Builder.old": Missing("Builder.old", "property", "10.0.1", "bindings")}
    for what in ("old", "Builder.old", "trt.Builder.old"):
        (entry,) = find_members(gone, what)
        assert explain_member(entry).startswith(
            "Builder.old (property): is gone since TensorRT 10.0.\n"
        )
    assert find_members(gone, "Builder") == []


GONE = {
    path: Missing(path, "method", gone_in, "bindings")
    for path, gone_in in (("Parser.parse", "9.0"), ("Parser.old", "10.0.1"), ("Parser.name", "9.0"))
}
PARSER = Rule(
    "TRT501",
    "Parser",
    Safety.MANUAL,
    tuple(GONE),
    "Parse.",
    manual={"Parser": "convert the model"},
    becomes={"Parser.old": "Parser.new"},
)


def test_explanation_is_the_docstring_with_the_members_and_the_reasons() -> None:
    assert (
        explain(PARSER, GONE, "trt501")
        == """\
TRT501: Parser

Parse.

Answers for:

  Parser.parse (gone since 9.0)
  Parser.old (gone since 10.0): Parser.new
  Parser.name (gone since 9.0)

A person decides about:

  Parser: convert the model
"""
    )
    assert explain(RULES[0], {}, "TRT001") == "TRT001: Rest\n\nThe rest.\n"


@pytest.mark.parametrize("what", ["parse", "Parser.parse", "trt.Parser.parse"])
def test_explanation_of_a_member_is_about_that_member(what: str) -> None:
    assert (
        explain(PARSER, GONE, what)
        == """\
TRT501: Parser

Parse.

Answers for:

  Parser.parse (gone since 9.0)

A person decides about:

  Parser.parse: convert the model
"""
    )
