"""Reading a result again: what is wrong with a rewritten text that was not wrong before.

The check compares two texts and knows nothing of TensorRT or of the rules. It finds results that
do not compile, names without a value or with another value, and lost comments.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from trtmigrate.editing.clobbered import clobbered_names
from trtmigrate.editing.comment_lines import lost_comments
from trtmigrate.editing.lint import new_complaints
from trtmigrate.editing.problems import Kind

_BOM = "\ufeff"
_UNREADABLE = (SyntaxError, ValueError, MemoryError)  # also null bytes, too many brackets


@dataclass(frozen=True)
class Problem:
    """Something in a result that was not in the text it was made from."""

    kind: Kind
    line: int  # in the result; of a lost comment, in the text before
    message: str

    @property
    def is_wrong(self) -> bool:
        """True if the result must not be accepted."""
        return self.kind != "untidy"


def read_again(before: str, after: str, *, dropped: Collection[str] = ()) -> tuple[Problem, ...]:
    """Return the problems of `after` that `before` does not have, in the order of their lines.

    `dropped` holds the comments that may go, with their `#`. A text that did not compile before is
    not compared. Raises RecursionError if a text is nested too deeply to be read.
    """
    if before == after:
        return ()
    before, after = before.removeprefix(_BOM), after.removeprefix(_BOM)
    new = _compiled(after)
    if isinstance(new, Problem):
        return () if isinstance(_compiled(before), Problem) else (new,)
    try:
        old = _parsed(before)
    except _UNREADABLE:
        return ()
    found = {*_name_problems(before, old, after, new)}
    found |= {
        Problem("comment", line, f"the comment `{text}` is gone")
        for line, text in lost_comments(before, after, dropped)
    }
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.kind, problem.message)))


def _name_problems(before: str, old: ast.Module, after: str, new: ast.Module) -> Iterator[Problem]:
    undefined = set()
    for complaint in new_complaints(old, new):
        undefined.add((complaint.line, complaint.name))
        yield Problem(complaint.kind, complaint.line, complaint.message)
    for clobber in clobbered_names(old, before, new, after):
        if (clobber.line, clobber.name) in undefined:
            continue  # said already
        yield Problem(clobber.kind, clobber.line, clobber.message)


def _compiled(text: str) -> ast.Module | Problem:
    """Return the tree of a text, or why it does not compile."""
    try:
        tree = _parsed(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "<result>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        return Problem("syntax", error.lineno or 1, f"does not compile: {error.msg}")
    except _UNREADABLE as error:
        return Problem("syntax", 1, f"does not compile: {error}")
    return tree


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
