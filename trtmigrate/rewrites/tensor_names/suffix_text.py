"""Take the profile off the expression of a binding name.

The bindings of a further optimization profile are called `NAME [profile K]`; the tensor API takes
`NAME`.
"""

from __future__ import annotations

import libcst as cst

MARK = " [profile"


def remove_suffix(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return the expression of a name without the profile in it; None if it has no profile."""
    if isinstance(node, cst.SimpleString) and MARK in node.value:
        return _cut_literal(node)
    if isinstance(node, cst.FormattedString):
        return _of_formatted(node)
    if isinstance(node, cst.BinaryOperation):
        if isinstance(node.operator, cst.Add):
            return node.left if _starts_with_mark(node.right) else _of_sum(node)
        if isinstance(node.operator, cst.Modulo) and isinstance(node.left, cst.SimpleString):
            return _of_percent(node.left, node.right)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return _of_format(node, node.func)
    return None


def _cut_literal(node: cst.SimpleString) -> cst.SimpleString:
    head = node.value[: node.value.index(MARK)]
    return cst.SimpleString(head + node.quote)


def _of_formatted(node: cst.FormattedString) -> cst.BaseExpression | None:
    kept: list[cst.BaseFormattedStringContent] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText) and MARK in part.value:
            text = part.value[: part.value.index(MARK)]
            if text:
                kept.append(part.with_changes(value=text))
            break
        kept.append(part)
    else:
        return None
    if len(kept) == 1 and isinstance(kept[0], cst.FormattedStringExpression):
        return kept[0].expression
    if all(isinstance(part, cst.FormattedStringText) for part in kept):
        text = "".join(part.value for part in kept if isinstance(part, cst.FormattedStringText))
        return cst.SimpleString(node.end + text + node.end)
    return node.with_changes(parts=kept)


def _starts_with_mark(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.SimpleString):
        return node.raw_value.startswith(MARK)
    if isinstance(node, cst.FormattedString) and node.parts:
        first = node.parts[0]
        return isinstance(first, cst.FormattedStringText) and first.value.startswith(MARK)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        return _starts_with_mark(node.left)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return _starts_with_mark(node.func.value)
    return False


def _of_sum(node: cst.BinaryOperation) -> cst.BaseExpression | None:
    """Return the name in `name + " [profile " + str(k) + "]"`, a sum of sums."""
    inner = node.left
    return remove_suffix(inner) if isinstance(inner, cst.BinaryOperation) else None


def _of_percent(text: cst.SimpleString, values: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return the name in `"%s [profile %d]" % (name, k)`."""
    if MARK not in text.value:
        return None
    head = text.raw_value[: text.raw_value.index(MARK)]
    if "%" not in head:
        return _cut_literal(text)
    given = [e.value for e in values.elements] if isinstance(values, cst.Tuple) else []
    if head == "%s" and given:
        return given[0]
    if head.count("%") != len(given) - 1:
        return None
    before: cst.BaseExpression = given[0]
    if len(given) > 2:
        before = cst.Tuple([cst.Element(v) for v in given[:-1]])
    return cst.BinaryOperation(_cut_literal(text), cst.Modulo(), before)


def _of_format(node: cst.Call, func: cst.Attribute) -> cst.BaseExpression | None:
    """Return the name in `"{} [profile {}]".format(name, k)`."""
    text = func.value
    if (
        func.attr.value != "format"
        or not isinstance(text, cst.SimpleString)
        or MARK not in text.value
    ):
        return None
    head = text.raw_value[: text.raw_value.index(MARK)]
    if "{" not in head:
        return _cut_literal(text)
    return node.args[0].value if head in ("{}", "{0}") and node.args else None
