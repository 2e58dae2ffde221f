"""What pyflakes says about a text and did not say about the text that it was made from."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pyflakes import messages
from pyflakes.checker import Checker

from trtmigrate.editing.problems import NameKind

_UNDEFINED = (
    messages.UndefinedName,
    messages.UndefinedLocal,
    messages.UndefinedExport,
    messages.ImportStarUsage,
)
_REDEFINED = (
    messages.RedefinedWhileUnused,
    messages.ImportShadowedByLoopVar,
    messages.DuplicateArgument,
)
_BROKEN = (
    messages.MultiValueRepeatedKeyLiteral,
    messages.MultiValueRepeatedKeyVariable,
    messages.IfTuple,
    messages.AssertTuple,
    messages.StringDotFormatMissingArgument,
    messages.StringDotFormatMixingAutomatic,
    messages.StringDotFormatInvalidFormat,
    messages.PercentFormatInvalidFormat,
    messages.PercentFormatMixedPositionalAndNamed,
    messages.PercentFormatUnsupportedFormatCharacter,
    messages.PercentFormatPositionalCountMismatch,
    messages.PercentFormatMissingArgument,
    messages.PercentFormatExpectedMapping,
    messages.PercentFormatExpectedSequence,
    messages.PercentFormatStarRequiresSequence,
)
_UNTIDY = (
    messages.UnusedImport,
    messages.UnusedVariable,
    messages.UnusedAnnotation,
    messages.FStringMissingPlaceholders,
    messages.StringDotFormatExtraPositionalArguments,
    messages.StringDotFormatExtraNamedArguments,
    messages.PercentFormatExtraNamedArguments,
)
_BLOCK_FIELDS = ("body", "handlers", "orelse", "finalbody", "cases")  # in the order of the text
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_KINDS: dict[type[messages.Message], NameKind] = {
    **dict.fromkeys(_UNDEFINED, "undefined"),
    **dict.fromkeys(_REDEFINED, "redefined"),
    **dict.fromkeys(_BROKEN, "broken"),
    **dict.fromkeys(_UNTIDY, "untidy"),
}


class Complaint(NamedTuple):
    """A message of pyflakes that is about the meaning of a program or its tidiness."""

    kind: NameKind
    line: int
    message: str
    message_type: str
    name: str  # what it is about
    function: str  # around it

    @property
    def place(self) -> tuple[str, str]:
        return self.name, self.function

    @property
    def key(self) -> tuple[str, str, str]:
        return self.message_type, self.name, self.function


def new_complaints(before: ast.Module, after: ast.Module) -> Iterator[Complaint]:
    """Yield what pyflakes says about `after` alone.

    Undefined names count once a function, because a name that was undefined before may be read
    more often after. Everything else counts as often as it is said.
    """
    found = _complaints(after)
    if not found:
        return
    old = _complaints(before)
    left = Counter(complaint.key for complaint in old)
    undefined = {complaint.place for complaint in old if complaint.kind == "undefined"}
    missing = {name for name, _ in undefined} - _stored_names(after)
    for complaint in found:
        if complaint.kind == "undefined":
            known = complaint.place in undefined or complaint.name in missing
        else:
            known = left[complaint.key] > 0
            left[complaint.key] -= 1
        if not known:
            yield complaint


def _complaints(tree: ast.Module) -> list[Complaint]:
    checker = Checker(tree, withDoctest=False)
    result = []
    functions = _Functions(tree) if checker.messages else None
    undefined = any(isinstance(said, _UNDEFINED) for said in checker.messages)
    deleted = _deleted_names(tree, functions) if functions is not None and undefined else set()
    for said in checker.messages:
        kind = _KINDS.get(type(said))
        if isinstance(said, messages.RedefinedWhileUnused) and _same_import(tree, said):
            kind = "untidy"
        if functions is not None and kind is not None and not _from_tensorrt(said):
            about = str(said.message_args[0]) if said.message_args else ""
            text = said.message % said.message_args
            around = functions.around(said.lineno)
            if kind == "undefined" and _is_deleted_around(about, around, deleted):
                continue
            result.append(Complaint(kind, said.lineno, text, type(said).__name__, about, around))
    return result


def _deleted_names(tree: ast.Module, functions: _Functions) -> set[tuple[str, str]]:
    """Return the variables that a `del` takes away, each with the function around it."""
    return {
        (target.id, functions.around(node.lineno))
        for node in ast.walk(tree)
        if isinstance(node, ast.Delete)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_deleted_around(name: str, function: str, deleted: set[tuple[str, str]]) -> bool:
    """True if a function around this one deletes the variable: pyflakes takes it for undefined in
    every function within, though these may be called before.
    """
    return any(name == other and function.startswith(f"{outer}.") for other, outer in deleted)


def _from_tensorrt(said: messages.Message) -> bool:
    """True if a name can come from `from tensorrt import *`."""
    return isinstance(said, messages.ImportStarUsage) and "tensorrt" in said.message_args[1]


def _same_import(tree: ast.Module, said: messages.RedefinedWhileUnused) -> bool:
    """True if a name is imported again from where it was imported before."""
    name, earlier = said.message_args
    imported = [
        (getattr(node, "module", None), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno in (earlier, said.lineno)
        for alias in node.names
        if name in (alias.asname, alias.name)
    ]
    return len(imported) == 2 and imported[0] == imported[1]


def _stored_names(tree: ast.Module) -> set[str]:
    """Return the names that are bound anywhere in a module as variables."""
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }


class _Functions:
    """The innermost function around each line."""

    def __init__(self, tree: ast.Module) -> None:
        self.starts = [0]
        self.names = [""]
        self._add(tree, "")

    def _add(self, node: ast.AST, name: str) -> None:
        for field in _BLOCK_FIELDS:
            for child in getattr(node, field, ()):
                if isinstance(child, _DEFINITIONS):
                    inner = f"{name}.{child.name}"
                    self._mark(child.lineno, inner)
                    self._add(child, inner)
                    self._mark((child.end_lineno or child.lineno) + 1, name)
                else:
                    self._add(child, name)

    def _mark(self, line: int, name: str) -> None:
        self.starts.append(line)
        self.names.append(name)

    def around(self, line: int) -> str:
        return self.names[bisect_right(self.starts, line) - 1]
