"""Speak the Language Server Protocol: diagnostics, quick fixes by group, and one for all."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from trtmigrate import __version__
from trtmigrate.findings import FileResult, Finding, Safety
from trtmigrate.lsp.analysis import Fix, fixed, fixes, lines_of, look_at, replacements
from trtmigrate.options import Options
from trtmigrate.report.pages import page_of
from trtmigrate.rules import rule_by_code
from trtmigrate.run_options import NO_FLAGS, Failure, RunOptions

PAUSE = 0.3  # seconds without a key before a document is looked at
QUICK_FIX, FIX_ALL = types.CodeActionKind.QuickFix.value, "source.fixAll.trtmigrate"


def make_server(target: str | None) -> LanguageServer:
    """Return a server; `target` counts for every document, None for what each project says."""
    server = LanguageServer("trtmigrate", __version__)
    waiting: dict[str, asyncio.Task[None]] = {}

    async def look_later(uri: str) -> None:
        await asyncio.sleep(PAUSE)
        _publish(server, uri, target)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        _publish(server, params.text_document.uri, target)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        if uri in waiting:
            waiting[uri].cancel()
        waiting[uri] = asyncio.get_running_loop().create_task(look_later(uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if uri in waiting:
            waiting.pop(uri).cancel()
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    _offer_actions(server, target)
    return server


def _publish(server: LanguageServer, uri: str, target: str | None) -> None:
    """Look at a document and send its findings."""
    document = server.workspace.get_text_document(uri)
    try:
        result = look_at(document.source, _path(document), _options(document, target))
    except Failure as error:
        message = types.LogMessageParams(types.MessageType.Error, error.format_message())
        server.window_log_message(message)
        return
    found = [_diagnostic(server, document, finding) for finding in result.findings]
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found))


def _offer_actions(server: LanguageServer, target: str | None) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL], resolve_provider=True),
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = server.workspace.get_text_document(params.text_document.uri)
        result = look_at(document.source, _path(document), _options(document, target))
        only = params.context.only
        found = []
        if only is None or _asks_for(only, QUICK_FIX):
            near = (fix for fix in fixes(result) if _is_near(fix, params.range))
            found += [_action(server, document, fix, result) for fix in near]
        if result.changed and (only is None or _asks_for(only, FIX_ALL)):
            data = {"uri": document.uri, "unit": None}
            found.append(types.CodeAction("Migrate the whole file", FIX_ALL, data=data))
        return found

    @server.feature(types.CODE_ACTION_RESOLVE)
    def resolved(action: types.CodeAction) -> types.CodeAction:
        data: Any = action.data
        document = server.workspace.get_text_document(data["uri"])
        text, path, options = document.source, _path(document), _options(document, target)
        if data["unit"] is None:
            after = look_at(text, path, options).after or text
        else:
            after = fixed(text, path, options, data["unit"])
        edits = [
            types.TextEdit(_lines(replacement.start, replacement.stop), replacement.text)
            for replacement in replacements(text, after)
        ]
        action.edit = types.WorkspaceEdit({document.uri: edits})
        return action


def _asks_for(only: Any, kind: str) -> bool:
    """True if one of the kinds that a client asks for is this kind, or one above it."""
    names = (getattr(one, "value", one) for one in only)
    return any(f"{kind}.".startswith(f"{name}.") for name in names)


def _is_near(fix: Fix, wanted: types.Range) -> bool:
    return any(
        finding.line - 1 <= wanted.end.line and wanted.start.line <= finding.end_line - 1
        for finding in fix.findings
    )


def _action(
    server: LanguageServer, document: TextDocument, fix: Fix, result: FileResult
) -> types.CodeAction:
    return types.CodeAction(
        fix.title,
        QUICK_FIX,
        diagnostics=[_diagnostic(server, document, finding) for finding in fix.findings],
        is_preferred=all(finding.safety is Safety.SAFE for finding in fix.findings),
        data={"uri": document.uri, "unit": fix.unit},
    )


def _diagnostic(
    server: LanguageServer, document: TextDocument, finding: Finding
) -> types.Diagnostic:
    place = types.Range(
        types.Position(finding.line - 1, finding.column - 1),
        types.Position(finding.end_line - 1, finding.end_column - 1),
    )
    codec = server.workspace.position_codec
    rule = rule_by_code(finding.code)
    page = types.CodeDescription(page_of(rule.code, rule.series)) if rule.series else None
    return types.Diagnostic(
        codec.range_to_client_units(lines_of(document.source), place),
        f"{finding.message} [review]" if _is_to_review(finding) else finding.message,
        _severity(finding),
        finding.code,
        page,
        "trtmigrate",
    )


def _severity(finding: Finding) -> types.DiagnosticSeverity:
    kinds = types.DiagnosticSeverity
    return kinds.Information if finding.advice else kinds.Warning


def _is_to_review(finding: Finding) -> bool:
    return finding.applied and finding.safety is Safety.REVIEW


def _lines(start: int, stop: int) -> types.Range:
    return types.Range(types.Position(start, 0), types.Position(stop, 0))


def _path(document: TextDocument) -> Path:
    return Path(uris.to_fs_path(document.uri) or "untitled.py")


def _options(document: TextDocument, target: str | None) -> Options:
    """Return what counts for a document; read again each time, because it may have changed."""
    return RunOptions({**NO_FLAGS, "target": target}).of(_path(document).parent)
