"""The page of a run as a browser shows it. Runs where chromedriver and a browser are installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.browser import DRIVER, Browser, browser
from tests.report.samples import FIX, LEFT, REPORT, REVIEW
from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.report.html import render_html

pytestmark = pytest.mark.skipif(
    DRIVER is None, reason="needs chromedriver and a browser, which CI does not install"
)

VISIBLE = "[...document.querySelectorAll('article')].filter(a => a.offsetParent)"
CODES = f"{VISIBLE}.flatMap(a => [...a.querySelectorAll('.finding')].map(f => f.dataset.code))"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def page(chrome: Browser, tmp_path: Path) -> Browser:
    show(chrome, tmp_path, REPORT)
    return chrome


def show(chrome: Browser, folder: Path, report: Report) -> None:
    file = folder / "page.html"
    file.write_text(render_html(report, version="1", written=False), encoding="utf-8")
    chrome.resize(1280, 800)
    chrome.open(file)


def choose(chrome: Browser, name: str, value: str) -> None:
    chrome.run(
        f"const select = document.querySelector('select[name={name}]'); select.value = '{value}';"
        "select.dispatchEvent(new Event('change'));"
    )


def test_policy_lets_the_script_and_the_style_of_the_page_work(page: Browser) -> None:
    assert page.run("return document.querySelector('.bar').hidden") is False
    assert page.run("return getComputedStyle(document.querySelector('.sides')).display") == "grid"


def test_whole_diff_keeps_the_indentation(page: Browser) -> None:
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    rows = "[...document.querySelectorAll('.diff .row')].map(row => row.innerText)"
    assert " 	z" in page.run(f"return {rows}")


def test_search_is_reached_by_a_key_and_leaves_what_has_all_words(page: Browser) -> None:
    page.press("/")
    page.press("c.py hand")
    page.wait(f"{VISIBLE}.length === 1")
    assert page.run(f"return {CODES}") == ["TRT901"]
    assert page.run("return document.querySelector('output').value") == "1 of 5 places"
    page.press("\ue00c")  # Escape
    page.wait(f"{VISIBLE}.length === 5")


def test_filters_leave_one_rule_one_state_or_one_file(page: Browser) -> None:
    choose(page, "code", "TRT102")
    assert page.run(f"return {CODES}") == ["TRT102"]
    choose(page, "kind", "safe")
    assert page.run(f"return {CODES}") == []
    choose(page, "code", "")
    assert page.run(f"return {CODES}") == ["TRT101"]
    choose(page, "kind", "failed")
    assert page.run(f"return {VISIBLE}.length") == 1
    page.run("document.getElementById('reset').click()")
    choose(page, "file", page.run("return document.querySelectorAll('section')[1].id"))
    assert page.run(f"return {CODES}") == ["TRT901", "TRT102"]


def test_keys_lead_from_place_to_place(page: Browser) -> None:
    page.press("jj")
    second = page.run(f"return {VISIBLE}[1].id")
    assert page.run("return document.activeElement.id") == second
    page.press("k")
    assert page.run(f"return document.activeElement === {VISIBLE}[0]")


def test_link_to_a_place_that_is_filtered_out_shows_it(page: Browser) -> None:
    target = page.run("return document.querySelector('article.kind-safe').id")
    choose(page, "kind", "left")
    page.run(f"location.hash = '{target}'")
    page.wait(f"document.getElementById('{target}').offsetParent")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(chrome: Browser, tmp_path: Path, width: int) -> None:
    long = f"x = {'y' * 400}\n"
    file = FileResult(
        "very/" * 40 + "long.py", Status.MIGRATED, (replace(FIX, line=1, end_line=1),), None,
        long, long.replace("x", "z"),
    )  # fmt: skip
    show(chrome, tmp_path, Report("10", (file,)))
    chrome.resize(width, 800)
    assert chrome.run("return document.documentElement.scrollWidth") <= width


def test_before_and_after_stand_side_by_side_and_on_a_phone_one_below_the_other(
    page: Browser,
) -> None:
    sides = "[...document.querySelectorAll('.sides:not(.alone) .side')].slice(0, 2)"
    top = f"return {sides}.map(s => s.getBoundingClientRect().top)"
    first, second = page.run(top)
    assert first == second
    page.resize(390, 800)
    first, second = page.run(top)
    assert first < second


def test_page_of_300_files_opens_with_little_work(chrome: Browser, tmp_path: Path) -> None:
    lines = [f"value_{n} = engine.old_{n}" for n in range(60)]
    before = "\n".join(lines)
    findings = tuple(
        replace(kind, line=n + 1, end_line=n + 1, column=5, end_column=12)
        for n, kind in enumerate([FIX, REVIEW, LEFT] * 7)
    )
    after = "\n".join(
        line.replace("old", "new") if n < 21 and n % 3 < 2 else line for n, line in enumerate(lines)
    )
    files = [
        FileResult(f"src/{n}.py", Status.PARTIAL, findings, None, before, after) for n in range(300)
    ]
    chrome.count_work()
    show(chrome, tmp_path, Report("10", tuple(files)))
    assert chrome.seconds_of_work() < 8  # 0.7 s on an idle machine; work that grows shows anyhow
    assert chrome.run("return document.querySelectorAll('article').length") == 300 * 21
