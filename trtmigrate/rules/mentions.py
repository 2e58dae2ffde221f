"""What rules find in the texts of a file that are no part of its program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trtmigrate.findings import Finding
from trtmigrate.options import Options
from trtmigrate.rules import all_rules
from trtmigrate.rules.base import Mention, Rule
from trtmigrate.sources.places import Unread, placed
from trtmigrate.sources.suppress import suppressions


def mentions(texts: Iterable[Unread], options: Options) -> Iterator[Finding]:
    """Yield the findings of all wanted rules in texts that are not read as Python."""
    wanted = [rule for rule in all_rules() if options.wants(rule.code, rule.default)]
    for text in texts:
        ignored = suppressions(text.text)
        for rule in wanted:
            if rule.text_scan is not None and not ignored.covers(1, rule.code):
                for mention in rule.text_scan(text.text, options.target):
                    yield _finding(rule, mention, text)


def _finding(rule: Rule, mention: Mention, text: Unread) -> Finding:
    start, end = text.column + mention.start, text.column + mention.end
    line = text.place.line
    finding = Finding(
        rule.code, line, start, line, end, mention.member, mention.message, rule.safety
    )
    return placed(finding, text.place, text.place)
