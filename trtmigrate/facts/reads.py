"""One read or write of a member, as the interpreter met it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import libcst as cst

from trtmigrate.facts.domain.values import Value


class Read(NamedTuple):
    """`owner.member`, `owner[...]`, `len(owner)`, `getattr(owner, "member")` or an import."""

    node: cst.CSTNode
    owner: Value
    member: str
    env: Mapping[str, Value]  # the variables of the scope at that moment
    dead: bool  # the target does not get here: a version test or hasattr guards it
