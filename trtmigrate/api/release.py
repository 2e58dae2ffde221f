"""TensorRT releases: which are known, their order, and which one a target such as ``10`` means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from trtmigrate.api._data import numbers, release_names


@dataclass(frozen=True, order=True)
class Release:
    """A release, ordered by its numbers; ``name`` is how the package index spells it."""

    numbers: tuple[int, ...]
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.name

    @property
    def major(self) -> int:
        return self.numbers[0]

    @staticmethod
    @cache
    def named(name: str) -> Release:
        """A release by its exact name, in the data or not (``8.0`` for what went before 8.5)."""
        return Release(numbers(name), name)

    @classmethod
    def parse(cls, text: str) -> Release:
        """The known release that ``text`` means as a target.

        ``10`` and ``8.6`` mean the first release of that line, because the result has to run on all
        of them; a patch release that the data lacks (``10.2.1``) means the newest known one before
        it in the same line.

        Raises ValueError for anything that is no release number, is older than 8.5 (no tensor
        names), or belongs to a line that is not known.
        """
        if not re.fullmatch(r"\d+(\.\d+){0,3}(\.post\d+)?", text.strip()):
            raise ValueError(f"not a TensorRT release: {text!r} (wanted e.g. 8.6, 10, 10.3 or 11)")
        wanted = numbers(text.strip())
        line = [known for known in releases() if known.numbers[: len(wanted[:2])] == wanted[:2]]
        if not line:
            oldest, newest = releases()[0], releases()[-1]
            if wanted < oldest.numbers[: len(wanted)]:
                raise ValueError(f"TensorRT {text} has no tensor names; the oldest target is 8.5")
            raise ValueError(f"TensorRT {text} is not known (known: {oldest} to {newest})")
        matching = [known for known in line if known.numbers[: len(wanted)] == wanted]
        older = [known for known in line if known.numbers <= wanted]
        return matching[0] if matching else older[-1] if older else line[0]


@cache
def releases() -> tuple[Release, ...]:
    """Every release that the data knows, oldest first."""
    return tuple(Release.named(name) for name in release_names())


# What a program may compare its release with, beside the releases of the data.
_BEFORE = ("6.0.1", "7.2.3", "8.0.1", "8.4.3")
_AFTER = "99.0.0"


@cache
def early_releases() -> tuple[Release, ...]:
    """Some releases from before the data begins, oldest first."""
    return tuple(map(Release.named, _BEFORE))


@cache
def release_to_come() -> Release:
    """A release that is not there yet: it has what the last one has, and a higher name."""
    return Release(releases()[-1].numbers, _AFTER)


@cache
def as_release(release: Release | str) -> Release:
    """A release from a release or from the text of a target."""
    if not isinstance(release, str):
        return release
    if release in _BEFORE:
        return Release.named(release)
    return release_to_come() if release == _AFTER else Release.parse(release)
