"""Parse a text; every text gives a tree or a ParseError, and never ends the process."""

from __future__ import annotations

import ast
import keyword
import re
import warnings

import libcst as cst

DEEPEST = 150  # far from where the parser of LibCST ends the process


class ParseError(ValueError):
    """The text is not Python 3, or nested too deeply; `line` counts from 1."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def parse(text: str) -> cst.Module:
    """Return the lossless tree of a module, or raise ParseError."""
    problem = _problem(text)
    if problem is not None and problem.reason.startswith("nested"):
        raise problem
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise problem or ParseError(f"{_LIBRARY}: invalid syntax", error.raw_line) from None
    except RecursionError:
        raise ParseError("nested too deeply to be parsed") from None
    except (TypeError, cst.CSTValidationError) as error:
        raise problem or _at_lambda(text) or ParseError(f"{_LIBRARY}: {error}") from None
    return module


_LIBRARY = "LibCST, which reads the file for trtmigrate, fails at a spelling in it"


_KEYWORD_AND_LAMBDA = re.compile(rf"\b({'|'.join(keyword.kwlist)})(\(\s*)+lambda\b")


def _at_lambda(text: str) -> ParseError | None:
    """Return why LibCST fails at `if(lambda: x)():`, where no blank stands after the word."""
    found = _KEYWORD_AND_LAMBDA.search(text)
    if found is None:
        return None
    line = len(re.findall(r"\r\n|\r|\n", text[: found.start()])) + 1
    return ParseError(f"{_LIBRARY}; write a blank after `{found[1]}`, before the lambda", line)


def _problem(text: str) -> ParseError | None:
    """Return what Python itself says against a text.

    It may also be newer syntax than this Python knows: LibCST decides.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        if "too many" in str(error.msg) and "nested" in str(error.msg):
            return ParseError("nested too deeply to be parsed", error.lineno or 1)
        return ParseError(str(error.msg), error.lineno or 1)
    except RecursionError:
        return ParseError("nested too deeply to be parsed")
    except MemoryError:  # of Python's parser at many levels, or of the process
        return ParseError("nested too deeply to be parsed, or too large for the memory")
    except ValueError as error:
        return ParseError(str(error))
    return _too_deep(tree)


def _too_deep(tree: ast.AST) -> ParseError | None:
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            line = next((n.lineno for n in level if hasattr(n, "lineno")), 1)
            return ParseError("nested too deeply to be analysed", line)
        # Not all that vars() has: pyflakes 3 notes the parent on nodes that all trees share.
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return None
