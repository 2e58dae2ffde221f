"""Ask for the name of an I/O tensor instead of a binding's.

What changed: `ICudaEngine.get_binding_name` is gone since TensorRT 10.0; `get_tensor_name` takes
the same index for the first optimization profile and never adds ` [profile k]`.

Before:

    first = engine.get_binding_name(0)

After:

    first = engine.get_tensor_name(0)

Not rewritten when: the argument is hidden behind `*args`.

Safety: safe; review where an index may belong to another optimization profile and could not be
followed.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.ask_by_name import OLD_KEYWORDS
from trtmigrate.rewrites.tensor_names.method_values import renamed
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED, argument, look_up
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, walk

RULE = Rule(
    "TRT102",
    "Name of a binding",
    Safety.SAFE,
    members=("ICudaEngine.get_binding_name",),
    becomes={"ICudaEngine.get_binding_name": "ICudaEngine.get_tensor_name"},
)
MESSAGE = "get_binding_name is gone; get_tensor_name gives the name of an I/O tensor"


@RULE.checks
def get_binding_name(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return Proposal(
            use.node, use.member, MESSAGE, Safety.SAFE, Edit(renamed(use, "get_tensor_name"))
        )
    arg = argument(use.call, 0, *OLD_KEYWORDS)
    if arg is None:
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    named = look_up(arg.value, use, facts)
    safety = Safety.SAFE if named.certain else Safety.REVIEW
    # a list of names would raise where the engine gives None
    lookups = () if _may_be_none(use, facts) else named.lookups
    edit = Edit({use.call: named.node}, lookups=lookups)
    return Proposal(use.node, use.member, MESSAGE, safety, edit)


def _may_be_none(use: Use, facts: Facts) -> bool:
    """Whether the code tests the name for None: the index may be out of range."""
    parent = facts.tree.parent(use.whole)
    if isinstance(parent, cst.Comparison):
        return any(code(t.comparator) == "None" for t in parent.comparisons)
    if not isinstance(parent, cst.Assign):
        return False
    held = code(parent.targets[0].target)
    area = facts.tree.function(use.node) or facts.module
    return any(
        isinstance(n, cst.Comparison)
        and code(n.left) == held
        and any(code(t.comparator) == "None" for t in n.comparisons)
        for n in walk(area)
    )
