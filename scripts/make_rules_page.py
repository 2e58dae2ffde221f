"""Write docs/rules/: an index of all removed members, and a page for each series of rules.

python scripts/make_rules_page.py           # writes the pages
python scripts/make_rules_page.py --check   # writes nothing; fails if a page would change

A series is a folder of trtmigrate/rules. The docstring of the folder names the prefix of its codes
and what it is about; the text of a rule is the docstring of its module.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import trtmigrate.rules
from trtmigrate import api
from trtmigrate.findings import Safety
from trtmigrate.rules import all_rules, rule_by_code, rule_for
from trtmigrate.rules.base import Rule

FOLDER = Path(__file__).parent.parent / "docs" / "rules"
MADE = "<!-- Made by scripts/make_rules_page.py from the rules; changes here are overwritten. -->"
INDEX = """\
# Rules

{made}

Every member that TensorRT's Python API lost has one rule. To find it, search this page for the
name of the member, or run `trtmigrate explain NAME`.

The safety of a rule is the usual one; a finding may need more care than its rule:

- *safe*: the code shows everything that the rewrite depends on.
- *review*: the rewrite is right under an assumption that the finding names.
- *manual*: nothing is rewritten; the finding says what a person has to decide.

## Series

{series}
## Members

"Gone in" is the first release that lacks the member.

{members}"""
SERIES = """\
# {title}

{made}

Rules {prefix}, a series of [the rules of trtmigrate](index.md).

{rules}
{texts}"""


@dataclass(frozen=True)
class Series:
    """The rules of one folder."""

    page: str  # "engine.md"
    prefix: str  # "TRT1"
    title: str  # "ICudaEngine"

    @property
    def rules(self) -> list[Rule]:
        """The rules of the series, by code."""
        return [rule for rule in all_rules() if rule.code.startswith(self.prefix)]


def all_series() -> list[Series]:
    """Return every series, by prefix."""
    found = []
    for info in pkgutil.iter_modules(trtmigrate.rules.__path__):
        if info.ispkg:
            module = importlib.import_module(f"trtmigrate.rules.{info.name}")
            said = re.fullmatch(r"Rules (TRT\d): (.+)\.", (module.__doc__ or "").strip())
            assert said is not None, f"rules/{info.name} says no series, as in 'Rules TRT1: ...'"
            found.append(Series(f"{info.name}.md", said[1], sentence(said[2])))
    return sorted(found, key=lambda series: series.prefix)


def newest() -> str:
    """Return the newest release that the api data knows."""
    return str(api.releases()[-1])


def cell(text: str) -> str:
    """Return text that may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def summary(rule: Rule) -> str:
    """Return the first line of a rule's docstring."""
    return rule.doc.strip().split("\n\n")[0].rstrip(".")


def link(rule: Rule, *, here: str) -> str:
    """Return a link to the text of a rule, from the page of the series with the prefix `here`."""
    page = next(series for series in all_series() if rule.code.startswith(series.prefix))
    target = "" if page.prefix == here else page.page
    return f"[{rule.code}]({target}#{rule.code.lower()})"


def lost(entry: api.Missing) -> str:
    """Return the member, and which part of it is gone where not all of it is."""
    part = {"setter": " (assignment)", "overload": " (some arguments)"}.get(entry.kind, "")
    return f"`{entry.path}`{part}"


def row(entry: api.Missing) -> str:
    """Return the line of a member in the table of all members."""
    rule = rule_for(entry.path)
    assert rule is not None, f"no rule answers for {entry.path}"
    reason = rule.reason(entry.path)
    becomes = cell(sentence(reason) if reason is not None else successor(rule, entry.path))
    safety = Safety.MANUAL if reason is not None else rule.safety
    return f"| {lost(entry)} | {entry.since} | {becomes} | {link(rule, here='')} | {safety.value} |"


def successor(rule: Rule, member: str) -> str:
    """Return the name that takes the place of a member; else what the rule does."""
    names = [until(name) for name in rule.becomes.get(member, "").split(", ") if name]
    return ", ".join(names) or summary(rule)


def until(name: str) -> str:
    """Return a name of the API, with the release that removed it in its turn."""
    missing = api.missing_in(newest()).get(name)
    gone = missing is not None and missing.kind not in ("setter", "overload")
    return f"`{name}`" + (f" (until {missing.since})" if missing and gone else "")


def sentence(text: str) -> str:
    """Return a text with a capital, unless it begins with the name of a member or package."""
    first = text.split()[0]
    return text if set("_.-") & set(first) else text[0].upper() + text[1:]


def table(head: str, rows: list[str]) -> str:
    """Return a table with a head such as `member | rule`."""
    rule = "|".join("---" for _ in head.split("|"))
    return "\n".join([f"| {head} |", f"|{rule}|", *rows]) + "\n"


def index() -> str:
    """Return the page that names every series and every member."""
    series = [
        f"| [{one.title}]({one.page}) | {one.prefix} | {len(one.rules)} |" for one in all_series()
    ]
    members = [row(entry) for entry in api.missing_in(newest()).values()]
    return INDEX.format(
        made=MADE,
        series=table("series | codes | rules", series),
        members=table("member | gone in | what becomes of it | rule | safety", members),
    )


def series_page(series: Series) -> str:
    """Return the page of a series: a line for each rule, then their texts."""
    rows = [
        f"| {link(rule, here=series.prefix)} | {cell(summary(rule))} | {rule.safety.value} |"
        for rule in series.rules
    ]
    return SERIES.format(
        title=series.title,
        made=MADE,
        prefix=series.prefix,
        rules=table("rule | what it does | safety", rows),
        texts="\n".join(described(rule, series.prefix) for rule in series.rules),
    )


def described(rule: Rule, here: str) -> str:
    """Return the docstring of a rule: headings in bold, examples as code, codes as links."""

    def linked(found: re.Match[str]) -> str:
        return link(rule_by_code(found[0]), here=here)

    text = "\n".join(
        line if line.startswith("    ") else re.sub(r"\bTRT\d{3}\b", linked, line)
        for line in rule.doc.strip().split("\n")
    )
    text = re.sub(
        r"(?:^ {4}.*\n(?:\n(?= {4}))?)+",
        lambda code: f"```python\n{textwrap.dedent(code[0]).rstrip()}\n```\n",
        text + "\n",
        flags=re.MULTILINE,
    )
    headings = "What changed|Before|After|Not rewritten when|Safety"
    text = re.sub(rf"^({headings}):", r"**\1:**", text, flags=re.MULTILINE)
    anchor = f'<a id="{rule.code.lower()}"></a>'
    off = "" if rule.default else "\nOff unless it is selected.\n"
    return f"{anchor}\n\n## {rule.code}: {rule.title}\n{off}\n{text.rstrip()}\n"


def pages() -> dict[Path, str]:
    """Return every page with its text."""
    texts = {series.page: series_page(series) for series in all_series()}
    return {FOLDER / name: text for name, text in {"index.md": index(), **texts}.items()}


def out_of_date(wanted: dict[Path, str]) -> list[Path]:
    """Return the pages that are missing or have another text, and those that nothing makes."""
    there = {path: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    return [path for path in {**wanted, **there} if wanted.get(path) != there.get(path)]


def main() -> int:
    wanted = pages()
    stale = out_of_date(wanted)
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"docs/rules/{path.name} is out of date", file=sys.stderr)
        if stale:
            print(f"run scripts/{Path(__file__).name}", file=sys.stderr)
        return int(bool(stale))
    FOLDER.mkdir(exist_ok=True)
    for path in stale:
        if path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
