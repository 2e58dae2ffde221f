"""Ask an engine of several profiles for the name of a tensor within one profile.

What changed: `engine[i]` gives the name of I/O tensor i since TensorRT 10.0; in 8.x it went over
the bindings of all optimization profiles, those of the later ones with ` [profile k]` appended, so
`engine[5]` may be out of range now.

Before:

    per_profile = engine.num_bindings // engine.num_optimization_profiles
    for i in range(per_profile):
        print(engine.get_binding_shape(engine[per_profile + i]))

After:

    per_profile = engine.num_bindings // engine.num_optimization_profiles
    for i in range(per_profile):
        print(engine.get_tensor_shape(engine[i]))

Not rewritten when: the code shows no sign of several profiles; the index lies within the first
profile; the profile of the index is not known and the program catches the IndexError; or the index
belongs to another profile and the program compares, returns or stores the name.

Safety: safe; review where the profile of the index is not known, so that the index is taken modulo
the number of tensors, and where a printed name loses its profile.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance, is_number
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.offsets import strip_profile
from trtmigrate.rewrites.profiles.totals import group_of_names
from trtmigrate.rewrites.tensor_names.ask_by_name import MAY_BE_EMPTY
from trtmigrate.rewrites.tensor_names.name_readers import edits_of_readers
from trtmigrate.rewrites.tensor_names.profile_in_names import (
    LOST,
    PROFILE_SEEN,
    is_displayed,
    shows_profile,
)
from trtmigrate.rewrites.tensor_names.tested_results import is_result_tested
from trtmigrate.rules.base import Rule

RULE = Rule("TRT113", "Name of a binding of another profile", Safety.SAFE)
MEMBER = "ICudaEngine.__getitem__"
MESSAGE = "an engine gives the names of its I/O tensors, not those of the bindings of all profiles"


@RULE.scans
def engine_subscript(facts: Facts) -> Iterator[Proposal]:
    if not facts.several_profiles:
        return
    for read in facts.reads.values():
        node, owner = read.node, read.owner
        if read.dead or not isinstance(node, cst.Subscript) or not isinstance(owner, Instance):
            continue
        inner = node.slice[0].slice
        if owner.cls != "ICudaEngine" or not isinstance(inner, cst.Index):
            continue
        if not is_number(facts.value(inner.value)):
            continue
        use = Use(node=node, receiver=node.value, member=MEMBER, context="subscript", read=read)
        offset = strip_profile(inner.value, use, facts)
        group = group_of_names(node)
        if not offset.certain and is_result_tested(use, facts):
            yield manual(node, MEMBER, f"{MESSAGE}; {MAY_BE_EMPTY}")
        elif shows_profile(use, inner.value, facts):
            if not is_displayed(node, facts):
                yield manual(node, MEMBER, f"{MESSAGE}; {PROFILE_SEEN}")
            else:
                edit = Edit({inner.value: offset.node})
                needs = edits_of_readers(node, facts, is_list=False)
                message = f"{MESSAGE}; {LOST}"
                yield Proposal(node, MEMBER, message, Safety.REVIEW, edit, group=group, needs=needs)
        elif offset.node is not inner.value:
            edit = Edit({inner.value: offset.node})
            needs = edits_of_readers(node, facts, is_list=False)
            yield Proposal(node, MEMBER, MESSAGE, Safety.SAFE, edit, group=group, needs=needs)
