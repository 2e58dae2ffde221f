"""What was decided for a whole file and used since: an edit that rests on it needs its edits."""

from __future__ import annotations

from collections.abc import Hashable, Iterable


class Trail:
    """Notes the groups of edits that an answer rests on, from one proposal to the next."""

    def __init__(self) -> None:
        self._noted: set[Hashable] = set()

    def note(self, groups: Iterable[Hashable]) -> None:
        """Note that what is asked now is right only if all edits of these groups are made."""
        self._noted.update(groups)

    def take(self) -> frozenset[Hashable]:
        """Return what was noted since the last call."""
        noted = frozenset(self._noted)
        self._noted.clear()
        return noted
