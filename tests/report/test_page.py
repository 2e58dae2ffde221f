"""What all pages have in common: nothing is loaded, nothing of a text is obeyed, colours differ."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from trtmigrate.report.page import COMMON, render_page

STYLE = (COMMON / "common.css").read_text(encoding="utf-8")


def page(folder: Path, template: str, **data: object) -> str:
    (folder / "x.html.j2").write_text(template, encoding="utf-8")
    return render_page(folder, "x", **data)


def test_inserted_text_is_escaped_and_on_one_line(tmp_path: Path) -> None:
    text = page(tmp_path, "<p title='{{ text }}'>{{ text }}", text="<b>'\n\x1b[31m")
    assert text == "<p title='&lt;b&gt;&#39;\\n\\x1b[31m'>&lt;b&gt;&#39;\\n\\x1b[31m"


def test_policy_names_the_style_and_the_script_by_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text("alert(1);\n", encoding="utf-8")
    shown = page(tmp_path, "{{ policy }}\n<style>{{ style }}</style><script>{{ script }}</script>")
    policy = shown.splitlines()[0]
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        found = re.search(f"<{kind}>(.*?)</{kind}>", shown, re.DOTALL)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_page_without_a_script_allows_none(tmp_path: Path) -> None:
    assert "script-src" not in page(tmp_path, "{{ policy }}")


def palettes() -> dict[str, dict[str, str]]:
    """The colours of the light and of the dark page, by name."""
    light, dark = re.findall(r":root \{(.*?)\n *\}", STYLE, re.DOTALL)
    return {
        name: dict(re.findall(r"--(\w+): (#\w{6})", text))
        for name, text in (("light", light), ("dark", dark))
    }


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("texts", "grounds"),
    [
        ("text quiet green yellow red purple blue", "page panel"),
        ("text", "added removed marked"),
    ],
)
def test_texts_stand_out_from_their_ground(mode: str, texts: str, grounds: str) -> None:
    colours = palettes()[mode]
    for text in texts.split():
        for ground in grounds.split():
            a, b = sorted(luminance(colours[name]) for name in (text, ground))
            assert (b + 0.05) / (a + 0.05) >= 4.5, (text, ground)
