"""Take one file through the whole way: decode, parse, facts, rules, findings, apply, check."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.ignore_comments import with_ignores
from trtmigrate.editing.todo import with_todos
from trtmigrate.editing.unkept import hidden, shown
from trtmigrate.findings import FileResult, Finding, Status
from trtmigrate.later import is_left, with_later, with_remaining
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
from trtmigrate.rounds import OUR_BUG, run_round
from trtmigrate.rules.idle_ignores import IDLE_IGNORE
from trtmigrate.rules.mentions import mentions
from trtmigrate.sources.encoding import Source, SourceError, decode, encode
from trtmigrate.sources.gate import Interest, interest, searchable
from trtmigrate.sources.kinds import is_python
from trtmigrate.sources.places import Place, placed
from trtmigrate.sources.program import Contents, Program, contents_of
from trtmigrate.sources.suppress import Suppressions, suppressions
from trtmigrate.syntax.compiles import compile_problem
from trtmigrate.syntax.parse import ParseError, parse

MAX_PASSES = 4  # an edit may make room for another one; more rounds than this are a bug of ours
LARGE = 100_000  # characters of a text whose tree is worth to be collected


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
        settled = _to_fixed_point(readable, options, ignored, program)
    except ParseError as error:
        return _failed(path, program.place(error.line), error.reason, text)
    except RecursionError:
        return _failed(path, program.place(1), "nested too deeply to be analysed", text)
    except _NotSettled as error:
        return _failed(path, program.place(1), f"{error}; nothing was changed. {OUR_BUG}", text)
    findings, after = settled.findings, settled.after
    comments = options.todo or options.add_ignores
    if not comments and not any(f.applied for f in findings):
        after = text
    elif settled.before.rstrip() == readable.rstrip():
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


class _NotSettled(Exception):
    """The result does not compile, or further runs would go on changing it."""


@dataclass(frozen=True)
class _Settled:
    """What came of a text: the findings of the first run, with the edits of further ones, those of
    the last run, and the text before and after, as the parser keeps it.
    """

    findings: list[Finding]
    last: list[Finding]
    before: str
    after: str


def _to_fixed_point(
    text: str, options: Options, ignored: Suppressions, program: Program
) -> _Settled:
    """Make edits until a further run would change nothing, and write the comments that are asked
    for. Raises ParseError.
    """
    settled = _settled(text, options, ignored, program)
    after, last = settled.after, settled.last
    if options.add_ignores:
        return replace(settled, after=with_ignores(after, _left(last)))
    if not options.todo:
        return settled
    if marks := _without_trace(settled.findings, last):
        marked = with_todos(settled.before, marks)  # they stay where the code itself goes
        again = _settled(marked, options, suppressions(marked), program)
        after, last = again.after, again.last
    return replace(settled, after=with_todos(after, _left(last)))


def _settled(text: str, options: Options, ignored: Suppressions, program: Program) -> _Settled:
    """Make edits until a further run would change nothing. Raises ParseError."""
    first = run_round(parse(text), options, ignored, program)
    now, after, last = first.before, first.after, first.findings
    told = first.findings
    if len(text) >= LARGE:
        gc.collect()  # a tree and its facts, which refer to each other, before the next ones
    if after != now:
        after, style = laid_out_alike(now, after, options.line_length)
    if options.units is not None:  # further rounds would make the edits that are not wanted
        return _Settled(first.findings, last, first.before, after)
    for _ in range(MAX_PASSES):
        if after == now:
            told = with_remaining(told, _left(last), first.before, now)
            return _Settled(told, last, first.before, after)
        problem = compile_problem(after)
        if problem is not None and compile_problem(now) is None:
            raise _NotSettled(f"the migrated file would not compile ({problem})")
        now = after
        # The edits may have hidden that there are several profiles.
        several = first.several_profiles
        again = run_round(cst.parse_module(now), options, suppressions(now), program, several, now)
        told = with_later(told, again.findings, first.before, now)
        last, after = again.findings, laid_out(now, again.after, style)
    raise _NotSettled("further runs would go on changing the file")


def _left(findings: list[Finding]) -> list[Finding]:
    """Return what is left for a person, but for comments of ours that suppress nothing."""
    return [f for f in findings if is_left(f) and f.code != IDLE_IGNORE]


def _without_trace(findings: list[Finding], last: list[Finding]) -> list[Finding]:
    """Return what is left for a person of the first run and cannot be seen in the last one.

    An edit has dealt with its place, or has taken away the code that showed it.
    """
    dealt_with = {(f.line, f.column) for f in findings if f.applied}
    seen = Counter((f.code, f.message) for f in _left(last))
    left = _left(findings)
    lost = Counter((f.code, f.message) for f in left) - seen
    return [f for f in left if (f.line, f.column) in dealt_with or (f.code, f.message) in lost]
