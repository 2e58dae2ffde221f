"""The plugin registry: there, and empty."""

from __future__ import annotations

from typing import Any, Dict, List

from . import enums  # noqa: F401  (its classes come first)
from .expose import Native, expose
from .release import refuse
from .settings import kept


@expose
class IPluginRegistry(Native):
    __slots__ = ("_settings",)

    def _setup(self) -> None:
        self._settings: Dict[str, Any] = {}

    @property
    def plugin_creator_list(self) -> List[Any]:
        return []

    @property
    def all_creators(self) -> List[Any]:
        return []

    def get_plugin_creator(self, kind: str, version: str, plugin_namespace: str = "") -> Any:
        return None

    def get_creator(self, kind: str, version: str, plugin_namespace: str = "") -> Any:
        return None

    def load_library(self, plugin_path: str) -> Any:
        refuse("a plugin library (%s)" % plugin_path)

    parent_search_enabled = kept("parent_search_enabled", True)
    error_recorder = kept("error_recorder")


registry = IPluginRegistry._make()
