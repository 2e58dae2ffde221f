"""One run over a text: look, then touch, then read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import libcst as cst

from trtmigrate.editing.accept import Made, accepted
from trtmigrate.editing.apply import Applier
from trtmigrate.editing.cleanup import without_unread
from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.editing.groups import split_groups, units_of
from trtmigrate.editing.imports import add_import, import_locally
from trtmigrate.editing.tensor_names import fetch_once
from trtmigrate.facts import Facts
from trtmigrate.findings import Finding, Safety
from trtmigrate.options import Options
from trtmigrate.rewrites.addresses.same_addresses import swapped_addresses
from trtmigrate.rewrites.addresses.set_before import unset_executions
from trtmigrate.rewrites.profiles.same_counts import changed_counts
from trtmigrate.rewrites.profiles.totals import goes_over_tensors
from trtmigrate.rules import rule_by_code
from trtmigrate.rules.idle_ignores import idle_ignores
from trtmigrate.rules.proposals import proposals_of
from trtmigrate.rules.vanished import vanished
from trtmigrate.sources.places import Place
from trtmigrate.sources.program import Program
from trtmigrate.sources.suppress import Suppressions
from trtmigrate.syntax.spans import Span, spans_of

OUR_BUG = "This is a bug of trtmigrate, please report it with the file"


@dataclass(frozen=True)
class Round:
    """What one run found in a text, and made of it. Nothing of its tree stays in the memory."""

    findings: list[Finding]
    before: str
    after: str
    several_profiles: bool


def run_round(
    module: cst.Module,
    options: Options,
    ignored: Suppressions,
    program: Program,
    several_profiles: bool = False,
    text: str | None = None,
) -> Round:
    """Look, touch and read again once; `text` is that of the module, where it is at hand."""
    facts = _facts(module, options, several_profiles, text)
    findings, after = _found_and_made(facts, options, ignored, program)
    return Round(findings, facts.tree.text, after, facts.several_profiles)


def _facts(module: cst.Module, options: Options, several_profiles: bool, text: str | None) -> Facts:
    return Facts(
        module,
        options.target,
        options.outside,
        several_profiles=several_profiles,
        renames=dict(options.renames),
        drop_old=options.drop_old or options.selects("TRT012"),
        text=text,
    )


def _found_and_made(
    facts: Facts, options: Options, ignored: Suppressions, program: Program
) -> tuple[list[Finding], str]:
    """Return what was found in a text, and the text with the edits."""
    proposals = list(proposals_of(facts))
    spans = spans_of(facts.tree, [proposal.node for proposal in proposals])
    text = facts.tree.text
    findings = list(idle_ignores(ignored, proposals, facts.tree, options))
    if not proposals:
        return findings, text

    def is_wanted(proposal: Proposal) -> bool:
        default = rule_by_code(proposal.code).default
        line = spans[proposal.node][0]
        return options.wants(proposal.code, default) and not ignored.covers(line, proposal.code)

    def may_edit(proposal: Proposal) -> bool:
        return is_wanted(proposal) and (proposal.safety is Safety.SAFE or not options.only_safe)

    chosen, waiting = split_groups(proposals, may_edit)
    chosen.sort(key=lambda p: facts.tree.order[p.node])  # outer ones first
    units = {id(p): number for number, unit in enumerate(units_of(chosen)) for p in unit}
    if options.units is not None:
        chosen = [proposal for proposal in chosen if units[id(proposal)] in options.units]
    edits = _Edits(facts)
    broken = partial(_broken_claims, facts)
    result = accepted(text, chosen, partial(_applied, facts, edits), broken)
    edited = {p.node for p in result.applied}
    wanted = [p for p in proposals if is_wanted(p) and (not p.remains or p.node in edited)]
    applied = set(map(id, result.applied))
    for was, told, gone in vanished(facts, edits.of(result.applied), wanted):
        if id(was) in waiting:
            line = spans[waiting[id(was)].node][0]
            told = _waiting(told, program.place(line, text))
        if id(was) in result.refused:
            told = _refused(told, result.refused[id(was)])
        done = gone or id(was) in applied
        findings.append(_finding(told, spans[was.node], done, options, units.get(id(was))))
    findings.sort(key=lambda f: (f.line, f.column, f.code))
    return findings, result.text


def _waiting(told: Proposal, place: Place) -> Proposal:
    return replace(told, message=f"{told.message}; {_WAITS.format(place.in_words)}")


def _refused(told: Proposal, reason: str) -> Proposal:
    message = f"{told.message}; {_REFUSED.format(reason)}"
    return replace(told, message=message, safety=Safety.MANUAL)


def _broken_claims(before: Facts, text: str) -> list[str]:
    """Return which executions of a result lack their addresses or have those of other tensors, and
    which numbers count otherwise than in the text that it was made from.
    """
    unset = list(unset_executions(before.tree.text, text))
    unset += swapped_addresses(before.tree.text, text)
    if not before.several_profiles:
        return unset  # all counts are of one profile
    result = cst.parse_module(text)
    after = Facts(result, before.target, before.outside, several_profiles=True)
    return [*unset, *changed_counts(before, after)]


_WAITS = "left as it is, because {}, which has to change with it, is left"
_REFUSED = "left as it is, because in the result {}. " + OUR_BUG


class _Edits:
    """The edits of proposals, after those that fetch the names of tensors for them."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[object, list[Edit]] = {}

    def of(self, proposals: Sequence[Proposal]) -> list[Edit]:
        """Return all edits that the proposals need; the same list for the same proposals."""
        facts = self._facts
        edits = [p.edit for p in proposals if p.edit is not None]
        made = {p.group for p in proposals if p.group is not None}
        key = (tuple(map(id, edits)), frozenset(made))
        if key not in self._known:
            over_all = partial(goes_over_tensors, facts=facts, made=made)
            more = fetch_once(facts.tree, edits, over_all, facts.stays_in_order, facts.outside)
            self._known[key] = more + edits
        return self._known[key]


def _applied(facts: Facts, known: _Edits, proposals: Sequence[Proposal]) -> Made:
    """Make all edits, and add the imports that they need."""
    module = facts.module
    edits = known.of(proposals)
    local = import_locally(facts.tree, edits)
    applier = Applier([*(local or ()), *edits], facts.tree)
    after = module.visit(applier)
    dropped = applier.dropped
    after = without_unread(facts.tree, after, dropped, facts.outside)
    if any(edit.imports_numpy for edit in edits):
        after = add_import(after, "numpy", "np")
    if local is None and any(edit.imports_tensorrt for edit in edits):
        after = add_import(after, "tensorrt", "trt")
    return Made(facts.tree.text_after(after), tuple(dropped))


def _finding(
    proposal: Proposal, span: Span, applied: bool, options: Options, unit: int | None
) -> Finding:
    # What goes with the code that another edit removes is no work for a person.
    went = applied and proposal.safety is Safety.MANUAL
    return Finding(
        proposal.code,
        *span,
        proposal.member,
        proposal.message,
        Safety.REVIEW if went else proposal.safety,
        applied,
        proposal.advice and not options.selects(proposal.code),
        proposal.edit is not None,
        unit,
    )
