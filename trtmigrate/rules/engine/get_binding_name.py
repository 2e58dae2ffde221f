"""Ask for the name of an I/O tensor instead of a binding's.

What changed: `ICudaEngine.get_binding_name` is gone since TensorRT 10.0; `get_tensor_name` takes
the same index for the first optimization profile and never adds ` [profile k]`.

Before:

    first = engine.get_binding_name(0)

After:

    first = engine.get_tensor_name(0)

Not rewritten when: the argument is hidden behind `*args`; the index may belong to another
optimization profile and the program tests whether there is a name at it; or the index belongs to
another profile and the program compares, returns or stores the name.

Safety: safe; review where the index may belong to another optimization profile, so that it is taken
modulo the number of tensors, where a printed name loses its profile, and where the program tests
whether there is a name at a literal index.
"""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.totals import group_of_names
from trtmigrate.rewrites.tensor_names.ask_by_name import OLD_KEYWORDS
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED, look_up
from trtmigrate.rewrites.tensor_names.name_readers import edits_of_readers
from trtmigrate.rewrites.tensor_names.profile_in_names import (
    LOST,
    PROFILE_SEEN,
    is_displayed,
    shows_profile,
)
from trtmigrate.rewrites.tensor_names.tested_results import is_result_tested
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument

RULE = Rule(
    "TRT102",
    "Name of a binding",
    Safety.SAFE,
    members=("ICudaEngine.get_binding_name",),
    becomes={"ICudaEngine.get_binding_name": "ICudaEngine.get_tensor_name"},
)
MESSAGE = "get_binding_name is gone; get_tensor_name gives the name of an I/O tensor"
MAY_BE_NONE = (
    "the program tests whether there is a name at this index, and the profile of the index is not "
    "known: pass the index within one profile"
)
BEHIND = (
    "it gives None for an index behind the tensors of one profile, where TensorRT 8 gave the name "
    "of a binding of the next profile, if there is one"
)


@RULE.checks
def get_binding_name(use: Use, facts: Facts) -> Proposal:
    found = replace(_by_index(use, facts), group=group_of_names(use.node))
    if isinstance(use, CallUse) and facts.several_profiles:
        return replace(found, needs=edits_of_readers(use.call, facts, is_list=False))
    return found


def _by_index(use: Use, facts: Facts) -> Proposal:
    if not isinstance(use, CallUse):
        return Proposal(
            use.node, use.member, MESSAGE, Safety.SAFE, Edit(rename_member(use, "get_tensor_name"))
        )
    arg = argument(use.call, 0, *OLD_KEYWORDS)
    if arg is None:
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    named = look_up(arg.value, use, facts)
    tested = is_result_tested(use, facts)
    if tested and not named.certain:
        if isinstance(arg.value, cst.Integer):
            edit = Edit(rename_member(use, "get_tensor_name"))
            return Proposal(use.node, use.member, f"{MESSAGE}; {BEHIND}", Safety.REVIEW, edit)
        return manual(use.node, use.member, f"{MESSAGE}; {MAY_BE_NONE}")
    if shows_profile(use, arg.value, facts):
        if not is_displayed(use.whole, facts):
            return manual(use.node, use.member, f"{MESSAGE}; {PROFILE_SEEN}")
        edit = Edit({use.call: named.node}, lookups=named.lookups)
        return Proposal(use.node, use.member, f"{MESSAGE}; {LOST}", Safety.REVIEW, edit)
    lookups = () if tested else named.lookups  # a list raises where the engine gives None
    if not named.exists:
        lookups = tuple(replace(one, listed=False) for one in lookups)
    edit = Edit({use.call: named.node}, lookups=lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
