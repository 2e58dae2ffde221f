"""Drop a division by the number of optimization profiles."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref


def drop_division(division: cst.CSTNode, facts: Facts) -> tuple[cst.CSTNode, cst.CSTNode]:
    """Return the expression to replace, and the part of it that stays."""
    if isinstance(division, cst.Call):  # np.floor_divide(n, p)
        return division, division.args[0].value
    assert isinstance(division, cst.BinaryOperation)  # in place: the whole statement goes
    arg = facts.tree.parent(division)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    rounds = isinstance(division.operator, cst.Divide) and isinstance(call, cst.Call)
    if rounds and isinstance(call, cst.Call) and facts.value(call.func) == Ref("builtins.int"):
        return call, division.left  # int(n / p)
    return division, division.left
