"""Define what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety

Check = Callable[[Use, Facts], Proposal | None]
Scan = Callable[[Facts], Iterator[Proposal]]


@dataclass
class Rule:
    """A rule: the members that it answers for, and the functions that look for them.

    `check` looks at a use of one of `members`. `scan` looks at a whole module, for everything that
    is not the use of a member. Both only propose findings; neither changes anything.
    """

    code: str  # "TRT101"
    title: str
    safety: Safety  # the usual safety of its edits
    members: tuple[str, ...] = ()  # "ICudaEngine.num_bindings"
    gate: tuple[str, ...] = ()  # further words that let a file through the gate
    default: bool = True  # False: off unless it is selected
    manual: Mapping[str, str] = field(default_factory=dict)  # member or class: why a person decides
    becomes: Mapping[str, str] = field(default_factory=dict)  # member: the member that replaces it
    check: Check | None = None
    scan: Scan | None = None
    doc: str = ""  # the docstring of its module

    def reason(self, member: str) -> str | None:
        """Return why a person has to decide about a member; None if the member is rewritten."""
        owner = member.split(".")[0]
        of_class = self.manual.get(owner) if owner[:1].isupper() else None
        return self.manual.get(member, of_class)

    def checks(self, function: Check) -> Check:
        """Register the function that looks at a use (decorator)."""
        self.check = function
        return function

    def scans(self, function: Scan) -> Scan:
        """Register the function that looks at a whole module (decorator)."""
        self.scan = function
        return function


def same_class(successors: Mapping[str, str]) -> dict[str, str]:
    """Return `Rule.becomes` for members with a successor in their class: `{"A.old": "new"}`."""
    return {old: f"{old.split('.')[0]}.{new}" for old, new in successors.items()}
