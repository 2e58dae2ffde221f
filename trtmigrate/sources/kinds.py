"""Tell from its name what kind of file a path is."""

from __future__ import annotations

import re
from pathlib import PurePath

PYTHON = ".py"
NOTEBOOK = ".ipynb"
MARKDOWN = (".md", ".markdown")
RESTRUCTURED = (".rst",)
_REQUIREMENTS = (
    ("text", re.compile(r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in)")),
    ("toml", re.compile(r"pyproject\.toml|Pipfile")),
    ("cfg", re.compile(r"setup\.cfg")),
    ("yaml", re.compile(r"(?:.*[-_.])?(?:environment|conda|env)(?:[-_.].*)?\.ya?ml")),
    ("docker", re.compile(r"(?:.*\.)?(?:Docker|Container)file(?:[-_.].*)?|.*\.dockerfile", re.I)),
)


def is_python(name: str) -> bool:
    """True if a file name, or a path, is that of a Python source."""
    return name.endswith(PYTHON)


def is_notebook(name: str) -> bool:
    """True if a file name, or a path, is that of a Jupyter notebook."""
    return name.endswith(NOTEBOOK)


def is_markdown(name: str) -> bool:
    """True if a file name, or a path, is that of a Markdown document."""
    return name.endswith(MARKDOWN)


def is_document(name: str) -> bool:
    """True if a file name, or a path, is that of a document that can hold blocks of code."""
    return is_markdown(name) or name.endswith(RESTRUCTURED)


def is_program(name: str) -> bool:
    """True if a file name, or a path, is that of a Python source or a notebook."""
    return is_python(name) or is_notebook(name)


def is_requirements(path: str) -> bool:
    """True if a file, by its name, says what is to be installed."""
    return requirements_kind(path) is not None


def requirements_kind(path: str) -> str | None:
    """Return how a file of requirements is written: `text`, `toml`, `cfg`, `yaml` or `docker`.

    None for every other file.
    """
    if is_program(path):
        return None
    pure = PurePath(path)
    if pure.parent.name == "requirements" and pure.suffix in (".txt", ".in"):
        return "text"
    return next((kind for kind, names in _REQUIREMENTS if names.fullmatch(pure.name)), None)
