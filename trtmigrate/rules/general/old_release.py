"""Remove code that only releases before the target reach, with `--drop-old`.

What changed: nothing has to. A program that runs on several releases tests `trt.__version__` or
`hasattr(engine, "num_io_tensors")`, or catches AttributeError. If it need not run on an old release
any more, the branch for that release can go, with the functions, classes, imports and comments that
only serve it.

Before:

    if hasattr(engine, "num_io_tensors"):
        count = engine.num_io_tensors
    else:
        count = engine.num_bindings

After:

    count = engine.num_io_tensors

Not rewritten when: the option is not given; the target does not decide the test alone, because a
later release has another answer, or something else is tested with it; a `try` does more than to ask
for a member of an object that is known to be TensorRT's; a function that other files may use has no
use of the removed API. TRT002 names what stays.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.old_branches import old_branches
from trtmigrate.rewrites.removal.old_definitions import name_of, old_definitions, owners_of
from trtmigrate.rewrites.removal.old_imports import old_imports
from trtmigrate.rules.base import Rule

RULE = Rule("TRT012", "Code for old releases alone", Safety.SAFE)
MEMBER = "__version__"
BRANCH = "only releases before the target reach a branch here; it goes"
IMPORT = "only code for releases before the target uses what is imported here; it goes"
DEFINITION = "only code for releases before the target uses {}; it goes"


@RULE.scans
def old_release(facts: Facts) -> Iterator[Proposal]:
    if not facts.drop_old:
        return
    branches = list(old_branches(facts))
    for branch in branches:
        yield _proposal(branch.node, branch.node, BRANCH, branch.edit)
    definitions = old_definitions(branches, facts)
    for definition, users in definitions.items():
        name = name_of(definition)
        edit = Edit(remove=(definition,), with_comments=(definition,))
        yield _proposal(name, definition, DEFINITION.format(name.value), edit, users)
    for found in old_imports(owners_of(branches, definitions), facts):
        yield _proposal(found.node, found.node, IMPORT, found.edit, found.users)


def _proposal(
    at: cst.CSTNode, node: cst.CSTNode, message: str, edit: Edit, users: Iterable[cst.CSTNode] = ()
) -> Proposal:
    """Return the proposal of an edit. Each is made alone, but it waits for those of its users."""
    needs = frozenset(map(_group, users))
    return Proposal(at, MEMBER, message, Safety.SAFE, edit, group=_group(node), needs=needs)


def _group(node: cst.CSTNode) -> Hashable:
    return ("old release", node)
