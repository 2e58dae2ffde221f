"""Rules of other packages: modules that entry points of the group `trtmigrate.rules` name.

They are code that is installed beside trtmigrate; nothing of the files of a run is imported.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING

from trtmigrate.rules.base import Rule
from trtmigrate.sources.plugins import GROUP, has_plugins

if TYPE_CHECKING:
    from importlib import metadata

_CODE = re.compile(r"(?!TRT)[A-Z]{2,}\d{3}")


class PluginError(ValueError):
    """A rule of another package that cannot be used; the message names its entry point."""


def plugin_rules() -> list[Rule]:
    """Return the rules of other packages. Raises PluginError."""
    if not has_plugins():
        return []
    from importlib import metadata  # lazily: takes 30 ms, and most environments have none

    return [_rule_of(entry) for entry in metadata.entry_points(group=GROUP)]


def _rule_of(entry: metadata.EntryPoint) -> Rule:
    where = f"the entry point {entry.name} = {entry.value} of {GROUP}"
    try:
        module = entry.load()
    except Exception as error:  # whatever the module does when it is imported
        raise PluginError(f"{where} cannot be loaded: {type(error).__name__}: {error}") from error
    rule = getattr(module, "RULE", None)
    if not isinstance(module, ModuleType) or not isinstance(rule, Rule):
        raise PluginError(f"{where} is no module with a RULE")
    if not _CODE.fullmatch(rule.code):
        raise PluginError(
            f"{where}: the code {rule.code!r} has to be like ACME101, and not begin with TRT"
        )
    if rule.members:
        raise PluginError(f"{where}: members have rules here; look for them with @RULE.scans")
    rule.doc = module.__doc__ or ""
    return rule
