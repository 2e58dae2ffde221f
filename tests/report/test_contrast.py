"""Every color of text can be read on every background of the pages, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trtmigrate.report

STYLE = Path(trtmigrate.report.__file__).parent / "templates" / "common.css"
TEXT = ("text", "quiet", "green", "yellow", "red", "purple", "blue")
BEHIND = ("page", "panel", "added", "removed", "marked")
LEAST = 4.5  # WCAG 2, level AA


def luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_every_background(scheme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    colors = dict(re.findall(r"--([a-z]+): #([0-9a-f]{6})", blocks[scheme]))
    weak = {
        (text, behind): round(contrast(colors[text], colors[behind]), 2)
        for text in TEXT
        for behind in BEHIND
        if contrast(colors[text], colors[behind]) < LEAST
    }
    assert weak == {}
