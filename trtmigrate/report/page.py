"""Self-contained HTML pages, made of a template, a style and a script that lie side by side.

What a template inserts is escaped, and control characters are shown as escapes. The policy of the
page names the style and the script by their hashes, so nothing else runs and nothing is loaded.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from trtmigrate.report.visible import visible

COMMON = Path(__file__).with_name("templates")


def render_page(folder: Path, name: str, **data: Any) -> str:
    """Return the page of the template `name`.html.j2 in a folder, or in `COMMON`.

    `name`.css and common.css become its style, `name`.js its script, if there are such files.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, COMMON]),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = _read(COMMON / "common.css") + _read(folder / f"{name}.css")
    script = _read(folder / f"{name}.js")
    sources = {"style-src": style, "script-src": script}
    policy = "; ".join(f"{key} '{_hash(text)}'" for key, text in sources.items() if text)
    template = environment.get_template(f"{name}.html.j2")
    return template.render(
        policy=Markup(f"default-src 'none'; base-uri 'none'; form-action 'none'; {policy}"),
        style=Markup(style),
        script=Markup(script),
        **data,
    )


def _shown(value: object) -> object:
    """Return what is inserted: a text on one line, with control characters shown as escapes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value, keep="\t")
    return value


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
