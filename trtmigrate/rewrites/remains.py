"""What a person still has to do to the model where code about its precision goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import home

TO_FLOAT = (
    "the engine computes in {name} only if the model does: convert the ONNX file before, with "
    "ModelOpt AutoCast, or put add_cast into a network that is made layer by layer"
)
TO_INTEGER = (
    "the engine computes in {name} only if the model does: quantize the model before, with "
    "ModelOpt, which gives it Q/DQ nodes"
)
NEEDS = {
    **{name: TO_FLOAT.format(name=name) for name in ("FP16", "BF16")},
    **{name: TO_INTEGER.format(name=name) for name in ("INT8", "FP8", "INT4", "FP4")},
}


def of_the_model(rule: Rule, facts: Facts, need: Callable[[Use], str | None]) -> Iterator[Proposal]:
    """A finding beside an edit of the rule that takes out what asked for a precision, the first in
    each function for each `need`: no edit of the program gives the model what it has to have.

    `need` is what the model has to have in place of a use; None where that asks for nothing.
    """
    seen = set()
    own = [use for use in facts.uses if use.member in rule.members and not use.read.dead]
    for use in sorted(own, key=lambda use: facts.tree.order[use.node]):
        message = need(use) if use.context != "probe" else None
        place = (home(use.node, facts.tree), message)
        if message is None or place in seen or not _goes(rule, use, facts):
            continue
        seen.add(place)
        yield Proposal(use.node, use.member, message, Safety.MANUAL, remains=True)


def _goes(rule: Rule, use: Use, facts: Facts) -> bool:
    """Whether the rule drops a use without a successor."""
    found = rule.check(use, facts) if rule.check is not None else None
    return found is not None and found.edit is not None and found.safety is Safety.REVIEW
