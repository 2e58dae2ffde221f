"""Give INT64 a place where a program translates the types of TensorRT.

What changed: the ONNX parser of TensorRT 8 turned INT64 inputs and outputs into INT32. Since
TensorRT 10.0 they stay INT64, so a dictionary or a chain of comparisons that lists the types of
tensors without INT64 raises KeyError, or falls through to its `else`.

Before:

    TYPES = {trt.float32: np.float32, trt.int32: np.int32, trt.bool: np.bool_}

After:

    TYPES = {trt.float32: np.float32, trt.int32: np.int32, trt.int64: np.int64, trt.bool: np.bool_}

Not rewritten when: what belongs to INT32 does not show what belongs to INT64, or a branch assigns
it; or the program also runs on releases that lack INT64. Nothing is reported if the module names
INT64 of TensorRT anywhere.

Safety: review: the arrays that hold such tensors have to be INT64, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code

RULE = Rule("TRT116", "Types without INT64", Safety.REVIEW)
MEMBER = "DataType.INT64"
FEWEST = 2  # types that a dictionary or a chain lists, to count as a translation
CLEARLY = 3  # a chain with as many is one, even if its branches do not show a type
MESSAGE = (
    "INT64 inputs and outputs of ONNX models stay INT64 since TensorRT 10, and these types lack it"
)
CHECK = "check that the arrays of such tensors are INT64"
BY_HAND = "add what belongs to trt.int64"
OLD_TOO = "the program also runs on releases that lack it: add it where hasattr(trt, 'int64')"


@RULE.scans
def int64_types(facts: Facts) -> Iterator[Proposal]:
    if not api.exists("DataType", "INT64", facts.release) or _names_int64(facts):
        return
    for table in facts.tree.of_kind(cst.Dict):
        keys = [e.key for e in table.elements if isinstance(e, cst.DictElement)]
        if len(keys) == len(table.elements) and _lacks_int64(keys, facts):
            yield _propose(table, _add_entry(table, facts), facts)
    for chain in facts.tree.of_kind(cst.If):
        if not isinstance(facts.tree.parent(chain), cst.If):
            branches = list(_branches(chain))
            types = [kind for branch in branches if (kind := _compared(branch, facts)) is not None]
            edit = _add_branch(branches, facts)
            is_translation = edit is not None or len(types) >= CLEARLY
            if is_translation and len(types) == len(branches) and _lacks_int64(types, facts):
                yield _propose(chain.test, edit, facts)


def _names_int64(facts: Facts) -> bool:
    """True if the module uses INT64 of TensorRT."""
    return any(_type_of(node, facts) == "INT64" for node in facts.tree.of_kind(cst.Attribute))


def _type_of(node: cst.BaseExpression, facts: Facts) -> str | None:
    """Return the name of a type of TensorRT: `trt.int32` and `trt.DataType.INT32` are INT32."""
    value = facts.value(node)
    if not isinstance(value, Ref) or not value.name.startswith("tensorrt."):
        return None
    owner, _, name = value.name.removeprefix("tensorrt.").rpartition(".")
    names = api.enum_members("DataType", facts.release)
    alias = owner == "" and api.value_type(name) == "DataType"
    return name.upper() if alias or (owner == "DataType" and name in names) else None


def _lacks_int64(types: list[cst.BaseExpression], facts: Facts) -> bool:
    """True if all expressions are types of TensorRT, INT32 among them and INT64 not."""
    names = [_type_of(node, facts) for node in types]
    return None not in names and "INT32" in names and len(names) >= FEWEST


def _propose(node: cst.CSTNode, edit: Edit | None, facts: Facts) -> Proposal:
    if any(read.dead for read in facts.reads.values()):
        return manual(node, MEMBER, f"{MESSAGE}; {OLD_TOO}")
    if edit is None:
        return manual(node, MEMBER, f"{MESSAGE}; {BY_HAND}")
    return Proposal(node, MEMBER, f"{MESSAGE}; {CHECK}", Safety.REVIEW, edit)


def _add_entry(table: cst.Dict, facts: Facts) -> Edit | None:
    """Return the edit that adds an entry for INT64 behind that of INT32."""
    elements = list(table.elements)
    for place, element in enumerate(elements):
        assert isinstance(element, cst.DictElement)
        if _type_of(element.key, facts) != "INT32":
            continue
        key, value = _as_int64(element.key), _as_int64(element.value)
        if key is None or value is None:
            return None
        added = element.with_changes(key=key, value=value)
        end = table.rbrace
        if place < len(elements) - 1:
            added = added.with_changes(comma=_with_comment_of(element.comma, None))
        else:
            between = elements[place - 1].comma
            element = element.with_changes(comma=_with_comment_of(between, end.whitespace_before))
            end = end.with_changes(whitespace_before=_commented(end.whitespace_before, None))
        elements[place : place + 1] = [element, added]
        return Edit({table: table.with_changes(elements=elements, rbrace=end)})
    return None


def _with_comment_of(
    comma: cst.Comma | cst.MaybeSentinel, other: cst.BaseParenthesizableWhitespace | None
) -> cst.Comma | cst.MaybeSentinel:
    """Return a comma and the line break behind it, with the comment of another line break."""
    if not isinstance(comma, cst.Comma):
        return comma
    return comma.with_changes(whitespace_after=_commented(comma.whitespace_after, other))


def _commented(
    space: cst.BaseParenthesizableWhitespace, other: cst.BaseParenthesizableWhitespace | None
) -> cst.BaseParenthesizableWhitespace:
    """Return a line break with the comment that stands before another one, or without comment."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    found = other.first_line if isinstance(other, cst.ParenthesizedWhitespace) else None
    return space.with_changes(first_line=found or cst.TrailingWhitespace(), empty_lines=())


