"""Names of imports and counters of loops that only removed code read."""

from __future__ import annotations

import re
import sys
from collections import Counter

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.syntax.tree import Tree, code

_LIBRARIES = ("distutils", "numpy", "packaging", "polygraphy")
_WITHOUT_EFFECT = frozenset([*sys.stdlib_module_names, *_LIBRARIES])
_EXCEPT = frozenset(["__future__", "readline", "antigravity", "this"])

_WORDS = re.compile("[A-Za-z_]+").findall

Loop = cst.For | cst.CompFor


def count_occurrences(node: cst.CSTNode, found: Counter[str]) -> None:
    """Count a variable, and the words of a string, which may name variables too."""
    if type(node) is cst.Name:
        found[node.value] += 1
    elif type(node) is cst.Attribute:
        found[node.attr.value] -= 1
    elif type(node) is cst.Arg and node.keyword is not None:
        found[node.keyword.value] -= 1
    elif type(node) is cst.SimpleString:
        found.update(_words(node.value))


def _words(text: str) -> list[str]:
    if text.isascii():
        return _WORDS(text)
    return "".join(c if c.isidentifier() else " " for c in text).split()


def unread_names(was: Counter[str], now: Counter[str], tree: Tree) -> list[Edit]:
    """Return the edits that take imports and counters out of `tree` that `was` still read.

    `was` and `now` count the occurrences before the edits and in `tree`.
    """
    imports: list[cst.Import | cst.ImportFrom] = [
        *tree.of_kind(cst.Import),
        *tree.of_kind(cst.ImportFrom),
    ]
    loops: list[Loop] = [*tree.of_kind(cst.For), *tree.of_kind(cst.CompFor)]
    edits = [_without_unread_aliases(node, tree, was, now) for node in imports]
    edits += [_without_counter(node, was, now) for node in loops]
    return [edit for edit in edits if edit is not None]


def _without_unread_aliases(
    node: cst.Import | cst.ImportFrom, tree: Tree, was: Counter[str], now: Counter[str]
) -> Edit | None:
    """Return the edit of an import on a line of its own in no `try`, if importing has no effect."""
    line = tree.parent(node)
    plain = isinstance(line, cst.SimpleStatementLine) and isinstance(tree.parent(line), _PLAIN)
    if isinstance(node.names, cst.ImportStar) or not plain or "noqa" in code(line):  # type: ignore[arg-type]
        return None
    kept = [
        alias
        for alias in node.names
        if not _is_harmless(node, alias) or not _is_unread(alias, was, now)
    ]
    if len(kept) == len(node.names):
        return None
    if not kept:
        return Edit(remove=(node,))
    kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
    return Edit(replace={node: node.with_changes(names=kept)})


_PLAIN = (cst.Module, cst.IndentedBlock)


def _is_harmless(node: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> bool:
    """True if by convention an import does nothing but bind a name; `import tensorrt` may be meant
    to load the library.
    """
    if isinstance(node, cst.ImportFrom):
        root = "." if node.relative or node.module is None else code(node.module).split(".")[0]
        return root not in _EXCEPT and (root in _WITHOUT_EFFECT or root == "tensorrt")
    root = code(alias.name).split(".")[0]
    return root in _WITHOUT_EFFECT and root not in _EXCEPT


def _is_unread(alias: cst.ImportAlias, was: Counter[str], now: Counter[str]) -> bool:
    """True if the import itself is the only place left that has the name."""
    bound = alias.asname.name if alias.asname is not None else alias.name
    if not isinstance(bound, cst.Name):
        return False
    return now[bound.value] == 1 < was[bound.value]


def _without_counter(loop: Loop, was: Counter[str], now: Counter[str]) -> Edit | None:
    """Return the edit that makes `for i, x in enumerate(xs)` a loop over `xs`."""
    target, source = loop.target, loop.iter
    if not isinstance(target, cst.Tuple) or len(target.elements) != 2 or target.lpar:
        return None
    counter, item = (element.value for element in target.elements)
    if not isinstance(counter, cst.Name) or not isinstance(item, (cst.Name, cst.Tuple)):
        return None
    if not isinstance(source, cst.Call) or code(source.func) != "enumerate":
        return None
    if len(source.args) != 1 or source.args[0].star or source.args[0].keyword is not None:
        return None
    if not now[counter.value] == 1 < was[counter.value]:
        return None
    if isinstance(item, cst.Tuple):
        item = item.with_changes(lpar=(), rpar=())
    return Edit(replace={target: item, source: source.args[0].value})
