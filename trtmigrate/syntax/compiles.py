"""Tell whether a text compiles."""

from __future__ import annotations

import ast
import warnings


def compile_problem(text: str) -> str | None:
    """Return why a text does not compile as a module or as the cells of a notebook; None if it
    does.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(
                text, "<migrated>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
            )  # which a notebook may do
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None
