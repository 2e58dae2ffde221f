"""`trtmigrate lsp`, asked by a client of pygls over pipes, as an editor does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from trtmigrate.lsp.analysis import lines_of, replacements

SOURCE = """import tensorrt as trt


def f(engine: trt.ICudaEngine, context: trt.IExecutionContext, i):
    print("\U0001f600", engine.num_bindings, context.get_shape(i))
    return engine.get_binding_name(0)
"""
GROUP = """import tensorrt as trt


def g(engine: trt.ICudaEngine, context: trt.IExecutionContext):
    context.set_optimization_profile_async(1, 0)
    total = engine.num_bindings
    print(engine.get_binding_name(0))
    return total // engine.num_optimization_profiles
"""


class Editor:
    """A client with one document at a time."""

    def __init__(self) -> None:
        self.client = LanguageClient("editor", "1")
        self.uri = ""
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

    async def start(self) -> None:
        await self.client.start_io(sys.executable, "-m", "trtmigrate", "lsp")
        capabilities = types.ClientCapabilities()
        await self.client.initialize_async(types.InitializeParams(capabilities))
        self.client.initialized(types.InitializedParams())

    async def open(self, path: Path, text: str) -> Sequence[types.Diagnostic]:
        self.uri = path.as_uri()
        document = types.TextDocumentItem(self.uri, "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return await self.diagnostics()

    async def change(self, text: str) -> None:
        identifier = types.VersionedTextDocumentIdentifier(2, self.uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [whole]))

    async def diagnostics(self) -> Sequence[types.Diagnostic]:
        return (await asyncio.wait_for(self.published.get(), 60)).diagnostics

    async def actions(self, line: int, only: Sequence[str] | None = None) -> list[Any]:
        place = types.Position(line, 10)
        context = types.CodeActionContext([], only=only)
        document = types.TextDocumentIdentifier(self.uri)
        params = types.CodeActionParams(document, types.Range(place, place), context)
        return list(await self.client.text_document_code_action_async(params) or [])

    async def applied(self, action: types.CodeAction, text: str) -> str:
        """The text with the edits of an action."""
        resolved = await self.client.code_action_resolve_async(action)
        lines = text.splitlines(keepends=True)
        for edit in reversed(resolved.edit.changes[self.uri]):
            assert edit.range.start.character == edit.range.end.character == 0
            lines[edit.range.start.line : edit.range.end.line] = [edit.new_text]
        return "".join(lines)

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


async def shows_findings_and_applies_one_edit_or_all(editor: Editor, folder: Path) -> None:
    found = await editor.open(folder / "a.py", SOURCE)
    assert [(d.code, d.range.start.line, d.range.start.character) for d in found] == [
        ("TRT101", 4, 16),  # the face takes two units of UTF-16
        ("TRT207", 4, 37),
        ("TRT102", 5, 11),
    ]
    assert all(d.source == "trtmigrate" for d in found)
    fix, whole = await editor.actions(4)
    assert fix.title.startswith("TRT101: num_bindings is gone") and fix.is_preferred
    after = await editor.applied(fix, SOURCE)
    assert after == SOURCE.replace("num_bindings", "num_io_tensors")
    assert whole.kind == "source.fixAll.trtmigrate"
    everything = after.replace("get_binding_name", "get_tensor_name")
    assert await editor.applied(whole, SOURCE) == everything
    assert [a.kind for a in await editor.actions(0)] == ["source.fixAll.trtmigrate"]
    assert [a.title for a in await editor.actions(4, ["source"])] == [whole.title]
    assert [a.title for a in await editor.actions(4, ["quickfix"])] == [fix.title]
    await editor.change(everything)
    assert [d.code for d in await editor.diagnostics()] == ["TRT207"]
    await editor.change("def f(:\n")
    assert not await editor.diagnostics()


async def offers_one_fix_for_a_group_at_each_of_its_places(editor: Editor, folder: Path) -> None:
    await editor.open(folder / "b.py", GROUP)
    (first, _), (last, _) = await editor.actions(5), await editor.actions(7)
    assert first.data == last.data and "more" in first.title
    assert first.title.startswith("TRT101") and len(first.diagnostics) == 2
    after = GROUP.replace("num_bindings", "num_io_tensors")
    assert await editor.applied(first, GROUP) == after.replace(
        " // engine.num_optimization_profiles", ""
    )


async def takes_the_configuration_of_the_project(editor: Editor, folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.trtmigrate]\ntarget = "11"\nignore = ["TRT102"]\n'
    )
    found = await editor.open(folder / "c.py", SOURCE + "x = trt.BuilderFlag.FP16\n")
    assert {d.code[:4] for d in found} == {"TRT1", "TRT2", "TRT6"}
    assert "TRT102" not in {d.code for d in found}


def test_editor_that_is_served(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    async def run() -> None:
        editor = Editor()
        await editor.start()
        try:
            await shows_findings_and_applies_one_edit_or_all(editor, tmp_path)
            await offers_one_fix_for_a_group_at_each_of_its_places(editor, tmp_path)
            await takes_the_configuration_of_the_project(editor, tmp_path)
        finally:
            await editor.stop()

    asyncio.run(asyncio.wait_for(run(), 300))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nx\ny\nc\n"),
        ("a\nb", "a\nb\n"),
        ("a\r\nb\r\n", "a\r\n"),
        ("", "a"),
        ("a\x0cb\nc\n", "a\x0cb\nd\n"),
    ],
)
def test_replacements_make_the_other_text(before: str, after: str) -> None:
    lines = lines_of(before)
    for replacement in reversed(list(replacements(before, after))):
        lines[replacement.start : replacement.stop] = [replacement.text]
    assert "".join(lines) == after
