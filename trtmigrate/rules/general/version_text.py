"""Compare releases as numbers.

What changed: since TensorRT 10 a release number has two digits, so a comparison of texts goes
wrong: `'10.0.1' < '8.5'` is true, and `trt.__version__[0]` is `'1'`.

Before:

    if trt.__version__[0] < "7":
        raise SystemExit("TensorRT 7 or newer is needed")
    has_names = trt.__version__ >= "8.5"

After:

    if int(trt.__version__.split(".")[0]) < 7:
        raise SystemExit("TensorRT 7 or newer is needed")
    has_names = tuple(int(n) for n in trt.__version__.split(".")[:2]) >= (8, 5)

Not rewritten when: the text is no plain comparison of `__version__` with a literal, or it comes out
right on the target.

Safety: review: it is taken for granted that the numbers are meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code

RULE = Rule("TRT004", "Releases compared as text", Safety.REVIEW)
MESSAGE = "compares release numbers as text, which goes wrong from TensorRT 10 on: '10' < '8'"


@RULE.scans
def version_text(facts: Facts) -> Iterator[Proposal]:
    for node in facts.text_comparisons:
        assert isinstance(node, cst.Comparison)
        edit = _as_numbers(node)
        safety = Safety.REVIEW if edit is not None else Safety.MANUAL
        yield Proposal(node, "__version__", MESSAGE, safety, edit)


def _as_numbers(node: cst.Comparison) -> Edit | None:
    target = node.comparisons[0]
    text = target.comparator
    if not isinstance(text, cst.SimpleString) or len(node.comparisons) != 1:
        return None
    numbers = [int(n) for n in re.findall(r"\d+", str(text.evaluated_value))]
    left = node.left
    if isinstance(left, cst.Subscript) and code(left.value).endswith("__version__"):
        if code(left).endswith("[0]") and len(numbers) == 1:
            major = expression('int({}.split(".")[0])', left.value)
            return Edit({left: major, text: cst.Integer(str(numbers[0]))})
    if isinstance(left, cst.Attribute) and left.attr.value == "__version__" and numbers:
        parts = expression(f'tuple(int(n) for n in {{}}.split(".")[:{len(numbers)}])', left)
        wanted = ", ".join(map(str, numbers)) + ("," if len(numbers) == 1 else "")
        return Edit({left: parts, text: cst.parse_expression(f"({wanted})")})
    return None
