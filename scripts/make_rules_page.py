"""Writes docs/rules.md from the rules: what becomes of every member that a release took away.

python scripts/make_rules_page.py           # writes the page
python scripts/make_rules_page.py --check   # fails if the page is not what it would write
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from trtmigrate import api
from trtmigrate.findings import Safety
from trtmigrate.rules import all_rules, rule_for
from trtmigrate.rules.base import Rule

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
HEAD = """\
# Rules

<!-- Made by scripts/make_rules_page.py from the rules; changes here are overwritten. -->

Each removed member of TensorRT's Python API has one rule. *safe*: the code shows everything that
the rewrite depends on. *review*: right under an assumption that the finding names. *manual*: a
person decides; the finding says what to do. The safety given here is the usual one of a rule, a
single finding may need more care.

## Members
"""


def newest() -> str:
    return str(api.releases()[-1])


def cell(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def summary(rule: Rule) -> str:
    return rule.doc.strip().split("\n\n")[0].rstrip(".")


def lost(entry: api.Missing) -> str:
    """The member, and what of it is gone where that is not all."""
    part = {"setter": " (assignment)", "overload": " (some arguments)"}.get(entry.kind, "")
    return f"`{entry.path}`{part}"


def row(entry: api.Missing) -> str:
    rule = rule_for(entry.path)
    assert rule is not None, f"no rule answers for {entry.path}"
    reason = rule.reason(entry.path)
    becomes = cell(sentence(reason) if reason is not None else successor(rule, entry.path))
    safety = Safety.MANUAL if reason is not None else rule.safety
    link = f"[{rule.code}](#{rule.code.lower()})"
    return f"| {lost(entry)} | {entry.since} | {becomes} | {link} | {safety.value} |"


def successor(rule: Rule, member: str) -> str:
    """What takes the place of a member where it has a name, else what the rule does."""
    names = [until(name) for name in rule.becomes.get(member, "").split(", ") if name]
    return ", ".join(names) or summary(rule)


def until(name: str) -> str:
    """A name of the API, and the release that took it away in its turn."""
    missing = api.missing_in(newest()).get(name)
    gone = missing is not None and missing.kind not in ("setter", "overload")
    return f"`{name}`" + (f" (until {missing.since})" if missing and gone else "")


def sentence(text: str) -> str:
    """With a capital, unless it begins with a name of the API."""
    first = text.split()[0]
    return text if "_" in first or "." in first else text[0].upper() + text[1:]


def members() -> str:
    lines = ["| member | gone in | what becomes of it | rule | safety |", "|---|---|---|---|---|"]
    lines += [row(entry) for entry in api.missing_in(newest()).values()]
    return "\n".join(lines) + "\n"


def described(rule: Rule) -> str:
    """The docstring of a rule: its headings in bold, its examples as code."""
    text = rule.doc.strip()
    text = re.sub(
        r"(?:^ {4}.*\n(?:\n(?= {4}))?)+",
        lambda code: f"```python\n{textwrap.dedent(code[0]).rstrip()}\n```\n",
        text + "\n",
        flags=re.MULTILINE,
    )
    headings = "What changed|Before|After|Not rewritten when|Safety"
    text = re.sub(rf"^({headings}):", r"**\1:**", text, flags=re.MULTILINE)
    anchor = f'<a id="{rule.code.lower()}"></a>'
    off = "" if rule.default else "\nOff unless selected.\n"
    return f"{anchor}\n\n### {rule.code}: {rule.title}\n{off}\n{text.rstrip()}\n"


def page() -> str:
    rules = "\n".join(described(rule) for rule in all_rules())
    return f"{HEAD}\n{members()}\n## All rules\n\n{rules}"


def main() -> int:
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
            return 0
        print("docs/rules.md is out of date: run scripts/make_rules_page.py", file=sys.stderr)
        return 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
