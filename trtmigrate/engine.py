"""Take one file through the whole way: decode, parse, facts, rules, findings, apply, check."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.accept import Made, accepted
from trtmigrate.editing.apply import Applier
from trtmigrate.editing.cleanup import without_unread
from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.editing.groups import split_groups, units_of
from trtmigrate.editing.ignore_comments import with_ignores
from trtmigrate.editing.imports import add_import, import_locally
from trtmigrate.editing.tensor_names import fetch_once
from trtmigrate.editing.todo import with_todos
from trtmigrate.editing.unkept import hidden, shown
from trtmigrate.facts import Facts
from trtmigrate.findings import FileResult, Finding, Safety, Status
from trtmigrate.layout.formatter import formatted
from trtmigrate.layout.style import laid_out, laid_out_alike
from trtmigrate.options import Options
from trtmigrate.passages import (
    in_document,
    in_order,
    joined,
    status_of,
    with_docstrings,
    with_units_of,
)
from trtmigrate.rewrites.addresses.set_before import unset_executions
from trtmigrate.rewrites.profiles.same_counts import changed_counts
from trtmigrate.rewrites.profiles.totals import goes_over_tensors
from trtmigrate.rules import rule_by_code
from trtmigrate.rules.idle_ignores import IDLE_IGNORE, idle_ignores
from trtmigrate.rules.mentions import mentions
from trtmigrate.rules.proposals import proposals_of
from trtmigrate.rules.vanished import vanished
from trtmigrate.sources.encoding import Source, SourceError, decode, encode
from trtmigrate.sources.gate import Interest, interest, searchable
from trtmigrate.sources.kinds import is_python
from trtmigrate.sources.places import Place, placed
from trtmigrate.sources.program import Contents, Program, contents_of
from trtmigrate.sources.suppress import Suppressions, suppressions
from trtmigrate.syntax.codegen import Span, code_of, spans_of, text_of
from trtmigrate.syntax.compiles import compile_problem
from trtmigrate.syntax.parse import ParseError, parse

MAX_PASSES = 4  # an edit may make room for another one; more rounds than this are a bug of ours


def migrate_source(
    source: bytes | str,
    *,
    path: str = "<string>",
    target: str = "10",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    only_safe: bool = False,
    todo: bool = False,
    add_ignores: bool = False,
    also: Sequence[str] = (),
    line_length: int | None = None,
    drop_old: bool = False,
    docs: bool = False,
) -> FileResult:
    """Migrate the text of one file; never raises for what the file contains.

    `select` names the only rules that are wanted; `also` switches on rules that are off by default
    (`TRT7`). `todo` and `add_ignores` write a comment at what is left for a person, `drop_old`
    removes code for old releases, `docs` looks at docstrings as well. `line_length` is the width of
    new lines, if not that of the file.

    Raises ValueError if `target` is no known TensorRT release from 8.5 on.
    """
    more = tuple(ignore), only_safe, todo, add_ignores, drop_old, tuple(also), line_length
    options = Options(target, tuple(select), *more, docs=docs)
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if interest(searchable(data, path), target) is Interest.NONE:
        text = source if isinstance(source, str) else None
        return FileResult(path, Status.UNCHANGED, before=text, after=text)
    try:
        decoded = decode(data)
    except SourceError as error:
        return FileResult(path, Status.FAILED, error=error.at(path))
    if isinstance(source, str):
        decoded = replace(decoded, text=source)
    return _migrate_decoded(decoded, path, options)


def migrate_bytes(data: bytes, path: str, options: Options) -> FileResult:
    """Migrate the bytes of a file, whether or not they pass the gate."""
    try:
        return _migrate_decoded(decode(data), path, options)
    except SourceError as error:
        return FileResult(path, Status.FAILED, error=error.at(path))


def migrate_text(text: str, path: str, options: Options) -> FileResult:
    """Migrate a text of an editor, whether or not it passes the gate."""
    return _migrate_decoded(Source(text), path, options)


def _migrate_decoded(source: Source, path: str, options: Options) -> FileResult:
    """Migrate a text; the result has failed where the encoding of the file cannot hold it."""
    try:
        result = _in_file(contents_of(source.text, path), path, options)
        if options.formatter and result.changed and is_python(path) and source.is_utf8:
            result = _formatted(result, options.formatter)
        if options.docs and is_python(path) and result.status not in _LEFT_ALONE:
            result = with_docstrings(result, partial(_in_file, path=path, options=options))
        encode(result.after or "", source)
    except SourceError as error:
        return FileResult(path, Status.FAILED, error=error.at(path), before=source.text)
    return result


def _formatted(result: FileResult, formatter: str) -> FileResult:
    path = os.path.abspath(result.path)  # by which the formatter finds its settings
    after = formatted(result.before or "", result.after or "", path, formatter)
    return replace(result, after=after)


def _in_file(contents: Contents, path: str, options: Options) -> FileResult:
    """Return the result of a file: of all programs in it, and of what is not read. Raises
    SourceError.
    """
    chosen = in_document(options) if contents.is_document else options
    results = [
        migrate(program, path, with_units_of(number, chosen))
        for number, program in enumerate(contents.programs, contents.first)
    ]
    result = joined(contents, path, results)
    found = tuple(mentions(contents.unread, options))
    if not found or result.status in _LEFT_ALONE:
        return result
    findings = in_order((*result.findings, *found))
    return replace(result, status=Status.PARTIAL, findings=findings)


def _failed(path: str, place: Place, reason: str, before: str | None = None) -> FileResult:
    return FileResult(path, Status.FAILED, error=f"{path}:{place}: {reason}", before=before)


def migrate(program: Program, path: str, options: Options) -> FileResult:
    """Return the result of a program, whether or not it passes the gate; `before` and `after` are
    the program, and the findings are placed in the file.

    Raises ValueError if the target is no known TensorRT release from 8.5 on.
    """
    api.Release.parse(options.target)
    text = program.code
    ignored = suppressions(text)
    if ignored.skip_file:
        return FileResult(path, Status.SKIPPED, before=text, after=text)
    readable = hidden(text)
    try:
        module = parse(readable)
    except ParseError as error:
        return _failed(path, program.place(error.line), error.reason, text)
    try:
        findings, after = _to_fixed_point(module, options, ignored, program)
    except RecursionError:
        return _failed(path, program.place(1), "nested too deeply to be analysed", text)
    except _NotSettled as error:
        return _failed(path, program.place(1), f"{error}; nothing was changed. {_OUR_BUG}", text)
    comments = options.todo or options.add_ignores
    if not comments and not any(f.applied for f in findings):
        after = text
    elif text_of(module).rstrip() == readable.rstrip():
        after = (
            shown(after.rstrip(), text) + text[len(text.rstrip()) :]
        )  # LibCST loses some blank ends of files
    else:
        return _failed(path, program.place(1), f"{_NOT_KEPT}; nothing was changed", text)
    status = status_of(findings, changed=after != text)
    findings_there = tuple(
        placed(f, program.place(f.line), program.place(f.end_line)) for f in findings
    )
    return FileResult(path, status, findings_there, None, text, after)


_NOT_KEPT = "the parser does not keep this file as it is"
_LEFT_ALONE = (Status.FAILED, Status.SKIPPED)
_OUR_BUG = "This is a bug of trtmigrate, please report it with the file"


class _NotSettled(Exception):
    """The result does not compile, or further runs would go on changing it."""


def _to_fixed_point(
    module: cst.Module, options: Options, ignored: Suppressions, program: Program
) -> tuple[list[Finding], str]:
    """Edits until a further run would change nothing; the findings are those of the first run."""
    findings, last, after = _settled(module, options, ignored, program)
    if options.add_ignores:
        return findings, with_ignores(after, _left(last))
    if not options.todo:
        return findings, after
    if marks := _without_trace(findings, last):
        marked = with_todos(text_of(module), marks)  # the comments stay where the code itself goes
        _, last, after = _settled(cst.parse_module(marked), options, suppressions(marked), program)
    return findings, with_todos(after, _left(last))


def _settled(
    module: cst.Module, options: Options, ignored: Suppressions, program: Program
) -> tuple[list[Finding], list[Finding], str]:
    """Return the findings of the first run, those of the last run, and the text."""
    now = text_of(module)
    first = _facts(module, options)
    findings, after = _once(first, options, ignored, program)
    last = findings
    if after != now:
        after, style = laid_out_alike(now, after, options.line_length)
    if options.units is not None:  # further rounds would make the edits that are not wanted
        return findings, findings, after
    for _ in range(MAX_PASSES):
        if after == now:
            return findings, last, after
        problem = compile_problem(after)
        if problem is not None and compile_problem(now) is None:
            raise _NotSettled(f"the migrated file would not compile ({problem})")
        now = after
        # The edits may have hidden that there are several profiles.
        facts = _facts(cst.parse_module(now), options, first.several_profiles)
        last, after = _once(facts, options, suppressions(now), program)
        after = laid_out(now, after, style)
    raise _NotSettled("further runs would go on changing the file")


def _facts(module: cst.Module, options: Options, several_profiles: bool = False) -> Facts:
    return Facts(
        module,
        options.target,
        options.outside,
        several_profiles=several_profiles,
        renames=dict(options.renames),
        drop_old=options.drop_old or options.selects("TRT012"),
    )


def _left(findings: list[Finding]) -> list[Finding]:
    """Return what is left for a person, but for comments of ours that suppress nothing."""
    return [f for f in findings if not f.applied and not f.advice and f.code != IDLE_IGNORE]


def _without_trace(findings: list[Finding], last: list[Finding]) -> list[Finding]:
    """Return what is left for a person of the first run and cannot be seen in the last one.

    An edit has dealt with its place, or has taken away the code that showed it.
    """
    dealt_with = {(f.line, f.column) for f in findings if f.applied}
    seen = Counter((f.code, f.message) for f in _left(last))
    left = _left(findings)
    lost = Counter((f.code, f.message) for f in left) - seen
    return [f for f in left if (f.line, f.column) in dealt_with or (f.code, f.message) in lost]


def _once(
    facts: Facts, options: Options, ignored: Suppressions, program: Program
) -> tuple[list[Finding], str]:
    """One round: look, then touch, then read again."""
    module = facts.module
    proposals = list(proposals_of(facts))
    spans = spans_of(module, [proposal.node for proposal in proposals])
    findings = list(idle_ignores(ignored, proposals, module, options))
    if not proposals:
        return findings, text_of(module)

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
    result = accepted(text_of(module), chosen, partial(_applied, facts, edits), broken)
    edited = {p.node for p in result.applied}
    wanted = [p for p in proposals if is_wanted(p) and (not p.remains or p.node in edited)]
    applied = set(map(id, result.applied))
    for was, told, gone in vanished(facts, edits.of(result.applied), wanted):
        if id(was) in waiting:
            line = spans[waiting[id(was)].node][0]
            told = _waiting(told, program.place(line, text_of(module)))
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
    """Return which executions of a result lack their addresses, and which numbers count otherwise
    than in the text that it was made from.
    """
    unset = list(unset_executions(text_of(before.module), text))
    if not before.several_profiles:
        return unset  # all counts are of one profile
    result = cst.parse_module(text)
    after = Facts(result, before.target, before.outside, several_profiles=True)
    return [*unset, *changed_counts(before, after)]


_WAITS = "left as it is, because {}, which has to change with it, is left"
_REFUSED = "left as it is, because in the result {}. " + _OUR_BUG


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
            more = fetch_once(facts.tree, edits, over_all, facts.stays_in_order)
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
    return Made(code_of(after, after), tuple(dropped))


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
