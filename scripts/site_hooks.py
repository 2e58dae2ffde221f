"""Hooks of mkdocs: a link to a file that is not in the site becomes the name of the file."""

from __future__ import annotations

import re
from typing import Any

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([\w./-]+?)(?:#[\w-]+)?\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page whose links to `../README.md` and the like name the file instead."""
    if page.file.src_uri.count("/"):
        return markdown
    return _OUTSIDE.sub(r"\1 (`\2` in the repository)", markdown)
