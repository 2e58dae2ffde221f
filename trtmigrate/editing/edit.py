"""What a rule proposes: a finding and, mostly, an edit of the syntax tree. Data only.

The replacement of a node may contain nodes of the original tree; they are edited in their turn, so
edits nest without knowing of each other.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import libcst as cst

from trtmigrate.findings import Safety

Statement = cst.BaseStatement | cst.BaseSmallStatement


NAMES = "__trtmigrate_names__"  # stands for the variable of the list of names until it is known


@dataclass(frozen=True)
class Lookup:
    """`node` is a fresh `ENGINE.get_tensor_name(INDEX)` of a replacement, or the list of all names
    where there is no index.

    Where a scope has several of them, the names are fetched once and `node` gives way to a
    variable.
    """

    node: cst.BaseExpression
    engine: cst.BaseExpression
    index: cst.BaseExpression | None
    at: cst.CSTNode  # the original node whose place it takes, or stands before
    loop: cst.CSTNode | None = None  # the loop made for it, which gives way to `over_list`
    over_list: cst.CSTNode | None = None  # the same loop over the list of names, called NAMES
    listed: bool = True  # False: there may be no tensor at the index, and a list would raise


@dataclass(frozen=True)
class Edit:
    """Changes that belong together: all of them are made, or none."""

    replace: Mapping[cst.CSTNode, cst.CSTNode] = field(default_factory=dict)
    before: Mapping[cst.CSTNode, tuple[Statement, ...]] = field(default_factory=dict)
    after: Mapping[cst.CSTNode, tuple[Statement, ...]] = field(default_factory=dict)
    prepend: Mapping[cst.CSTNode, tuple[Statement, ...]] = field(default_factory=dict)  # to a suite
    remove: tuple[cst.CSTNode, ...] = ()  # statements
    with_comments: tuple[cst.CSTNode, ...] = ()  # parts that go with all comments in them
    lookups: tuple[Lookup, ...] = ()
    imports_tensorrt: bool = False  # uses the name `trt`, which the module does not bind yet
    imports_numpy: bool = False  # uses the name `np`, which the module does not bind yet


@dataclass(frozen=True)
class Proposal:
    """One finding of a rule, still tied to the tree."""

    node: cst.CSTNode  # the place that is reported
    member: str
    message: str
    safety: Safety
    edit: Edit | None = None
    advice: bool = False
    remains: bool = False  # what an edit of the same place leaves to a person; nothing without it
    code: str = ""  # filled in from the rule
    group: Hashable = None  # edits of one group are made together, or not at all
    needs: frozenset[Hashable] = frozenset()  # groups without which the edit would be wrong


def manual(node: cst.CSTNode, member: str, message: str) -> Proposal:
    """A finding that a person has to deal with."""
    return Proposal(node, member, message, Safety.MANUAL)
