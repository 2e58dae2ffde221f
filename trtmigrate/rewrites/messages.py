"""Findings that a person has to act on: members without a successor, guarded reads, and what the
model needs when code about its precision goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Check, Rule
from trtmigrate.syntax.scopes import home

_CONVERT = (
    "the engine computes in {name} only if the model does: convert the ONNX file with ModelOpt "
    "AutoCast before the build; in a network that the program builds layer by layer, use add_cast"
)
_QUANTIZE = (
    "the engine computes in {name} only if the model does: quantize the model with ModelOpt before "
    "the build, which adds Q/DQ nodes"
)
# By the name of a precision: what the model needs so that its engine computes in it.
MODEL_NEEDS = {
    **{name: _CONVERT.format(name=name) for name in ("FP16", "BF16")},
    **{name: _QUANTIZE.format(name=name) for name in ("INT8", "FP8", "INT4", "FP4")},
}


def members_of(*classes: str) -> tuple[str, ...]:
    """Return all members of these classes that the newest target lacks, the classes included.

    `destroy`, which every class had, has a rule of its own.
    """
    newest = str(api.releases()[-1])
    lost = api.missing_in(newest)
    return tuple(
        path
        for cls in classes
        for path in lost
        if path == cls or (path.startswith(f"{cls}.") and path.count(".") == 1)
        if not path.endswith(".destroy")
    )


def explain_members(rule: Rule) -> Check:
    """Return a check that answers each use with the reason which the rule has for its member."""

    def check(use: AnyUse, facts: Facts) -> Proposal:
        since = facts.missing[use.member].since
        reason = rule.reason(use.member)
        return manual(use.node, use.member, f"TensorRT {since} removed {use.member}; {reason}")

    return check


def report_probe(use: AnyUse, message: str) -> Proposal | None:
    """Return advice for `getattr(owner, "name", default)`, which runs without the member, too;
    None for any other use.
    """
    node = use.node
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and len(node.args) == 3:
        if node.func.value == "getattr":
            return Proposal(node, use.member, message, Safety.MANUAL, advice=True)
    return None


def report_model_needs(
    rule: Rule, facts: Facts, need: Callable[[Use], str | None]
) -> Iterator[Proposal]:
    """Report what the model needs beside the edits of a rule that remove a request for a precision.

    No edit of the program can change the model, so this stays for a person. Each need is reported
    once a function, at the first use. `need` returns what the model needs in place of a use; None
    if the use asks for nothing.
    """
    seen = set()
    own = [use for use in facts.uses if use.member in rule.members and not use.read.dead]
    for use in sorted(own, key=lambda use: facts.tree.order[use.node]):
        message = need(use) if use.context != "probe" else None
        place = (home(use.node, facts.tree), message)
        if message is None or place in seen or not _is_removed(rule, use, facts):
            continue
        seen.add(place)
        yield Proposal(use.node, use.member, message, Safety.MANUAL, remains=True)


def _is_removed(rule: Rule, use: Use, facts: Facts) -> bool:
    """True if the rule removes a use and puts nothing in its place."""
    found = rule.check(use, facts) if rule.check is not None else None
    return found is not None and found.edit is not None and found.safety is Safety.REVIEW
