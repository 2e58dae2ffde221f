"""Decide, once for each number, whether a count of bindings goes on counting all profiles.

Before TensorRT 10 `num_bindings`, `len(engine)` and a loop over an engine counted the bindings of
all optimization profiles; `num_io_tensors` counts one profile. Two rewrites keep a program's
meaning:

- all: `num_io_tensors * num_optimization_profiles`, and every reader stays as it is;
- one: `num_io_tensors`, and every division by the number of profiles goes.

"One" reads better and is right only if every reader of the number is known. So the number is
followed from where it is counted, through variables, lists and sums, to each of its readers. What
flows together is decided together; a reader that is not understood makes the decision "all".
"""

from __future__ import annotations

from collections.abc import Collection, Hashable

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Span
from trtmigrate.facts.memo import kept_with_file
from trtmigrate.rewrites.profiles.count_flow import CountFlow, Totals


@kept_with_file
def totals_of(facts: Facts) -> Totals:
    """Return the decisions for the module of `facts`."""
    if not facts.several_profiles:
        return Totals(frozenset(), frozenset(), (), frozenset())
    return CountFlow(facts).decide()


def counts_one(node: cst.CSTNode, facts: Facts) -> bool:
    """True if a number or list counts one profile after the rewrite; an edit that rests on this
    needs the edits that make it so.
    """
    totals = totals_of(facts)
    if node not in totals.one:
        return False
    facts.trail.need(totals.groups[node])
    return True


def goes_over_tensors(node: cst.CSTNode, facts: Facts, made: Collection[Hashable]) -> bool:
    """True if an iterable is the range of all I/O tensors once the edits of the groups `made` are
    made.
    """
    if not facts.goes_over_all(node):
        return False
    value = facts.value(node)
    stop = value.stop if isinstance(value, Span) else None
    over_profiles = stop is not None and any(a.role == "profiles" for a in stop.atoms)
    return not over_profiles or totals_of(facts).groups.get(node) in made


def group_of_names(source: cst.CSTNode) -> Hashable:
    """Return the group of the edit after which `source` gives names of I/O tensors: a use of
    `get_binding_name`, or an engine that a loop goes over.
    """
    return ("names", source)


def groups_of_plain_names(facts: Facts) -> frozenset[Hashable]:
    """Return the groups whose edits have to be made before no name carries a profile."""
    totals = totals_of(facts)
    uses = (use.node for use in facts.uses if use.member == "ICudaEngine.get_binding_name")
    loops = (totals.groups.get(loop, group_of_names(loop)) for loop in totals.loops)
    return frozenset((*map(group_of_names, uses), *loops))
