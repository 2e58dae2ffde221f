"""Rewrite a call that takes a binding index as the call of the successor that takes a name."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import poly_of
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.offsets import FEWEST_TENSORS
from trtmigrate.rewrites.profiles.tensor_counts import tensors_of_one_profile
from trtmigrate.rewrites.tensor_names.batch_in_front import TWICE, gets_batch_in_front
from trtmigrate.rewrites.tensor_names.method_values import (
    CALLED_WITH_UNKNOWN,
    kind_of_elements,
    rename_member,
)
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    UNPACKED,
    argument,
    look_up,
    tensor_name,
    why_no_name,
)
from trtmigrate.rewrites.tensor_names.tested_results import is_result_tested
from trtmigrate.syntax.templates import expression

MAY_BE_EMPTY = (
    "the program tests whether there is a tensor at this index, and the profile of the index is "
    "not known: pass the index within one profile"
)
NOT_SHOWN = (
    "the program tests whether there is a tensor at this index, and the code does not show that "
    "there is: compare the index with num_io_tensors"
)
OLD_KEYWORDS = ("binding", "index", "name", "binding_index", "binding_name")


def ask_by_name(
    use: Use,
    facts: Facts,
    new: str,
    safety: Safety = Safety.SAFE,
    refused: str | None = None,
) -> Proposal:
    """Propose `x.new(name, ...)` for `x.old(index_or_name, ...)`; further arguments stay.

    `refused` is what a person has to know where the program tests the result, and the index may be
    of another profile; without it, such a use is left.
    """
    _, old = use.member.split(".")
    message = f"{old} is gone; {new} takes the name of the I/O tensor"
    if not isinstance(use, CallUse):
        return _as_value(use, facts, new, message)
    arg = argument(use.call, 0, *OLD_KEYWORDS)
    if arg is None:
        return manual(use.node, use.member, f"{message}; {UNPACKED}")
    named = tensor_name(arg.value, use, facts)
    if named is None:
        return manual(use.node, use.member, f"{message}; {why_no_name(arg.value, use, facts)}")
    if _may_be_behind_last(arg.value, facts) and is_result_tested(use, facts):
        return manual(use.node, use.member, f"{message}; {NOT_SHOWN}")
    if not named.certain and is_result_tested(use, facts):
        if refused is None:
            return manual(use.node, use.member, f"{message}; {MAY_BE_EMPTY}")
        message, safety = f"{message}; {refused}", Safety.REVIEW
    if new == "get_tensor_shape" and gets_batch_in_front(use, facts):
        facts.trail.assume(TWICE)
    changes: dict[cst.CSTNode, cst.CSTNode] = dict(rename_member(use, new))
    changes.update(replace_argument(arg, named.node))
    return Proposal(use.node, use.member, message, safety, Edit(changes, lookups=named.lookups))


def _may_be_behind_last(index: cst.BaseExpression, facts: Facts) -> bool:
    """True for a literal index if the code does not show that the engine has so many tensors."""
    poly = poly_of(facts.value(index))
    position = poly.constant if poly is not None else None
    return position is not None and position >= (tensors_of_one_profile(facts) or FEWEST_TENSORS)


def replace_argument(
    arg: cst.Arg, value: cst.BaseExpression, keyword: str = "name"
) -> dict[cst.CSTNode, cst.CSTNode]:
    """Return the changes that give an argument a new value, and a new keyword if it had one."""
    changes: dict[cst.CSTNode, cst.CSTNode] = {}
    if value is not arg.value:
        changes[arg.value] = value
    if arg.keyword is not None and arg.keyword.value != keyword:
        changes[arg.keyword] = cst.Name(keyword)
    return changes


def _as_value(use: Use, facts: Facts, new: str, message: str) -> Proposal:
    """Propose the successor for a method that is passed on without being called."""
    given = kind_of_elements(use, facts)
    if given == "name":
        return Proposal(use.node, use.member, message, Safety.SAFE, Edit(rename_member(use, new)))
    if given == "index":
        named = look_up(cst.Name("i"), use, facts)
        new_node = expression(f"lambda i: {{}}.{new}({{}})", use.receiver, named.node)
        return Proposal(use.node, use.member, message, Safety.SAFE, Edit({use.node: new_node}))
    return manual(use.node, use.member, f"{message}; {CALLED_WITH_UNKNOWN}")
