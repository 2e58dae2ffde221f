"""Compare releases as numbers.

What changed: since TensorRT 10 a release number has two digits, so a comparison of texts goes
wrong: `'10.0.1' < '8.5'` is true, and `trt.__version__[0]` is `'1'`. Some releases have four parts.

Before:

    if trt.__version__[0] < "7":
        raise SystemExit("TensorRT 7 or newer is needed")
    has_names = trt.__version__ >= "8.5"
    major = int(trt.__version__[0])
    _, minor, patch = map(int, trt.__version__.split("."))

After:

    if int(trt.__version__.split(".")[0]) < 7:
        raise SystemExit("TensorRT 7 or newer is needed")
    has_names = tuple(int(n) for n in trt.__version__.split(".")[:2]) >= (8, 5)
    major = int(trt.__version__.split(".")[0])
    _, minor, patch = map(int, trt.__version__.split(".")[:3])

The numbers of a release are cut to as many as the literal has. `>` and `<=` need three: as a text,
`"8.6.1"` is greater than `"8"`.

Not rewritten when: the text is no plain comparison of `__version__` with a literal (it compares
lists of texts, or calls `max`), or a number is made of more characters than the first. A comparison
that comes out right on the target is not reported.

Safety: review: it is taken for granted that the numbers are meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.arithmetic import compare
from trtmigrate.facts.domain.values import Const, Ref
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code, walk

RULE = Rule("TRT004", "Releases compared as text", Safety.REVIEW)
MESSAGE = "compares release numbers as text, which goes wrong from TensorRT 10 on ('10' < '8')"
USUAL = 3  # numbers of a release
NUMBERS = 'compare tuple(int(n) for n in trt.__version__.split(".")[:2]) with a tuple'
FIRST = "takes the first character of the release for the major release, which is '1' of '10.0'"
PARTS = (
    "takes the release apart into {} parts, and releases such as 10.13.3.9 have four: only the "
    "first {} are read"
)
CUT = (
    "cuts a number out of the release by the position of its characters, which gives 84 for 8.4.1 "
    f"and 10 for 10.3.0: {NUMBERS}"
)


@RULE.scans
def version_text(facts: Facts) -> Iterator[Proposal]:
    for node in facts.text_comparisons:
        assert isinstance(node, cst.Comparison)
        edit = _compare_numbers(node)
        if edit is None:
            yield manual(node, "__version__", f"{MESSAGE}: {NUMBERS}")
        else:
            yield Proposal(node, "__version__", MESSAGE, Safety.REVIEW, edit)
    for call in facts.tree.of_kind(cst.Call):
        if _chooses_by_text(call, facts):
            yield manual(call, "__version__", f"{MESSAGE}: {NUMBERS}")
    if api.Release.parse(facts.release).major >= 10:
        yield from _numbers_by_position(facts)
        yield from _taken_apart(facts)


def _chooses_by_text(call: cst.Call, facts: Facts) -> bool:
    """True for `max(trt.__version__, "8.5")` if the wrong one of both is the greater text."""
    if facts.value(call.func) not in _CHOOSERS or len(call.args) != 2:
        return False
    first, second = (facts.value(arg.value) for arg in call.args)
    return compare("GreaterThan", first, second)[1]


def _compare_numbers(node: cst.Comparison) -> Edit | None:
    """Return the edit of a comparison with a literal; None for other comparisons."""
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
        by_length = isinstance(target.operator, (cst.GreaterThan, cst.LessThanEqual))
        count = max(len(numbers), USUAL) if by_length else len(numbers)
        parts = expression(f'tuple(int(n) for n in {{}}.split(".")[:{count}])', left)
        wanted = ", ".join(map(str, numbers)) + ("," if len(numbers) == 1 else "")
        return Edit({left: parts, text: cst.parse_expression(f"({wanted})")})
    return None


def _numbers_by_position(facts: Facts) -> Iterator[Proposal]:
    """Report `int(trt.__version__[0])` and `int(trt.__version__[:3].replace(".", ""))`."""
    for node in facts.tree.of_kind(cst.Subscript):
        call = _conversion_around(node, facts)
        if call is None or not _is_release(node.value, facts) or len(node.slice) != 1:
            continue
        cut = code(node.slice[0].slice).replace(" ", "")
        if cut in ("0", ":1", "0:1"):
            major = expression('{}.split(".")[0]', node.value)
            yield Proposal(call, "__version__", FIRST, Safety.REVIEW, Edit({node: major}))
        elif isinstance(node.slice[0].slice, cst.Slice) and facts.value(call.func) == _INT:
            yield manual(call, "__version__", CUT)


def _taken_apart(facts: Facts) -> Iterator[Proposal]:
    """Cut the parts of `major, minor, patch = map(int, trt.__version__.split("."))`."""
    for statement in facts.tree.of_kind(cst.Assign):
        targets = statement.targets[0].target
        if not isinstance(targets, (cst.Tuple, cst.List)) or len(statement.targets) != 1:
            continue
        if any(isinstance(element, cst.StarredElement) for element in targets.elements):
            continue
        count = len(targets.elements)
        for call in _calls_of_split(statement.value, facts) if count < 4 else ():
            first = expression(f"{{}}[:{count}]", call)
            message = PARTS.format(count, count)
            yield Proposal(call, "__version__", message, Safety.REVIEW, Edit({call: first}))


def _calls_of_split(value: cst.BaseExpression, facts: Facts) -> Iterator[cst.Call]:
    """Yield each `trt.__version__.split(".")` of which all parts are read."""
    if isinstance(value, cst.Subscript):
        return  # some parts of it
    for node in walk(value):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            splits = node.func.attr.value == "split" and len(node.args) == 1
            whole = not isinstance(facts.tree.parent(node), cst.Subscript)
            if splits and whole and _is_release(node.func.value, facts):
                yield node


_CHOOSERS = (Ref("builtins.max"), Ref("builtins.min"))
_INT = Ref("builtins.int")
_FLOAT = Ref("builtins.float")


def _conversion_around(node: cst.Subscript, facts: Facts) -> cst.Call | None:
    """Return the call of `int` or `float` that a part of a text is given to."""
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.Call) and facts.value(up.func) in (_INT, _FLOAT):
            return up if any(n is node for arg in up.args for n in walk(arg)) else None
        if not isinstance(up, (cst.Arg, cst.Attribute, cst.Call)):
            return None
    return None


def _is_release(node: cst.BaseExpression, facts: Facts) -> bool:
    """True if an expression is the whole text of the release of TensorRT."""
    return facts.value(node) == Const(facts.release, versioned=True)
