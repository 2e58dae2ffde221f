"""One read or write of a member, as the interpreter met it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.domain.values import Value

if TYPE_CHECKING:
    from trtmigrate.facts.interpreter.state import Frame


@dataclass(frozen=True)
class Read:
    """`owner.member`, `owner[...]`, `len(owner)`, `getattr(owner, "member")` or an import."""

    node: cst.CSTNode
    owner: Value
    member: str
    frame: Frame
    env: dict[str, Value]  # the variables of its scope at that moment
    dead: bool  # the target does not get here: a version test or hasattr guards it
