"""Tell whether a fact holds of every value that an expression may have.

Where two assignments meet and one of them is not known, the facts keep what is known. That helps a
rule to follow an object; for the claim that a call is wrong it is not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Value, is_number, is_text
from trtmigrate.facts.mentions import members_in, mentions_in
from trtmigrate.syntax.current_binding import current_binding
from trtmigrate.syntax.scopes import binders, home, is_target
from trtmigrate.syntax.tree import code, dotted

Test = Callable[[Value], bool]
_DEPTH = 5  # variables that a value is followed through
_TABLES = ("{}", "dict()", "OrderedDict()", "collections.OrderedDict()")


def is_certain(node: cst.BaseExpression, test: Test, facts: Facts, depth: int = _DEPTH) -> bool:
    """True if `test` holds of an expression and of everything that is assigned to it.

    An assignment of None only says that the value is not there yet.
    """
    if depth == 0 or not test(facts.value(node)):
        return False
    if isinstance(node, cst.Subscript):
        return _is_certain_entry(node, test, facts, depth)
    if isinstance(node, cst.Name):
        places = _places(node, facts)
    elif isinstance(node, cst.Attribute):
        members = members_in(facts, facts.module, (node.attr.value,))
        places = [member for member in members if is_target(member, facts.tree)]
    else:
        return True
    value = facts.value(node)
    if (is_number(value) or is_text(value)) and all(_is_counted(p, facts) for p in places):
        return True
    given = [_value_given(place, facts) for place in places]
    known = [v for v in given if v is not None and facts.value(v) != Const(None)]
    return None not in given and all(is_certain(v, test, facts, depth - 1) for v in known)


def _places(node: cst.Name, facts: Facts) -> list[cst.CSTNode]:
    """Return the places that may have given a variable its value."""
    place = current_binding(node.value, node, facts.tree)
    if place is not None:
        return [place]
    own = binders(node.value, home(node, facts.tree), facts.tree)
    return own or binders(node.value, facts.module, facts.tree)


def _is_counted(place: cst.CSTNode, facts: Facts) -> bool:
    """True for the variable of a loop, and for a parameter that is annotated as int or str."""
    for up in facts.tree.ancestors(place):
        if isinstance(up, cst.Param):
            annotation = up.annotation
            return annotation is not None and code(annotation.annotation) in ("int", "str")
        if isinstance(up, (cst.For, cst.CompFor)):
            return True
        if isinstance(up, cst.BaseStatement):
            return False
    return False


def _value_given(place: cst.CSTNode, facts: Facts) -> cst.BaseExpression | None:
    """Return the expression that an assignment gives to its target; None for other targets."""
    parent = facts.tree.parent(place)
    if isinstance(parent, cst.AssignTarget):
        parent = facts.tree.parent(parent)
    if isinstance(parent, (cst.Assign, cst.AnnAssign, cst.NamedExpr)):
        return parent.value
    return None


def _is_certain_entry(node: cst.Subscript, test: Test, facts: Facts, depth: int) -> bool:
    """True if everything that is put into a dictionary passes."""
    base = dotted(node.value)
    if base is None:
        return False
    values = list(_put_into(base, facts))
    return bool(values) and all(
        value is not None and is_certain(value, test, facts, depth - 1) for value in values
    )


def _put_into(base: str, facts: Facts) -> Iterator[cst.BaseExpression | None]:
    """Yield what is put into a dictionary, None where that does not show."""
    for mention in mentions_in(facts, facts.module, (base,)):
        parent = facts.tree.parent(mention)
        if isinstance(parent, cst.Subscript) and is_target(parent, facts.tree):
            yield _value_given(parent, facts)
        elif is_target(mention, facts.tree):
            made = _value_given(mention, facts)
            if isinstance(made, cst.DictComp):
                yield made.value
            elif made is None or code(made) not in _TABLES:
                yield None
