"""The Python programs in documents: Markdown, reStructuredText, and docstrings of Python files.

A block that does not parse is passed by, and so is a docstring whose text is not what the file
shows, because of escapes.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence

from trtmigrate.sources.block_names import bound_names, imports_in, needed_names, programs_in
from trtmigrate.sources.cells import Cell, CellProgram
from trtmigrate.sources.code_blocks import Block, Line, Syntax, code_blocks, is_skipped, lines_of
from trtmigrate.sources.kinds import is_markdown
from trtmigrate.sources.places import Place, Unread

Parts = tuple[tuple[CellProgram, ...], tuple[Unread, ...]]  # programs, and what is not read

_MARKDOWN = Syntax(fences=True)
_RESTRUCTURED = Syntax(directives=True, prompts=True)
_DOCSTRING = Syntax(fences=True, directives=True, prompts=True)
_QUOTES = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')")
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_OF_TENSORRT = re.compile(r"import tensorrt(?: as \w+)?")
_LINE_START = re.compile(r"(?:\r\n|\r|\n)")
_Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def read_document(text: str, path: str) -> Parts | None:
    """Return the programs in a document, and the lines of the blocks that are not read; None if a
    comment asks to leave the document alone.
    """
    lines = lines_of(text)
    if is_skipped(lines):
        return None
    syntax = _MARKDOWN if is_markdown(path) else _RESTRUCTURED
    return _parts(text, code_blocks(lines, syntax), {})


def read_docstrings(text: str) -> Parts:
    """Return the programs in the docstrings of a Python file, each docstring for itself."""
    programs: list[CellProgram] = []
    unread: list[Unread] = []
    module = _parsed(text)
    for lines, is_verbatim in _docstrings(text, module):
        readable = []
        for block in code_blocks(lines, _DOCSTRING):
            # The indentation of the first line is not shown.
            if is_verbatim and block.lines[0] is not lines[0]:
                readable.append(block)
            else:
                unread += _unread(block)
        found, passed_by = _parts(text, readable, imports_in(module))
        programs += found
        unread += passed_by
    return tuple(programs), tuple(unread)


def same_but_docstrings(before: str, after: str) -> bool:
    """True if two Python files differ in docstrings alone, and these mean what the files show."""
    if before == after:
        return True
    trees = [_parsed(before), _parsed(after)]
    pairs = zip((before, after), trees, strict=True)
    verbatim = [[same for _, same in _docstrings(text, tree)] for text, tree in pairs]
    dumps = [_without_docstrings(tree) for tree in trees]
    return verbatim[0] == verbatim[1] and dumps[0] == dumps[1]


def _parts(text: str, blocks: Iterable[Block], around: Mapping[str, str]) -> Parts:
    """Return the programs that blocks make; `around` has the imports that they need not repeat."""
    cells: list[tuple[Cell, ast.Module]] = []
    unread: list[Unread] = []
    imports = dict(around)
    for block in blocks:
        cell = Cell.of(block)
        tree = _tree(cell)
        if tree is None:
            unread += _unread(block)
        else:
            cells.append((cell, tree))
            imports = {**imports_in(tree), **imports}
    if "tensorrt" in text.lower() and not any(map(_OF_TENSORRT.fullmatch, imports.values())):
        imports.setdefault("trt", "import tensorrt as trt")
    programs = tuple(_program(text, one, imports) for one in programs_in(cells))
    unread += (line for program in programs for line in program.unread)
    return programs, tuple(unread)


def _program(text: str, cells: Sequence[Cell], imports: Mapping[str, str]) -> CellProgram:
    """Return a program, below the imports that it leaves out because the document has them.

    That of TensorRT is always there: it tells that the program is about TensorRT.
    """
    body = ast.Module([statement for cell in cells for statement in cell.tree.body], [])
    needed, bound = set(needed_names(body)), set(bound_names(body))
    head = "".join(
        f"{statement}\n"
        for name, statement in imports.items()
        if name in needed or (name not in bound and _OF_TENSORRT.fullmatch(statement))
    )
    return CellProgram(text, tuple(cells), numbered=False, head=head)


def _tree(cell: Cell) -> ast.Module | None:
    """Return the tree of a block; None if it is no Python, or is a cell of another language."""
    try:
        cell.file.source.encode()
        return None if cell.split.outside else cell.tree
    except _UNREADABLE:
        return None


def _unread(block: Block) -> Iterator[Unread]:
    return (Unread(Place(line.number), 1, line.row) for line in block.lines)


def _docstrings(text: str, module: ast.Module) -> Iterator[tuple[Sequence[Line], bool]]:
    """Yield the lines of each docstring of a module, and whether the text of the docstring is that
    of the file.
    """
    starts = [0, *(found.end() for found in _LINE_START.finditer(text))]
    for value in _docstring_nodes(module):
        start, end = (
            starts[line - 1] + len(_row(text, starts[line - 1]).encode()[:column].decode())
            for line, column in (
                (value.lineno, value.col_offset),
                (value.end_lineno or 1, value.end_col_offset or 0),
            )
        )
        quotes = _QUOTES.match(text, start, end)
        if quotes is None:
            continue  # in parentheses
        inner, inner_end = quotes.end(), end - len(quotes[1])
        is_verbatim = _LINE_START.sub("\n", text[inner:inner_end]) == value.value
        yield lines_of(text, inner, inner_end, value.lineno), is_verbatim


def _row(text: str, start: int) -> str:
    found = _LINE_START.search(text, start)
    return text[start : found.start() if found else len(text)]


def _without_docstrings(tree: ast.Module) -> str:
    """Return a tree as a text, its docstrings left out."""
    for node in _docstring_nodes(tree):
        node.value = ""
    return ast.dump(tree)


def _parsed(text: str) -> ast.Module:
    """Return the tree of a text; that of no code if it cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except _UNREADABLE:
        return ast.Module([], [])


def _docstring_nodes(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the docstrings of a module in their order."""
    found = [node.body[0] for node in ast.walk(tree) if isinstance(node, _Documented) and node.body]
    texts = (node.value for node in found if isinstance(node, ast.Expr))
    constants = (node for node in texts if isinstance(node, ast.Constant))
    yield from sorted(
        (node for node in constants if isinstance(node.value, str)), key=lambda node: node.lineno
    )
