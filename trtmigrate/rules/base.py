"""Define what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, CallUse, Facts, Use
from trtmigrate.findings import Safety

Check = Callable[[AnyUse, Facts], Proposal | None]
MemberCheck = Callable[[Use, Facts], Proposal | None]
CallCheck = Callable[[CallUse, Facts], Proposal | None]
Scan = Callable[[Facts], Iterator[Proposal]]


@dataclass(frozen=True)
class Mention:
    """What a person has to look at in a text that is not read as Python."""

    start: int  # in the text, from 0
    end: int
    member: str
    message: str


TextScan = Callable[[str, str], Iterator[Mention]]  # a line, and the target


@dataclass
class Rule:
    """A rule: the members that it answers for, and the functions that look for them.

    `check` looks at a use of one of `members`. `scan` looks at a whole module, for everything that
    is not the use of a member. `text_scan` looks at a line that is no part of a program, such as a
    magic of a notebook or a block of a document that does not parse. All only propose findings;
    none changes anything.
    """

    code: str  # "TRT101"
    title: str
    safety: Safety  # the usual safety of its edits
    members: tuple[str, ...] = ()  # "ICudaEngine.num_bindings"
    gate: tuple[str, ...] = ()  # further words that let a file through the gate
    group: str = ""  # edits of all rules of a group are made together in a file, or not at all
    holds_object: bool = False  # a use left to a person holds back the group for the same object
    default: bool = True  # False: off unless it is selected
    manual: Mapping[str, str] = field(default_factory=dict)  # member or class: why a person decides
    becomes: Mapping[str, str] = field(default_factory=dict)  # member: the member that replaces it
    check: Check | None = None
    scan: Scan | None = None
    text_scan: TextScan | None = None
    doc: str = ""  # the docstring of its module
    series: str = ""  # the folder that it is in

    def reason(self, member: str) -> str | None:
        """Return why a person has to decide about a member; None if the member is rewritten."""
        owner = member.split(".")[0]
        of_class = self.manual.get(owner) if owner[:1].isupper() else None
        return self.manual.get(member, of_class)

    def checks(self, function: MemberCheck) -> MemberCheck:
        """Decorator: look at one use of a member of an object."""

        def check(use: AnyUse, facts: Facts) -> Proposal | None:
            return function(use, facts) if isinstance(use, Use) else _not_in_this_form(use)

        self.check = check
        return function

    def checks_calls(self, function: CallCheck) -> CallCheck:
        """Decorator: look at one call; a method that is handed around is left to a person."""

        def check(use: AnyUse, facts: Facts) -> Proposal | None:
            return function(use, facts) if isinstance(use, CallUse) else _not_in_this_form(use)

        self.check = check
        return function

    def checks_imports_too(self, function: Check) -> Check:
        """Decorator: look at one use of a member, or at its import."""
        self.check = function
        return function

    def scans(self, function: Scan) -> Scan:
        """Register the function that looks at a whole module (decorator)."""
        self.scan = function
        return function

    def scans_texts(self, function: TextScan) -> TextScan:
        """Register the function that looks at lines that are no Python (decorator)."""
        self.text_scan = function
        return function


def _not_in_this_form(use: AnyUse) -> Proposal:
    message = f"{use.member} is gone, and this form cannot be rewritten automatically: call it"
    return manual(use.node, use.member, message)


def same_class(successors: Mapping[str, str]) -> dict[str, str]:
    """Return `Rule.becomes` for members with a successor in their class: `{"A.old": "new"}`."""
    return {old: f"{old.split('.')[0]}.{new}" for old, new in successors.items()}
