"""A call of a function that is not the user's own, as the models of functions get it."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts.domain.values import UNKNOWN, Value
from trtmigrate.facts.models.machine import Machine


@dataclass(frozen=True)
class Call:
    """A call of a function that is reached by a dotted name."""

    machine: Machine
    name: str
    node: cst.Call
    args: list[Value]

    @property
    def first(self) -> Value:
        return self.args[0] if self.args else UNKNOWN