def _as_int64(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return an expression with the 64-bit type, or its size in bytes, in place of the 32-bit one;
    None if it names neither.
    """
    text = code(node)
    if text == "4":
        return cst.Integer("8")
    new = re.sub(r"(?<![a-zA-Z])((?i:int))32\b", r"\g<1>64", text)
    return cst.parse_expression(new) if new != text and "\n" not in text else None


def _branches(chain: cst.If) -> Iterator[cst.If]:
    """Yield the branches `if` and `elif` of a chain."""
    branch: cst.If | cst.Else | None = chain
    while isinstance(branch, cst.If):
        yield branch
        branch = branch.orelse


def _compared(branch: cst.If, facts: Facts) -> cst.BaseExpression | None:
    """Return `type` of `dtype == type`, also after `and`; None for any other test."""
    test: cst.BaseExpression = branch.test
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        test = test.right
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    (target,) = test.comparisons
    is_same = isinstance(target.operator, (cst.Equal, cst.Is))
    return target.comparator if is_same and _type_of(target.comparator, facts) else None


def _add_branch(branches: list[cst.If], facts: Facts) -> Edit | None:
    """Return the edit that adds a branch for INT64 behind that of INT32."""
    for branch in branches:
        kind = _compared(branch, facts)
        if kind is None or _type_of(kind, facts) != "INT32":
            continue
        new_kind = _as_int64(kind)
        returned = _only_value(branch)
        value = _as_int64(returned) if returned is not None else None
        if new_kind is None or returned is None or value is None:
            return None
        added = branch.deep_replace(kind, new_kind)
        copied = _statement_of(added) if isinstance(added, cst.If) else None
        assert copied is not None
        added = added.with_deep_changes(copied, value=value)
        return Edit({branch: branch.with_changes(orelse=added)})
    return None


def _only_value(branch: cst.If) -> cst.BaseExpression | None:
    """Return the value of the one `return` that a branch consists of."""
    statement = _statement_of(branch)
    return statement.value if isinstance(statement, cst.Return) else None


def _statement_of(branch: cst.If) -> cst.CSTNode | None:
    body = branch.body.body
    if len(body) != 1 or not isinstance(body[0], cst.SimpleStatementLine):
        return None
    return body[0].body[0] if len(body[0].body) == 1 else None
