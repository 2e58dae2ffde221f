"""Set the optimization level instead of the flag for the tactic heuristic.

What changed: `BuilderFlag.ENABLE_TACTIC_HEURISTIC` is gone since TensorRT 10.0 (deprecated in 8.6);
optimization level 2 does the same.

Before:

    config = builder.create_builder_config()
    config.set_flag(trt.BuilderFlag.ENABLE_TACTIC_HEURISTIC)

After:

    config = builder.create_builder_config()
    config.builder_optimization_level = 2

Not rewritten when: the code sets an optimization level itself, or sets or clears the flag inside
another statement.

Safety: review. Builds with the level take other tactics than builds with the flag.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import small_statement

RULE = Rule(
    "TRT310", "Tactic heuristic", Safety.REVIEW, members=("BuilderFlag.ENABLE_TACTIC_HEURISTIC",)
)
MESSAGE = "ENABLE_TACTIC_HEURISTIC is gone; builder_optimization_level = 2 does the same"
BY_HAND = f"{MESSAGE}: set the level where the flag was wanted, and remove the flag here"


@RULE.checks
def tactic_heuristic(use: Use, facts: Facts) -> Proposal:
    arg = facts.tree.parent(use.node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    statement = facts.tree.parent(call) if isinstance(call, cst.Call) else None
    levels = any(
        isinstance(n, cst.Attribute) and n.attr.value == "builder_optimization_level"
        for n in facts.tree.parents
    )
    if levels or not isinstance(statement, cst.Expr) or not isinstance(call, cst.Call):
        return manual(use.node, use.member, BY_HAND)
    func = call.func
    if isinstance(func, cst.Attribute) and func.attr.value == "set_flag":
        new = small_statement("{}.builder_optimization_level = 2\n", func.value)
        return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, Edit({statement: new}))
    if isinstance(func, cst.Attribute) and func.attr.value == "clear_flag":
        edit = Edit(remove=(statement,))
        return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
    return manual(use.node, use.member, BY_HAND)
